/* SPDX-License-Identifier: GPL-2.0-only */
/* What is recorded of a scalar of each type. */
#ifndef UST_TESTS_RECORD_TYPES_H
#define UST_TESTS_RECORD_TYPES_H

#include "record.h"

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

static void test_types(void)
{
	test_integers();
	test_bitfields();
	test_floats();
	test_pointers();
}

#endif /* UST_TESTS_RECORD_TYPES_H */
