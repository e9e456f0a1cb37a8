/* SPDX-License-Identifier: LGPL-2.1-only */
#include "elf.h"

#include <errno.h>
#include <string.h>

void ust_elf_object_init(const struct dl_phdr_info *info, struct ust_elf_object *ret_object)
{
	ret_object->base = info->dlpi_addr;
	ret_object->name = info->dlpi_name;
	ret_object->phdr = info->dlpi_phdr;
	ret_object->nr_phdr = info->dlpi_phnum;
}

const ElfW(Phdr) * ust_elf_segment(const struct ust_elf_object *object, uintptr_t addr, size_t size,
				   unsigned int flags)
{
	unsigned int i;

	for (i = 0; i < object->nr_phdr; i++) {
		const ElfW(Phdr) *ph = &object->phdr[i];
		uintptr_t start = object->base + ph->p_vaddr;

		if (ph->p_type != PT_LOAD || (ph->p_flags & flags) != flags)
			continue;
		if (addr >= start && addr - start <= ph->p_memsz &&
		    size <= ph->p_memsz - (addr - start))
			return ph;
	}
	return NULL;
}

void ust_elf_text(const struct ust_elf_object *object, uintptr_t *ret_begin, uintptr_t *ret_end)
{
	unsigned int i;

	*ret_begin = UINTPTR_MAX;
	*ret_end = 0;
	for (i = 0; i < object->nr_phdr; i++) {
		const ElfW(Phdr) *phdr = &object->phdr[i];
		uintptr_t begin = object->base + phdr->p_vaddr;

		if (phdr->p_type != PT_LOAD || !(phdr->p_flags & PF_X))
			continue;
		if (begin < *ret_begin)
			*ret_begin = begin;
		if (begin + phdr->p_memsz > *ret_end)
			*ret_end = begin + phdr->p_memsz;
	}
}

long ust_elf_string(const struct ust_elf_object *object, uintptr_t addr)
{
	const ElfW(Phdr) *ph = ust_elf_segment(object, addr, 1, PF_R);
	size_t room, len;

	if (!ph)
		return -EINVAL;
	room = object->base + ph->p_vaddr + ph->p_memsz - addr;
	len = strnlen((const char *)addr, room);
	return len == room ? -EINVAL : (long)len;
}

/* Notes of one segment; their parts are padded to the segment's alignment. */
static void segment_notes(uintptr_t start, size_t size, size_t align,
			  void (*found)(void *, const struct ust_note_rec *, size_t), void *data)
{
	uintptr_t p = start, end = start + size;

	while (end - p >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)p;
		uintptr_t name = p + sizeof(*note);
		size_t name_size = ((size_t)note->n_namesz + align - 1) & ~(align - 1);
		size_t desc_size = ((size_t)note->n_descsz + align - 1) & ~(align - 1);

		if (name_size > end - name || note->n_descsz > end - name - name_size)
			return;
		if (note->n_type == UST_NOTE_SITES && note->n_namesz == sizeof(UST_NOTE_NAME) &&
		    memcmp((const void *)name, UST_NOTE_NAME, sizeof(UST_NOTE_NAME)) == 0)
			found(data, (const struct ust_note_rec *)(name + name_size),
			      note->n_descsz);
		if (desc_size > end - name - name_size)
			return;
		p = name + name_size + desc_size;
	}
}

void ust_elf_notes(const struct ust_elf_object *object,
		   void (*found)(void *data, const struct ust_note_rec *note, size_t size),
		   void *data)
{
	unsigned int i;

	for (i = 0; i < object->nr_phdr; i++) {
		const ElfW(Phdr) *ph = &object->phdr[i];
		uintptr_t start = object->base + ph->p_vaddr;

		/* A note segment that is not part of a loaded one is only in the file. */
		if (ph->p_type == PT_NOTE && ust_elf_segment(object, start, ph->p_memsz, PF_R))
			segment_notes(start, ph->p_memsz, ph->p_align == 8 ? 8 : 4, found, data);
	}
}

