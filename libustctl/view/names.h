/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose thread it is that an event of the kernel has the id of: programs' own events say it, and those
 * of the scheduler, which carry names. What a thread was called last goes for what comes after.
 */
#ifndef UST_VIEW_NAMES_H
#define UST_VIEW_NAMES_H

#include <stdint.h>

#define UST_NAME_SIZE 64 /* with the NUL */

struct ust_name {
	int64_t tid, pid; /* pid: UST_UNKNOWN until a program's event tells */
	char text[UST_NAME_SIZE];
};

/* Zero it before use. */
struct ust_names {
	struct ust_name *slots;  /* text[0] is 0 in those that are free */
	unsigned int nr, size;   /* size: a power of two */
	struct ust_name *latest; /* found or told */
};

void ust_names_fini(struct ust_names *names);

/* @pid < 0: the scheduler tells; what a program itself has told goes before it. An empty @text tells
 * nothing. 0 or -ENOMEM. */
int ust_names_tell(struct ust_names *names, int64_t tid, int64_t pid, const char *text);

/* The id is another thread's from now on. */
void ust_names_forget(struct ust_names *names, int64_t tid);

/* NULL: nobody has told. */
const struct ust_name *ust_names_find(struct ust_names *names, int64_t tid);

#endif /* UST_VIEW_NAMES_H */
