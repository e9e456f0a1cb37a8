// SPDX-License-Identifier: GPL-2.0-only
/*
 * ust-clock.ko: the clock that events of programs and of the kernel share. A page that tells the mode
 * and a freestanding image that reads it, for programs to map (device.c); the same reader inline for
 * modules (vdso-clock/read.h).
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "clock.h"
#include "vdso-clock/read.h"

struct ust_clock_page *ust_clock_page;
EXPORT_SYMBOL_GPL(ust_clock_page);

static int __init ust_clock_init(void)
{
	size_t size = ust_clock_image_end - ust_clock_image;
	int err;

	if (size > UST_CLOCK_IMAGE_MAX)
		return -EFBIG;
	ust_clock_page = vmalloc_user(UST_CLOCK_PAGE_SIZE + PAGE_ALIGN(size));
	if (!ust_clock_page)
		return -ENOMEM;
	memcpy((char *)ust_clock_page + UST_CLOCK_PAGE_SIZE, ust_clock_image, size);
	ust_clock_page->magic = UST_CLOCK_MAGIC;
	ust_clock_page->version = UST_CLOCK_PAGE_VERSION;
	ust_clock_page->source = UST_CLOCK_BY_MODULE;
	ust_clock_page->image_size = size;
	ust_clock_test_warps(ust_clock_page);
	ust_clock_judge(ust_clock_page);
	ust_clock_update();
	err = ust_clock_device_init();
	if (err) {
		vfree(ust_clock_page);
		return err;
	}
	ust_clock_selftest_init();
	pr_info("ust-clock: %s, %llu Hz%s%s; %llu warps\n",
		ust_clock_page->mode == UST_CLOCK_TSC ? "tsc" : "monotonic", ust_clock_page->freq,
		ust_clock_page->reason[0] ? ": " : "", ust_clock_page->reason,
		ust_clock_page->nr_warps);
	return 0;
}

static void __exit ust_clock_exit(void)
{
	ust_clock_selftest_exit();
	ust_clock_device_exit();
	vfree(ust_clock_page);
}

module_init(ust_clock_init);
module_exit(ust_clock_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Trace clock of UST, for programs and the kernel");
