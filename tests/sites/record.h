/* SPDX-License-Identifier: GPL-2.0-only */
/* What each macro records, for C and C++. EXPECT runs one event and compares its text. */
#ifndef UST_TESTS_RECORD_H
#define UST_TESTS_RECORD_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ust/marker.h>
#include <ust/tracepoint.h>

#include "recorder.h"

/* Fused paths exist here, and the system registers threads for rseq. */
#define EXPECT_FUSED UST_FUSED

extern enum recorder_mode mode;
extern unsigned int failures, evaluations;

/* Evaluates to x and counts that it was evaluated. */
#define ONCE(x) (evaluations++, (x))

#define EXPECT(nr, text, statement)                                                                \
	do {                                                                                       \
		evaluations = 0;                                                                   \
		statement;                                                                         \
		expect(__FILE__, __LINE__, nr, text);                                              \
	} while (0)

static inline void expect(const char *file, int line, unsigned int nr, const char *text)
{
	const char *got = recorder_take();

	if (mode == RECORDER_OFF) {
		nr = 0;
		text = "";
	}
	if (strcmp(got, text) || evaluations != nr) {
		fprintf(stderr, "%s:%d: %u evaluations, expected %u\n  got  %s\n  want %s\n", file,
			line, evaluations, nr, got, text);
		failures++;
	}
}

enum small { ONE = 1, TWO, MINUS = -3 };
enum big { HUGE_VALUE = INT_MAX, BIG_MINUS = INT_MIN };
UST_ENUM_TABLE(smalls, {"one", ONE}, {"two", TWO}, {"minus", MINUS});
UST_ENUM_TABLE(bits, {"none", 0}, {"top", 0x80000000}, {"wide", 1LL << 40});

struct fields {
	unsigned int bits3 : 3;
	int sbits5 : 5;
	bool flag : 1;
	unsigned long long wide40 : 40;
	char name[12];
	const char *ptr;
};

static void test_integers(void)
{
	char c = 'A';
	signed char sc = -128;
	unsigned char uc = 255;
	short s = SHRT_MIN;
	unsigned short us = USHRT_MAX;
	int i = INT_MIN;
	unsigned int ui = UINT_MAX;
	long l = LONG_MIN;
	unsigned long ul = ULONG_MAX;
	long long ll = LLONG_MIN;
	unsigned long long ull = ULLONG_MAX;
	bool b = true;
	volatile int vi = -7;
	const int ci = 9;
	size_t size = 77;
	void *p = &c;

	EXPECT(0, "t:c c=65", UST_EVENT(t, c, c));
	EXPECT(0, "t:sc sc=-128", UST_EVENT(t, sc, sc));
	EXPECT(0, "t:uc uc=255", UST_EVENT(t, uc, uc));
	EXPECT(0, "t:s s=-32768", UST_EVENT(t, s, s));
	EXPECT(0, "t:us us=65535", UST_EVENT(t, us, us));
	EXPECT(0, "t:i i=-2147483648", UST_EVENT(t, i, i));
	EXPECT(0, "t:ui ui=4294967295", UST_EVENT(t, ui, ui));
	EXPECT(0, "t:l l=-9223372036854775808", UST_EVENT(t, l, l));
	EXPECT(0, "t:ul ul=18446744073709551615", UST_EVENT(t, ul, ul));
	EXPECT(0, "t:ll ll=-9223372036854775808", UST_EVENT(t, ll, ll));
	EXPECT(0, "t:ull ull=18446744073709551615", UST_EVENT(t, ull, ull));
	EXPECT(0, "t:b b=1", UST_EVENT(t, b, b));
	EXPECT(0, "t:vi vi=-7 ci=9 size=77", UST_EVENT(t, vi, vi, ci, size));
	EXPECT(2, "t:expr sum=12 neg=-2",
	       UST_EVENT(t, expr, UST_F(sum, ONCE(c) - 53), UST_F(neg, ONCE(-2))));
	EXPECT(1, "t:once n=1", UST_EVENT(t, once, UST_F(n, ++evaluations)));
	EXPECT(0, "t:hex i=0x80000000 uc=0xff", UST_EVENT(t, hex, UST_HEX(i, i), UST_HEX(uc, uc)));
	EXPECT(1, "t:flags yes=1 no=0 ptr=1",
	       UST_EVENT(t, flags, UST_BOOL(yes, 512), UST_BOOL(no, ONCE(0)), UST_BOOL(ptr, p)));
	EXPECT(0,
	       "t:all c=65 sc=-128 uc=255 s=-32768 us=65535 i=-2147483648 ui=4294967295 "
	       "l=-9223372036854775808 ul=18446744073709551615 ll=-9223372036854775808 "
	       "ull=18446744073709551615 b=1",
	       UST_EVENT(t, all, c, sc, uc, s, us, i, ui, l, ul, ll, ull, b));
}

