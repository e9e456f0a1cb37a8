/* SPDX-License-Identifier: GPL-2.0-only */
/* What is recorded of strings, arrays and enumerations, in each shape, and of markers. */
#ifndef UST_TESTS_RECORD_SHAPES_H
#define UST_TESTS_RECORD_SHAPES_H

#include "record.h"

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

static void test_all_shapes(void)
{
	test_strings();
	test_arrays();
	test_enums();
	test_shapes();
	test_markers();
}

#endif /* UST_TESTS_RECORD_SHAPES_H */
