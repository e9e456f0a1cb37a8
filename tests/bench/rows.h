/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured: loops over one statement each.
 */
#ifndef UST_BENCH_ROWS_H
#define UST_BENCH_ROWS_H

struct row {
	const char *name;
	const char *event; /* "provider:name" that the loop records, or NULL */
	const char *peer;  /* name of the row that does the same with LTTng-UST, or NULL */
	void (*run)(long n);
	long n; /* iterations of one repetition */
};

/* Each ends with a row without name. lttng_rows is empty in a build without LTTng-UST. */
extern const struct row ust_rows[];
extern const struct row lttng_rows[];

/* 12 and 255 characters. */
extern const char *bench_short, *bench_long;

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
