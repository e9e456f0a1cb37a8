/* SPDX-License-Identifier: GPL-2.0-only */
#include "descriptors.h"

#include <sys/resource.h>

#include "bounds.h"

#define OWN 32 /* what there is without processes, and some more */

static unsigned int max_conns = 256;

void ustd_descriptors_init(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) && getrlimit(RLIMIT_NOFILE, &files))
		return;
	max_conns = USTD_MAX_CONNS;
	if (files.rlim_cur < OWN + 3)
		max_conns = 1;
	else if ((files.rlim_cur - OWN) / 3 < max_conns)
		max_conns = (unsigned int)(files.rlim_cur - OWN) / 3;
}

unsigned int ustd_descriptors_conns(void)
{
	return max_conns;
}

unsigned int ustd_descriptors_apps(void)
{
	return max_conns - max_conns / 8;
}

unsigned int ustd_descriptors_streams(void)
{
	return max_conns / 2 + 1;
}
