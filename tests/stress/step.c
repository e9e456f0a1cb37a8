/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every instruction of the record path, one by one.
 *
 *	step [stride=N] [CASE]...
 *
 * For each case (a shape of event in a state of the ring; step-child.c lists them) a child records
 * one event under ptrace:
 *
 *   dry run	The child has no rseq, but a CPU number that is right, so that sequences do not
 *abort: it is stepped through all of them. After each instruction the parent reads the shared
 *		memory as if the child had been killed there. The path is kept.
 *   stepped	The child has rseq. Each sequence aborts because it is stepped, until the fallback
 *		takes the event: the number of instructions is bounded. Memory is read after each.
 *   broken	For each (or each Nth) address of the path, a new child runs to a breakpoint there,
 *and then: a signal handler records; the handler records and the process is killed while it runs;
 *the process is killed; it is moved to the other CPU; a handler takes rseq from the thread, with
 *cpu_id -1 or 0x7fffffff. An address that a loop or a second call comes to again is tried at its
 *second time as well, outside of sequences.
 *
 * Each time every event that was recorded before is there once, intact; the one under way is
 *complete or absent; what is lost is counted.
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decode.h"
#include "rig.h"
#include "step.h"

#define MAX_PATH 8192
#define MAX_DRY 6000
#define MAX_STEPPED 12000
#define MAX_SEEN 2048
#define SUBBUF_SIZE 4096
#define NR_SUBBUFS 4

enum break_kind {
	BREAK_SIGNAL,
	BREAK_SIGNAL_KILL,
	BREAK_KILL,
	BREAK_MOVE,
	BREAK_NOCPU,
	BREAK_BADCPU,
	BREAK_NR
};
static const char *const break_names[BREAK_NR] = {
	"a signal", "a signal and a kill", "a kill", "a move", "the loss of rseq", "a wrong cpu_id",
};

static struct stress_rig rig;
static struct stress_decoder decoder;
static unsigned char seen[STEP_NR_TAGS][MAX_SEEN];
static uint64_t path[MAX_PATH];
static unsigned int path_len, nr_hit, nr_missed, stride = 1;
static const struct step_case *now_case;
static char now_what[64];

static void on_event(void *data, const struct stress_who *who, uint32_t tid)
{
	(void)data;
	(void)tid;
	if (who->tag == STRESS_MAX_TAGS)
		return;
	if (who->tag >= STEP_NR_TAGS || who->seq >= MAX_SEEN || seen[who->tag][who->seq]++)
		stress_fail(&decoder, "tag %u seq %" PRIu64 " is not known or came twice", who->tag,
			    who->seq);
}

/* In overwrite mode what is old may be gone, but not what is new, and without gaps. */
static void check_suffix(unsigned int tag, uint64_t lost)
{
	uint64_t seq = step_log->finished[tag], n = 0;

	while (seq && seen[tag][seq - 1]) {
		seq--;
		n++;
	}
	if (lost || !step_log->finished[tag])
		return;
	while (seq && !seen[tag][seq - 1])
		seq--;
	if (seq)
		stress_fail(&decoder, "tag %u: a gap behind seq %" PRIu64, tag, seq - 1);
	if (tag == STEP_TAG_MAIN && n < 100)
		stress_fail(&decoder, "only the last %" PRIu64 " events are there", n);
}

