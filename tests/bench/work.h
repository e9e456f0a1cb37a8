/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What surrounds an event in a program: five kinds of work, each too short to hide an event but not
 * to overlap with it, and the ways to time a single event.
 */
#ifndef UST_BENCH_WORK_H
#define UST_BENCH_WORK_H

#include <stdint.h>
#include <string.h>

#define BENCH_BIG (32u << 20)

extern uint64_t bench_l1[512];
extern uint32_t *bench_chain; /* BENCH_BIG bytes, one cycle through them all; as many to write to */
extern char bench_from[8192], bench_to[8192];
extern volatile uint64_t bench_sink;

/* A chain of dependent multiplications. */
static inline uint64_t alu_chain(uint64_t x)
{
	for (int i = 0; i < 33; i++)
		__asm__ __volatile__("imulq %0, %0" : "+r"(x));
	return x | 1;
}

static inline uint64_t l1_loop(uint64_t x)
{
	uint64_t a = x, b = 1, c = 2, d = 3;

	for (int i = 0; i < 128; i += 4) {
		a += bench_l1[i] ^ (a << 1);
		b += bench_l1[i + 1];
		c ^= bench_l1[i + 2] * 3;
		d += bench_l1[i + 3];
	}
	return a + b + c + d;
}

static inline uint64_t pointer_chase(uint64_t x)
{
	return bench_chain[x];
}

static inline uint64_t memcpy_2k(uint64_t x)
{
	memcpy(bench_to, bench_from, 2048);
	__asm__ __volatile__("" : : : "memory");
	return x;
}

/* Keeps the store buffer full of misses. */
static inline uint64_t random_stores(uint64_t x)
{
	volatile uint64_t *to = (volatile uint64_t *)bench_chain + BENCH_BIG / 8;

	for (int i = 0; i < 16; i++) {
		x = x * 6364136223846793005ull + 1;
		to[(x >> 40) & (BENCH_BIG / 8 - 1)] = x;
	}
	return x;
}

#define BENCH_WORKS(do)                                                                            \
	do                                                                                         \
	(alu_chain) do(l1_loop) do(pointer_chase) do(memcpy_2k) do(random_stores)

#define NR_WORK 2000
#define NR_FIRST 10
#define NR_SPARSE 20

/* Mean ticks of f(), each time the first call in a new thread on this CPU. */
double bench_first(void (*f)(int), long n);
/* Mean ticks of f(), called every 10 us behind code and data that empty the L1 caches. */
double bench_sparse(void (*f)(int), long n);

int bench_work_init(void);

#endif /* UST_BENCH_WORK_H */
