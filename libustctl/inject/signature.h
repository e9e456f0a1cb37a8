/* SPDX-License-Identifier: LGPL-2.1-only */
/* What debug information knows of a function's parameters. */
#ifndef USTCTL_INJECT_SIGNATURE_H
#define USTCTL_INJECT_SIGNATURE_H

#include <stddef.h>

/*
 * Writes the parameters and the result of a function of the ELF file at @path as a rule of
 * "record --call" has them: "(ptr db, str sql) -> int". Debug information may be in the file or
 * where the distribution puts it (/usr/lib/debug).
 * Result: 0, or -ENODATA without debug information, -ENOENT when it does not know the function,
 * -ENOTSUP when a rule cannot say it (@text has the reason: variable arguments, a structure by
 * value), -ENAMETOOLONG, or a negative errno of opening the file. @ret_stack: how many bytes its
 * parameters take of the stack, at most; 0 if that is not known.
 */
int ust_signature_find(const char *path, const char *function, char *text, size_t size,
		       size_t *ret_stack);

/* Names of functions that the file defines for others. @found returns nonzero to stop. Result: 0 or
 * a negative errno. */
int ust_signature_exports(const char *path, int (*found)(void *data, const char *name), void *data);

#endif /* USTCTL_INJECT_SIGNATURE_H */
