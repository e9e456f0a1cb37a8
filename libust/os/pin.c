/* SPDX-License-Identifier: LGPL-2.1-only */
/* In the shared library only: in a static program a reference to dlopen makes the linker complain.
 */
#include "dl.h"

#include <dlfcn.h>
#include <errno.h>

int ust_dl_pin(const char *name)
{
	if (!name[0])
		return 0; /* the program itself */
	return dlopen(name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) ? 0 : -ENOENT;
}
