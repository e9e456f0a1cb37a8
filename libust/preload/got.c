/* SPDX-License-Identifier: LGPL-2.1-only */
#include "got.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libust/stay/stay.h"
#include "late.h"
#include "lookup.h"
#include "spin.h"

#if defined(__x86_64__)
#define RELOC_JUMP_SLOT R_X86_64_JUMP_SLOT
#define RELOC_GLOB_DAT R_X86_64_GLOB_DAT
#elif defined(__aarch64__)
#define RELOC_JUMP_SLOT R_AARCH64_JUMP_SLOT
#define RELOC_GLOB_DAT R_AARCH64_GLOB_DAT
#endif

/* A slot that leads to us, and what was in it. */
struct slot {
	void **at;
	void *old;
	struct ust_got_hook *hook;
};

#define SLOTS_MIN 1024

#define NR_BUCKETS 512 /* a power of two */

static struct ust_got_hook *buckets[NR_BUCKETS];
static struct slot *slots;
static size_t nr_slots, max_slots;

static int lock_word;
static int is_watching_fork; /* under the lock */

static void lock(void)
{
	ust_spin_lock(&lock_word);
}

static void unlock(void)
{
	ust_spin_unlock(&lock_word);
}

static int before_fork(void)
{
	lock();
	if (is_watching_fork)
		return 1;
	unlock();
	return 0;
}

static void watch_fork(int on)
{
	static const struct ust_stay_fork handlers = {before_fork, unlock, unlock};

	lock();
	is_watching_fork = on;
	unlock();
	ust_stay_fork(UST_STAY_FORK_GOT, on ? &handlers : NULL);
}

/* Not malloc(), which may be hooked and may hold locks of its own. */
static struct slot *new_slot(void)
{
	if (nr_slots == max_slots) {
		size_t max = max_slots ? 2 * max_slots : SLOTS_MIN;
		struct slot *grown = mmap(NULL, max * sizeof(*grown), PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (grown == MAP_FAILED)
			return NULL;
		if (slots) {
			memcpy(grown, slots, nr_slots * sizeof(*grown));
			munmap(slots, max_slots * sizeof(*slots));
		}
		slots = grown;
		max_slots = max;
	}
	return &slots[nr_slots++];
}

static struct ust_got_hook **bucket_of(const char *name)
{
	unsigned int hash = 0;

	while (*name)
		hash = hash * 31 + (unsigned char)*name++;
	return &buckets[hash % NR_BUCKETS];
}

struct object {
	const struct dl_phdr_info *info;
	struct ust_dynamic dynamic;
	uintptr_t relro_start, relro_end;
};

static int read_object(const struct dl_phdr_info *info, struct object *object)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	unsigned int i;

	if (ust_object_is_vdso(info) || ust_dynamic_read(info, &object->dynamic))
		return 0;
	object->info = info;
	object->relro_start = object->relro_end = 0;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_GNU_RELRO) {
			object->relro_start = start & ~(page - 1);
			object->relro_end = (start + ph->p_memsz) & ~(page - 1);
		}
	}
	return 1;
}

static int is_own(const struct object *object)
{
	return ust_dynamic_is_own(&object->dynamic);
}

/* One store: whoever jumps through the slot meanwhile goes one way or the other. */
static int write_slot(const struct object *object, void **at, void *value)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)at & ~(page - 1);
	int is_relro = (uintptr_t)at >= object->relro_start && (uintptr_t)at < object->relro_end;

	if (is_relro && mprotect((void *)start, page, PROT_READ | PROT_WRITE))
		return -errno;
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
	if (is_relro)
		mprotect((void *)start, page, PROT_READ);
	return 0;
}

struct first {
	const char *name;
	void *found;
};

static int find_first(struct dl_phdr_info *info, size_t size, void *data)
{
	struct first *first = data;
	struct object object;

	(void)size;
	if (read_object(info, &object) && !is_own(&object))
		first->found = ust_dynamic_symbol(&object.dynamic, first->name);
	return first->found != NULL;
}

/* What a name means that is looked up everywhere. */
static void *first_definition(const char *name)
{
	struct first first = {.name = name};

	dl_iterate_phdr(find_first, &first);
	return first.found;
}

/* Whether the slot leads to the hooked function; not bound yet, it leads to the object's own code. */
static int leads_to(const struct object *object, void *value, const struct ust_got_hook *hook)
{
	void *real = *hook->real;

	if (value == real)
		return 1;
	return ust_object_has(object->info, (uintptr_t)value) &&
	       !ust_object_has(object->info, (uintptr_t)real) &&
	       first_definition(hook->name) == real;
}

