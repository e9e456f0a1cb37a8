/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libust-malloc.so: events of the program's memory allocation.
 *
 * Each function stands in front of the next one of its name, which is libc's or that of an
 * allocator the program brings along; a program must get all its functions from one allocator. The
 * next ones are looked up at the first call, which comes from the dynamic linker, without
 * allocating.
 *
 * Only the outermost call is an event: an allocator that calls itself, or libust below an event, is
 * not seen.
 */
#include "libust/stay/stay.h"
#include "preload.h"

enum {
	REAL_malloc,
	REAL_calloc,
	REAL_realloc,
	REAL_reallocarray,
	REAL_free,
	REAL_posix_memalign,
	REAL_aligned_alloc,
	REAL_memalign,
	NR_REALS
};

static void *ust_reals[NR_REALS];

#define REAL(name) ((__typeof__(w_##name) *)ust_preload_real(&ust_reals[REAL_##name]))

#define depth (ust_stay_thread.malloc_depth)

/* The table refers to names of its own: by malloc's it would find another library's if this one is
 * opened late. */
#define WRAPPER(type, name, ...)                                                                   \
	type w_##name(__VA_ARGS__) __asm__("ust_preload_" #name)                                   \
		__attribute__((visibility("hidden")));                                             \
	type x_##name(__VA_ARGS__) __asm__(#name)                                                  \
		__attribute__((visibility("default"), alias("ust_preload_" #name)))

WRAPPER(void *, malloc, size_t size);
WRAPPER(void *, calloc, size_t nmemb, size_t size);
WRAPPER(void *, realloc, void *ptr, size_t size);
WRAPPER(void *, reallocarray, void *ptr, size_t nmemb, size_t size);
WRAPPER(void, free, void *ptr);
WRAPPER(int, posix_memalign, void **ret_ptr, size_t alignment, size_t size);
WRAPPER(void *, aligned_alloc, size_t alignment, size_t size);
WRAPPER(void *, memalign, size_t alignment, size_t size);

void *w_malloc(size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	depth++;
	ptr = REAL(malloc)(size);
	if (depth == 1)
		UST_EVENT(malloc, malloc, size, ptr, caller);
	depth--;
	return ptr;
}

void *w_calloc(size_t nmemb, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	depth++;
	ptr = REAL(calloc)(nmemb, size);
	if (depth == 1)
		UST_EVENT(malloc, calloc, nmemb, size, ptr, caller);
	depth--;
	return ptr;
}

void *w_realloc(void *ptr, size_t size)
{
	void *caller = __builtin_return_address(0), *old = ptr;

	depth++;
	ptr = REAL(realloc)(old, size);
	if (depth == 1)
		UST_EVENT(malloc, realloc, UST_F(old_ptr, old), size, ptr, caller);
	depth--;
	return ptr;
}

/* An allocator that lacks this one of libc's is entered by its realloc, as libc's own would. */
void *w_reallocarray(void *ptr, size_t nmemb, size_t size)
{
	void *caller = __builtin_return_address(0), *old = ptr;
	size_t bytes;

	depth++;
	if (__builtin_mul_overflow(nmemb, size, &bytes)) {
		ust_errno = ENOMEM;
		ptr = NULL;
	} else {
		ptr = REAL(realloc)(old, bytes);
	}
	if (depth == 1)
		UST_EVENT(malloc, reallocarray, UST_F(old_ptr, old), nmemb, size, ptr, caller);
	depth--;
	return ptr;
}

void w_free(void *ptr)
{
	void *caller = __builtin_return_address(0);

	/* Before it happens: afterwards another thread may own the address. */
	depth++;
	if (depth == 1)
		UST_EVENT(malloc, free, ptr, caller);
	REAL(free)(ptr);
	depth--;
}

int w_posix_memalign(void **ret_ptr, size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr = NULL;
	int result;

	depth++;
	result = REAL(posix_memalign)(ret_ptr, alignment, size);
	if (!result)
		ptr = *ret_ptr;
	if (depth == 1)
		UST_EVENT(malloc, posix_memalign, alignment, size, ptr, result, caller);
	depth--;
	return result;
}

void *w_aligned_alloc(size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	depth++;
	ptr = REAL(aligned_alloc)(alignment, size);
	if (depth == 1)
		UST_EVENT(malloc, aligned_alloc, alignment, size, ptr, caller);
	depth--;
	return ptr;
}

void *w_memalign(size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	depth++;
	ptr = REAL(memalign)(alignment, size);
	if (depth == 1)
		UST_EVENT(malloc, memalign, alignment, size, ptr, caller);
	depth--;
	return ptr;
}

#define ENTRY(name)                                                                                \
	{                                                                                          \
#name, (void *)(uintptr_t)w_##name, &ust_reals[REAL_##name]                        \
	}

const struct ust_preload_entry ust_preload_functions[] = {
	ENTRY(malloc),        ENTRY(calloc),   ENTRY(realloc),
	ENTRY(reallocarray),  ENTRY(free),     ENTRY(posix_memalign),
	ENTRY(aligned_alloc), ENTRY(memalign), {NULL, NULL, NULL},
};
UST_PRELOAD_TABLE;
