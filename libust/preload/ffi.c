/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Functions whose prototype is known, by libffi: a closure takes the arguments apart, and a call
 * with the same ones goes to the function.
 */
#include "call.h"

#include <ffi.h>
#include <string.h>

struct function {
	ffi_cif cif;
	ffi_type *types[UST_PROTOTYPE_MAX_PARAMS];
	ffi_closure *closure;
	void *code;
};

static struct function functions[UST_CALL_MAX_RULES];

/*
 * What libffi passes on. An integer is passed on with the whole register, and what comes back always
 * is: a rule may say int where it is an address or a size, or forget the result, and the program gets
 * what it would have got.
 */
static ffi_type *type_of(enum ust_prototype_type type)
{
	if (type == UST_PROTOTYPE_FLOAT)
		return &ffi_type_float;
	if (type == UST_PROTOTYPE_DOUBLE)
		return &ffi_type_double;
	return &ffi_type_uint64;
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
	ffi_call(&functions[hook->index].cif, FFI_FN(hook->real), ret, args);
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
	ffi_call(&functions[hook->index].cif, FFI_FN(hook->real), ret, args);
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

static void call_texts(ffi_cif *cif, void *ret, void **args, void *data)
{
	struct ust_call_hook *hook = data;

	ust_call_note(hook, UST_CALL_CALLED);
	if (ust_call_event_is_on(&hook->event))
		record_texts(hook, ret, args);
	else
		ffi_call(cif, FFI_FN(hook->real), ret, args);
}

static void call_numbers(ffi_cif *cif, void *ret, void **args, void *data)
{
	struct ust_call_hook *hook = data;

	ust_call_note(hook, UST_CALL_CALLED);
	if (ust_call_event_is_on(&hook->event))
		record_numbers(hook, ret, args);
	else
		ffi_call(cif, FFI_FN(hook->real), ret, args);
}

int ust_call_ffi_create(struct ust_call_hook *hook, void **ret_code)
{
	const struct ust_prototype *prototype = &hook->prototype;
	struct function *function = &functions[hook->index];
	unsigned int i;

	for (i = 0; i < prototype->nr_params; i++)
		function->types[i] = type_of(prototype->params[i].type);
	if (ffi_prep_cif(&function->cif, FFI_DEFAULT_ABI, prototype->nr_params,
			 type_of(prototype->result), function->types))
		return -ENOTSUP;
	function->closure = ffi_closure_alloc(sizeof(ffi_closure), &function->code);
	if (!function->closure)
		return -ENOMEM;
	if (ffi_prep_closure_loc(function->closure, &function->cif,
				 has_texts(prototype) ? call_texts : call_numbers, hook,
				 function->code))
		return -ENOTSUP;
	*ret_code = function->code;
	return 0;
}
