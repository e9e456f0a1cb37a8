/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Functions whose prototype is known: a closure of libffi's (stay/closure.c) takes the arguments apart,
 * and a call with the same ones goes to the function.
 */
#include "call.h"

#include "libust/stay/stay.h"

#include <stdio.h>
#include <string.h>

struct function {
	struct ust_stay_handler handler; /* the first member */
	struct ust_stay_closure *closure;
	struct ust_call_hook *hook;
};

static struct function functions[UST_CALL_MAX_RULES];

/*
 * What libffi passes on. An integer is passed on with the whole register, and what comes back always
 * is: a rule may say int where it is an address or a size, or forget the result, and the program gets
 * what it would have got.
 */
static uint8_t type_of(enum ust_prototype_type type)
{
	if (type == UST_PROTOTYPE_FLOAT)
		return UST_TYPE_FLOAT;
	if (type == UST_PROTOTYPE_DOUBLE)
		return UST_TYPE_DOUBLE;
	return UST_TYPE_U64;
}

/* The value at @p as the bits of a field, as wide as the type says. */
static uint64_t bits_at(enum ust_prototype_type type, const void *p)
{
	static const unsigned char sizes[] = {
		[UST_PROTOTYPE_S8] = 1,     [UST_PROTOTYPE_S16] = 2,    [UST_PROTOTYPE_S32] = 4,
		[UST_PROTOTYPE_S64] = 8,    [UST_PROTOTYPE_U8] = 1,     [UST_PROTOTYPE_U16] = 2,
		[UST_PROTOTYPE_U32] = 4,    [UST_PROTOTYPE_U64] = 8,    [UST_PROTOTYPE_BOOL] = 1,
		[UST_PROTOTYPE_FLOAT] = 4,  [UST_PROTOTYPE_DOUBLE] = 8, [UST_PROTOTYPE_POINTER] = 8,
		[UST_PROTOTYPE_STRING] = 8,
	};
	uint64_t bits = 0;

	memcpy(&bits, p, sizes[type]);
	return bits;
}

static void call(const struct ust_call_hook *hook, void *ret, void **args)
{
	ust_stay_closure_call(functions[hook->index].closure, hook->real, ret, args);
}

static void set_text(struct ust_arg *arg, const char *text)
{
	arg->ptr = text;
	arg->len = 0;
}

/* Out of the way of calls without texts: the buffers are large. */
static __attribute__((noinline)) void record_texts(struct ust_call_hook *hook, void *ret,
						   void **args)
{
	const struct ust_prototype *prototype = &hook->prototype;
	char texts[UST_PROTOTYPE_MAX_PARAMS + 1][UST_CALL_TEXT_SIZE];
	struct ust_arg fields[UST_CALL_MAX_FIELDS];
	unsigned int nr = prototype->nr_params, i, n = nr;
	uint64_t start, end;

	/* Before the call: the text may be gone after it. */
	for (i = 0; i < nr; i++) {
		fields[i].bits = bits_at(prototype->params[i].type, args[i]);
		if (prototype->params[i].type == UST_PROTOTYPE_STRING) {
			ust_call_read_text(*(char *const *)args[i], texts[i]);
			set_text(&fields[i], texts[i]);
		}
	}
	start = ust_preload_now();
	call(hook, ret, args);
	end = ust_preload_now();
	if (prototype->result == UST_PROTOTYPE_STRING) {
		ust_call_read_text(*(char *const *)ret, texts[nr]);
		set_text(&fields[n++], texts[nr]);
	} else if (prototype->result != UST_PROTOTYPE_VOID) {
		fields[n++].bits = bits_at(prototype->result, ret);
	}
	fields[n].bits = end > start ? end - start : 0;
	ust_call_event_record(&hook->event, fields, hook->real);
}

static void record_numbers(struct ust_call_hook *hook, void *ret, void **args)
{
	const struct ust_prototype *prototype = &hook->prototype;
	struct ust_arg fields[UST_CALL_MAX_FIELDS];
	unsigned int nr = prototype->nr_params, i;
	uint64_t start, end;

	for (i = 0; i < nr; i++)
		fields[i].bits = bits_at(prototype->params[i].type, args[i]);
	start = ust_preload_now();
	call(hook, ret, args);
	end = ust_preload_now();
	if (prototype->result != UST_PROTOTYPE_VOID)
		fields[nr++].bits = bits_at(prototype->result, ret);
	fields[nr].bits = end > start ? end - start : 0;
	ust_call_event_record(&hook->event, fields, hook->real);
}

static int has_texts(const struct ust_prototype *prototype)
{
	unsigned int i;

	for (i = 0; i < prototype->nr_params; i++)
		if (prototype->params[i].type == UST_PROTOTYPE_STRING)
			return 1;
	return prototype->result == UST_PROTOTYPE_STRING;
}

static void call_texts(const struct ust_stay_handler *handler, void *ret, void **args)
{
	struct ust_call_hook *hook = ((const struct function *)handler)->hook;

	ust_call_note(hook, UST_CALL_CALLED);
	ust_call_count(1);
	if (ust_call_event_is_on(&hook->event))
		record_texts(hook, ret, args);
	else
		call(hook, ret, args);
	ust_call_count(-1);
}

static void call_numbers(const struct ust_stay_handler *handler, void *ret, void **args)
{
	struct ust_call_hook *hook = ((const struct function *)handler)->hook;

	ust_call_note(hook, UST_CALL_CALLED);
	ust_call_count(1);
	if (ust_call_event_is_on(&hook->event))
		record_numbers(hook, ret, args);
	else
		call(hook, ret, args);
	ust_call_count(-1);
}

_Static_assert(UST_PROTOTYPE_MAX_PARAMS <= UST_STAY_MAX_PARAMS, "each has room");
_Static_assert(UST_CALL_MAX_RULES <= UST_STAY_CLOSURES, "each has one");

int ust_call_ffi_create(struct ust_call_hook *hook, void **ret_code)
{
	const struct ust_prototype *prototype = &hook->prototype;
	struct function *function = &functions[hook->index];
	uint8_t types[UST_PROTOTYPE_MAX_PARAMS];
	char name[2 * UST_PROTOTYPE_NAME_SIZE];
	unsigned int i;
	int err;

	for (i = 0; i < prototype->nr_params; i++)
		types[i] = type_of(prototype->params[i].type);
	snprintf(name, sizeof(name), "%s:%s", prototype->library, prototype->function);
	err = ust_stay_closure(name, type_of(prototype->result), types, prototype->nr_params,
			       &function->closure);
	if (err)
		return err;
	function->handler.call = has_texts(prototype) ? call_texts : call_numbers;
	function->hook = hook;
	*ret_code = ust_stay_closure_code(function->closure);
	return 0;
}

void ust_call_ffi_lead(struct ust_call_hook *hook, int to_us)
{
	struct function *function = &functions[hook->index];

	ust_stay_closure_lead(function->closure, to_us ? &function->handler : NULL, hook->real);
}
