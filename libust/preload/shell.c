/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * ust-shell NUMBER ARGUMENT... [VARIABLE...]: executes /bin/sh with the NUMBER arguments, the first of
 * which is its name, and with the rest as its whole environment. No shell can do that itself: each sets
 * variables of its own, has an order of its own, and executes no path under another name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARGUMENTS 8

int main(int argc, char **argv)
{
	char *arguments[MAX_ARGUMENTS + 1] = {0};
	int nr = argc > 1 ? atoi(argv[1]) : 0;

	if (nr < 1 || nr > MAX_ARGUMENTS || argc < nr + 2) {
		fputs("usage: ust-shell NUMBER ARGUMENT... [VARIABLE...]\n", stderr);
		return 2;
	}
	memcpy(arguments, argv + 2, (size_t)nr * sizeof(*argv));
	execve("/bin/sh", arguments, argv + 2 + nr);
	perror("/bin/sh");
	return 127;
}
