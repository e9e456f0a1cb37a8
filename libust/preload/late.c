/* SPDX-License-Identifier: LGPL-2.1-only */
#include "late.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "libust/os/dl.h"
#include "libust/stay/stay.h"
#include "got.h"
#include "spin.h"

#define MAX_OBJECTS 4096
#define NR_THUNKS 16

typedef void init_function(int argc, char **argv, char **envp);

/*
 * A new object whose constructor waits. The dynamic section keeps the thunk's address: nobody looks
 * there again, and it is read-only once the object is relocated.
 */
struct pending {
	uintptr_t base;
	init_function *init; /* NULL: free */
	int is_relocated;
	int seen;
};

/* An object that was treated, or cannot be. */
struct known {
	uintptr_t base;
	const void *phdr;
	int seen;
};

/* Of both lists; is_relocated and what run() needs are read without. */
static int lock_word;
static struct pending pending[NR_THUNKS];
static struct known *known;
static size_t nr_known;
/* Whether new objects are waited for. While it is 0, objects may come without our being told. */
static int is_active;

int ust_late_is_pending(const struct dl_phdr_info *info)
{
	int i;

	for (i = 0; i < NR_THUNKS; i++)
		if (pending[i].init && pending[i].base == info->dlpi_addr)
			return !__atomic_load_n(&pending[i].is_relocated, __ATOMIC_ACQUIRE);
	return 0;
}

static void run(unsigned int index, int argc, char **argv, char **envp)
{
	init_function *init = pending[index].init;
	int i, is_first = !pending[index].is_relocated;

	/* All that were loaded together are relocated by now. */
	for (i = 0; i < NR_THUNKS; i++)
		__atomic_store_n(&pending[i].is_relocated, 1, __ATOMIC_RELEASE);
	pending[index].init = NULL;
	if (is_first)
		ust_got_scan();
	init(argc, argv, envp);
}

#define THUNK(i)                                                                                   \
	static void thunk_##i(int argc, char **argv, char **envp)                                  \
	{                                                                                          \
		run(i, argc, argv, envp);                                                          \
	}                                                                                          \
	_Static_assert(i < NR_THUNKS, "one for each")

THUNK(0);
THUNK(1);
THUNK(2);
THUNK(3);
THUNK(4);
THUNK(5);
THUNK(6);
THUNK(7);
THUNK(8);
THUNK(9);
THUNK(10);
THUNK(11);
THUNK(12);
THUNK(13);
THUNK(14);
THUNK(15);

static init_function *const thunks[NR_THUNKS] = {
	thunk_0, thunk_1, thunk_2,  thunk_3,  thunk_4,  thunk_5,  thunk_6,  thunk_7,
	thunk_8, thunk_9, thunk_10, thunk_11, thunk_12, thunk_13, thunk_14, thunk_15,
};

static void wait_for(const struct dl_phdr_info *info)
{
	ElfW(Dyn) *dyn = NULL;
	unsigned int i;

	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC && info->dlpi_phdr[i].p_flags & PF_W)
			dyn = (void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	while (dyn && dyn->d_tag != DT_NULL && dyn->d_tag != DT_INIT)
		dyn++;
	if (!dyn || dyn->d_tag != DT_INIT)
		return;
	for (i = 0; i < NR_THUNKS && pending[i].init; i++)
		;
	if (i == NR_THUNKS)
		return;
	pending[i] = (struct pending){
		.base = info->dlpi_addr,
		.init = (init_function *)(info->dlpi_addr + dyn->d_un.d_ptr),
		.seen = 1,
	};
	dyn->d_un.d_ptr = (uintptr_t)thunks[i] - info->dlpi_addr;
}

/* @data: whether what is new is to be waited for. */
static int look(struct dl_phdr_info *info, size_t size, void *data)
{
	size_t i;

	(void)size;
	for (i = 0; i < NR_THUNKS; i++)
		if (pending[i].init && pending[i].base == info->dlpi_addr)
			pending[i].seen = 1;
	for (i = 0; i < nr_known; i++) {
		if (known[i].base == info->dlpi_addr && known[i].phdr == info->dlpi_phdr) {
			known[i].seen = 1;
			return 0;
		}
	}
	if (nr_known == MAX_OBJECTS)
		return 0;
	known[nr_known++] = (struct known){info->dlpi_addr, info->dlpi_phdr, 1};
	if (*(int *)data)
		wait_for(info);
	return 0;
}

static void compare(int wait)
{
	size_t i;

	ust_spin_lock(&lock_word);
	for (i = 0; i < nr_known; i++)
		known[i].seen = 0;
	for (i = 0; i < NR_THUNKS; i++)
		pending[i].seen = 0;
	dl_iterate_phdr(look, &wait);
	for (i = 0; i < nr_known;) {
		if (known[i].seen)
			i++;
		else
			known[i] = known[--nr_known];
	}
	/* What could not be loaded after all. */
	for (i = 0; i < NR_THUNKS; i++)
		if (!pending[i].seen)
			pending[i].init = NULL;
	ust_spin_unlock(&lock_word);
}

static void changed(void)
{
	compare(__atomic_load_n(&is_active, __ATOMIC_ACQUIRE));
}

static struct ust_dl_watch watch = {.changed = changed};

static int is_watching_fork; /* under the lock */

static void unlock(void)
{
	ust_spin_unlock(&lock_word);
}

static int before_fork(void)
{
	ust_spin_lock(&lock_word);
	if (is_watching_fork)
		return 1;
	unlock();
	return 0;
}

static void watch_fork(int on)
{
	static const struct ust_stay_fork handlers = {before_fork, unlock, unlock};

	ust_spin_lock(&lock_word);
	is_watching_fork = on;
	unlock();
	ust_stay_fork(UST_STAY_FORK_LATE, on ? &handlers : NULL);
}

static int start_once(void)
{
	static int started;
	void *memory;

	if (started)
		return known != NULL;
	started = 1;
	memory = mmap(NULL, MAX_OBJECTS * sizeof(*known), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return 0;
	known = memory;
	compare(0);
	ust_dl_watch(&watch);
	return 1;
}

void ust_late_start(void)
{
	/* An object that nobody told of is relocated, and its dynamic section may be read-only. */
	if (!start_once() || is_active)
		return;
	watch_fork(1);
	compare(0);
	__atomic_store_n(&is_active, 1, __ATOMIC_RELEASE);
}

void ust_late_stop(void)
{
	__atomic_store_n(&is_active, 0, __ATOMIC_RELEASE);
}

void ust_late_close(void)
{
	watch_fork(0);
}

static __attribute__((destructor)) void fini(void)
{
	if (ust_stay_leaving && known)
		munmap(known, MAX_OBJECTS * sizeof(*known));
}
