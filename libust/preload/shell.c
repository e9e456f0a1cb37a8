/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * ust-shell NUMBER ARGUMENT... [VARIABLE...]: executes /bin/sh with the NUMBER arguments, the first of
 * which is its name, and with the variables as its whole environment, in this order: NAME=VALUE, or
 * NAME with the value that it has here. No shell can do that itself: each sets variables of its own,
 * has an order of its own, and executes no path under another name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARGUMENTS 8

static char *find(const char *name)
{
	size_t len = strlen(name);
	char **at;

	for (at = environ; *at; at++)
		if (!strncmp(*at, name, len) && (*at)[len] == '=')
			return *at;
	return NULL;
}

/* Makes an environment of @words, in their place. What is not set here, the shell has left out. */
static char **make_environment(char **words)
{
	char **from, **to = words;

	for (from = words; *from; from++) {
		*to = strchr(*from, '=') ? *from : find(*from);
		to += *to != NULL;
	}
	*to = NULL;
	return words;
}

int main(int argc, char **argv)
{
	char *arguments[MAX_ARGUMENTS + 1] = {0};
	int nr = argc > 1 ? atoi(argv[1]) : 0;

	if (nr < 1 || nr > MAX_ARGUMENTS || argc < nr + 2) {
		fputs("usage: ust-shell NUMBER ARGUMENT... [VARIABLE...]\n", stderr);
		return 2;
	}
	memcpy(arguments, argv + 2, (size_t)nr * sizeof(*argv));
	execve("/bin/sh", arguments, make_environment(argv + 2 + nr));
	perror("/bin/sh");
	return 127;
}
