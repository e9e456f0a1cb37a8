/* SPDX-License-Identifier: LGPL-2.1-only */
/* Objects that come and go. Under the session lock. */
#ifndef UST_CONTROL_OBJECTS_H
#define UST_CONTROL_OBJECTS_H

/*
 * Registers the sites of what is loaded, and from now on those of what dlopen loads, before its
 * constructors run. Result: 0, or -EALREADY: another copy of libust is in the process and does it.
 */
int ust_objects_init(void);

/* Undoes it: the dynamic linker is as it was. ust_objects_init() may be called again. */
void ust_objects_fini(void);

/* After that: nothing in the program leads to libust by them. Likewise. */
void ust_objects_release(void);

/* Where dlopen cannot be followed: looks for new objects now. */
void ust_objects_refresh(void);

/* This process is a child that fork made: ust_objects_refresh() does nothing from now on. */
void ust_objects_forked(void);

/* Events are new: asks ustd for their numbers and switches on what sessions record. */
void ust_objects_announce(void);

#endif /* UST_CONTROL_OBJECTS_H */
