/* SPDX-License-Identifier: LGPL-2.1-only */
#include "prototype.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
	const char *p, *end;
	char *why;
	size_t why_size;
};

static const struct {
	const char *name;
	enum ust_prototype_type type;
} types[] = {
	{"void", UST_PROTOTYPE_VOID},       {"bool", UST_PROTOTYPE_BOOL},
	{"_Bool", UST_PROTOTYPE_BOOL},      {"char", UST_PROTOTYPE_S8},
	{"short", UST_PROTOTYPE_S16},       {"int", UST_PROTOTYPE_S32},
	{"long", UST_PROTOTYPE_S64},        {"uchar", UST_PROTOTYPE_U8},
	{"ushort", UST_PROTOTYPE_U16},      {"uint", UST_PROTOTYPE_U32},
	{"ulong", UST_PROTOTYPE_U64},       {"size", UST_PROTOTYPE_U64},
	{"ssize", UST_PROTOTYPE_S64},       {"int8", UST_PROTOTYPE_S8},
	{"int16", UST_PROTOTYPE_S16},       {"int32", UST_PROTOTYPE_S32},
	{"int64", UST_PROTOTYPE_S64},       {"uint8", UST_PROTOTYPE_U8},
	{"uint16", UST_PROTOTYPE_U16},      {"uint32", UST_PROTOTYPE_U32},
	{"uint64", UST_PROTOTYPE_U64},      {"float", UST_PROTOTYPE_FLOAT},
	{"double", UST_PROTOTYPE_DOUBLE},   {"ptr", UST_PROTOTYPE_POINTER},
	{"pointer", UST_PROTOTYPE_POINTER}, {"str", UST_PROTOTYPE_STRING},
	{"string", UST_PROTOTYPE_STRING},   {"off", UST_PROTOTYPE_S64},
	{"off64", UST_PROTOTYPE_S64},       {"time", UST_PROTOTYPE_S64},
	{"pid", UST_PROTOTYPE_S32},         {"uid", UST_PROTOTYPE_U32},
	{"gid", UST_PROTOTYPE_U32},         {"mode", UST_PROTOTYPE_U32},
	{"socklen", UST_PROTOTYPE_U32},     {"intptr", UST_PROTOTYPE_S64},
	{"uintptr", UST_PROTOTYPE_U64},     {"ptrdiff", UST_PROTOTYPE_S64},
};

__attribute__((format(printf, 2, 3))) static int refuse(struct text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(text->why, text->why_size, fmt, args);
	va_end(args);
	return -EINVAL;
}

static void skip_blanks(struct text *text)
{
	while (text->p < text->end && isspace((unsigned char)*text->p))
		text->p++;
}

static int take(struct text *text, const char *token)
{
	size_t len = strlen(token);

	skip_blanks(text);
	if ((size_t)(text->end - text->p) < len || memcmp(text->p, token, len))
		return 0;
	text->p += len;
	return 1;
}

/* A word of letters, digits and underscores. Result: its length, 0: none. */
static size_t take_word(struct text *text, char *word, size_t size)
{
	size_t len = 0;

	skip_blanks(text);
	while (text->p < text->end && (isalnum((unsigned char)*text->p) || *text->p == '_')) {
		if (len + 1 < size)
			word[len] = *text->p;
		len++;
		text->p++;
	}
	word[len + 1 < size ? len : size - 1] = '\0';
	return len;
}

static int find_type(const char *word, enum ust_prototype_type *ret_type)
{
	size_t len = strlen(word), i;

	if (len > 2 && !strcmp(word + len - 2, "_t"))
		len -= 2;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i].name) == len && !strncmp(types[i].name, word, len)) {
			*ret_type = types[i].type;
			return 1;
		}
	}
	return 0;
}

/* What the words in front of a name add up to. */
struct spelling {
	int is_unsigned, is_signed, is_const, is_struct, nr_longs, is_short, is_char;
	int is_complex;
	int has_type;
	enum ust_prototype_type type;
	char first[64]; /* the first word, for messages */
};

