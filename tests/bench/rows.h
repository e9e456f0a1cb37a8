/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured: loops over one statement each.
 */
#ifndef UST_BENCH_ROWS_H
#define UST_BENCH_ROWS_H

struct row {
	const char *name;
	const char *event;       /* "provider:name" that the loop records, or NULL */
	const char *peer;        /* name of the row that does the same with LTTng-UST, or NULL */
	void (*run)(long n);     /* timed from outside, or: */
	double (*timed)(long n); /* result: ticks an iteration */
	long n;                  /* iterations of one repetition */
	const char *base;        /* name of a row whose time in the same repetition is subtracted */
};

/* Each ends with a row without name. Those of LTTng-UST are empty in a build without it. */
extern const struct row common_rows[];
extern const struct row ust_rows[], compat_rows[], lttng_rows[];
extern const struct row work_rows[], lttng_work_rows[];
extern const struct row path_rows[], lttng_path_rows[], clockless_rows[];

/* 12 and 255 characters. */
extern const char *bench_short, *bench_long;

/* Before the first row of path_rows runs. Result: 0, or -1: there is no session. */
int bench_path_init(void);

#define NOINLINE __attribute__((noinline))
/* Keeps a value from being computed before the loop. */
#define HIDE(x) __asm__ __volatile__("" : "+r"(x))

/*
 * Iterations of a row: short enough to fall between two interrupts most of the time, and few enough
 * of the large ones for the readers to keep up.
 */
#define NR_EVENTS 10000
#define NR_LARGE 2000

#endif /* UST_BENCH_ROWS_H */
