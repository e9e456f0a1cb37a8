/* SPDX-License-Identifier: LGPL-2.1-only */
/* Loaded ELF objects: their segments, notes and relocations, read in memory. */
#ifndef UST_OS_ELF_H
#define UST_OS_ELF_H

#include <stddef.h>
#include <stdint.h>
#include <link.h>

#include <ust/abi/site.h>

struct ust_elf_object {
	uintptr_t base; /* difference of addresses in memory and in the file */
	const char *name;
	const ElfW(Phdr) * phdr;
	unsigned int nr_phdr;
};

void ust_elf_object_init(const struct dl_phdr_info *info, struct ust_elf_object *ret_object);

/* The loaded segment that holds all of [addr, addr + size) and has @flags (PF_*), or NULL. */
const ElfW(Phdr) * ust_elf_segment(const struct ust_elf_object *object, uintptr_t addr, size_t size,
				   unsigned int flags);

/* Bounds of what may be executed of the object. */
void ust_elf_text(const struct ust_elf_object *object, uintptr_t *ret_begin, uintptr_t *ret_end);

/* Length of the string at @addr if its NUL lies in the same segment, or -EINVAL. */
long ust_elf_string(const struct ust_elf_object *object, uintptr_t addr);

/* Calls @found for each note of name "UST" and type UST_NOTE_SITES. */
void ust_elf_notes(const struct ust_elf_object *object,
		   void (*found)(void *data, const struct ust_note_rec *note, size_t size),
		   void *data);

/*
 * The pointer stored at @addr of the object, also before the dynamic linker has relocated it: a
 * relative relocation (or one against a symbol the object defines) for that place is looked for
 * first when @unrelocated. 0 when there is none or it leads nowhere.
 */
uintptr_t ust_elf_pointer(const struct ust_elf_object *object, uintptr_t addr, int unrelocated);

/* The dynamic section's entry @tag, or NULL. */
const ElfW(Dyn) * ust_elf_dynamic(const struct ust_elf_object *object, long tag);

/* Whether a string of the dynamic section with that tag (DT_NEEDED, DT_SONAME) begins with @prefix. */
int ust_elf_names(const struct ust_elf_object *object, long tag, const char *prefix);

#endif /* UST_OS_ELF_H */
