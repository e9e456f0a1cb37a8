/* SPDX-License-Identifier: LGPL-2.1-only */
#include "signature.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct search {
	const char *function;
	Dwarf_Die die;
	int found;
};

static int check_function(Dwarf_Die *die, void *data)
{
	struct search *search = data;
	const char *name = dwarf_diename(die);
	Dwarf_Addr low;

	if (!name || strcmp(name, search->function) ||
	    !dwarf_hasattr_integrate(die, DW_AT_external) || dwarf_lowpc(die, &low))
		return DWARF_CB_OK;
	search->die = *die;
	search->found = 1;
	return DWARF_CB_ABORT;
}

/* The type behind typedefs and qualifiers. Result: 0: there is none (void). */
static int strip(Dwarf_Die *die, Dwarf_Die *ret_type, int *ret_const)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type = *die;

	for (;;) {
		int tag = dwarf_tag(&type);

		switch (tag) {
		case DW_TAG_const_type:
			*ret_const = 1;
			break;
		case DW_TAG_typedef:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
			break;
		default:
			*ret_type = type;
			return 1;
		}
		if (!dwarf_attr_integrate(&type, DW_AT_type, &attribute) ||
		    !dwarf_formref_die(&attribute, &type))
			return 0;
	}
}

static const char *integer_name(Dwarf_Word size, int is_signed)
{
	switch (size) {
	case 1:
		return is_signed ? "int8" : "uint8";
	case 2:
		return is_signed ? "int16" : "uint16";
	case 4:
		return is_signed ? "int" : "uint";
	case 8:
		return is_signed ? "long" : "ulong";
	}
	return NULL;
}

static const char *base_name(Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	Dwarf_Word size, encoding;

	if (dwarf_aggregate_size(type, &size) ||
	    !dwarf_attr_integrate(type, DW_AT_encoding, &attribute) ||
	    dwarf_formudata(&attribute, &encoding))
		return NULL;
	switch (encoding) {
	case DW_ATE_boolean:
		return size == 1 ? "bool" : integer_name(size, 0);
	case DW_ATE_float:
		return size == 4 ? "float" : size == 8 ? "double" : NULL;
	case DW_ATE_signed:
	case DW_ATE_signed_char:
		return integer_name(size, 1);
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
		return integer_name(size, 0);
	}
	return NULL;
}

/* As wide and with the sign that the compiler chose for it. */
static const char *enumeration_name(Dwarf_Die *enumeration)
{
	Dwarf_Attribute attribute;
	Dwarf_Word size;
	Dwarf_Die type;
	int is_const;

	if (dwarf_attr_integrate(enumeration, DW_AT_type, &attribute) &&
	    dwarf_formref_die(&attribute, &type) && strip(&type, &type, &is_const))
		return base_name(&type);
	return dwarf_aggregate_size(enumeration, &size) ? NULL : integer_name(size, 1);
}

/* A char that nobody writes to is taken for text. */
static const char *pointer_name(Dwarf_Die *pointer)
{
	Dwarf_Attribute attribute;
	Dwarf_Word size;
	Dwarf_Die type;
	int is_const = 0;

	if (dwarf_attr_integrate(pointer, DW_AT_type, &attribute) &&
	    dwarf_formref_die(&attribute, &type) && strip(&type, &type, &is_const) && is_const &&
	    dwarf_tag(&type) == DW_TAG_base_type && !dwarf_aggregate_size(&type, &size) &&
	    size == 1 && dwarf_diename(&type) && !strcmp(dwarf_diename(&type), "char"))
		return "str";
	return "ptr";
}

/* A type's name in a rule, of the DIE's DW_AT_type; NULL: it has none. */
static const char *type_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	int is_const = 0;

	if (!dwarf_attr_integrate(die, DW_AT_type, &attribute) ||
	    !dwarf_formref_die(&attribute, &type) || !strip(&type, &type, &is_const))
		return "void";
	switch (dwarf_tag(&type)) {
	case DW_TAG_base_type:
		return base_name(&type);
	case DW_TAG_enumeration_type:
		return enumeration_name(&type);
	case DW_TAG_pointer_type:
		return pointer_name(&type);
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
	case DW_TAG_unspecified_type:
		return "ptr";
	}
	return NULL;
}

static int append(char *text, size_t size, const char *a, const char *b, const char *c)
{
	size_t len = strlen(text);

	if (snprintf(text + len, size - len, "%s%s%s", a, b, c) >= (int)(size - len))
		return -ENAMETOOLONG;
	return 0;
}

static int refuse(char *text, size_t size, const char *why)
{
	snprintf(text, size, "%s", why);
	return -ENOTSUP;
}

static int write_params(Dwarf_Die *function, char *text, size_t size)
{
	unsigned int nr = 0;
	char number[16];
	Dwarf_Die child;
	int more = !dwarf_child(function, &child), err = 0;

	for (; more && !err; more = !dwarf_siblingof(&child, &child)) {
		const char *type, *name;

		if (dwarf_tag(&child) == DW_TAG_unspecified_parameters)
			return refuse(text, size, "it takes variable arguments");
		if (dwarf_tag(&child) != DW_TAG_formal_parameter)
			continue;
		type = type_name(&child);
		if (!type)
			return refuse(text, size,
				      "a parameter is a structure by value or of a type "
				      "that rules do not have");
		name = dwarf_diename(&child);
		snprintf(number, sizeof(number), "arg%u", ++nr);
		if (!name || !strcmp(name, "result") || !strcmp(name, "duration"))
			name = number;
		err = append(text, size, nr > 1 ? ", " : "", type, " ");
		if (!err)
			err = append(text, size, name, "", "");
	}
	return err;
}

