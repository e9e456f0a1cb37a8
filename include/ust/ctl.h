/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Control of tracing: everything ustctl can do. Link with libustctl (pkg-config ustctl).
 *
 * Functions return 0 or a positive result, or a negative errno. They block until ustd answered,
 * at most 10 s. A handle may be used by one thread at a time; different handles are independent.
 * None may be called from a signal handler.
 *
 * Common errors: -ECONNREFUSED no ustd runs (see ust_ctl_open), -ENOENT no session of that name,
 * -EINVAL an argument is refused, -EBADMSG or -EPROTO the peer does not speak this protocol,
 * -ETIMEDOUT no answer, -ECONNRESET ustd ended. ust_ctl_error() explains the last one in words.
 */
#ifndef UST_CTL_H
#define UST_CTL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ust/ctl-parts.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UST_CTL_SPAWN 1 /* start ustd if none runs */

/*
 * Connects to the user's ustd.
 * @flags	0 or UST_CTL_SPAWN
 * @ret_ctl	the handle; ust_ctl_close() frees it. Untouched on failure
 */
int ust_ctl_open(unsigned int flags, struct ust_ctl **ret_ctl);

/* Closes the connection and frees the handle. NULL is allowed. */
void ust_ctl_close(struct ust_ctl *ctl);

/* The last failure of this handle in one sentence that says what to do. Never NULL; valid until the
 * next call on the handle. NULL as handle: why the last ust_ctl_open() of this thread failed. */
const char *ust_ctl_error(const struct ust_ctl *ctl);

/* Process id of the ustd behind the handle. */
pid_t ust_ctl_daemon_pid(const struct ust_ctl *ctl);

/* Contexts recorded with every event. */
#define UST_CTL_CONTEXT_TID 1
#define UST_CTL_CONTEXT_COMM 2
#define UST_CTL_CONTEXT_IP 4

/* Clocks of sessions. */
#define UST_CTL_CLOCK_BEST 0      /* the cycle counter where the kernel trusts it, else monotonic */
#define UST_CTL_CLOCK_TSC 1       /* the CPU's cycle counter */
#define UST_CTL_CLOCK_MONOTONIC 2 /* CLOCK_MONOTONIC */
#define UST_CTL_CLOCK_STRICT 3    /* the cycle counter, never read before earlier loads */

/* What a session is made of. Zero means the default wherever a number is asked. */
struct ust_ctl_session_opts {
	const char *output;   /* directory to create; absolute, or relative to the caller's cwd */
	uint64_t subbuf_size; /* bytes, a power of two from 4096 to 16 MiB */
	unsigned int nr_subbufs; /* a power of two from 2 to 256 */
	int overwrite; /* 1: keep the newest events (flight recorder), 0: drop new ones when full */
	unsigned int contexts; /* UST_CTL_CONTEXT_* */
	/* Only processes with this UST_SCOPE in their environment, and only until the handle is
	 * closed or its process ends. NULL: all processes. */
	const char *scope;
	unsigned int clock; /* UST_CTL_CLOCK_* */
	/* Only these processes (and, with UST_CTL_FOLLOW, their descendants), and only until the
	 * handle is closed. nr_pids 0: no restriction. */
	const pid_t *pids;
	unsigned int nr_pids;
	unsigned int flags; /* UST_CTL_FOLLOW, UST_CTL_OWNED */
};

#define UST_CTL_FOLLOW 1
#define UST_CTL_OWNED 2 /* only until the handle is closed, as with a scope */

/* Creates a session; @opts->output must not exist or be an empty directory (-EEXIST, -ENOTEMPTY).
 * -EALREADY: the name is taken; -EINVAL: an option is refused; -EOPNOTSUPP: this machine cannot have
 * that clock now; else an errno of making the directory. */
int ust_ctl_create(struct ust_ctl *ctl, const char *name, const struct ust_ctl_session_opts *opts);

/* Enables or disables the events that match a pattern: "provider:name", "*" and "?" match as in
 * fnmatch(3); a pattern without ':' is a provider or a whole name. Result: number of events matched
 * in the processes that are there now; the pattern also holds for those to come. */
int ust_ctl_enable(struct ust_ctl *ctl, const char *name, const char *pattern);
int ust_ctl_disable(struct ust_ctl *ctl, const char *name, const char *pattern);

