/* SPDX-License-Identifier: LGPL-2.1-only */
/* Loading a library into a process that runs, and calling a function of it. */
#ifndef USTCTL_INJECT_INJECT_H
#define USTCTL_INJECT_INJECT_H

#include <stdint.h>
#include <sys/types.h>

struct ust_inject_opts {
	pid_t pid;
	const char
		*library; /* file to load; of ours, also for a process of another mount namespace */
	const char *loaded; /* instead: an object it has loaded already, by the name it knows */
	const char *symbol; /* int (*)(const char *argument): a descriptor, or a negative errno */
	const char *argument;
	int unload; /* instead: unload what @loaded names; @symbol is UST_UNLOAD_SYMBOL */
};

struct ust_inject_result {
	int fd;              /* the function's descriptor, now ours; -1 if there is none */
	int function_error;  /* not 0: the negative errno that the function returned */
	uint64_t stopped_ns; /* how long a thread of the target was stopped, at most */
	unsigned int tries;
	char why[512]; /* what went wrong, as a sentence without subject */
};

/*
 * Result: 0, or a negative errno with ret_result->why: of what unloads, -EBUSY means that a thread is
 * inside, and the library as good as unloaded for the others. Whatever it is, the target goes on as if
 * nothing had been, but for what the library did.
 */
int ust_inject(const struct ust_inject_opts *opts, struct ust_inject_result *ret_result);

struct ust_proc;

/* Why nobody may inject into this process, or NULL: what can be told without touching it. */
const char *ust_inject_refusal(const struct ust_proc *proc, char *buf, size_t size);

#endif /* USTCTL_INJECT_INJECT_H */