/* Where the x86-64 ABI puts parameters: what fits into registers, and what is in memory. */
struct places {
	size_t nr_ints, nr_vectors, in_memory;
};

static size_t rounded(Dwarf_Word size)
{
	return (size_t)(size + 7) & ~(size_t)7;
}

static int is_passed_by_address(Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	Dwarf_Word convention;

	return dwarf_attr(type, DW_AT_calling_convention, &attribute) &&
	       !dwarf_formudata(&attribute, &convention) && convention == DW_CC_pass_by_reference;
}

static void add_place(Dwarf_Die *param, struct places *places)
{
	const char *name = type_name(param);
	Dwarf_Attribute attribute;
	Dwarf_Word size;
	Dwarf_Die type;
	int is_const;

	if (name) {
		places->nr_ints += strcmp(name, "double") && strcmp(name, "float");
		places->nr_vectors += !strcmp(name, "double") || !strcmp(name, "float");
	} else if (dwarf_attr_integrate(param, DW_AT_type, &attribute) &&
		   dwarf_formref_die(&attribute, &type) && strip(&type, &type, &is_const) &&
		   !dwarf_aggregate_size(&type, &size)) {
		if (is_passed_by_address(&type))
			places->nr_ints++;
		else if (size > 16 || dwarf_tag(&type) == DW_TAG_base_type)
			places->in_memory += rounded(size);
		else
			places->nr_ints += rounded(size) / 8;
	}
}

/* At least as many bytes as the parameters take of the stack. */
static size_t stack_size(Dwarf_Die *function)
{
	struct places places = {0};
	Dwarf_Die child;
	int more = !dwarf_child(function, &child);

	for (; more; more = !dwarf_siblingof(&child, &child))
		if (dwarf_tag(&child) == DW_TAG_formal_parameter)
			add_place(&child, &places);
	if (places.nr_ints > 6)
		places.in_memory += 8 * (places.nr_ints - 6);
	if (places.nr_vectors > 8)
		places.in_memory += 8 * (places.nr_vectors - 8);
	return places.in_memory;
}

static int write_signature(Dwarf_Die *function, char *text, size_t size)
{
	const char *result;
	int err;

	strcpy(text, "(");
	err = write_params(function, text, size);
	if (err)
		return err;
	result = type_name(function);
	if (!result)
		return refuse(text, size,
			      "its result is a structure by value or of a type that "
			      "rules do not have");
	return append(text, size, ") -> ", result, "");
}

static int find_in(Dwfl_Module *module, const char *function, char *text, size_t size,
		   size_t *ret_stack)
{
	struct search search = {.function = function};
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	int any = 0;

	while (!search.found && (unit = dwfl_module_nextcu(module, unit, &bias))) {
		any = 1;
		/* Of a function in assembly it has the name and the place, and no parameters. */
		if (dwarf_srclang(unit) == DW_LANG_Mips_Assembler)
			continue;
		dwarf_getfuncs(unit, check_function, &search, 0);
	}
	if (!search.found)
		return any ? -ENOENT : -ENODATA;
	*ret_stack = stack_size(&search.die);
	return write_signature(&search.die, text, size);
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

/* Result: 0 and a module to be freed with its dwfl. */
static int open_module(const char *path, Dwfl **ret_dwfl, Dwfl_Module **ret_module)
{
	Dwfl *dwfl;
	Dwfl_Module *module;

	if (access(path, R_OK))
		return -errno;
	dwfl = dwfl_begin(&callbacks);
	if (!dwfl)
		return -ENOMEM;
	module = dwfl_report_offline(dwfl, path, path, -1);
	dwfl_report_end(dwfl, NULL, NULL);
	if (!module) {
		dwfl_end(dwfl);
		return -ENOEXEC;
	}
	*ret_dwfl = dwfl;
	*ret_module = module;
	return 0;
}

int ust_signature_find(const char *path, const char *function, char *text, size_t size,
		       size_t *ret_stack)
{
	Dwfl *dwfl = NULL;
	Dwfl_Module *module = NULL;
	int err = open_module(path, &dwfl, &module);

	*ret_stack = 0;
	if (err)
		return err;
	err = find_in(module, function, text, size, ret_stack);
	dwfl_end(dwfl);
	return err;
}

int ust_signature_exports(const char *path, int (*found)(void *data, const char *name), void *data)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), stop = 0;
	Elf_Scn *section = NULL;
	Elf *elf;

	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	while (elf && !stop && (section = elf_nextscn(elf, section))) {
		Elf64_Shdr *header = elf64_getshdr(section);
		Elf_Data *bytes = elf_getdata(section, NULL);
		const Elf64_Sym *symbol;
		size_t i;

		if (!header || header->sh_type != SHT_DYNSYM || !bytes)
			continue;
		symbol = bytes->d_buf;
		for (i = 0; i < bytes->d_size / sizeof(*symbol) && !stop; i++, symbol++) {
			const char *name = elf_strptr(elf, header->sh_link, symbol->st_name);

			if (name && symbol->st_shndx != SHN_UNDEF &&
			    (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC ||
			     ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC))
				stop = found(data, name);
		}
	}
	elf_end(elf);
	close(fd);
	return elf ? 0 : -ENOEXEC;
}
