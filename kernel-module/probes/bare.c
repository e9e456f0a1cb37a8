// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints without an event: their arguments, as they are. A probe is called with its own data
 * and then the tracepoint's arguments; those that come in registers can be read without knowing
 * the prototype. The kernel's types tell how many there are and how wide (tables.c); without them
 * all registers are recorded.
 */
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "generated.h"
#include "known.h"
#include "methods.h"

struct bare {
	struct ust_kevent event;
	u32 size;
	u8 sizes[UST_KBARE_ARGS];
	struct ust_kfield fields[UST_KBARE_ARGS];
};

static const char *const names[UST_KBARE_ARGS] = {"arg0", "arg1", "arg2", "arg3", "arg4"};

static notrace void record_arguments(void *data, u64 arg0, u64 arg1, u64 arg2, u64 arg3, u64 arg4)
{
	struct ust_kinst *inst = data;
	const struct bare *bare = container_of(inst->event, struct bare, event);
	const u64 args[UST_KBARE_ARGS] = {arg0, arg1, arg2, arg3, arg4};
	struct ust_kctx ctx;
	u8 *p;
	u32 i;

	p = ust_kprobe_reserve(inst, &ctx, bare->size);
	if (!p)
		return;
	for (i = 0; i < bare->event.nr_fields; i++) {
		memcpy(p, &args[i], bare->sizes[i]); /* the low bytes: little endian */
		p += bare->sizes[i];
	}
	ust_kprobe_commit(&ctx);
}

static u8 size_of(u32 word)
{
	switch (UST_FIELD_WORD_TYPE(word)) {
	case UST_TYPE_S8:
	case UST_TYPE_U8:
	case UST_TYPE_BOOL:
		return 1;
	case UST_TYPE_S16:
	case UST_TYPE_U16:
		return 2;
	case UST_TYPE_S32:
	case UST_TYPE_U32:
		return 4;
	default:
		return 8;
	}
}

static const struct ust_kknown_bare *known_arguments(const char *name)
{
	const struct ust_kknown_bare *known;

	for (known = ust_kknown_bare; known->name; known++)
		if (!strcmp(known->name, name))
			return known;
	return NULL;
}

struct ust_kevent *ust_kbare_find(struct tracepoint *tp)
{
	const struct ust_kknown_bare *known = known_arguments(tp->name);
	struct bare *bare = kzalloc(sizeof(*bare), GFP_KERNEL);
	u32 nr = known ? known->nr_args : UST_KBARE_ARGS, i;

	if (!bare)
		return NULL;
	for (i = 0; i < nr; i++) {
		bare->fields[i].name = names[i];
		bare->fields[i].word =
			known ? known->words[i] : UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0);
		bare->sizes[i] = size_of(bare->fields[i].word);
		bare->size += bare->sizes[i];
	}
	bare->event = (struct ust_kevent){
		.system = "tracepoints",
		.name = tp->name,
		.fields = bare->fields,
		.nr_fields = nr,
		.method = UST_KMETHOD_BARE,
		.probe = record_arguments,
	};
	return &bare->event;
}

void ust_kbare_put(struct ust_kevent *event)
{
	kfree(container_of(event, struct bare, event));
}
