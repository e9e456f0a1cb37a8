/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * What the wrappers that generate.py makes are built on.
 *
 * A wrapper is one site. While its event is off, it is that site's instruction of no effect and a
 * jump to the function it stands for. While it is on, the wrapper makes the call itself, takes the
 * time around it and records one event when it is back.
 *
 * Everything here is safe in signal handlers, keeps no state of a call outside of its frame (the
 * call may be left by cancellation, longjmp or an exception), allocates nothing and takes no lock
 * but, in the first call of a process, the dynamic linker's.
 */
#ifndef UST_PRELOAD_PRELOAD_H
#define UST_PRELOAD_PRELOAD_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ust/tracepoint.h>

#define UST_EXPORT __attribute__((visibility("default")))

/* errno, where its name is needed for a field. */
#define ust_errno (*__errno_location())

/*
 * A function of which libc has several versions that differ: only the newest is wrapped, old
 * programs go to theirs. Needs the version in the library's map.
 */
#ifdef __x86_64__
#define UST_SYMVER(label, name, version) __asm__(".symver " label ", " name "@@" version)
#else
#define UST_SYMVER(label, name, version) __asm__(".symver " label ", " name "@@GLIBC_2.17")
#endif

/* One function that a library stands in front of. */
struct ust_preload_entry {
	const char *name; /* as programs import it */
	void *wrapper;
	void **real; /* the next function of that name, NULL until it was looked up */
};

/*
 * The library's functions, ending with a NULL name. Each library exports them as ust_preload_table:
 * "ustctl attach" leads the imports of a running program to the wrappers, and the library need not
 * be preloaded for that. Inside, under a name that another library cannot take away.
 */
extern const struct ust_preload_entry ust_preload_functions[] __attribute__((visibility("hidden")));
#define UST_PRELOAD_TABLE                                                                          \
	UST_EXPORT extern const struct ust_preload_entry                                           \
		ust_preload_table[sizeof(ust_preload_functions) /                                  \
				  sizeof(ust_preload_functions[0])]                                \
		__attribute__((alias("ust_preload_functions")))

/* Looks up all functions of the table. Idempotent; any thread. */
void ust_preload_resolve(void) __attribute__((visibility("hidden")));

static inline __attribute__((always_inline)) void *ust_preload_real(void **real)
{
	void *function = __atomic_load_n(real, __ATOMIC_RELAXED);

	if (__builtin_expect(!function, 0)) {
		ust_preload_resolve();
		function = __atomic_load_n(real, __ATOMIC_RELAXED);
	}
	return function;
}

/* Whether an address is in libust, whose own calls are no events. */
int ust_preload_is_own(const void *address) __attribute__((visibility("hidden")));

/* Nanoseconds of a clock that never goes back in a thread, from an origin of its own. */
uint64_t ust_preload_now(void) __attribute__((visibility("hidden")));

/* A value that is an address, although C does not know. */
#define UST_POINTER(value) ((const void *)(uintptr_t)(value))

/* What is known of a call beside its result. */
struct ust_call {
	uint64_t duration; /* ns */
	int err;           /* errno if it failed, else 0 */
	int contended;     /* it had to wait for somebody */
};

/* @start: 0 if there was nothing to wait for. */
static inline __attribute__((always_inline)) void ust_call_end(struct ust_call *call,
							       uint64_t start, int failed)
{
	uint64_t now;

	call->err = failed ? ust_errno : 0;
	call->duration = 0;
	if (!start)
		return;
	now = ust_preload_now();
	call->duration = now > start ? now - start : 0;
}

/* A string the call was given, unless the kernel refused its address: nobody may look there then.
 */
static inline const char *ust_call_string(const char *string, int err)
{
	return err == EFAULT || err == ENAMETOOLONG ? "(invalid)" : string;
}

#endif /* UST_PRELOAD_PRELOAD_H */
