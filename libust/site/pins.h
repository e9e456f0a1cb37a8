/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Objects that are asked to stay, where unloading cannot be followed: by name, because they are found
 * inside of dl_iterate_phdr, and pinned outside of it. Under the session lock.
 */
#ifndef UST_SITE_PINS_H
#define UST_SITE_PINS_H

#include "../os/elf.h"

/* Whether objects have to be pinned: ust_registry_set_pin() was called. */
int ust_pins_needed(void);

/* Whether an object with sites will stay. If that is still to be arranged, its name is kept. */
int ust_pins_have(const struct ust_elf_object *elf);

/*
 * Pins those whose names were kept. Not inside of dl_iterate_phdr: the linker's locks are in the wrong
 * order there. Result: how many.
 */
int ust_pins_make(void);

#endif /* UST_SITE_PINS_H */
