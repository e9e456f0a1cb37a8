/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libust-call.so: any function, by name. It is preloaded by "ustctl record --call" with rules in
 * UST_CALL, or opened in a running process, which then calls ust_call_hook().
 */
#ifndef UST_PRELOAD_CALL_H
#define UST_PRELOAD_CALL_H

#include <stdint.h>

#include <ust/abi/unload.h>

#include "event.h"
#include "got.h"
#include "preload.h"
#include "prototype.h"

/* A function that is led to us. */
struct ust_call_hook {
	struct ust_got_hook got; /* the first member */
	struct ust_prototype prototype;
	struct ust_call_event event;
	struct ust_call_status *status; /* NULL: nobody wants to know */
	void *real;
	void *code; /* what its calls come to */
	unsigned int index;
};

/* What ust_call_hook() returned for, as a sentence; of the last call in the process. */
UST_EXPORT const char *ust_call_error(void);

/*
 * Hooks what the rules (see prototype.h) name, in all objects and those to come. @rules: one on each
 * line; a line "preload:PATH" opens that preload library and hooks what it has wrappers for; lines
 * "exec:NAME=VALUE" (several with one NAME are the lines of its value) are variables that the
 * programs get which the process executes: ours in front of theirs in LD_PRELOAD, else instead; a
 * line "shell:PATH" is the program that starts the shells of system() and popen() with them.
 * Result: the number of rules, or
 *	-EINVAL	 a rule makes no sense; those before it are hooked
 *	-ENOENT	 a preload library cannot be opened
 *	-ENOSPC	 more than UST_CALL_MAX_RULES functions, or too many wrappers
 *	-ENAMETOOLONG
 *	-ENOMEM
 * Any thread but not from a signal handler, nor with a lock of libust's or the dynamic linker's.
 */
UST_EXPORT int ust_call_hook(const char *rules);

/* The same for the table of one preload library that is open. */
UST_EXPORT int ust_call_hook_table(const struct ust_preload_entry *table);

/*
 * Puts every slot back that ust_call_hook() changed. From then on no thread enters what is ours, also
 * not by an address that the program has kept; those inside come back through it: the libraries have
 * to stay until they have.
 */
UST_EXPORT void ust_call_unhook_all(void);

/*
 * The same before the libraries are unloaded: fork does not lead to us any more, either. Adds the
 * handles of the libraries that "preload:" has opened, and where calls are counted. Result: 0, or
 * -ENOTSUP: a function that was wrapped is not libc's, and may leave its caller on a stack for later;
 * -ENOSPC. ust_call_hook() may be called again if they are not unloaded after all.
 */
UST_EXPORT int ust_call_close(struct ust_unload *unload);

#pragma GCC visibility push(hidden)

/* Code that stands in for the function of a hook, whose arguments are known: ffi.c; or whose
 * registers and stack are passed on as they are: raw.c. Result: 0 and the code, or -ENOMEM,
 * -ENOTSUP, -ENOSPC. Never freed; one for each index. */
int ust_call_ffi_create(struct ust_call_hook *hook, void **ret_code);
int ust_call_raw_create(struct ust_call_hook *hook, void **ret_code);

/* Whether that code of ffi.c leads to us or, from then on, to the function, which is known then. */
void ust_call_ffi_lead(struct ust_call_hook *hook, int to_us);

/*
 * Calls that are inside of the code of a hook. A function may switch to another stack and leave its
 * caller behind on this one; then no thread is inside, and yet somebody is. Spread over threads.
 */
#define UST_CALL_COUNTS 16
extern struct ust_call_count {
	int64_t nr;
} __attribute__((aligned(64))) ust_call_counts[UST_CALL_COUNTS];

static inline void ust_call_count(int by)
{
	uintptr_t thread = (uintptr_t)__builtin_thread_pointer() >> 12;

	__atomic_fetch_add(&ust_call_counts[thread % UST_CALL_COUNTS].nr, by, __ATOMIC_RELAXED);
}

#define UST_CALL_TEXT_SIZE 256

/* The text at an address that may be none; at most UST_CALL_TEXT_SIZE - 1 bytes of it. */
void ust_call_read_text(const char *address, char *text);

/* The page in which "ustctl record" reads what becomes of the rules, or NULL. */
struct ust_call_status *ust_call_open_status(const char *path);

static inline void ust_call_note(struct ust_call_hook *hook, unsigned int flag)
{
	/* Tested first: the page is shared by all processes. */
	if (hook->status && !(__atomic_load_n(&hook->status->flags, __ATOMIC_RELAXED) & flag))
		__atomic_fetch_or(&hook->status->flags, flag, __ATOMIC_RELAXED);
}

#pragma GCC visibility pop

#endif /* UST_PRELOAD_CALL_H */
