/* SPDX-License-Identifier: GPL-2.0-only */
/* A plugin: loaded late, it calls the library it is linked with, first from its constructor. */
int small(unsigned char a, signed char b);
int run(int nr);

static __attribute__((constructor)) void init(void)
{
	small(1, 1);
}

int run(int nr)
{
	int all = 0;

	while (nr--)
		all += small(1, 1);
	return all;
}
