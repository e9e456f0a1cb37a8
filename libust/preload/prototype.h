/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Rules of "ustctl record --call": which function of which library, and what its arguments are.
 *
 *	libz.so:deflate(ptr strm, int flush) -> int
 *	libsqlite3.so:sqlite3_step
 *
 * A type is void, bool, char, short, int, long, uint, ulong, ushort, uchar, size, ssize, int8 to
 * int64, uint8 to uint64, float, double, ptr (an address) or str (an address whose text is
 * recorded); or as C writes it: unsigned int, size_t, uint32_t, struct x *, const char * (a str).
 * Without a list of parameters they are unknown. No state, no allocation; any thread.
 */
#ifndef UST_PRELOAD_PROTOTYPE_H
#define UST_PRELOAD_PROTOTYPE_H

#include <stddef.h>

#define UST_PROTOTYPE_MAX_PARAMS 16
#define UST_PROTOTYPE_NAME_SIZE 128

/* For the program: the rules, one on each line; where it tells what became of them. */
#define UST_ENV_CALL "UST_CALL"
#define UST_ENV_CALL_STATUS "UST_CALL_STATUS"

#define UST_CALL_MAX_RULES 64
#define UST_CALL_STACK 256 /* bytes of the stack that a function without a prototype gets */

/* What processes tell: a file of one record for each rule, shared by all of them. */
struct ust_call_status {
	unsigned int flags; /* enum ust_call_flags */
	char path[252];     /* of the library, where it was found first */
};

enum ust_call_flags {
	UST_CALL_LIBRARY = 1,  /* a process has loaded the library */
	UST_CALL_FUNCTION = 2, /* which defines the function */
	UST_CALL_HOOKED = 4,   /* and some object imports it */
	UST_CALL_CALLED = 8,   /* and called it */
};

enum ust_prototype_type {
	UST_PROTOTYPE_VOID,
	UST_PROTOTYPE_S8,
	UST_PROTOTYPE_S16,
	UST_PROTOTYPE_S32,
	UST_PROTOTYPE_S64,
	UST_PROTOTYPE_U8,
	UST_PROTOTYPE_U16,
	UST_PROTOTYPE_U32,
	UST_PROTOTYPE_U64,
	UST_PROTOTYPE_BOOL,
	UST_PROTOTYPE_FLOAT,
	UST_PROTOTYPE_DOUBLE,
	UST_PROTOTYPE_POINTER,
	UST_PROTOTYPE_STRING,
};

struct ust_prototype_param {
	enum ust_prototype_type type;
	char name[32]; /* "arg1" if the rule gives none */
};

struct ust_prototype {
	char library[UST_PROTOTYPE_NAME_SIZE];
	char function[UST_PROTOTYPE_NAME_SIZE];
	char provider[UST_PROTOTYPE_NAME_SIZE]; /* the library's name up to ".so" */
	int is_known;                           /* the rule has a list of parameters */
	enum ust_prototype_type result;
	unsigned int nr_params;
	struct ust_prototype_param params[UST_PROTOTYPE_MAX_PARAMS];
};

/*
 * Reads the rule in [text, text + len). Result: 0, or -EINVAL and a sentence in @why.
 */
int ust_prototype_parse(const char *text, size_t len, struct ust_prototype *ret_prototype,
			char *why, size_t why_size);

/* Whether a loaded library, by path or soname, is the one that a rule names: "libz.so" is also
 * libz.so.1 and /lib/libz.so.1.2.13; a name with a '/' is only itself. */
int ust_prototype_is_library(const struct ust_prototype *prototype, const char *path);

#endif /* UST_PRELOAD_PROTOTYPE_H */
