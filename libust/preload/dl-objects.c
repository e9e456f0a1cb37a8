/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Objects that come and go: dl:load and dl:unload, whoever asks the dynamic linker for them. libust
 * tells when its list has changed; the linker's load lock is held then, which guards what is here.
 */
#include "dl.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>

#include "libust/os/dl.h"
#include "libust/stay/stay.h"
#include "lookup.h"

#define MAX_OBJECTS 4096
#define PATH_SIZE 256
#define BUILD_ID_MAX 32

struct object {
	uintptr_t base;
	const void *phdr;
	uint64_t size;
	int seen;
	char build_id[2 * BUILD_ID_MAX + 1];
	char path[PATH_SIZE];
};

static struct object *objects;
static size_t nr_objects;
static unsigned long long nr_changes;

static void put_hex(char *text, const unsigned char *bytes, size_t nr)
{
	static const char digits[] = "0123456789abcdef";

	for (; nr; nr--, bytes++) {
		*text++ = digits[*bytes >> 4];
		*text++ = digits[*bytes & 15];
	}
	*text = '\0';
}

static void read_build_id(const struct dl_phdr_info *info, const ElfW(Phdr) * ph, char *text)
{
	const char *p = (const char *)(info->dlpi_addr + ph->p_vaddr), *end = p + ph->p_memsz;

	while ((size_t)(end - p) >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const void *)p;
		const char *name = p + sizeof(*note);
		const char *desc = name + ((note->n_namesz + 3u) & ~3u);

		if (desc > end || note->n_descsz > (size_t)(end - desc))
			return;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
		    !memcmp(name, "GNU", 4) && note->n_descsz <= BUILD_ID_MAX) {
			put_hex(text, (const unsigned char *)desc, note->n_descsz);
			return;
		}
		p = desc + ((note->n_descsz + 3u) & ~3u);
	}
}

static void describe(const struct dl_phdr_info *info, struct object *object)
{
	const char *path = info->dlpi_name;
	unsigned int i;

	object->base = info->dlpi_addr;
	object->phdr = info->dlpi_phdr;
	object->size = 0;
	object->build_id[0] = '\0';
	if (strlen(path) >= PATH_SIZE)
		path += strlen(path) - PATH_SIZE + 1;
	strcpy(object->path, path);
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_LOAD && ph->p_vaddr + ph->p_memsz > object->size)
			object->size = ph->p_vaddr + ph->p_memsz;
		/* A note that is not part of what is loaded is only in the file. */
		if (ph->p_type == PT_NOTE && !object->build_id[0] &&
		    ust_object_has(info, info->dlpi_addr + ph->p_vaddr))
			read_build_id(info, ph, object->build_id);
	}
}

static int find_new(struct dl_phdr_info *info, size_t size, void *data)
{
	struct object *object;
	size_t i;

	(void)data;
	if (size >= offsetof(struct dl_phdr_info, dlpi_tls_modid)) {
		if (info->dlpi_adds + info->dlpi_subs == nr_changes)
			return 1;
	}
	for (i = 0; i < nr_objects; i++) {
		object = &objects[i];
		if (object->base == info->dlpi_addr && object->phdr == info->dlpi_phdr) {
			object->seen = 1;
			return 0;
		}
	}
	if (nr_objects == MAX_OBJECTS)
		return 0;
	object = &objects[nr_objects++];
	describe(info, object);
	object->seen = 1;
	UST_EVENT(dl, load, UST_STR(path, object->path), UST_HEX(base, object->base),
		  UST_F(size, object->size), UST_STR(build_id, object->build_id));
	return 0;
}

static int count_changes(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)data;
	if (size >= offsetof(struct dl_phdr_info, dlpi_tls_modid))
		nr_changes = info->dlpi_adds + info->dlpi_subs;
	return 1;
}

static void changed(void)
{
	struct object *object;
	size_t i;

	if (!objects) {
		objects = mmap(NULL, MAX_OBJECTS * sizeof(*objects), PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (objects == MAP_FAILED) {
			objects = NULL;
			return;
		}
	}
	for (i = 0; i < nr_objects; i++)
		objects[i].seen = 0;
	/* 1: the list is as it was. */
	if (dl_iterate_phdr(find_new, NULL))
		return;
	dl_iterate_phdr(count_changes, NULL);
	for (i = 0; i < nr_objects;) {
		object = &objects[i];
		if (object->seen) {
			i++;
			continue;
		}
		UST_EVENT(dl, unload, UST_STR(path, object->path), UST_HEX(base, object->base),
			  UST_F(size, object->size), UST_STR(build_id, object->build_id));
		*object = objects[--nr_objects];
	}
}

static struct ust_dl_watch watch = {.changed = changed};

static __attribute__((destructor)) void fini(void)
{
	if (ust_stay_leaving && objects)
		munmap(objects, MAX_OBJECTS * sizeof(*objects));
}

static __attribute__((constructor)) void init(void)
{
	int saved = ust_errno;

	ust_dl_watch(&watch);
	changed();
	ust_errno = saved;
}

struct caller {
	uintptr_t address;
	int found, has_path;
};

static int find_caller(struct dl_phdr_info *info, size_t size, void *data)
{
	struct caller *caller = data;
	const ElfW(Dyn) *dyn = NULL;
	unsigned int i;

	(void)size;
	if (!ust_object_has(info, caller->address))
		return 0;
	caller->found = 1;
	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dyn = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	for (; dyn && dyn->d_tag != DT_NULL; dyn++)
		if (dyn->d_tag == DT_RPATH || dyn->d_tag == DT_RUNPATH)
			caller->has_path = 1;
	return 1;
}

/*
 * The linker looks at its caller for the paths to search, for $ORIGIN and for the namespace, which
 * dl_iterate_phdr() shows only as that of its own caller.
 */
int ust_dl_needs_caller(const char *path, const void *address)
{
	struct caller caller = {.address = (uintptr_t)address};

	if (path && strchr(path, '$'))
		return 1;
	dl_iterate_phdr(find_caller, &caller);
	return !caller.found || caller.has_path;
}
