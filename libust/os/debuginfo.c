/* SPDX-License-Identifier: LGPL-2.1-only */
#include "debuginfo.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <ust/abi/site.h>

#define LIBDW "libdw.so.1"

/* clang-format off */
#define EACH_FUNCTION(f) \
	f(dwarf_attr) f(dwarf_attr_integrate) f(dwarf_bytesize) f(dwarf_child) f(dwarf_formref_die) \
	f(dwarf_formudata) f(dwarf_getscopes) f(dwarf_haspc) f(dwarf_siblingof) f(dwarf_tag) \
	f(dwfl_addrmodule) f(dwfl_begin) f(dwfl_end) f(dwfl_linux_proc_find_elf) \
	f(dwfl_linux_proc_report) f(dwfl_module_addrdie) f(dwfl_module_nextcu) f(dwfl_report_end)
/* clang-format on */

/* libdw is wanted so seldom that no program is made to load it. */
static struct {
#define DECLARE(name) __typeof__(&name) name;
	EACH_FUNCTION(DECLARE)
} dw;

static int load(void)
{
	static int loaded; /* -1: not there */
	void *handle;

	if (loaded)
		return loaded;
	loaded = -1;
	handle = dlopen(LIBDW, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return loaded;
#define RESOLVE(function)                                                                          \
	*(void **)&dw.function = dlsym(handle, #function);                                         \
	if (!dw.function)                                                                          \
		return loaded;
	EACH_FUNCTION(RESOLVE)
	loaded = 1;
	return loaded;
}

/* Only what is in the object's own file: to look elsewhere could mean the network. */
static int find_no_debuginfo(Dwfl_Module *module, void **userdata, const char *name,
			     Dwarf_Addr base, const char *file, const char *link, GElf_Word crc,
			     char **ret_name)
{
	(void)module;
	(void)userdata;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)ret_name;
	return -1;
}

/* The type of a DIE without its names and qualifiers. Result: its tag, 0 for void. */
static int type_of(Dwarf_Die *die, Dwarf_Die *ret_type)
{
	Dwarf_Attribute attr;
	Dwarf_Die at = *die;

	for (;;) {
		int tag;

		if (!dw.dwarf_attr_integrate(&at, DW_AT_type, &attr) ||
		    !dw.dwarf_formref_die(&attr, ret_type))
			return 0;
		tag = dw.dwarf_tag(ret_type);
		if (tag != DW_TAG_typedef && tag != DW_TAG_const_type &&
		    tag != DW_TAG_volatile_type && tag != DW_TAG_restrict_type &&
		    tag != DW_TAG_atomic_type)
			return tag;
		at = *ret_type;
	}
}

static int integer_of(int size)
{
	switch (size) {
	case 1:
		return UST_TYPE_S8;
	case 2:
		return UST_TYPE_S16;
	case 4:
		return UST_TYPE_S32;
	case 8:
		return UST_TYPE_S64;
	default:
		return UST_TYPE_NONE;
	}
}

static int base_type(Dwarf_Die *type)
{
	Dwarf_Attribute attr;
	Dwarf_Word encoding = 0;
	int size = dw.dwarf_bytesize(type);

	if (!dw.dwarf_attr(type, DW_AT_encoding, &attr) || dw.dwarf_formudata(&attr, &encoding))
		return UST_TYPE_NONE;
	switch (encoding) {
	case DW_ATE_float:
		return size == 4 ? UST_TYPE_FLOAT : size == 8 ? UST_TYPE_DOUBLE : UST_TYPE_NONE;
	case DW_ATE_boolean:
		return size == 1 ? UST_TYPE_BOOL : UST_TYPE_NONE;
	case DW_ATE_complex_float:
		return UST_TYPE_NONE;
	default:
		return integer_of(size);
	}
}

/* enum ust_field_type of a parameter, UST_TYPE_NONE for a structure. */
static int parameter_type(Dwarf_Die *parameter)
{
	Dwarf_Die type, target;

	switch (type_of(parameter, &type)) {
	case DW_TAG_base_type:
		return base_type(&type);
	case DW_TAG_enumeration_type:
		return integer_of(dw.dwarf_bytesize(&type));
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		if (type_of(&type, &target) == DW_TAG_base_type &&
		    base_type(&target) == UST_TYPE_S8)
			return UST_TYPE_STRING;
		return UST_TYPE_POINTER;
	default:
		return UST_TYPE_NONE;
	}
}

static int parameters_of(Dwarf_Die *function, unsigned char *types, size_t size)
{
	Dwarf_Die child;
	size_t nr = 0;
	int more;

	for (more = dw.dwarf_child(function, &child); more == 0;
	     more = dw.dwarf_siblingof(&child, &child)) {
		int tag = dw.dwarf_tag(&child), type;

		if (tag == DW_TAG_unspecified_parameters)
			return -EINVAL;
		if (tag != DW_TAG_formal_parameter)
			continue;
		type = parameter_type(&child);
		if (type == UST_TYPE_NONE)
			return -EINVAL;
		if (nr + 1 >= size)
			return -E2BIG;
		types[nr++] = (unsigned char)type;
	}
	types[nr] = UST_TYPE_NONE;
	return 0;
}

/* The unit that holds an address. Not every compiler makes the table that tells it at once. */
static Dwarf_Die *find_unit(Dwfl_Module *module, Dwarf_Addr addr, Dwarf_Addr *ret_bias)
{
	Dwarf_Die *unit = dw.dwfl_module_addrdie(module, addr, ret_bias);

	if (unit)
		return unit;
	while ((unit = dw.dwfl_module_nextcu(module, unit, ret_bias)))
		if (dw.dwarf_haspc(unit, addr - *ret_bias) > 0)
			break;
	return unit;
}

static int find_function(Dwfl *dwfl, Dwarf_Addr addr, unsigned char *types, size_t size)
{
	Dwfl_Module *module = dw.dwfl_addrmodule(dwfl, addr);
	Dwarf_Die *unit, *scopes = NULL;
	Dwarf_Addr bias;
	int nr, i, err = -ENOENT;

	unit = module ? find_unit(module, addr, &bias) : NULL;
	if (!unit)
		return -ENOENT;
	nr = dw.dwarf_getscopes(unit, addr - bias, &scopes);
	for (i = 0; i < nr; i++) {
		if (dw.dwarf_tag(&scopes[i]) != DW_TAG_subprogram)
			continue;
		err = parameters_of(&scopes[i], types, size);
		break;
	}
	free(scopes);
	return err;
}

int ust_debuginfo_parameters(void *function, unsigned char *types, size_t size)
{
	Dwfl_Callbacks callbacks = {.find_debuginfo = find_no_debuginfo};
	int err = -ENOENT;
	Dwfl *dwfl;

	if (load() < 0)
		return -ENOENT;
	callbacks.find_elf = dw.dwfl_linux_proc_find_elf;
	dwfl = dw.dwfl_begin(&callbacks);
	if (!dwfl)
		return -ENOENT;
	if (!dw.dwfl_linux_proc_report(dwfl, getpid()) && !dw.dwfl_report_end(dwfl, NULL, NULL))
		err = find_function(dwfl, (Dwarf_Addr)(uintptr_t)function, types, size);
	dw.dwfl_end(dwfl);
	return err;
}
