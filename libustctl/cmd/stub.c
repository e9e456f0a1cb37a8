/* SPDX-License-Identifier: GPL-2.0-only */
/* Until libustctl/view is complete: weak stand-ins. */
#include <errno.h>
#include <string.h>

#include "libustctl/view/count.h"
#include "libustctl/view/view.h"

__attribute__((weak)) int ust_view_main(int argc, char **argv)
{
	return 1;
}
__attribute__((weak)) int ust_stats_main(int argc, char **argv)
{
	return 1;
}
__attribute__((weak)) int ust_count_trace(const char *dir, const struct ust_ctl_event *events,
					  unsigned int nr_events, unsigned int contexts,
					  struct ust_count *ret)
{
	memset(ret, 0, sizeof(*ret));
	return -ENOSYS;
}
__attribute__((weak)) void ust_count_fini(struct ust_count *count)
{
}