/* Whether the word belongs to a type. */
static int add_word(struct spelling *spelling, const char *word)
{
	enum ust_prototype_type type;

	if (!strcmp(word, "const") || !strcmp(word, "volatile") || !strcmp(word, "restrict")) {
		spelling->is_const |= word[0] == 'c';
		return 1;
	}
	if (!strcmp(word, "unsigned"))
		return spelling->is_unsigned = 1;
	if (!strcmp(word, "signed"))
		return spelling->is_signed = 1;
	if (!strcmp(word, "struct") || !strcmp(word, "union"))
		return spelling->is_struct = 1;
	if (!strcmp(word, "complex") || !strcmp(word, "_Complex"))
		return spelling->is_complex = 1;
	if (!strcmp(word, "enum")) {
		spelling->type = UST_PROTOTYPE_S32;
		return spelling->is_struct = 2;
	}
	if (!find_type(word, &type))
		return 0;
	/* "long int", "short int", "long double". */
	if (spelling->has_type && !(spelling->nr_longs || spelling->is_short))
		return 0;
	if (!strcmp(word, "long"))
		spelling->nr_longs++;
	else if (!strcmp(word, "short"))
		spelling->is_short = 1;
	spelling->is_char = !strcmp(word, "char");
	if (!spelling->has_type || type == UST_PROTOTYPE_DOUBLE)
		spelling->type = type;
	spelling->has_type = 1;
	return 1;
}

static enum ust_prototype_type without_sign(enum ust_prototype_type type)
{
	return type >= UST_PROTOTYPE_S8 && type <= UST_PROTOTYPE_S64
		       ? type + (UST_PROTOTYPE_U8 - UST_PROTOTYPE_S8)
		       : type;
}

static int finish_type(struct text *text, const struct spelling *spelling, int nr_stars,
		       enum ust_prototype_type *ret_type)
{
	if (nr_stars) {
		*ret_type = nr_stars == 1 && spelling->is_char && spelling->is_const
				    ? UST_PROTOTYPE_STRING
				    : UST_PROTOTYPE_POINTER;
		return 0;
	}
	if (spelling->is_struct == 1)
		return refuse(text,
			      "a structure by value ('%s') cannot be passed on; only its "
			      "address can",
			      spelling->first);
	if (spelling->is_complex)
		return refuse(text, "complex numbers are not supported");
	if (spelling->nr_longs && spelling->type == UST_PROTOTYPE_DOUBLE)
		return refuse(text, "long double is not supported");
	*ret_type = spelling->has_type || spelling->is_struct ? spelling->type : UST_PROTOTYPE_S32;
	if (spelling->is_unsigned)
		*ret_type = without_sign(*ret_type);
	return 0;
}

/* A type and, if @name is not NULL, what it is called. */
static int take_type(struct text *text, enum ust_prototype_type *ret_type, char *name,
		     size_t name_size)
{
	struct spelling spelling = {0};
	int nr_stars = 0, named = 0, any = 0;
	char word[64];

	while (take_word(text, word, sizeof(word))) {
		int known = add_word(&spelling, word);

		if (!any++)
			strcpy(spelling.first, word);
		if (known && spelling.is_struct &&
		    (!strcmp(word, "struct") || !strcmp(word, "union") || !strcmp(word, "enum"))) {
			if (!take_word(text, word, sizeof(word)))
				return refuse(text, "a structure without a name");
			continue;
		}
		if (known)
			continue;
		if (!spelling.has_type && !spelling.is_unsigned && !spelling.is_signed &&
		    !spelling.is_struct) {
			/* Some name of a type: its address is all that need be known. */
			strcpy(spelling.first, word);
			if (!take(text, "*"))
				return refuse(text,
					      "unknown type '%s'; known: void, bool, char, short, "
					      "int, long, uint, ulong, size, ssize, int8 to "
					      "int64, uint8 to uint64, float, double, ptr, str",
					      word);
			nr_stars = 1;
			spelling.has_type = 1;
			break;
		}
		named = 1;
		break;
	}
	if (!any)
		return refuse(text, "a type is missing");
	while (!named && (take(text, "*") || take(text, "const") || take(text, "restrict")))
		nr_stars += text->p[-1] == '*';
	if (!named && take_word(text, word, sizeof(word)))
		named = 1;
	if (named && !name)
		return refuse(text, "'%s' is no part of a type", word);
	if (named)
		snprintf(name, name_size, "%s", word);
	while (take(text, "[")) {
		const char *close = memchr(text->p, ']', (size_t)(text->end - text->p));

		if (!close)
			return refuse(text, "a ']' is missing");
		text->p = close + 1;
		nr_stars++;
	}
	return finish_type(text, &spelling, nr_stars, ret_type);
}

