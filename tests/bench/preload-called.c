/* SPDX-License-Identifier: GPL-2.0-only */
/* A function of a library, for preload.c. */
int bench_called(int number, void *pointer);

int bench_called(int number, void *pointer)
{
	return number + (pointer != 0);
}
