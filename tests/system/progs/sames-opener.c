/* SPDX-License-Identifier: GPL-2.0-only */
/* An object with a RUNPATH of its own: what it opens is searched there. */
#include <dlfcn.h>
#include <stddef.h>

void *open_inner(void);

void *open_inner(void)
{
	/* A jump would make our caller the one who asks. */
	void *volatile handle = dlopen("sames-inner.so", RTLD_NOW);

	return handle;
}