/* Kernel events of a session. */
struct ust_ctl_kernel_opts {
	/* "system:event", "system", "syscalls", or an event's name; each with * and ?. Of system calls
	 * also "syscalls:NAME". */
	const char *const *patterns;
	unsigned int nr_patterns;
	/* 1: of the whole system. 0: of the session's processes and those they start. */
	int all;
	/* More processes that are followed from their beginning, before they say hello to ustd. */
	const pid_t *pids;
	unsigned int nr_pids;
};

#define UST_CTL_KERNEL_MODULE 1  /* ust-trace.ko */
#define UST_CTL_KERNEL_TRACEFS 2 /* the kernel's own tracefs */

struct ust_ctl_kernel {
	unsigned int source; /* UST_CTL_KERNEL_*: where the events come from */
	char why[512];       /* why from there and not from a better place; may be empty */
};

/* Adds kernel events to a session; best before ust_ctl_start(). Needs a ustd of root, or one that may
 * use tracefs. @ret_kernel may be NULL. Result: number of events enabled. -ENOENT: a pattern matches
 * nothing, -EPERM or -EACCES: no permission, -ENODEV: no source of kernel events, -EOPNOTSUPP: no
 * filtering by process here (opts->all needed), -EINVAL: the session has those of the other kind. */
int ust_ctl_enable_kernel(struct ust_ctl *ctl, const char *name,
			  const struct ust_ctl_kernel_opts *opts,
			  struct ust_ctl_kernel *ret_kernel);
/* The same for events of some log levels: @op with @level from 0 (EMERG) to 14 (DEBUG); a smaller
 * number is more severe. -EINVAL: another. */
#define UST_CTL_LEVEL_ANY 0
#define UST_CTL_LEVEL_AT_LEAST 1 /* this level and the more severe ones */
#define UST_CTL_LEVEL_ONLY 2     /* exactly this level */
int ust_ctl_enable_level(struct ust_ctl *ctl, const char *name, const char *pattern,
			 unsigned int op, unsigned int level);
int ust_ctl_disable_level(struct ust_ctl *ctl, const char *name, const char *pattern,
			  unsigned int op, unsigned int level);

/* Context switches of the threads of process @pid, and of those it will have, as events sched:*; before
 * ust_ctl_start(). @children 1: of its children, too. -EPERM, -EACCES, -ENOSYS: the kernel refuses;
 * -EINVAL: not with overwrite; -ESRCH; -EBUSY: the session was started. */
int ust_ctl_enable_sched(struct ust_ctl *ctl, const char *name, pid_t pid, int children);

/* Starts, stops. After a return with 0 every reachable process records, or has ceased to. */
int ust_ctl_start(struct ust_ctl *ctl, const char *name);
int ust_ctl_stop(struct ust_ctl *ctl, const char *name);

struct ust_ctl_field {
	char *name;
	uint32_t word; /* UST_FIELD_WORD of <ust/abi/site.h> */
	unsigned int nr_labels;
	struct {
		char *label;
		int64_t value;
		uint64_t span; /* the label is of value to value + span */
	} * labels;
	char *unit, *help; /* NULL: none */
};

struct ust_ctl_event {
	char *provider, *name, *file;
	char *help, *uri; /* NULL: none; uri: where its model is described */
	unsigned int line;
	unsigned int loglevel; /* 0 (EMERG) to 14 (DEBUG), see <ust/abi/site.h> */
	unsigned int nr_sites; /* copies in the process or file */
	unsigned int id;       /* in the trace; only in struct ust_ctl_session */
	unsigned int nr_fields;
	struct ust_ctl_field *fields;
};

struct ust_ctl_loss {
	char *event;         /* "provider:name" */
	unsigned int reason; /* enum ust_lost_reason of <ust/abi/ring.h> */
	uint64_t count;
};

