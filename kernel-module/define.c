// SPDX-License-Identifier: GPL-2.0-only
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/trace_events.h>

#include <ust/abi/control.h>
#include <ust/abi/site.h>

#include "define.h"
#include "probe.h"

/* Written twice: with p NULL to learn the length, then in earnest. */
struct out {
	u8 *p;
	u32 len;
};

static void put(struct out *out, const void *bytes, u32 len)
{
	if (out->p)
		memcpy(out->p + out->len, bytes, len);
	out->len += len;
}

static void put32(struct out *out, u32 v)
{
	put(out, &v, sizeof(v));
}

static void put64(struct out *out, u64 v)
{
	put(out, &v, sizeof(v));
}

static void put_str(struct out *out, const char *s)
{
	u32 len = min_t(size_t, strlen(s), 4096);

	put32(out, len);
	put(out, s, len);
}

static void put_labels(struct out *out, const struct ust_kfield *field)
{
	const struct ust_klabels *labels = field->labels;
	u32 nr = 0, i;

	if (!(UST_FIELD_WORD_FLAGS(field->word) & UST_FIELD_ENUM) || !labels) {
		put32(out, 0);
		return;
	}
	for (i = 0; i < labels->nr; i++)
		nr += !!labels->labels[i].name;
	put32(out, nr);
	for (i = 0; i < labels->nr; i++) {
		if (!labels->labels[i].name)
			continue;
		put_str(out, labels->labels[i].name);
		put64(out, labels->labels[i].mask);
		put64(out, 0);
	}
}

static void put_definition(struct out *out, const struct ust_kevent *event)
{
	u32 i;

	put_str(out, event->system);
	put_str(out, event->name);
	put_str(out, event->owner ? module_name(event->owner) : "");
	put32(out, 0);
	put32(out, UST_LOGLEVEL_DEFAULT);
	put32(out, event->nr_fields);
	for (i = 0; i < event->nr_fields; i++) {
		put_str(out, event->fields[i].name);
		put32(out, event->fields[i].word);
		put_labels(out, &event->fields[i]);
	}
	put32(out, 0);
}

static enum ust_kernel_coverage coverage(const struct ust_kevent *event)
{
	switch (event->method) {
	case UST_KMETHOD_GENERATED:
		return UST_KERNEL_GENERATED;
	case UST_KMETHOD_SYSCALL:
		return UST_KERNEL_SYSCALL;
	case UST_KMETHOD_CORE:
		return UST_KERNEL_CORE;
	default:
		return UST_KERNEL_RAW;
	}
}

struct ust_kdefinition *ust_kdefine(const struct ust_kevent *event, u32 enabled)
{
	struct ust_kdefinition *def;
	struct out out = {};
	u32 size;

	put_definition(&out, event);
	size = ALIGN(sizeof(def->event) + out.len, 8);
	if (size > UST_KERNEL_EVENT_MAX)
		return NULL;
	def = kvzalloc(offsetof(struct ust_kdefinition, event) + size, GFP_KERNEL);
	if (!def)
		return NULL;
	def->event = (struct ust_kernel_event){
		.size = size,
		.id = event->id,
		.coverage = coverage(event),
		.enabled = enabled,
		.definition_len = out.len,
	};
	out = (struct out){.p = def->bytes};
	put_definition(&out, event);
	return def;
}
