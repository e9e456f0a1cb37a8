/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The image: what is mapped behind the clock's page. Freestanding; the page is reached by its distance
 * (image.lds), so that there is nothing to relocate.
 */
#include "read.h"

#define PUBLIC __attribute__((visibility("default")))

extern const volatile struct ust_clock_page ust_clock_page_here
	__attribute__((visibility("hidden")));

struct image_timespec {
	__s64 sec, nsec;
};

/* clock_gettime(CLOCK_MONOTONIC) by system call: an image has no way to find the kernel's own vDSO. */
static inline __u64 ust_clock_monotonic(void)
{
	struct image_timespec ts;

#if defined(__x86_64__)
	long ret;

	__asm__ __volatile__("syscall"
			     : "=a"(ret)
			     : "a"(228), "D"(1), "S"(&ts)
			     : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long nr __asm__("x8") = 113;
	register long id __asm__("x0") = 1;
	register struct image_timespec *at __asm__("x1") = &ts;

	__asm__ __volatile__("svc #0" : "+r"(id) : "r"(nr), "r"(at) : "memory");
#else
#error "no clock image for this architecture"
#endif
	return (__u64)ts.sec * 1000000000u + (__u64)ts.nsec;
}

PUBLIC __u64 __vdso_ust_clock_read(void);
PUBLIC __u64 __vdso_ust_clock_freq(void);
PUBLIC __u32 __vdso_ust_clock_mode(void);

__u64 __vdso_ust_clock_read(void)
{
	return ust_clock_read_as(ust_clock_page_here.mode);
}

__u64 __vdso_ust_clock_freq(void)
{
	return ust_clock_page_here.freq;
}

__u32 __vdso_ust_clock_mode(void)
{
	return ust_clock_page_here.mode;
}