/* Reads everything, as if the writer were dead now. @exact: it was not killed inside a record. */
static void check(int exact)
{
	uint64_t started = 0, finished = 0, found, lost, ledger;
	uint64_t errors = decoder.errors, empty = decoder.empty, events = decoder.events;
	unsigned int tag;

	memset(seen, 0, sizeof(seen));
	stress_decoder_salvage(&decoder, 1);
	found = decoder.events - events;
	lost = stress_rig_lost(&rig);
	ledger = stress_rig_ledger_all(&rig);
	for (tag = 0; tag < STEP_NR_TAGS; tag++) {
		uint64_t seq, missing = 0;

		started += step_log->started[tag];
		finished += step_log->finished[tag];
		if (rig.geo.overwrite) {
			check_suffix(tag, lost);
			continue;
		}
		for (seq = 0; seq < step_log->finished[tag]; seq++)
			missing += !seen[tag][seq];
		if (missing > lost + (decoder.empty - empty))
			stress_fail(&decoder, "tag %u: %" PRIu64 " events are gone", tag, missing);
	}
	if (exact && ledger != lost)
		stress_fail(&decoder, "%" PRIu64 " lost, %" PRIu64 " in the ledger", lost, ledger);
	if (found + lost > started || (!rig.geo.overwrite && found + lost < finished) ||
	    (exact && !rig.geo.overwrite && found + lost != started))
		stress_fail(&decoder,
			    "%" PRIu64 " found and %" PRIu64 " lost of %" PRIu64 " (%" PRIu64
			    " finished)",
			    found, lost, started, finished);
	if (decoder.errors != errors)
		stress_fail(&decoder, "  that was %s, %s", now_case->name, now_what);
}

static pid_t start(enum step_mode mode)
{
	int status;
	pid_t pid;

	memset(step_log, 0, sizeof(*step_log));
	stress_rig_clear(&rig);
	pid = fork();
	if (!pid)
		step_child(&rig, now_case, mode);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    step_log->phase != 1) {
		fprintf(stderr, "the child did not come to its first stop\n");
		exit(2);
	}
	return pid;
}

/* Result: the signal it stopped by, 0 it is gone. */
static int go_on(pid_t pid, int request, int sig)
{
	int status;

	if (ptrace(request, pid, NULL, (void *)(long)sig) || waitpid(pid, &status, 0) != pid) {
		perror("ptrace");
		exit(2);
	}
	if (WIFSTOPPED(status))
		return WSTOPSIG(status);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		stress_fail(&decoder, "%s, %s: the child died of signal %d", now_case->name,
			    now_what, WTERMSIG(status));
	return 0;
}

static uint64_t get_ip(pid_t pid)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	return regs.rip;
}

static void set_ip(pid_t pid, uint64_t ip)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	regs.rip = ip;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

static void kill_child(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		;
}

/* Lets the child go to its end and checks. */
static void finish(pid_t pid, int sig)
{
	while ((sig = go_on(pid, PTRACE_CONT, sig == SIGTRAP ? 0 : sig)) != 0)
		;
	check(1);
}

/* Steps to the end of the record, reading memory after each instruction. Result: how many there
 * were. */
static unsigned int step_through(enum step_mode mode, unsigned int max)
{
	pid_t pid = start(mode);
	unsigned int n = 0;
	int sig = SIGTRAP;

	if (mode == STEP_DRY) {
		path_len = 0;
		/* Stepping is slow: the deadline would pass in the middle. */
		if (!(now_case->flags & STEP_DEADLINE))
			decoder.streams[0].reader.shm->deadline = UINT64_MAX;
	}
	while (step_log->phase == 1 && n < max && decoder.errors < 20) {
		uint64_t ip = get_ip(pid);

		snprintf(now_what, sizeof(now_what), "%s step %u at %#" PRIx64,
			 mode == STEP_DRY ? "dry" : "real", n, ip);
		if (mode == STEP_DRY && path_len < MAX_PATH)
			path[path_len++] = ip;
		sig = go_on(pid, PTRACE_SINGLESTEP, sig == SIGTRAP ? 0 : sig);
		if (!sig)
			break;
		n++;
		check(0);
	}
	if (step_log->phase != 2) {
		stress_fail(&decoder, "%s: no end after %u instructions", now_case->name, n);
		kill_child(pid);
		return n;
	}
	finish(pid, SIGTRAP);
	return n;
}

static void move_child(pid_t pid)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(1, &set);
	sched_setaffinity(pid, sizeof(set), &set);
}

static void do_break(pid_t pid, enum break_kind kind)
{
	switch (kind) {
	case BREAK_SIGNAL:
		finish(pid, STEP_SIG_RECORD);
		break;
	case BREAK_SIGNAL_KILL:
		step_log->stop_in_handler = 1;
		go_on(pid, PTRACE_CONT, STEP_SIG_RECORD);
		kill_child(pid);
		check(0);
		break;
	case BREAK_KILL:
		kill_child(pid);
		check(0);
		break;
	case BREAK_MOVE:
		move_child(pid);
		finish(pid, 0);
		break;
	default:
		finish(pid, kind == BREAK_NOCPU ? STEP_SIG_NOCPU : STEP_SIG_BADCPU);
		break;
	}
}