const ElfW(Dyn) * ust_elf_dynamic(const struct ust_elf_object *object, long tag)
{
	unsigned int i;

	for (i = 0; i < object->nr_phdr; i++) {
		const ElfW(Phdr) *ph = &object->phdr[i];
		const ElfW(Dyn) *dyn = (const ElfW(Dyn) *)(object->base + ph->p_vaddr);
		size_t nr = ph->p_memsz / sizeof(*dyn);

		if (ph->p_type != PT_DYNAMIC)
			continue;
		for (; nr && dyn->d_tag != DT_NULL; nr--, dyn++)
			if (dyn->d_tag == tag)
				return dyn;
	}
	return NULL;
}

/* Addresses in the dynamic section are relocated by glibc where it is writable, elsewhere not. */
static uintptr_t dynamic_address(const struct ust_elf_object *object, long tag)
{
	const ElfW(Dyn) *dyn = ust_elf_dynamic(object, tag);
	uintptr_t addr;

	if (!dyn)
		return 0;
	addr = dyn->d_un.d_ptr;
	if (ust_elf_segment(object, addr, 1, PF_R))
		return addr;
	addr += object->base;
	return ust_elf_segment(object, addr, 1, PF_R) ? addr : 0;
}

int ust_elf_names(const struct ust_elf_object *object, long tag, const char *prefix)
{
	const ElfW(Dyn) *dyn = ust_elf_dynamic(object, tag);
	uintptr_t strings = dynamic_address(object, DT_STRTAB);

	for (; dyn && strings && dyn->d_tag != DT_NULL; dyn++)
		if (dyn->d_tag == tag && ust_elf_string(object, strings + dyn->d_un.d_val) >= 0 &&
		    !strncmp((const char *)(strings + dyn->d_un.d_val), prefix, strlen(prefix)))
			return 1;
	return 0;
}

static int find_relocation(const struct ust_elf_object *object, uintptr_t addr,
			   uintptr_t *ret_value)
{
	const ElfW(Dyn) *size = ust_elf_dynamic(object, DT_RELASZ);
	const ElfW(Rela) *rela = (const ElfW(Rela) *)dynamic_address(object, DT_RELA);
	const ElfW(Sym) *symbols = (const ElfW(Sym) *)dynamic_address(object, DT_SYMTAB);
	size_t i, nr;

	if (!rela || !size)
		return 0;
	nr = size->d_un.d_val / sizeof(*rela);
	if (!ust_elf_segment(object, (uintptr_t)rela, nr * sizeof(*rela), PF_R))
		return 0;
	for (i = 0; i < nr; i++) {
		const ElfW(Sym) * symbol;

		if (object->base + rela[i].r_offset != addr)
			continue;
		if (ELF64_R_TYPE(rela[i].r_info) == R_X86_64_RELATIVE) {
			*ret_value = object->base + (uintptr_t)rela[i].r_addend;
			return 1;
		}
		if (ELF64_R_TYPE(rela[i].r_info) != R_X86_64_64 || !symbols)
			return 0;
		symbol = &symbols[ELF64_R_SYM(rela[i].r_info)];
		if (!ust_elf_segment(object, (uintptr_t)symbol, sizeof(*symbol), PF_R) ||
		    symbol->st_shndx == SHN_UNDEF)
			return 0;
		*ret_value = object->base + symbol->st_value + (uintptr_t)rela[i].r_addend;
		return 1;
	}
	return 0;
}

uintptr_t ust_elf_pointer(const struct ust_elf_object *object, uintptr_t addr, int unrelocated)
{
	uintptr_t value;

	if (!ust_elf_segment(object, addr, sizeof(value), PF_R))
		return 0;
	if (unrelocated && find_relocation(object, addr, &value))
		return value;
	memcpy(&value, (const void *)addr, sizeof(value));
	/* A packed (DT_RELR) relocation keeps its addend in place. */
	if (unrelocated && value && !ust_elf_segment(object, value, 1, PF_R))
		value += object->base;
	return value;
}
