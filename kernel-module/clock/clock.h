/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of ust-clock.ko share. */
#ifndef UST_KERNEL_CLOCK_CLOCK_H
#define UST_KERNEL_CLOCK_CLOCK_H

#include <linux/types.h>

#include <ust/abi/clock.h>

/*
 * A page that is updated. One writer at a time, in process context; readers anywhere, also in an NMI
 * that interrupts the writer: vdso-clock/read.h.
 */
struct ust_clock_latch {
	struct ust_clock_page *page;
	u64 seq;
	unsigned long
		grace; /* a cookie: when it has passed, the copy not told about has no reader */
	/* Selftest: called between the stores to a copy; may be NULL. */
	void (*pause)(void);
	/* Selftest of the selftest: write the copy that readers are told to read. */
	bool broken;
};

void ust_clock_publish(struct ust_clock_latch *latch, const struct ust_clock_params *params);

/* Measures anew if that is long ago and nobody else does. */
void ust_clock_refresh(void);

/* Chooses mode and frequency; the page must have no user. */
void ust_clock_judge(struct ust_clock_page *page);
/* Whether the kernel still trusts the counter: enum ust_clock_flags. */
u32 ust_clock_trouble(const struct ust_clock_page *page);
/* Compares the CPUs' counters: for some milliseconds all CPUs spin. */
void ust_clock_test_warps(struct ust_clock_page *page);

/* The page and the image behind it: struct ust_clock_page at its beginning. */
extern struct ust_clock_page *ust_clock_page;
extern const unsigned char ust_clock_image[], ust_clock_image_end[];

int ust_clock_device_init(void);
void ust_clock_device_exit(void);
void ust_clock_selftest_init(void);
void ust_clock_selftest_exit(void);

#endif /* UST_KERNEL_CLOCK_CLOCK_H */