static void test_bitfields(void)
{
	struct fields f = {5, -11, true, 0xfedcba9876ull, "inside", NULL};
	struct fields *p = &f;

	EXPECT(0, "t:bits b3=5 s5=-11 flag=1 w40=1094624909430",
	       UST_EVENT(t, bits, UST_F(b3, f.bits3), UST_F(s5, p->sbits5), UST_F(flag, f.flag),
			 UST_F(w40, f.wide40)));
	EXPECT(0, "t:member name=\"inside\" ptr=\"(null)\" tail=1",
	       UST_EVENT(t, member, UST_F(name, p->name), UST_F(ptr, p->ptr), UST_F(tail, 1)));
}

static void test_floats(void)
{
	float f = 1.5f;
	double d = -2.25;
	long double ld = 3.125L;

	EXPECT(0, "t:f f=1.5", UST_EVENT(t, f, f));
	EXPECT(0, "t:d d=-2.25", UST_EVENT(t, d, d));
	EXPECT(0, "t:ld ld=3.125 f=1.5 d=-2.25", UST_EVENT(t, ld, ld, f, d));
}

static void test_pointers(void)
{
	void *p = (void *)0x1234;
	int *ip = NULL;
	unsigned char *ucp = (unsigned char *)0x10;
	char *s = (char *)0x20;

	EXPECT(0, "t:p p=0x1234 ip=0 ucp=0x10", UST_EVENT(t, p, p, ip, ucp));
	EXPECT(0, "t:hexstr s=0x20", UST_EVENT(t, hexstr, UST_HEX(s, s)));
	EXPECT(0, "t:fn same=1", UST_EVENT(t, fn, UST_BOOL(same, expect == expect)));
	(void)recorder_take();
	UST_EVENT(t, fnptr, UST_F(fn, test_pointers), UST_F(addr, &failures));
	if (mode != RECORDER_OFF) {
		char text[128];

		snprintf(text, sizeof(text), "t:fnptr fn=%#lx addr=%p",
			 (unsigned long)test_pointers, (void *)&failures);
		evaluations = 0;
		expect(__FILE__, __LINE__, 0, text);
	}
}

static void test_strings(void)
{
	char array[16] = "array", empty[4] = "", large[600];
	const char carray[] = "constant";
	char *s = array;
	const char *cs = "a string of more than sixteen bytes", *null = NULL;
	char *null2 = NULL;
	int i = 7;
	long a = 1, b = 2, c = 3;

	memset(large, 'x', sizeof(large));
	large[599] = 0;
	EXPECT(0, "t:s1 s=\"array\"", UST_EVENT(t, s1, s));
	EXPECT(0, "t:s2 i=7 cs=\"a string of more than sixteen bytes\"", UST_EVENT(t, s2, i, cs));
	EXPECT(0, "t:s3 array=\"array\"", UST_EVENT(t, s3, array));
	EXPECT(0, "t:s4 a=1 b=2 c=3 i=7 carray=\"constant\"", UST_EVENT(t, s4, a, b, c, i, carray));
	EXPECT(0, "t:s5 a=1 b=2 c=3 a2=1 i=7 s=\"array\"",
	       UST_EVENT(t, s5, a, b, c, UST_F(a2, a), i, s));
	EXPECT(0, "t:s6 null=\"(null)\"", UST_EVENT(t, s6, null));
	EXPECT(0, "t:s7 i=7 null2=\"(null)\"", UST_EVENT(t, s7, i, null2));
	EXPECT(0, "t:s8 null=\"(null)\" s=\"array\" i=7", UST_EVENT(t, s8, null, s, i));
	EXPECT(0, "t:s9 empty=\"\"", UST_EVENT(t, s9, empty));
	EXPECT(1, "t:s10 a=\"array\" lit=\"literal\"",
	       UST_EVENT(t, s10, UST_STR(a, ONCE(s)), UST_STR(lit, "literal")));
	EXPECT(2, "t:text text='arr' none=''",
	       UST_EVENT(t, text, UST_TEXT(text, ONCE(array), ONCE(3)), UST_TEXT(none, cs, 0)));
	UST_EVENT(t, large, i, UST_STR(large, large));
	if (mode != RECORDER_OFF &&
	    strlen(recorder_take()) != 599 + strlen("t:large i=7 large=\"\""))
		failures++;
}

