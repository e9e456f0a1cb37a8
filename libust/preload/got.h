/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Leading imports of loaded objects elsewhere: every slot of a global offset table through which an
 * object calls a function (or takes its address), lazily bound or not, read-only after relocation
 * or not. libust's own objects are left alone. Objects that are loaded later are treated before
 * their constructors run, if the dynamic linker can be followed.
 *
 *	          object A          object B                     libz.so
 *	GOT   ┌──────────────┐  ┌──────────────┐            ┌──────────────┐
 *	      │ deflate ─────┼──┤ deflate ─────┼──► ours ──►│ deflate      │
 *	      └──────────────┘  └──────────────┘            └──────────────┘
 *
 * Not covered: calls within the object that defines the function, and through pointers that were
 * taken before. A slot that holds something else than the function (another version, somebody
 * else's hook) is left alone.
 *
 * Any thread; not in signal handlers. Threads may run through the slots meanwhile.
 */
#ifndef UST_PRELOAD_GOT_H
#define UST_PRELOAD_GOT_H

#include <stddef.h>

#pragma GCC visibility push(hidden)

/* One function. Kept by the caller, who may not free it. */
struct ust_got_hook {
	struct ust_got_hook *next; /* of its bucket */
	const char *name;          /* as it is imported */
	void *replacement;         /* where the slots are to lead */
	void **real;               /* the function, NULL while it is not known yet */
	/* Looks the function up when an object has come; called until *real is set. NULL: never. */
	void (*look)(struct ust_got_hook *hook);
	/* Tells that the first slot leads to the replacement. May be NULL. */
	void (*hooked)(struct ust_got_hook *hook);
	unsigned int nr_slots; /* that lead to the replacement */
	int is_off;            /* they are put back, and no new ones are taken */
};

/*
 * Leads the imports to the replacement from the next ust_got_scan() on. The hook is zero but for
 * what the caller sets, or was taken away before.
 */
void ust_got_add(struct ust_got_hook *hook);

/* Puts the slots of all hooks that are off (is_off) back, and forgets the hooks. Threads that are
 * inside of a replacement still return through it. */
void ust_got_sweep(void);

/* fork is watched from the first hook on; no longer. With no hook left. */
void ust_got_close(void);

/* Looks at all objects again. */
void ust_got_scan(void);

/* The replacement of a function that is hooked, or the function itself. */
void *ust_got_replacement(void *function);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_GOT_H */