static int take_params(struct text *text, struct ust_prototype *prototype)
{
	if (take(text, ")"))
		return 0;
	for (;;) {
		struct ust_prototype_param *param = &prototype->params[prototype->nr_params];
		int err;

		if (take(text, "..."))
			return refuse(text,
				      "variable arguments ('...') cannot be passed on; give no "
				      "list of parameters, and the registers are recorded");
		if (prototype->nr_params == UST_PROTOTYPE_MAX_PARAMS)
			return refuse(text, "more than %d parameters", UST_PROTOTYPE_MAX_PARAMS);
		snprintf(param->name, sizeof(param->name), "arg%u", prototype->nr_params + 1);
		err = take_type(text, &param->type, param->name, sizeof(param->name));
		if (err)
			return err;
		prototype->nr_params++;
		if (param->type == UST_PROTOTYPE_VOID) {
			if (prototype->nr_params > 1 || !take(text, ")"))
				return refuse(text, "void is no type of a parameter");
			prototype->nr_params = 0;
			return 0;
		}
		if (take(text, ")"))
			return 0;
		if (take(text, "("))
			return refuse(text, "parameter %u is a pointer to a function: call it ptr",
				      prototype->nr_params);
		if (!take(text, ","))
			return refuse(text, "expected ',' or ')' behind parameter %u",
				      prototype->nr_params);
	}
}

static int check_names(struct text *text, const struct ust_prototype *prototype)
{
	unsigned int i, j;

	for (i = 0; i < prototype->nr_params; i++) {
		const char *name = prototype->params[i].name;

		if (!strcmp(name, "result") || !strcmp(name, "duration"))
			return refuse(text,
				      "'%s' is a field of its own: call the parameter otherwise",
				      name);
		for (j = 0; j < i; j++)
			if (!strcmp(name, prototype->params[j].name))
				return refuse(text, "two parameters are called '%s'", name);
	}
	return 0;
}

/* "libz.so" of "libz.so.1"; what has no ".so" is a program's name. */
static void make_provider(struct ust_prototype *prototype)
{
	const char *base = strrchr(prototype->library, '/'), *so;

	base = base ? base + 1 : prototype->library;
	so = strstr(base, ".so");
	snprintf(prototype->provider, sizeof(prototype->provider), "%.*s",
		 (int)(so && so > base ? (size_t)(so - base) : strlen(base)), base);
}

/* They return once more after their caller has gone on, to a frame of ours that is gone. */
static int returns_twice(const char *function)
{
	static const char *const names[] = {"setjmp",     "_setjmp", "sigsetjmp", "__sigsetjmp",
					    "getcontext", "vfork",   "__vfork"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(function, names[i]))
			return 1;
	return 0;
}

static int take_function(struct text *text, struct ust_prototype *prototype)
{
	size_t len = take_word(text, prototype->function, sizeof(prototype->function));

	if (!len)
		return refuse(text, "the function is missing behind '%s:'", prototype->library);
	if (len >= sizeof(prototype->function))
		return refuse(text, "the function's name is too long, which may be %zu characters",
			      sizeof(prototype->function) - 1);
	if (returns_twice(prototype->function))
		return refuse(text, "%s returns twice, which nothing can stand in for",
			      prototype->function);
	if (take(text, "::"))
		return refuse(text, "a function of C++ is called as the linker calls it, e.g. "
				    "_ZN3foo3barEi; nm -D lists the names");
	if (take(text, "@"))
		return refuse(text, "a version cannot be chosen; it is the function's default one "
				    "that is recorded");
	return 0;
}

int ust_prototype_parse(const char *rule, size_t len, struct ust_prototype *ret_prototype,
			char *why, size_t why_size)
{
	struct text text = {rule, rule + len, why, why_size};
	struct ust_prototype prototype = {.result = UST_PROTOTYPE_VOID};
	const char *colon = memchr(rule, ':', len);
	int err;

	skip_blanks(&text);
	if (!colon || colon == text.p)
		return refuse(&text, "a rule is LIBRARY:FUNCTION, e.g. libz.so:deflate");
	if ((size_t)(colon - text.p) >= sizeof(prototype.library))
		return refuse(&text, "the library's name is too long");
	memcpy(prototype.library, text.p, (size_t)(colon - text.p));
	text.p = colon + 1;
	err = take_function(&text, &prototype);
	if (err)
		return err;
	make_provider(&prototype);
	if (take(&text, "(")) {
		prototype.is_known = 1;
		err = take_params(&text, &prototype);
		if (!err && take(&text, "->"))
			err = take_type(&text, &prototype.result, NULL, 0);
		if (!err)
			err = check_names(&text, &prototype);
		if (err)
			return err;
	}
	skip_blanks(&text);
	if (text.p != text.end)
		return refuse(&text, "'%.*s' is too much", (int)(text.end - text.p), text.p);
	*ret_prototype = prototype;
	return 0;
}

int ust_prototype_is_library(const struct ust_prototype *prototype, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len = strlen(prototype->library);

	if (strchr(prototype->library, '/'))
		return !strcmp(prototype->library, path);
	base = base ? base + 1 : path;
	/* "libz.so" and "libz.so.1", but not "libz.something"; "libfoo-2.so" has no other name. */
	return !strncmp(base, prototype->library, len) && (!base[len] || base[len] == '.');
}
