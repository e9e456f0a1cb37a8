/* SPDX-License-Identifier: LGPL-2.1-only */
/* Reading the records of one object, with every offset checked against its segments. */
#ifndef UST_SITE_RECORD_H
#define UST_SITE_RECORD_H

#include "../os/elf.h"
#include "registry.h"

/* A record in the terms of the process: pointers into the object. */
struct ust_record {
	unsigned char *addr;
	struct ust_site_state *state;
	const char *provider, *name, *file;
	const char *names; /* the format string of a marker, else a name for each field, NUL behind
			      each */
	const uint32_t *words;
	uint32_t line;
	uint8_t kind, method, loglevel, nr_fields;
	uint8_t prot; /* of the text, PROT_* */
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

#endif /* UST_SITE_RECORD_H */
