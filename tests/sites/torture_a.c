// SPDX-License-Identifier: GPL-2.0-only
/* Every place and kind of a site; compiled as C and as C++ by matrix.py. */
/* An expectation stands on the line of its site. */
/* clang-format off */
#include "torture.h"

struct bits {
	unsigned int three : 3;
	int five : 5;
	unsigned long long forty : 40;
};

int sink;
#define IN_A_MACRO(x) UST_EVENT(a, macro, UST_F(v, (x) + 1))

void numbers(char c, signed char sc, unsigned char uc, short s, unsigned short us, int i)
{
	unsigned int u = (unsigned int)i;
	long l = i;
	unsigned long ul = u;
	long long ll = i;
	unsigned long long ull = u;
	bool b = i != 0;
	float f = (float)i;
	double d = i;
	long double ld = i;
	volatile short vs = s;
	const unsigned char cuc = uc;

	UST_EVENT(a, small, c, sc, uc, s, us); /*= event a:small c:s8, sc:s8, uc:u8, s:s16, us:u16 */
	UST_EVENT(a, large, i, u, l, ul, ll, ull); /*= event a:large i:s32, u:u32, l:s64, ul:u64, ll:s64, ull:u64 */
	UST_EVENT(a, real, b, f, d, ld); /*= event a:real b:bool, f:float, d:double, ld:double */
	UST_EVENT(a, cv, vs, cuc); /*= event a:cv vs:s16, cuc:u8 */
	UST_EVENT(a, hex, UST_HEX(h, u), UST_HEX(p, &sink), UST_HEX(q, uc)); /*= event a:hex h:u32x, p:ptrx, q:u8x */
}

void pointers(void *p, const char *cs, char *s, int *ip, unsigned char *ucp, struct bits *st)
{
	char array[10] = "array";
	int ints[4] = {1, 2, 3, 4};
	void (*fn)(int) = other_file;

	UST_EVENT(a, pointers, p, ip, ucp, st, fn); /*= event a:pointers p:ptr, ip:ptr, ucp:ptr, st:ptr, fn:ptr */
	UST_EVENT(a, strings, cs, s, array, UST_STR(x, s)); /*= event a:strings cs:string, s:string, array:string, x:string */
	UST_EVENT(a, many, UST_TEXT(t, s, 3), UST_SEQ(q, ip, 2), UST_ARRAY(r, ints), UST_SEQ(z, ucp, 1u)); /*= event a:many t:text[], q:s32[], r:s32[4], z:u8[] */
	UST_EVENT(a, bits, UST_F(b5, st->five), UST_F(w, st->forty), UST_BOOL(y, p)); /*= event a:bits b5:s32, w:u64, y:bool */
}

UST_EVENT_CLASS(pair, (short number, const char *text, const struct bits *st), number, UST_STR(text, text), UST_F(w, st->forty));

void of_a_class(const char *text, const struct bits *st)
{
	UST_CLASS_EVENT(pair, a, class_one, sink, text, st); /*= event a:class_one number:s16, text:string, w:u64 */
	UST_CLASS_EVENT(pair, a, class_two, 2, "two", st); UST_CLASS_EVENT(single, a, class_three, 3.5); /*= event a:class_two number:s16, text:string, w:u64 | event a:class_three real:double */
}

int places(int i)
{
	UST_EVENT(a, zero); /*= event a:zero */
	UST_EVENT(a, left, i); UST_EVENT(a, right, i); /*= event a:left i:s32 | event a:right i:s32 */
	UST_EVENT(a, same, i); UST_EVENT(a, same, UST_F(i, 1L)); /*= event a:same i:s32 | event a:same i:s64 */
	if (i > 3)
		UST_EVENT(a, yes, i); /*= event a:yes i:s32 */
	else if (i)
		UST_EVENT(a, no, i); /*= event a:no i:s32 */
	for (int k = 0; k < 4; k++)
		UST_EVENT(a, unrolled, k); /*= event a:unrolled k:s32 */
	switch (i) {
	case 1:
		UST_EVENT(a, one, i); /*= event a:one i:s32 */
		/* fall through */
	default:
		IN_A_MACRO(i); /*= event a:macro v:s32 */
	}
	shared(i);
	forced(i);
	forced(i + 1l);
	shared_enum(i ? GREEN : RED);
	return i;
}

void twenty(int i)
{
	int v = i, w = v;

	UST_EVENT(a, twenty, i, v, w, UST_F(a3, i), UST_F(a4, i), UST_F(a5, i), UST_F(a6, i), UST_F(a7, i), UST_F(a8, i), UST_F(a9, i), UST_F(a10, i), UST_F(a11, i), UST_F(a12, i), UST_F(a13, i), UST_F(a14, i), UST_F(a15, i), UST_F(a16, i), UST_F(a17, i), UST_STR(a18, "x"), UST_F(a19, 1.0)); /*= event a:twenty i:s32, v:s32, w:s32, a3:s32, a4:s32, a5:s32, a6:s32, a7:s32, a8:s32, a9:s32, a10:s32, a11:s32, a12:s32, a13:s32, a14:s32, a15:s32, a16:s32, a17:s32, a18:string, a19:double */
	UST_EVENT(linux, error, UST_F(errno, i)); /*= event linux:error errno:s32 */
}

void markers(unsigned long n, const char *s, double d)
{
	trace_mark(disk, write, "sector #8u%lu name %s", n, s); /*= marker disk:write "sector #8u%lu name %s" u64 string */
	ust_marker(idle, UST_MARKER_NOARGS); /*= marker ust:idle " " */
	trace_mark(disk, d, "a %f p %p", d, (void *)&sink); trace_mark(unix, e, MARK_NOARGS); /*= marker disk:d "a %f p %p" double ptr | marker unix:e " " */
}

int main(int argc, char **argv)
{
	struct bits st = {1, 2, 3};

	numbers('a', 1, 2, 3, 4, argc);
	of_a_class("a", &st);
	shared_class(GREEN);
	pointers(argv, "a", argv[0], &argc, (unsigned char *)argv, &st);
	places(argc);
	twenty(argc);
	markers(1, argv[0], 2);
	other_file(argc);
#ifdef __cplusplus
	templated(1);
	templated(2.0);
	box<char>{'x'}.show();
	box<float>{2}.show();
#endif
	return 0;
}
