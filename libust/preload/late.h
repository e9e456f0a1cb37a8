/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Objects that are loaded later. libust tells when there is a new one, but it is not relocated then:
 * its slots would be written over. So its first constructor (DT_INIT) is replaced, in the object's
 * own dynamic section, by a function of ours, which the dynamic linker calls when all new objects
 * are relocated, in the thread that loads them, before anything of them runs. It looks at all
 * objects, and calls the constructor it stands for.
 */
#ifndef UST_PRELOAD_LATE_H
#define UST_PRELOAD_LATE_H

#include <link.h>

#pragma GCC visibility push(hidden)

/*
 * From now on ust_got_scan() runs for each new object. What is there already is no new one, also if
 * it has come while nobody told of it. Idempotent. Not under the locks of got.c.
 */
void ust_late_start(void);

/* From now on new objects are left alone. */
void ust_late_stop(void);

/* fork is watched from the start on; no longer. After ust_late_stop(). */
void ust_late_close(void);

/* Whether an object is not relocated yet. */
int ust_late_is_pending(const struct dl_phdr_info *info);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_LATE_H */
