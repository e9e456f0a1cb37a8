/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * glibc keeps the count in a variable that it exports for its debugging library. It is looked up,
 * so that libust loads where it does not exist. In a file of its own for the reason given in pin.c.
 */
#include "uncount.h"

#include <dlfcn.h>
#include <stdlib.h>

#define COUNT_NAME "__nptl_nthreads"
#define COUNT_MAX (1u << 22) /* of the kernel's thread ids: more is no count */

static unsigned int *count;

void ust_thread_uncount(void)
{
	unsigned int *found = dlsym(RTLD_DEFAULT, COUNT_NAME), now;

	if (!found)
		return;
	now = __atomic_load_n(found, __ATOMIC_RELAXED);
	if (!now || now > COUNT_MAX)
		return;
	count = found;
	/* All others were faster: what libc does in the last thread. */
	if (!__atomic_sub_fetch(count, 1, __ATOMIC_ACQ_REL))
		exit(EXIT_SUCCESS);
}

void ust_thread_recount(void)
{
	/* In a forked child libc has set it anew. */
	if (count)
		__atomic_add_fetch(count, 1, __ATOMIC_ACQ_REL);
	count = NULL;
}
