/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libust-malloc.so: events of the program's memory allocation, by LD_PRELOAD.
 *
 * Each function stands in front of the next one of its name, which is libc's or that of an
 * allocator the program brings along; a program must get all its functions from one allocator. The
 * next ones are looked up at the first call, which comes from the dynamic linker before libc is
 * ready; what is allocated while the lookup runs comes out of a small arena here and is never given
 * back.
 *
 * Only the outermost call is an event: an allocator that calls itself, or libust below an event, is
 * not seen.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <ust/tracepoint.h>

#define EXPORT __attribute__((visibility("default")))

#define ARENA_SIZE (64 << 10)
#define ARENA_ALIGN 16

struct functions {
	void *(*malloc)(size_t size);
	void *(*calloc)(size_t nmemb, size_t size);
	void *(*realloc)(void *ptr, size_t size);
	void (*free)(void *ptr);
	int (*posix_memalign)(void **ret_ptr, size_t alignment, size_t size);
	void *(*aligned_alloc)(size_t alignment, size_t size);
	void *(*memalign)(size_t alignment, size_t size);
};

enum state {
	STATE_NEW,
	STATE_LOOKING,
	STATE_READY,
};

static struct functions next;
static int state;

static __thread unsigned int depth __attribute__((tls_model("initial-exec")));

static unsigned char arena[ARENA_SIZE] __attribute__((aligned(ARENA_ALIGN)));
static size_t arena_used;

EXPORT void *malloc(size_t size);
EXPORT void *calloc(size_t nmemb, size_t size);
EXPORT void *realloc(void *ptr, size_t size);
EXPORT void *reallocarray(void *ptr, size_t nmemb, size_t size);
EXPORT void free(void *ptr);
EXPORT int posix_memalign(void **ret_ptr, size_t alignment, size_t size);
EXPORT void *aligned_alloc(size_t alignment, size_t size);
EXPORT void *memalign(size_t alignment, size_t size);

/* Zeroed memory with its size in front of it. Never given back. */
static void *arena_alloc(size_t alignment, size_t size)
{
	size_t at, end;

	if (alignment < ARENA_ALIGN)
		alignment = ARENA_ALIGN;
	if (size > ARENA_SIZE || alignment > ARENA_SIZE)
		goto no_memory;
	do {
		at = __atomic_load_n(&arena_used, __ATOMIC_RELAXED);
		end = at + sizeof(size_t) + alignment + size;
		if (end > ARENA_SIZE)
			goto no_memory;
	} while (!__atomic_compare_exchange_n(&arena_used, &at, end, 0, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	at = ((uintptr_t)arena + at + sizeof(size_t) + alignment - 1) & ~(alignment - 1);
	memcpy((void *)(at - sizeof(size)), &size, sizeof(size));
	return (void *)at;

no_memory:
	errno = ENOMEM;
	return NULL;
}

static int in_arena(const void *ptr)
{
	return (uintptr_t)ptr - (uintptr_t)arena < ARENA_SIZE;
}

static size_t arena_size(const void *ptr)
{
	size_t size;

	memcpy(&size, (const char *)ptr - sizeof(size), sizeof(size));
	return size;
}

static void look_up(void)
{
	int expected = STATE_NEW, saved = errno;

	if (!__atomic_compare_exchange_n(&state, &expected, STATE_LOOKING, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return;
	next.malloc = dlsym(RTLD_NEXT, "malloc");
	next.calloc = dlsym(RTLD_NEXT, "calloc");
	next.realloc = dlsym(RTLD_NEXT, "realloc");
	next.free = dlsym(RTLD_NEXT, "free");
	next.posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
	next.aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
	next.memalign = dlsym(RTLD_NEXT, "memalign");
	__atomic_store_n(&state, STATE_READY, __ATOMIC_RELEASE);
	errno = saved;
}

/* Whether the next functions are known; looks them up if nobody does. */
static inline int ready(void)
{
	if (__builtin_expect(__atomic_load_n(&state, __ATOMIC_ACQUIRE) == STATE_READY, 1))
		return 1;
	look_up();
	return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == STATE_READY;
}

void *malloc(size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	if (!ready())
		return arena_alloc(0, size);
	depth++;
	ptr = next.malloc(size);
	if (depth == 1)
		UST_EVENT(malloc, malloc, size, ptr, caller);
	depth--;
	return ptr;
}

void *calloc(size_t nmemb, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;
	size_t bytes;

	if (!ready()) {
		if (!__builtin_mul_overflow(nmemb, size, &bytes))
			return arena_alloc(0, bytes);
		errno = ENOMEM;
		return NULL;
	}
	depth++;
	ptr = next.calloc(nmemb, size);
	if (depth == 1)
		UST_EVENT(malloc, calloc, nmemb, size, ptr, caller);
	depth--;
	return ptr;
}

/* Also moves what came out of the arena to the allocator. */
static void *resize(void *ptr, size_t size)
{
	size_t old_size;
	void *moved;

	if (ptr && in_arena(ptr)) {
		old_size = arena_size(ptr);
		moved = ready() ? next.malloc(size) : arena_alloc(0, size);
		if (moved)
			memcpy(moved, ptr, old_size < size ? old_size : size);
		return moved;
	}
	return ready() ? next.realloc(ptr, size) : arena_alloc(0, size);
}

void *realloc(void *ptr, size_t size)
{
	void *caller = __builtin_return_address(0), *old = ptr;

	depth++;
	ptr = resize(old, size);
	if (depth == 1)
		UST_EVENT(malloc, realloc, UST_F(old_ptr, old), size, ptr, caller);
	depth--;
	return ptr;
}

void *reallocarray(void *ptr, size_t nmemb, size_t size)
{
	void *caller = __builtin_return_address(0), *old = ptr;
	size_t bytes;

	depth++;
	if (__builtin_mul_overflow(nmemb, size, &bytes)) {
		errno = ENOMEM;
		ptr = NULL;
	} else {
		ptr = resize(old, bytes);
	}
	if (depth == 1)
		UST_EVENT(malloc, reallocarray, UST_F(old_ptr, old), nmemb, size, ptr, caller);
	depth--;
	return ptr;
}

void free(void *ptr)
{
	void *caller = __builtin_return_address(0);

	/* Before it happens: afterwards another thread may own the address. */
	depth++;
	if (depth == 1)
		UST_EVENT(malloc, free, ptr, caller);
	if (ptr && !in_arena(ptr) && ready())
		next.free(ptr);
	depth--;
}

int posix_memalign(void **ret_ptr, size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr = NULL;
	int result;

	if (!ready()) {
		ptr = arena_alloc(alignment, size);
		if (ptr)
			*ret_ptr = ptr;
		return ptr ? 0 : ENOMEM;
	}
	depth++;
	result = next.posix_memalign(ret_ptr, alignment, size);
	if (!result)
		ptr = *ret_ptr;
	if (depth == 1)
		UST_EVENT(malloc, posix_memalign, alignment, size, ptr, result, caller);
	depth--;
	return result;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	if (!ready())
		return arena_alloc(alignment, size);
	depth++;
	ptr = next.aligned_alloc(alignment, size);
	if (depth == 1)
		UST_EVENT(malloc, aligned_alloc, alignment, size, ptr, caller);
	depth--;
	return ptr;
}

void *memalign(size_t alignment, size_t size)
{
	void *caller = __builtin_return_address(0), *ptr;

	if (!ready())
		return arena_alloc(alignment, size);
	depth++;
	ptr = next.memalign(alignment, size);
	if (depth == 1)
		UST_EVENT(malloc, memalign, alignment, size, ptr, caller);
	depth--;
	return ptr;
}
