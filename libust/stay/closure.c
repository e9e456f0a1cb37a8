/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Closures of libffi. They stay, and libffi with them: a thread may be in its code on the way to one, and
 * what it gives back after a closure is freed is not all that it took.
 */
#include <errno.h>
#include <ffi.h>
#include <stdio.h>
#include <string.h>

#include "stay.h"

#define NAME_SIZE 360

struct ust_stay_closure {
	char name[NAME_SIZE];
	uint8_t result, params[UST_STAY_MAX_PARAMS];
	unsigned int nr_params;
	ffi_cif cif;
	ffi_type *types[UST_STAY_MAX_PARAMS];
	void *code, *function;
	const struct ust_stay_handler *handler;
};

static struct ust_stay_closure closures[UST_STAY_CLOSURES];
static unsigned int nr_closures;

static void called(ffi_cif *cif, void *ret, void **args, void *data)
{
	struct ust_stay_closure *closure = data;
	const struct ust_stay_handler *handler =
		__atomic_load_n(&closure->handler, __ATOMIC_ACQUIRE);

	if (handler)
		handler->call(handler, ret, args);
	else
		ffi_call(cif, FFI_FN(closure->function), ret, args);
}

static int is_same(const struct ust_stay_closure *closure, const char *name, uint8_t result,
		   const uint8_t *params, unsigned int nr_params)
{
	return !strcmp(closure->name, name) && closure->result == result &&
	       closure->nr_params == nr_params && !memcmp(closure->params, params, nr_params);
}

static ffi_type *type_of(uint8_t type)
{
	if (type == UST_TYPE_FLOAT)
		return &ffi_type_float;
	if (type == UST_TYPE_DOUBLE)
		return &ffi_type_double;
	return &ffi_type_uint64;
}

static int make(struct ust_stay_closure *closure)
{
	ffi_closure *code;
	unsigned int i;

	for (i = 0; i < closure->nr_params; i++)
		closure->types[i] = type_of(closure->params[i]);
	if (ffi_prep_cif(&closure->cif, FFI_DEFAULT_ABI, closure->nr_params,
			 type_of(closure->result), closure->types))
		return -ENOTSUP;
	code = ffi_closure_alloc(sizeof(*code), &closure->code);
	if (!code)
		return -ENOMEM;
	if (!ffi_prep_closure_loc(code, &closure->cif, called, closure, closure->code))
		return 0;
	ffi_closure_free(code);
	return -ENOTSUP;
}

int ust_stay_closure(const char *name, uint8_t result, const uint8_t *params,
		     unsigned int nr_params, struct ust_stay_closure **ret_closure)
{
	struct ust_stay_closure *closure;
	unsigned int i;
	int err;

	for (i = 0; i < nr_closures; i++) {
		if (is_same(&closures[i], name, result, params, nr_params)) {
			*ret_closure = &closures[i];
			return 0;
		}
	}
	if (nr_closures == UST_STAY_CLOSURES || nr_params > UST_STAY_MAX_PARAMS)
		return -ENOSPC;
	closure = &closures[nr_closures];
	snprintf(closure->name, sizeof(closure->name), "%s", name);
	closure->result = result;
	closure->nr_params = nr_params;
	memcpy(closure->params, params, nr_params);
	err = make(closure);
	if (err)
		return err;
	nr_closures++;
	*ret_closure = closure;
	return 0;
}

void ust_stay_closure_lead(struct ust_stay_closure *closure, const struct ust_stay_handler *handler,
			   void *function)
{
	__atomic_store_n(&closure->function, function, __ATOMIC_RELAXED);
	__atomic_store_n(&closure->handler, handler, __ATOMIC_RELEASE);
}

void *ust_stay_closure_code(const struct ust_stay_closure *closure)
{
	return closure->code;
}

void ust_stay_closure_call(struct ust_stay_closure *closure, void *function, void *ret, void **args)
{
	ffi_call(&closure->cif, FFI_FN(function), ret, args);
}
