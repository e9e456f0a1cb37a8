// SPDX-License-Identifier: GPL-2.0-only
// A library whose functions are called in every way that a stand-in for them could get wrong.
#include "called.h"

#include <cstdarg>
#include <stdexcept>

extern "C" {

enum color painted(enum color color)
{
	return color;
}

double mixed(int a, double b, float c, const char *text, long d, long e, long f, long g, short h,
	     bool i)
{
	return a + b + c + d + e + f + g + h + i + text[0];
}

int thrower(int x)
{
	if (x > 2)
		throw std::runtime_error("thrown");
	return x;
}

int sum(int nr, ...)
{
	va_list list;
	int all = 0;

	va_start(list, nr);
	while (nr--)
		all += va_arg(list, int);
	va_end(list);
	return all;
}

double sum_of_doubles(int nr, ...)
{
	va_list list;
	double all = 0;

	va_start(list, nr);
	while (nr--)
		all += va_arg(list, double);
	va_end(list);
	return all;
}

struct large by_value(struct large large, int add)
{
	for (long &x : large.values)
		x += add;
	return large;
}

struct pair in_registers(struct pair pair)
{
	return {2 * pair.number, 3 * pair.count};
}

unsigned char small(unsigned char a, signed char b)
{
	return static_cast<unsigned char>(a + b);
}

void nothing(void)
{
}

const char *text_of(char *text)
{
	return text;
}

long double extended(long double x)
{
	return 2 * x;
}

long too_large(struct too_large large)
{
	return large.values[32];
}

int never(int x)
{
	return x;
}
}
