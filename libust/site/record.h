/* SPDX-License-Identifier: LGPL-2.1-only */
/* Reading the records of one object, with every offset checked against its segments. */
#ifndef UST_SITE_RECORD_H
#define UST_SITE_RECORD_H

#include "../os/elf.h"
#include "registry.h"

/* A record in the terms of the process: pointers into the object. */
struct ust_record {
	unsigned char *addr;
	const void *function; /* of a definition */
	struct ust_site_state *state;
	const char *provider, *name, *file;
	const char *names; /* the format string of a marker, else a name for each field, NUL behind
			      each */
	const uint32_t *words;
	/* Of each enumeration, where no object holds them: checked, and ended by a label without text. */
	const struct ust_enum_label *const *labels;
	uint32_t line;
	const struct ust_attr_rec *attrs; /* as the object has them, unchecked */
	uint32_t nr_attrs;
	uint8_t kind, method, nr_fields;
	uint8_t loglevel; /* 0 to UST_LOGLEVEL_MAX */
	uint8_t prot;     /* of the text, PROT_* */
};

/*
 * Reads the record at @at, of a section that ends at @stop. Result: its size; -EINVAL when nothing
 * behind it can be found either. @ret_record->state is NULL when only this record makes no sense.
 */
long ust_record_read(const struct ust_elf_object *object, uintptr_t at, uintptr_t stop,
		     struct ust_record *ret_record);

/*
 * The fields of a record, in the registry's memory, names and labels copied. NULL when there are
 * none or there is no memory (-ENOMEM in @ret_err then, else 0).
 */
struct ust_field *ust_record_fields(const struct ust_elf_object *object,
				    const struct ust_record *record, int unrelocated, int *ret_err);
void ust_record_free_fields(struct ust_field *fields, unsigned int nr);

/*
 * The attributes of a record, in the registry's memory, texts copied; those of a kind or a field that
 * is not known are left out. Result: their number, or -ENOMEM. @ret_attrs: NULL when there are none.
 */
int ust_record_attrs(const struct ust_elf_object *object, const struct ust_record *record,
		     struct ust_attr **ret_attrs);
void ust_record_free_attrs(struct ust_attr *attrs, unsigned int nr);

#endif /* UST_SITE_RECORD_H */