struct ust_ctl_session {
	char *name, *output, *scope;
	unsigned int state; /* enum ust_session_state of <ust/abi/control.h> */
	int overwrite;
	unsigned int contexts;
	uint64_t subbuf_size;
	unsigned int nr_subbufs, nr_rings;
	uint64_t elapsed_ns, bytes, lost;
	unsigned int nr_losses;
	struct ust_ctl_loss *losses;
	unsigned int nr_apps_seen, nr_apps_live, nr_sites_seen, nr_foreign_seen, nr_events;
	unsigned int nr_patterns;
	char **patterns;
	unsigned int nr_names;
	char **names;               /* events of traced processes that no pattern matched */
	unsigned int kernel_source; /* UST_CTL_KERNEL_*, 0: no kernel events */
	unsigned int nr_kernel;     /* kinds of kernel events that are enabled */
	uint64_t kernel_events, kernel_lost;
	char *kernel_why; /* see struct ust_ctl_kernel */
	int error;        /* 0 or negative errno that stopped the session */
	char *error_text;
	unsigned int nr_ids; /* event definitions in the trace, as far as one message holds them */
	struct ust_ctl_event *ids;
};

/* Stops if needed, collects what is buffered, closes the trace. @ret_session (may be NULL): the
 * session's last state, freed by ust_ctl_sessions_free(session, 1). */
int ust_ctl_destroy(struct ust_ctl *ctl, const char *name, struct ust_ctl_session **ret_session);

/* @name NULL: all sessions. Result: number of sessions in @ret_sessions, one array to be freed by
 * ust_ctl_sessions_free(). */
int ust_ctl_status(struct ust_ctl *ctl, const char *name, struct ust_ctl_session **ret_sessions);
void ust_ctl_sessions_free(struct ust_ctl_session *sessions, int nr);

struct ust_ctl_app {
	pid_t pid, ppid;
	unsigned int nr_events, nr_sites, nr_foreign;
	char *comm, *exe;
};

/* Processes that ustd reaches. Result: their number. */
int ust_ctl_apps(struct ust_ctl *ctl, struct ust_ctl_app **ret_apps);
void ust_ctl_apps_free(struct ust_ctl_app *apps, int nr);

/* Events of a running process. Result: their number. -ESRCH: ustd does not reach it. */
int ust_ctl_process_events(struct ust_ctl *ctl, pid_t pid, struct ust_ctl_event **ret_events);

/* Events of the kernel that match a pattern as above (NULL: all); file is their coverage: "generated",
 * "raw" or "tracefs". @source: UST_CTL_KERNEL_*, 0: the one that a session would get. Result: their
 * number. Errors as ust_ctl_enable_kernel(). */
int ust_ctl_kernel_events(struct ust_ctl *ctl, unsigned int source, const char *pattern,
			  struct ust_ctl_event **ret_events);

/* Events of an ELF file that need not run; no ustd is asked. Result: their number, 0 for a file
 * without sites. -ENOEXEC: not an ELF file; -EPROTONOSUPPORT: sites of another ABI only. Labels of
 * enumerations are not resolved. */
int ust_ctl_file_events(const char *path, struct ust_ctl_event **ret_events);
void ust_ctl_events_free(struct ust_ctl_event *events, int nr);

/* Sees to it that ustd reaches a process that holds libust: wakes one that waits or was detached.
 * @socket: -1, or a connected socket whose other end libust in that process holds; stays the
 * caller's. Result: UST_CTL_WAS_DETACHED or 0; when it returns, the process has done what its
 * sessions ask for. -ESRCH: it has no libust, is another user's or is gone; -ETIMEDOUT: it does not
 * answer (it may be stopped). */
int ust_ctl_attach(struct ust_ctl *ctl, pid_t pid, int socket);
#define UST_CTL_WAS_DETACHED 1

/* Makes a process let go of all its sessions and hooks and be silent until it is attached again.
 * -ESRCH: ustd does not reach it; -ETIMEDOUT: it does not answer. */
int ust_ctl_detach(struct ust_ctl *ctl, pid_t pid);

/* What the interposition libraries are to hook in a running process from now on, one rule a line;
 * "" unhooks everything. -ESRCH, -ETIMEDOUT as above, -EINVAL: a rule is refused. */
int ust_ctl_hook(struct ust_ctl *ctl, pid_t pid, const char *rules);

/* Ends ustd after it closed all traces. */
int ust_ctl_shutdown(struct ust_ctl *ctl);

/* Directory of ustd's socket: UST_RUNTIME_DIR if it is an absolute path, else $XDG_RUNTIME_DIR/ust, else /run/user/UID/ust if
 * /run/user/UID exists, else /run/ust for root, else /tmp/ust-UID. Writes a NUL-terminated path of
 * at most @size bytes. -ENAMETOOLONG. */
int ust_ctl_runtime_dir(char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif /* UST_CTL_H */
