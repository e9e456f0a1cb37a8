/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Knowing what dlopen and dlclose do, without standing in for them (dlopen looks at its caller).
 * The dynamic linker calls an empty function for debuggers whenever its list of objects changes;
 * libust puts a jump there.
 */
#ifndef UST_OS_DL_H
#define UST_OS_DL_H

/*
 * Installs the hook. Result: 1 when it works, 0 when the dynamic linker does not look as expected:
 * objects loaded later are then found at the next command of ustd. -EALREADY: another copy of
 * libust is in the process and has it.
 */
int ust_dl_hook_install(void (*hook)(void));

/* Takes it out again. A thread may still be in the hook, or on its way to it. */
void ust_dl_hook_remove(void);

/* State of the dynamic linker's list, for the hook: RT_CONSISTENT, RT_ADD or RT_DELETE. */
int ust_dl_state(void);

/*
 * For the interposition libraries: @changed is called in the thread that loads or unloads objects,
 * with the linker's load lock held, when its list is complete again: new objects are there, but not
 * relocated yet. Never called where the linker cannot be followed.
 */
struct ust_dl_watch {
	struct ust_dl_watch *next;
	void (*changed)(void);
};
__attribute__((visibility("default"))) void ust_dl_watch(struct ust_dl_watch *watch);

/* Calls those who watch. */
void ust_dl_tell(void);

/* Sees to it that a loaded object is never unloaded; takes the linker's load lock. Result: 0 or
 * -ENOENT. NULL in the static library. */
int ust_dl_pin(const char *name) __attribute__((weak));

#endif /* UST_OS_DL_H */
