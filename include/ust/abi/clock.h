/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The trace clock's page and image: bytes that the kernel module, the image and the programs that map
 * it share. docs/clock.md explains them.
 *
 * The device UST_CLOCK_DEVICE (of ust-clock.ko, mode 0444), and a memory file that a program without
 * the module makes itself, look the same:
 *
 *   0                      UST_CLOCK_PAGE_SIZE
 *   ┌──────────────────────┬─────────────────────────────────────────────┐
 *   │ struct ust_clock_page│ image: a shared object, image_size bytes    │
 *   └──────────────────────┴─────────────────────────────────────────────┘
 *     mapped read-only       mapped read-only and executable, right behind the page: the image finds
 *                            the page by its distance and has no relocations
 *
 * read(2) of the device gives the image, for whoever may not map the device executable: the page
 * mapped from the device with a private copy of the image behind it does the same.
 *
 * The image exports UST_CLOCK_SYMBOL_*, version UST_CLOCK_SYMBOL_VERSION, through the tables that every
 * vDSO has: PT_DYNAMIC with DT_HASH, DT_SYMTAB, DT_STRTAB and the version tables.
 */
#ifndef UST_ABI_CLOCK_H
#define UST_ABI_CLOCK_H

#include <linux/types.h>

#define UST_CLOCK_DEVICE "/dev/ust-clock"
#define UST_CLOCK_MAGIC 0x6b6c6355 /* "Uclk" on a little-endian machine */
#define UST_CLOCK_PAGE_VERSION 1
#define UST_CLOCK_PAGE_SIZE 4096
#define UST_CLOCK_IMAGE_MAX 65536

#define UST_CLOCK_SYMBOL_VERSION "UST_1"
#define UST_CLOCK_SYMBOL_READ "__vdso_ust_clock_read" /* __u64 (void): ticks */
#define UST_CLOCK_SYMBOL_FREQ "__vdso_ust_clock_freq" /* __u64 (void): ticks a second */
#define UST_CLOCK_SYMBOL_MODE "__vdso_ust_clock_mode" /* __u32 (void): enum ust_clock_mode */

enum ust_clock_mode {
	UST_CLOCK_TSC = 1,        /* the CPU's cycle counter */
	UST_CLOCK_MONOTONIC = 2,  /* CLOCK_MONOTONIC in ns */
	UST_CLOCK_TSC_STRICT = 3, /* the same counter, never read before earlier loads */
	UST_CLOCK_CNTVCT = 4,     /* arm64's virtual counter */
};

enum ust_clock_source {
	UST_CLOCK_BY_MODULE = 1,  /* ust-clock.ko, which the kernel's events share */
	UST_CLOCK_BY_PROCESS = 2, /* the program itself, from the system's clock source */
};

enum ust_clock_flags {
	UST_CLOCK_UNSTABLE = 1, /* the kernel no longer trusts the counter that mode says */
};

/*
 * How ticks relate to the system's clocks: one of two copies. A writer fills the copy that nobody is
 * told to read, then tells (page.latch), so that a reader is never held up, not even one that has
 * interrupted the writer. In the kernel a copy is not written again while a reader may be in it. A
 * program, which may sleep as long as it likes, compares seq and seq_end.
 */
struct ust_clock_params {
	__u64 seq;            /* number of the update that began to write this copy */
	__u64 ticks;          /* at one moment: the trace clock, */
	__u64 monotonic_ns;   /* CLOCK_MONOTONIC */
	__u64 raw_ns;         /* CLOCK_MONOTONIC_RAW */
	__s64 realtime_ns;    /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	__s64 tai_ns;         /* CLOCK_TAI - CLOCK_MONOTONIC */
	__u32 uncertainty_ns; /* by how much these may miss that moment */
	__u32 flags;          /* enum ust_clock_flags */
	__u64 seq_end;        /* number of the update that finished this copy */
};

struct ust_clock_page {
	__u32 magic;
	__u32 version;
	__u32 mode;       /* TSC, MONOTONIC or CNTVCT; stays while anybody has the device open */
	__u32 source;     /* enum ust_clock_source */
	__u64 freq;       /* ticks a second, as CLOCK_MONOTONIC_RAW counts them; stays like mode */
	__u32 image_size; /* bytes */
	__u32 latch;      /* low bit: the copy to read */
	__u64 nr_warps;   /* module: how often one CPU's counter was seen behind another's, */
	__u64 max_warp;   /* and by how many ticks at most */
	char reason[80];  /* why mode is not the counter; empty if it is */
	struct ust_clock_params copy[2];
};

/* ioctl of the device. Each takes a pointer. */
#define UST_CLOCK_IOC_READ 0x80085501 /* __u64: the clock as read in the kernel */
#define UST_CLOCK_IOC_UPDATE                                                                       \
	0x80085502 /* __u64 flags: measures anew, result: enum ust_clock_flags */

#endif /* UST_ABI_CLOCK_H */