static void test_arrays(void)
{
	int ints[3] = {-1, 2, 3};
	unsigned char bytes[5] = {1, 2, 250, 4, 5};
	const double doubles[2] = {0.5, 1e9};
	long *lp = (long *)calloc(2, sizeof(long));
	char chars[2] = {'a', 'b'};
	void *pointers[2] = {NULL, (void *)16};
	unsigned int n = 2;

	lp[0] = -5;
	EXPECT(0, "t:arr ints=[-1,2,3]", UST_EVENT(t, arr, UST_ARRAY(ints, ints)));
	EXPECT(0, "t:arrs bytes=[1,2,250,4,5] doubles=[0.5,1e+09] n=2 chars=[97,98] p=[0,0x10]",
	       UST_EVENT(t, arrs, UST_ARRAY(bytes, bytes), UST_ARRAY(doubles, doubles), n,
			 UST_ARRAY(chars, chars), UST_ARRAY(p, pointers)));
	EXPECT(2, "t:seq lp=[-5,0] tail=1",
	       UST_EVENT(t, seq, UST_SEQ(lp, ONCE(lp), ONCE(n)), UST_F(tail, 1)));
	EXPECT(0, "t:seqs none=[] some=[2,3]",
	       UST_EVENT(t, seqs, UST_SEQ(none, lp, 0), UST_SEQ(some, ints + 1, 2)));
	free(lp);
}

static void test_enums(void)
{
	enum small s = TWO;
	enum big b = BIG_MINUS;
	long long wide = 1LL << 40;
	unsigned int top = 0x80000000u;
	unsigned char tiny = 1;

	EXPECT(0, "t:e1 s=-3(minus)", UST_EVENT(t, e1, UST_ENUM(s, MINUS, smalls)));
	EXPECT(1, "t:e2 s=2(two) i=4 wide=1099511627776(wide)",
	       UST_EVENT(t, e2, UST_ENUM(s, ONCE(s), smalls), UST_F(i, 4),
			 UST_ENUM(wide, wide, bits)));
	EXPECT(0, "t:e3 top=2147483648(top) tiny=1(one)",
	       UST_EVENT(t, e3, UST_ENUM(top, top, bits), UST_ENUM(tiny, tiny, smalls)));
	EXPECT(0, "t:e4 s=2 b=-2147483648", UST_EVENT(t, e4, s, b));
}

