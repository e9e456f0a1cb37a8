/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The trace clock as a page and an image in memory (<ust/abi/clock.h>): from ust-clock.ko, or made by
 * this process. Programs that only want to read the clock use <ust/clock.h>.
 */
#ifndef UST_CLOCK_VDSO_H
#define UST_CLOCK_VDSO_H

#include <stddef.h>
#include <stdint.h>

#include <ust/abi/clock.h>

enum ust_vdso_way {
	UST_VDSO_MAPPED = 1, /* page and image of the device */
	UST_VDSO_COPIED =
		2,        /* the device's page, and a copy of its image: /dev is mounted noexec */
	UST_VDSO_OWN = 3, /* page and image of this process */
};

struct ust_vdso {
	const struct ust_clock_page *page;
	uint64_t (*read)(void); /* ticks; not read before earlier loads */
	uint64_t (*freq)(void);
	uint32_t (*mode)(void);
	enum ust_vdso_way way;
	void *map;
	size_t map_size;
	int fd; /* of the device, which keeps its mode; -1 */
};

/*
 * Loads the module's. @device: UST_CLOCK_DEVICE. 0; -ENOENT (or what open(2) says) without the module;
 * -ENODEV not a device; -EPROTO a page or an image of another version; -ENOMEM, -EACCES...: mmap(2).
 */
int ust_vdso_open_device(const char *device, struct ust_vdso *ret_vdso);

/* Makes one. May sleep 20 ms where the kernel does not tell the counter's frequency. 0, -ENOMEM, or
 * what memfd_create(2) and mmap(2) say. */
int ust_vdso_open_own(struct ust_vdso *ret_vdso);

/* The module's, else its own. *@ret_refused: why not the module's, 0 if it is. */
int ust_vdso_open(struct ust_vdso *ret_vdso, int *ret_refused);

void ust_vdso_close(struct ust_vdso *vdso);

/* How ticks relate to the system's clocks; a consistent copy. */
void ust_vdso_params(const struct ust_vdso *vdso, struct ust_clock_params *ret_params);

/* Of a loaded device: enum ust_clock_flags as the kernel sees it now, or a negative errno (-ENODEV:
 * no device). */
int ust_vdso_update(const struct ust_vdso *vdso);

#endif /* UST_CLOCK_VDSO_H */