/* Runs a child to its @nth coming to @ip. Result: its pid, or 0: it did not come there. */
static pid_t run_to(uint64_t ip, unsigned int nth)
{
	pid_t pid = start(STEP_REAL);
	long text, trap;

	errno = 0;
	text = ptrace(PTRACE_PEEKTEXT, pid, (void *)ip, NULL);
	trap = (text & ~0xffl) | 0xcc;
	for (;;) {
		if (errno || ptrace(PTRACE_POKETEXT, pid, (void *)ip, (void *)trap))
			break;
		if (go_on(pid, PTRACE_CONT, 0) != SIGTRAP || get_ip(pid) != ip + 1)
			break;
		set_ip(pid, ip);
		ptrace(PTRACE_POKETEXT, pid, (void *)ip, (void *)text);
		if (!--nth)
			return pid;
		if (go_on(pid, PTRACE_SINGLESTEP, 0) != SIGTRAP)
			break;
	}
	kill_child(pid);
	return 0;
}

static void break_at(uint64_t ip, unsigned int nth)
{
	enum break_kind kind;

	for (kind = 0; kind < BREAK_NR && decoder.errors < 20; kind++) {
		pid_t pid;

		if (kind == BREAK_MOVE && rig.geo.nr_rings < 2)
			continue;
		if (kind >= BREAK_NOCPU && now_case->flags & STEP_NORSEQ)
			continue;
		snprintf(now_what, sizeof(now_what), "%s at %#" PRIx64 " (%u)", break_names[kind],
			 ip, nth);
		pid = run_to(ip, nth);
		if (!pid) {
			nr_missed++;
			continue;
		}
		nr_hit++;
		do_break(pid, kind);
	}
}

static void break_everywhere(void)
{
	unsigned int i, j, turn = 0;

	for (i = 0; i < path_len && decoder.errors < 20; i++) {
		unsigned int before = 0;

		for (j = 0; j < i; j++)
			before += path[j] == path[i];
		if (before > 1 || (before && step_in_sequence(path[i])))
			continue;
		if (turn++ % stride == 0)
			break_at(path[i], before + 1);
	}
}

static void run_case(const struct step_case *c)
{
	unsigned int dry, real;

	now_case = c;
	stress_rig_init(&rig, SUBBUF_SIZE, NR_SUBBUFS, (c->flags & STEP_OVERWRITE) != 0);
	stress_decoder_init(&decoder, &rig);
	decoder.on_event = on_event;
	nr_hit = nr_missed = 0;
	dry = step_through(STEP_DRY, MAX_DRY);
	real = step_through(STEP_REAL, MAX_STEPPED);
	break_everywhere();
	printf("%s: %u instructions, %u when stepped, %u breaks, %u not reached, %" PRIu64
	       " errors\n",
	       c->name, dry, real, nr_hit, nr_missed, decoder.errors);
	fflush(stdout);
}

/* Whether the arguments name the case, or none. */
static int wanted(int argc, char **argv, const char *name)
{
	int i, any = 0;

	for (i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "stride=", 7)) {
			stride = (unsigned int)atoi(argv[i] + 7);
			continue;
		}
		if (!strcmp(argv[i], name))
			return 1;
		any = 1;
	}
	return !any;
}

int main(int argc, char **argv)
{
	unsigned int i;
	uint64_t errors = 0;

	step_log = mmap(NULL, sizeof(*step_log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (step_log == MAP_FAILED)
		return 2;
	stress_shapes_init(8192);
	for (i = 0; i < nr_step_cases; i++) {
		if (!wanted(argc, argv, step_cases[i].name) || !stride)
			continue;
		run_case(&step_cases[i]);
		errors += decoder.errors;
		stress_decoder_fini(&decoder);
		stress_rig_fini(&rig);
	}
	return errors != 0;
}
