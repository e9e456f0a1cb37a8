/* SPDX-License-Identifier: LGPL-2.1-only */
/* Symbols of a shared object that the dynamic linker knows nothing of: a vDSO. */
#ifndef UST_CLOCK_SYMBOL_H
#define UST_CLOCK_SYMBOL_H

#include <stddef.h>

/*
 * Finds a defined symbol by the walk that the documentation of the vDSO tells: program headers,
 * PT_DYNAMIC, then DT_HASH (or DT_GNU_HASH, where a vDSO has no other), DT_SYMTAB, DT_STRTAB and the
 * version tables.
 * @image	the object in memory as its program headers want it
 * @size	bytes that may be read from there; 0: trusted, as the kernel's own vDSO is
 * @version	version that the symbol must have; NULL: any
 * @name	the symbol
 * Result: its address or NULL. Reads only; any thread, signal handlers too.
 */
void *ust_clock_symbol(const void *image, size_t size, const char *version, const char *name);

#endif /* UST_CLOCK_SYMBOL_H */
