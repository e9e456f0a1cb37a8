/* SPDX-License-Identifier: LGPL-2.1-only */
#include "symbol.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

struct object {
	const char *base;
	size_t size;
	uintptr_t slide; /* address - address in the file */
	const ElfW(Sym) * symbols;
	const char *strings;
	const ElfW(Half) * versions;
	const ElfW(Verdef) * version_defs;
	const uint32_t *hash, *gnu_hash;
};

/* Whether @len bytes at @p are inside. */
static int inside(const struct object *object, const void *p, size_t len)
{
	uintptr_t at = (uintptr_t)p - (uintptr_t)object->base;

	return !object->size || (at <= object->size && len <= object->size - at);
}

static const ElfW(Dyn) * find_dynamic(struct object *object)
{
	const ElfW(Ehdr) *header = (const void *)object->base;
	const ElfW(Dyn) *dynamic = NULL;
	const ElfW(Phdr) * phdr;
	int i, loaded = 0;

	if (!inside(object, header, sizeof(*header)) || memcmp(header->e_ident, ELFMAG, SELFMAG) ||
	    header->e_phentsize != sizeof(*phdr))
		return NULL;
	phdr = (const void *)(object->base + header->e_phoff);
	if (!inside(object, phdr, header->e_phnum * sizeof(*phdr)))
		return NULL;
	for (i = 0; i < header->e_phnum; i++) {
		if (phdr[i].p_type == PT_LOAD && !loaded++)
			object->slide =
				(uintptr_t)object->base + phdr[i].p_offset - phdr[i].p_vaddr;
		else if (phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const void *)(object->base + phdr[i].p_offset);
	}
	return loaded ? dynamic : NULL;
}

static int open_object(struct object *object)
{
	const ElfW(Dyn) *dyn = find_dynamic(object);

	for (; dyn && inside(object, dyn, sizeof(*dyn)) && dyn->d_tag != DT_NULL; dyn++) {
		const void *at = (const void *)(object->slide + dyn->d_un.d_ptr);

		switch (dyn->d_tag) {
		case DT_SYMTAB:
			object->symbols = at;
			break;
		case DT_STRTAB:
			object->strings = at;
			break;
		case DT_VERSYM:
			object->versions = at;
			break;
		case DT_VERDEF:
			object->version_defs = at;
			break;
		case DT_HASH:
			object->hash = at;
			break;
		case DT_GNU_HASH:
			object->gnu_hash = at;
			break;
		}
	}
	return object->symbols && object->strings && (object->hash || object->gnu_hash);
}

static int string_is(const struct object *object, size_t at, const char *text)
{
	const char *s = object->strings + at;
	size_t len = strlen(text) + 1;

	return inside(object, s, len) && !memcmp(s, text, len);
}

/* Whether the symbol's version has this name; without version tables it has none. */
static int version_is(const struct object *object, uint32_t index, const char *version)
{
	const ElfW(Verdef) *def = object->version_defs;
	unsigned int want;

	if (!version)
		return 1;
	if (!object->versions || !def ||
	    !inside(object, object->versions + index, sizeof(*object->versions)))
		return 0;
	want = object->versions[index] & 0x7fff;
	for (;;) {
		const ElfW(Verdaux) * aux;

		if (!inside(object, def, sizeof(*def)))
			return 0;
		aux = (const void *)((const char *)def + def->vd_aux);
		if (!(def->vd_flags & VER_FLG_BASE) && (def->vd_ndx & 0x7fff) == want)
			return inside(object, aux, sizeof(*aux)) &&
			       string_is(object, aux->vda_name, version);
		if (!def->vd_next)
			return 0;
		def = (const void *)((const char *)def + def->vd_next);
	}
}

/* Number of symbols. The table of DT_GNU_HASH ends where its longest chain does. */
static uint32_t count_symbols(const struct object *object)
{
	const uint32_t *gnu = object->gnu_hash, *buckets, *chain;
	uint32_t last = 0, i;

	if (object->hash)
		return inside(object, object->hash, 8) ? object->hash[1] : 0;
	if (!inside(object, gnu, 16))
		return 0;
	buckets = gnu + 4 + gnu[2] * (sizeof(ElfW(Addr)) / 4);
	if (!inside(object, buckets, gnu[0] * 4ul))
		return 0;
	for (i = 0; i < gnu[0]; i++)
		last = buckets[i] > last ? buckets[i] : last;
	if (last < gnu[1])
		return gnu[1];
	chain = buckets + gnu[0] + (last - gnu[1]);
	while (inside(object, chain, 4) && !(*chain++ & 1))
		last++;
	return last + 1;
}

void *ust_clock_symbol(const void *image, size_t size, const char *version, const char *name)
{
	struct object object = {.base = image, .size = size};
	uint32_t nr, i;

	if (!open_object(&object))
		return NULL;
	nr = count_symbols(&object);
	for (i = 0; i < nr; i++) {
		const ElfW(Sym) *symbol = &object.symbols[i];
		const void *at;

		if (!inside(&object, symbol, sizeof(*symbol)))
			return NULL;
		at = (const void *)(object.slide + symbol->st_value);
		if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS ||
		    !inside(&object, at, 1) || !string_is(&object, symbol->st_name, name) ||
		    !version_is(&object, i, version))
			continue;
		return (void *)(uintptr_t)at;
	}
	return NULL;
}
