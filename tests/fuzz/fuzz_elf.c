/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of any file, as "ustctl list FILE" reads them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ust/abi/site.h>
#include <ust/ctl.h>

#include "input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	struct ust_ctl_event *events = NULL;
	int i, nr;

	if (fd < 0) {
		fd = memfd_create("fuzz", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	nr = ust_ctl_file_events(path, &events);
	for (i = 0; i < nr; i++) {
		if (!events[i].provider || !events[i].name || events[i].nr_fields > UST_MAX_FIELDS)
			abort();
	}
	if (nr >= 0)
		ust_ctl_events_free(events, nr);
	return 0;
}
