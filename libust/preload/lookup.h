/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Symbols of loaded objects, read in memory: without dlsym(), which allocates, leaves its errors
 * for the program's dlerror(), and may not be called from an allocator. Any thread; takes the
 * dynamic linker's list lock.
 */
#ifndef UST_PRELOAD_LOOKUP_H
#define UST_PRELOAD_LOOKUP_H

#include <link.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* What the dynamic section of a loaded object says; 0 and NULL: not there. */
struct ust_dynamic {
	uintptr_t base;
	const ElfW(Sym) * symbols;
	const char *strings;
	size_t strings_size;
	const uint32_t *gnu_hash;
	const ElfW(Half) * versions;
	const ElfW(Rela) * rela;
	size_t nr_rela;
	const ElfW(Rela) * plt_rela;
	size_t nr_plt_rela;
	const char *soname;
};

/* Result: 0, or -ENOEXEC for an object without symbols. */
int ust_dynamic_read(const struct dl_phdr_info *info, struct ust_dynamic *ret_dynamic);

/* Address of the function that the object defines, of the default version if there are several; an
 * indirect one is asked. NULL: none. */
void *ust_dynamic_symbol(const struct ust_dynamic *dynamic, const char *name);

/* Whether the object is libust or one of its libraries. */
int ust_dynamic_is_own(const struct ust_dynamic *dynamic);

/* Whether the object is the kernel's. */
int ust_object_is_vdso(const struct dl_phdr_info *info);

/* Whether an address is in libc, the dynamic linker, what the kernel adds to them, or a library of ours. */
int ust_object_is_libc(uintptr_t address);

/* Whether an address is in a segment of the object. */
int ust_object_has(const struct dl_phdr_info *info, uintptr_t address);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_LOOKUP_H */
