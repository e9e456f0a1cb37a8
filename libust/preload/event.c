/* SPDX-License-Identifier: LGPL-2.1-only */
#include "event.h"

#include <errno.h>
#include <string.h>

#include "libust/control/define.h"

/* One for each rule at most. */
static struct ust_site_state states[UST_CALL_MAX_RULES];
static unsigned int nr_states;

static __u32 word_of(enum ust_prototype_type type)
{
	static const unsigned char types[] = {
		[UST_PROTOTYPE_S8] = UST_TYPE_S8,
		[UST_PROTOTYPE_S16] = UST_TYPE_S16,
		[UST_PROTOTYPE_S32] = UST_TYPE_S32,
		[UST_PROTOTYPE_S64] = UST_TYPE_S64,
		[UST_PROTOTYPE_U8] = UST_TYPE_U8,
		[UST_PROTOTYPE_U16] = UST_TYPE_U16,
		[UST_PROTOTYPE_U32] = UST_TYPE_U32,
		[UST_PROTOTYPE_U64] = UST_TYPE_U64,
		[UST_PROTOTYPE_BOOL] = UST_TYPE_BOOL,
		[UST_PROTOTYPE_FLOAT] = UST_TYPE_FLOAT,
		[UST_PROTOTYPE_DOUBLE] = UST_TYPE_DOUBLE,
		[UST_PROTOTYPE_POINTER] = UST_TYPE_POINTER,
		[UST_PROTOTYPE_STRING] = UST_TYPE_STRING,
	};

	return UST_FIELD_WORD(types[type], 0, 0);
}

struct naming {
	struct ust_call_event *event;
	char *p;
};

static void add(struct naming *naming, const char *name, __u32 word)
{
	naming->event->words[naming->event->nr_fields++] = word;
	naming->p += strlen(strcpy(naming->p, name)) + 1;
}

int ust_call_event_create(const struct ust_prototype *prototype, struct ust_call_event *ret_event)
{
	static const char *const registers[] = {"arg1", "arg2", "arg3", "arg4", "arg5", "arg6"};
	char names[UST_CALL_MAX_FIELDS * sizeof(prototype->params[0].name)];
	struct naming naming = {ret_event, names};
	const __u32 hex = UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0);
	struct ust_define_opts opts;
	unsigned int i;
	int err;

	if (nr_states == UST_CALL_MAX_RULES)
		return -ENOSPC;
	ret_event->nr_fields = 0;
	for (i = 0; i < prototype->nr_params; i++)
		add(&naming, prototype->params[i].name, word_of(prototype->params[i].type));
	for (i = 0; i < 6 && !prototype->is_known; i++)
		add(&naming, registers[i], hex);
	if (!prototype->is_known)
		add(&naming, "result", hex);
	else if (prototype->result != UST_PROTOTYPE_VOID)
		add(&naming, "result", word_of(prototype->result));
	add(&naming, "duration", UST_FIELD_WORD(UST_TYPE_U64, 0, 0));
	opts = (struct ust_define_opts){
		.provider = prototype->provider,
		.name = prototype->function,
		.names = names,
		.words = ret_event->words,
		.nr_fields = ret_event->nr_fields,
	};
	err = ust_define_event(&opts, &states[nr_states]);
	if (!err)
		ret_event->state = &states[nr_states++];
	return err;
}

void ust_call_event_record(const struct ust_call_event *event, struct ust_arg *args, void *ip)
{
	unsigned int i;

	for (i = 0; i < event->nr_fields; i++)
		args[i].word = event->words[i];
	event->state->ops->record_args(event->state, args, event->nr_fields, ip);
}
