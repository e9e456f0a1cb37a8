/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The kernel hands out the filters of a stopped thread, as instructions of the classic packet
 * filter. Each is run here with the number of every system call that the injection, libust's thread
 * and recording make, with arguments of 0.
 */
#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FILTERS 32
#define MAX_STEPS 65536

#if defined(__x86_64__)

/* Without these nothing works; the others may fail. */
static const struct call {
	const char *name;
	long nr;
	int needed;
} calls[] = {
	{"mmap", SYS_mmap, 1},
	{"mprotect", SYS_mprotect, 1},
	{"munmap", SYS_munmap, 1},
	{"clone", SYS_clone, 1},
	{"clone3", 435, 0},
	{"futex", SYS_futex, 1},
	{"nanosleep", SYS_nanosleep, 1},
	{"prctl", SYS_prctl, 0},
	{"rt_sigprocmask", SYS_rt_sigprocmask, 1},
	{"rt_sigaction", SYS_rt_sigaction, 0},
	{"set_robust_list", SYS_set_robust_list, 0},
	{"rseq", 334, 0},
	{"exit", SYS_exit, 1},
	{"openat", SYS_openat, 1},
	{"read", SYS_read, 1},
	{"pread64", SYS_pread64, 0},
	{"pwrite64", SYS_pwrite64, 0},
	{"newfstatat", SYS_newfstatat, 1},
	{"fstat", SYS_fstat, 0},
	{"readlink", SYS_readlink, 0},
	{"close", SYS_close, 1},
	{"close_range", 436, 0},
	{"fcntl", SYS_fcntl, 0},
	{"socketpair", SYS_socketpair, 1},
	{"socket", SYS_socket, 0},
	{"connect", SYS_connect, 0},
	{"sendmsg", SYS_sendmsg, 1},
	{"recvmsg", SYS_recvmsg, 1},
	{"getsockopt", SYS_getsockopt, 0},
	{"setsockopt", SYS_setsockopt, 0},
	{"membarrier", SYS_membarrier, 0},
	{"madvise", SYS_madvise, 0},
	{"brk", SYS_brk, 0},
	{"gettid", SYS_gettid, 0},
	{"getpid", SYS_getpid, 0},
	{"getppid", SYS_getppid, 0},
	{"geteuid", SYS_geteuid, 0},
	{"poll", SYS_poll, 0},
	{"bind", SYS_bind, 0},
	{"listen", SYS_listen, 0},
	{"accept4", SYS_accept4, 0},
	{"unlink", SYS_unlink, 0},
	{"mkdir", SYS_mkdir, 0},
	{"access", SYS_access, 0},
	{"sched_yield", SYS_sched_yield, 0},
	{"faccessat", SYS_faccessat, 0},
	{"process_vm_readv", SYS_process_vm_readv, 0},
};

static uint32_t alu(uint32_t a, uint32_t b, uint16_t code)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return b ? a / b : 0;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return b < 32 ? a << b : 0;
	case BPF_RSH:
		return b < 32 ? a >> b : 0;
	default:
		return -a;
	}
}

static int jumps(uint32_t a, uint32_t b, uint16_t code)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return (a & b) != 0;
	}
}

/* What the filter says; a filter that we do not understand kills. */
static uint32_t run(const struct sock_filter *code, int nr, const struct seccomp_data *data)
{
	uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = {0}, operand;
	int pc, steps;

	for (pc = 0, steps = 0; pc < nr && steps < MAX_STEPS; pc++, steps++) {
		const struct sock_filter *insn = &code[pc];

		operand = BPF_SRC(insn->code) == BPF_X ? x : insn->k;
		switch (BPF_CLASS(insn->code)) {
		case BPF_LD:
			if (BPF_MODE(insn->code) == BPF_ABS && insn->k + 4 <= sizeof(*data))
				memcpy(&a, (const char *)data + insn->k, 4);
			else if (BPF_MODE(insn->code) == BPF_MEM)
				a = memory[insn->k % BPF_MEMWORDS];
			else
				a = BPF_MODE(insn->code) == BPF_LEN ? sizeof(*data) : insn->k;
			break;
		case BPF_LDX:
			x = BPF_MODE(insn->code) == BPF_MEM ? memory[insn->k % BPF_MEMWORDS]
							    : insn->k;
			break;
		case BPF_ST:
			memory[insn->k % BPF_MEMWORDS] = a;
			break;
		case BPF_STX:
			memory[insn->k % BPF_MEMWORDS] = x;
			break;
		case BPF_ALU:
			a = alu(a, operand, insn->code);
			break;
		case BPF_JMP:
			if (BPF_OP(insn->code) == BPF_JA)
				pc += (int)insn->k;
			else
				pc += jumps(a, operand, insn->code) ? insn->jt : insn->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(insn->code) == BPF_A ? a : insn->k;
		default: /* BPF_MISC */
			if (BPF_MISCOP(insn->code) == BPF_TAX)
				x = a;
			else
				a = x;
		}
	}
	return SECCOMP_RET_KILL_PROCESS;
}

static void try_calls(const struct sock_filter *code, int nr, char *list, size_t size)
{
	size_t len = strlen(list), i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct seccomp_data data = {.nr = (int)calls[i].nr, .arch = AUDIT_ARCH_X86_64};
		uint32_t action = run(code, nr, &data) & SECCOMP_RET_ACTION_FULL;

		if (action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG)
			continue;
		/* An error is a fair answer where we can do without. */
		if (action == SECCOMP_RET_ERRNO && !calls[i].needed)
			continue;
		if (len + strlen(calls[i].name) + 3 < size)
			len += (size_t)snprintf(list + len, size - len, "%s%s", len ? ", " : "",
						calls[i].name);
	}
}

int ust_seccomp_check(pid_t tid, char *ret_why, size_t size)
{
	static struct sock_filter code[BPF_MAXINSNS];
	char list[160] = "";
	long i, nr;

	for (i = 0; i < MAX_FILTERS; i++) {
		nr = syscall(SYS_ptrace, PTRACE_SECCOMP_GET_FILTER, tid, i, code);
		if (nr < 0 && errno == ENOENT)
			break;
		if (nr < 0) {
			snprintf(
				ret_why, size,
				"it is under a seccomp filter, which only root can read, and which "
				"may kill it for what libust does: attach as root");
			return -EPERM;
		}
		try_calls(code, (int)nr, list, sizeof(list));
	}
	if (!list[0])
		return 0;
	snprintf(ret_why, size, "its seccomp filter forbids what libust needs: %s", list);
	return -EACCES;
}

#endif
