/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the injection points of the ring do in the stress tests that define them. Included by
 * <ust/ring/inject.h>, so it includes nothing itself.
 *
 *   point  where
 *   1-2    reserve: offset loaded; about to exchange it for the next sub-buffer
 *   3-4    switch, after the exchange: nothing filled in; the new sub-buffer entered
 *   5-7    reserved: about to copy bytes; about to write the header; about to commit
 *   8-12   fused slow path: decided; switched; staged; published; about to count a loss
 *   13-14  wake: about to look at the wish; about to ring
 *   15-18  reader: offset loaded; about to load the sub-buffer; to release; copied for salvage
 *   19-20  reader going to sleep: about to wish; wished
 */
#ifndef UST_STRESS_INJECT_H
#define UST_STRESS_INJECT_H

enum stress_inject_kind {
	STRESS_INJECT_NONE = 0,
	STRESS_INJECT_DELAY = 1,
	STRESS_INJECT_YIELD = 2,
	STRESS_INJECT_SIGNAL = 3,
	STRESS_INJECT_SLEEP = 4,
	STRESS_INJECT_NR = 5,
	STRESS_INJECT_KILL = 5,  /* the whole process */
	STRESS_INJECT_STALL = 6, /* for as long as anything lasts here */
};

#define STRESS_INJECT_POINTS 21 /* 1 to 20 */
#define STRESS_INJECT_ASM_POINTS 5

void stress_inject(int point);
/* Every thread that comes to @point does @kind from now on. */
void stress_inject_set(int point, enum stress_inject_kind kind);
/* Lets the next thread that comes to an assembly point spin. */
void stress_inject_spin_all(int turns);
unsigned long stress_inject_hits(int point);

extern int stress_inject_spin[STRESS_INJECT_ASM_POINTS];

#define UST_INJECT(n) stress_inject(n)
#define UST_INJECT_ASM(n) "9:\tsubl $1, stress_inject_spin+4*" #n "(%%rip)\n\tjns 9b\n\t"

#endif /* UST_STRESS_INJECT_H */