static void hook_slot(const struct object *object, const ElfW(Rela) * rela,
		      struct ust_got_hook *hook)
{
	void **at = (void **)(object->dynamic.base + rela->r_offset);
	void *value = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	struct slot *slot;

	if (value == hook->replacement || !leads_to(object, value, hook))
		return;
	slot = new_slot();
	if (!slot)
		return;
	*slot = (struct slot){at, value, hook};
	if (write_slot(object, at, hook->replacement))
		nr_slots--;
	else if (!hook->nr_slots++ && hook->hooked)
		hook->hooked(hook);
}

static void hook_relocations(const struct object *object, const ElfW(Rela) * rela, size_t nr)
{
	const struct ust_dynamic *dynamic = &object->dynamic;

	for (; rela && nr; nr--, rela++) {
		unsigned long type = ELF64_R_TYPE(rela->r_info);
		const char *name;
		struct ust_got_hook *hook;

		if (type != RELOC_JUMP_SLOT && type != RELOC_GLOB_DAT)
			continue;
		name = dynamic->strings + dynamic->symbols[ELF64_R_SYM(rela->r_info)].st_name;
		for (hook = *bucket_of(name); hook; hook = hook->next)
			if (!hook->is_off && *hook->real && !strcmp(hook->name, name))
				hook_slot(object, rela, hook);
	}
}

static int scan_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct object object;

	(void)size;
	(void)data;
	/* What is not relocated yet is treated when it is. */
	if (read_object(info, &object) && !is_own(&object) && !ust_late_is_pending(info)) {
		hook_relocations(&object, object.dynamic.plt_rela, object.dynamic.nr_plt_rela);
		hook_relocations(&object, object.dynamic.rela, object.dynamic.nr_rela);
	}
	return 0;
}

/* Looks for what is not known yet. Result: whether anything is to be hooked. */
static int look_up(void)
{
	struct ust_got_hook *hook;
	unsigned int i;
	int any = 0;

	for (i = 0; i < NR_BUCKETS; i++) {
		for (hook = buckets[i]; hook; hook = hook->next) {
			if (!*hook->real && hook->look)
				hook->look(hook);
			any |= *hook->real != NULL;
		}
	}
	return any;
}

void ust_got_scan(void)
{
	int saved = errno;

	lock();
	if (look_up())
		dl_iterate_phdr(scan_object, NULL);
	unlock();
	errno = saved;
}

void ust_got_add(struct ust_got_hook *hook)
{
	struct ust_got_hook **bucket = bucket_of(hook->name);

	if (!is_watching_fork)
		watch_fork(1);
	lock();
	hook->nr_slots = 0;
	hook->is_off = 0;
	hook->next = *bucket;
	*bucket = hook;
	unlock();
}

/* Objects may be gone, and with them their slots: only what is in a loaded one is looked at. */
static int restore_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct object object;
	size_t i;

	(void)size;
	(void)data;
	if (!read_object(info, &object) || is_own(&object))
		return 0;
	/* Where one stands in front of another, the last came first. */
	for (i = nr_slots; i-- > 0;) {
		struct slot *slot = &slots[i];

		if (slot->hook->is_off && ust_object_has(info, (uintptr_t)slot->at) &&
		    __atomic_load_n(slot->at, __ATOMIC_ACQUIRE) == slot->hook->replacement)
			write_slot(&object, slot->at, slot->old);
	}
	return 0;
}

void ust_got_sweep(void)
{
	int saved = errno;
	size_t i, kept = 0;

	lock();
	dl_iterate_phdr(restore_object, NULL);
	for (i = 0; i < nr_slots; i++)
		if (!slots[i].hook->is_off)
			slots[kept++] = slots[i];
	nr_slots = kept;
	for (i = 0; i < NR_BUCKETS; i++) {
		struct ust_got_hook **at = &buckets[i];

		while (*at) {
			if ((*at)->is_off)
				*at = (*at)->next;
			else
				at = &(*at)->next;
		}
	}
	unlock();
	errno = saved;
}

void *ust_got_replacement(void *function)
{
	struct ust_got_hook *hook;
	unsigned int i;

	lock();
	for (i = 0; i < NR_BUCKETS; i++) {
		for (hook = buckets[i]; hook; hook = hook->next) {
			if (!function || *hook->real != function || hook->is_off)
				continue;
			unlock();
			return hook->replacement;
		}
	}
	unlock();
	return function;
}

void ust_got_close(void)
{
	watch_fork(0);
}

static __attribute__((destructor)) void fini(void)
{
	if (ust_stay_leaving && slots)
		munmap(slots, max_slots * sizeof(*slots));
}
