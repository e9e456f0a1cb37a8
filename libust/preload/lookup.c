/* SPDX-License-Identifier: LGPL-2.1-only */
#include "lookup.h"

#include <errno.h>
#include <string.h>

#define VERSION_HIDDEN 0x8000

int ust_object_is_vdso(const struct dl_phdr_info *info)
{
	return info->dlpi_name && !strncmp(info->dlpi_name, "linux-vdso", 10);
}

int ust_object_has(const struct dl_phdr_info *info, uintptr_t address)
{
	unsigned int i;

	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_LOAD &&
		    address - (info->dlpi_addr + ph->p_vaddr) < ph->p_memsz)
			return 1;
	}
	return 0;
}

/* glibc relocates these in place, except in objects it did not load itself. */
static const void *address(const struct dl_phdr_info *info, uintptr_t value)
{
	return (const void *)(ust_object_has(info, value) ? value : info->dlpi_addr + value);
}

static const ElfW(Dyn) * dynamic_section(const struct dl_phdr_info *info)
{
	unsigned int i;

	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			return (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return NULL;
}

int ust_dynamic_read(const struct dl_phdr_info *info, struct ust_dynamic *ret_dynamic)
{
	const ElfW(Dyn) *dyn = dynamic_section(info);
	struct ust_dynamic dynamic = {.base = info->dlpi_addr};
	size_t soname = 0;

	for (; dyn && dyn->d_tag != DT_NULL; dyn++) {
		const void *at = NULL;

		switch (dyn->d_tag) {
		case DT_SYMTAB:
		case DT_STRTAB:
		case DT_GNU_HASH:
		case DT_VERSYM:
		case DT_RELA:
		case DT_JMPREL:
			at = address(info, dyn->d_un.d_ptr);
		}
		switch (dyn->d_tag) {
		case DT_SYMTAB:
			dynamic.symbols = at;
			break;
		case DT_STRTAB:
			dynamic.strings = at;
			break;
		case DT_STRSZ:
			dynamic.strings_size = dyn->d_un.d_val;
			break;
		case DT_GNU_HASH:
			dynamic.gnu_hash = at;
			break;
		case DT_VERSYM:
			dynamic.versions = at;
			break;
		case DT_RELA:
			dynamic.rela = at;
			break;
		case DT_RELASZ:
			dynamic.nr_rela = dyn->d_un.d_val / sizeof(ElfW(Rela));
			break;
		case DT_JMPREL:
			dynamic.plt_rela = at;
			break;
		case DT_PLTRELSZ:
			dynamic.nr_plt_rela = dyn->d_un.d_val / sizeof(ElfW(Rela));
			break;
		case DT_SONAME:
			soname = dyn->d_un.d_val;
			break;
		}
	}
	if (!dynamic.symbols || !dynamic.strings)
		return -ENOEXEC;
	if (soname && soname < dynamic.strings_size)
		dynamic.soname = dynamic.strings + soname;
	*ret_dynamic = dynamic;
	return 0;
}

int ust_dynamic_is_own(const struct ust_dynamic *dynamic)
{
	return dynamic->soname &&
	       (!strncmp(dynamic->soname, "libust.", 7) || !strncmp(dynamic->soname, "libust-", 7));
}

struct owner {
	uintptr_t address;
	int is_libc;
};

static int find_owner(struct dl_phdr_info *info, size_t size, void *data)
{
	static const char *const names[] = {"libc.so.",       "ld-linux",  "linux-vdso",
					    "libpthread.so.", "libdl.so.", "librt.so."};
	struct owner *owner = data;
	struct ust_dynamic dynamic;
	unsigned int i;

	(void)size;
	if (!ust_object_has(info, owner->address))
		return 0;
	if (ust_dynamic_read(info, &dynamic) || !dynamic.soname)
		return 1;
	owner->is_libc = ust_dynamic_is_own(&dynamic);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		owner->is_libc |= !strncmp(dynamic.soname, names[i], strlen(names[i]));
	return 1;
}

int ust_object_is_libc(uintptr_t address)
{
	struct owner owner = {.address = address};

	dl_iterate_phdr(find_owner, &owner);
	return owner.is_libc;
}

static int is_default(const struct ust_dynamic *dynamic, uint32_t index)
{
	return !dynamic->versions || !(dynamic->versions[index] & VERSION_HIDDEN);
}

static void *symbol_address(const struct ust_dynamic *dynamic, const ElfW(Sym) * symbol)
{
	uintptr_t at = dynamic->base + symbol->st_value;

	if (ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC)
		return ((void *(*)(void))at)();
	return (void *)at;
}

static uint32_t gnu_hash(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

void *ust_dynamic_symbol(const struct ust_dynamic *dynamic, const char *name)
{
	const uint32_t *table = dynamic->gnu_hash, *buckets, *chain;
	const ElfW(Addr) * bloom;
	uint32_t hash = gnu_hash(name), index;
	ElfW(Addr) word;

	/* Number of buckets, first symbol, words of the filter, its shift. */
	if (!table || !table[0] || !table[2])
		return NULL;
	bloom = (const void *)(table + 4);
	word = bloom[(hash / 64) & (table[2] - 1)];
	if (!(word >> (hash % 64) & 1) || !(word >> ((hash >> table[3]) % 64) & 1))
		return NULL;
	buckets = (const uint32_t *)(bloom + table[2]);
	chain = buckets + table[0];
	index = buckets[hash % table[0]];
	if (index < table[1])
		return NULL;
	for (;; index++) {
		const ElfW(Sym) *symbol = &dynamic->symbols[index];
		uint32_t other = chain[index - table[1]];
		unsigned int type = ELF64_ST_TYPE(symbol->st_info);

		if ((other | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF &&
		    (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE) &&
		    !strcmp(dynamic->strings + symbol->st_name, name) && is_default(dynamic, index))
			return symbol_address(dynamic, symbol);
		if (other & 1)
			return NULL;
	}
}
