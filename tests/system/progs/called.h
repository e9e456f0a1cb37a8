/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of called.cpp. */
#ifndef CALLED_H
#define CALLED_H

struct large {
	long values[5];
};

struct too_large {
	long values[33];
};

struct pair {
	double number;
	long count;
};

enum color : unsigned { RED, GREEN = 0x80000000 };

extern "C" {
enum color painted(enum color color);
double mixed(int a, double b, float c, const char *text, long d, long e, long f, long g, short h,
	     bool i);
int thrower(int x);
int sum(int nr, ...);
double sum_of_doubles(int nr, ...);
struct large by_value(struct large large, int add);
struct pair in_registers(struct pair pair);
unsigned char small(unsigned char a, signed char b);
void nothing(void);
const char *text_of(char *text);
long double extended(long double x);
int never(int x);
long assembled(long a, long b);
long too_large(struct too_large large);
}

#endif /* CALLED_H */
