/* SPDX-License-Identifier: GPL-2.0-only */
#include "defs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"

/* What a label and an attribute take of a message at least. */
#define LABELS_MAX (UST_MSG_MAX / 20)
#define ATTRS_MAX (UST_MSG_MAX / 12)

static struct ust_ctf_field fields[UST_MAX_FIELDS];
static struct ust_ctf_label labels[LABELS_MAX];
static struct ust_ctf_attr attrs[ATTRS_MAX];

void ustd_defs_init(struct ustd_defs *defs)
{
	memset(defs, 0, sizeof(*defs));
}

void ustd_defs_fini(struct ustd_defs *defs)
{
	while (defs->nr)
		ustd_defs_undo(defs);
	free(defs->by_id);
	memset(defs, 0, sizeof(*defs));
}

static struct ust_ctf_str ctf_str(struct ust_wire_str str)
{
	return (struct ust_ctf_str){.s = str.s, .len = str.len};
}

static int name_ok(struct ust_wire_str str)
{
	return str.len > 0 && str.len <= USTD_MAX_NAME && !memchr(str.s, '\0', str.len);
}

/* Result: their number. What is said of no field would be written nowhere. */
static uint32_t parse_attrs(struct ust_wire_in *in)
{
	uint32_t nr = ust_wire_get_u32(in), i;

	if (nr > ATTRS_MAX)
		in->error = -EBADMSG;
	for (i = 0; i < nr && !in->error; i++) {
		struct ust_wire_attr attr = ust_wire_get_attr(in);

		attrs[i].kind = attr.kind;
		attrs[i].field = attr.field;
		attrs[i].text = ctf_str(attr.text);
	}
	return nr;
}

int ustd_def_parse(struct ust_wire_in *in, struct ustd_def_view *ret_view)
{
	const unsigned char *start = in->p;
	struct ust_wire_event event = ust_wire_get_event(in);
	uint32_t i, j, nr_labels = 0;
	int err = 0;

	if (in->error || event.nr_fields > UST_MSG_MAX)
		return -EBADMSG;
	if (!name_ok(event.provider) || !name_ok(event.name) || event.nr_fields > UST_MAX_FIELDS)
		err = -EINVAL;
	for (i = 0; i < event.nr_fields && !in->error; i++) {
		struct ust_wire_field field = ust_wire_get_field(in);
		struct ust_ctf_field *to = &fields[i % UST_MAX_FIELDS];

		if (field.name.len > USTD_MAX_NAME || ust_ctf_field_check(field.word))
			err = -EINVAL;
		to->name = ctf_str(field.name);
		to->word = field.word;
		to->labels = &labels[nr_labels];
		to->nr_labels = field.nr_labels;
		for (j = 0; j < field.nr_labels && !in->error; j++) {
			struct ust_wire_label label = ust_wire_get_label(in);

			if (nr_labels == LABELS_MAX)
				return -EBADMSG;
			labels[nr_labels].label = ctf_str(label.label);
			labels[nr_labels].value = label.value;
			labels[nr_labels++].span = label.span;
		}
	}
	ret_view->event.nr_attrs = parse_attrs(in);
	if (in->error)
		return -EBADMSG;
	ret_view->event.attrs = attrs;
	ret_view->event.provider = ctf_str(event.provider);
	ret_view->event.name = ctf_str(event.name);
	ret_view->event.loglevel = event.loglevel;
	ret_view->event.nr_fields = event.nr_fields;
	ret_view->event.fields = fields;
	ret_view->wire = start;
	ret_view->len = (uint32_t)(in->p - start);
	/* Two lengths in front of the names; file and line between them and the log level. */
	ret_view->head = 8 + event.provider.len + event.name.len;
	ret_view->tail = ret_view->head + 4 + event.file.len + 4;
	return err;
}

void ustd_def_view(const struct ustd_def *def, struct ustd_def_view *ret_view)
{
	struct ust_wire_in in = {.p = def->wire, .end = def->wire + def->len};

	/* It was checked when it was stored. */
	(void)ustd_def_parse(&in, ret_view);
	ret_view->event.id = def->id;
}

static uint32_t hash_bytes(uint32_t hash, const unsigned char *p, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 16777619u;
	return hash;
}

static uint32_t hash_view(const struct ustd_def_view *view)
{
	uint32_t hash = hash_bytes(2166136261u, view->wire, view->head);

	return hash_bytes(hash, view->wire + view->tail, view->len - view->tail);
}

struct ustd_def *ustd_defs_find(struct ustd_defs *defs, const struct ustd_def_view *view)
{
	uint32_t hash = hash_view(view), tail_len = view->len - view->tail;
	struct cds_hlist_node *node;
	struct ustd_def *def;

	cds_hlist_for_each_entry(def, node, &defs->buckets[hash % USTD_DEFS_BUCKETS], node)
	{
		if (def->hash == hash && def->head == view->head &&
		    def->len - def->tail == tail_len &&
		    memcmp(def->wire, view->wire, def->head) == 0 &&
		    memcmp(def->wire + def->tail, view->wire + view->tail, tail_len) == 0)
			return def;
	}
	return NULL;
}

static int grow(struct ustd_defs *defs)
{
	uint32_t size = defs->size ? defs->size * 2 : 64;
	struct ustd_def **by_id = realloc(defs->by_id, size * sizeof(*by_id));

	if (!by_id)
		return -ENOMEM;
	defs->by_id = by_id;
	defs->size = size;
	return 0;
}

int ustd_defs_add(struct ustd_defs *defs, const struct ustd_def_view *view,
		  struct ustd_def **ret_def)
{
	struct ustd_def *def;

	if (defs->nr > UST_EVENT_ID_MAX || defs->bytes + view->len > USTD_MAX_DEF_BYTES)
		return -ENOSPC;
	if (defs->nr == defs->size && grow(defs))
		return -ENOMEM;
	def = malloc(sizeof(*def) + view->len);
	if (!def)
		return -ENOMEM;
	def->id = defs->nr;
	def->hash = hash_view(view);
	def->len = view->len;
	def->tail = view->tail;
	def->head = view->head;
	memcpy(def->wire, view->wire, view->len);
	cds_hlist_add_head(&def->node, &defs->buckets[def->hash % USTD_DEFS_BUCKETS]);
	defs->by_id[defs->nr++] = def;
	defs->bytes += def->len;
	*ret_def = def;
	return 0;
}

void ustd_defs_undo(struct ustd_defs *defs)
{
	struct ustd_def *def = defs->by_id[--defs->nr];

	defs->bytes -= def->len;
	cds_hlist_del(&def->node);
	free(def);
}

void ustd_def_name(const struct ustd_def *def, char *buf, uint32_t size)
{
	struct ustd_def_view view;

	ustd_def_view(def, &view);
	snprintf(buf, size, "%.*s:%.*s", (int)view.event.provider.len, view.event.provider.s,
		 (int)view.event.name.len, view.event.name.s);
}