static void test_shapes(void)
{
	static const char *const loop_texts[] = {"t:loop i=0", "t:loop i=1", "t:loop i=2"};
	char c = 1;
	short s = 2;
	int i = 3;
	long l = 4;
	double d = 5;

	EXPECT(0, "t:zero", UST_EVENT(t, zero));
	EXPECT(0, "t:two i=3 l=4", UST_EVENT(t, two, i, l));
	EXPECT(0, "t:odd c=1 s=2 i=3 l=4 c2=1 d=5", UST_EVENT(t, odd, c, s, i, l, UST_F(c2, c), d));
	EXPECT(0, "t:copy c=1 l=4 s=2 d=5 i=3 l2=-1 c2=-2 l3=99",
	       UST_EVENT(t, copy, c, l, s, d, i, UST_F(l2, -1L), UST_F(c2, (char)-2),
			 UST_F(l3, 99L)));
	EXPECT(0,
	       "t:twenty f1=1 f2=2 f3=3 f4=4 f5=5 f6=6 f7=7 f8=8 f9=9 f10=10 f11=11 f12=12 "
	       "f13=13 f14=14 f15=15 f16=16 f17=17 f18=18 f19=19 f20=20",
	       UST_EVENT(t, twenty, UST_F(f1, 1), UST_F(f2, 2), UST_F(f3, 3), UST_F(f4, 4),
			 UST_F(f5, 5), UST_F(f6, 6), UST_F(f7, 7), UST_F(f8, 8), UST_F(f9, 9),
			 UST_F(f10, 10L), UST_F(f11, 11L), UST_F(f12, 12L), UST_F(f13, 13L),
			 UST_F(f14, 14L), UST_F(f15, 15L), UST_F(f16, 16L), UST_F(f17, 17L),
			 UST_F(f18, 18L), UST_F(f19, (short)19), UST_F(f20, (char)20)));
	if (i == 3)
		EXPECT(0, "t:branch yes=1", UST_EVENT(t, branch, UST_F(yes, 1)));
	else
		UST_EVENT(t, other, UST_F(no, 0));
	for (i = 0; i < 3; i++)
		EXPECT(0, loop_texts[i], UST_EVENT(t, loop, i));
	/* Two of one line; a name that the compiler's own macros know. */
	UST_EVENT(t, left, i);
	(void)recorder_take();
	EXPECT(0, "t:right i=3", UST_EVENT(t, right, i));
	EXPECT(0, "linux:err errno=2", UST_EVENT(linux, err, UST_F(errno, 2)));
}

/* A char pointer under "%p": the record must not follow it, and clang's pedantry does not like it.
 */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wformat-pedantic"
#endif
static void test_markers(void)
{
	const char *s = "text", *null = NULL;
	char *wild = (char *)8;
	int i = 5;
	unsigned long ul = 6;
	unsigned short us = 9;
	double d = 0.5;

	EXPECT(0, "chan:none", trace_mark(chan, none, MARK_NOARGS));
	EXPECT(0, "ust:none2", ust_marker(none2, UST_MARKER_NOARGS));
	EXPECT(1, "chan:m1 5", trace_mark(chan, m1, "value %d", ONCE(i)));
	EXPECT(0, "chan:m2 5 \"text\"", trace_mark(chan, m2, "field %d other %s", i, s));
	EXPECT(0, "ust:m3 6 9 0x10", ust_marker(m3, "#4u%lu h #n2u%hu p %p", ul, us, (void *)16));
	EXPECT(0, "chan:m4 0.5 \"(null)\" 5", trace_mark(chan, m4, "d %f s %s i %i", d, null, i));
	EXPECT(0, "chan:m5 0x8 \"text\"", trace_mark(chan, m5, "p %p s %s", (void *)wild, s));
	EXPECT(0, "chan:m6 \"text\" 0x8", trace_mark(chan, m6, "100%% s %-8.4s p %p", s, wild));
}

static void test_common(void)
{
	test_integers();
	test_bitfields();
	test_floats();
	test_pointers();
	test_strings();
	test_arrays();
	test_enums();
	test_shapes();
	test_markers();
}

/* "off", "slow" or "ring" chooses how; the sites must number at least nr_min. */
static int run(int argc, char **argv, void (*test)(void), int nr_min)
{
	int nr_sites;

	mode = argc > 1 && !strcmp(argv[1], "slow")   ? RECORDER_SLOW
	       : argc > 1 && !strcmp(argv[1], "ring") ? RECORDER_RING
						      : RECORDER_OFF;
	nr_sites = recorder_start(mode);
	if (nr_sites < nr_min) {
		fprintf(stderr, "%d sites, expected at least %d\n", nr_sites, nr_min);
		return 1;
	}
	test_common();
	test();
	if (mode == RECORDER_RING && EXPECT_FUSED && !recorder_fused) {
		fprintf(stderr, "no event took the fused path\n");
		failures++;
	}
	printf("%d sites, %u fused, %u words, %u strings, %u args, %u failures\n", nr_sites,
	       recorder_fused, recorder_words, recorder_strings, recorder_args, failures);
	return failures != 0;
}

#endif /* UST_TESTS_RECORD_H */
