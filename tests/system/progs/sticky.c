/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sticky state in a parent and its child, behind it so many events that rings are written over. With a
 * second argument both wait for the end of the input before they exit. "many": as many keys as events, no
 * child.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ust/state.h>
#include <ust/tracepoint.h>

static void fill(int nr)
{
	while (nr--)
		UST_EVENT(sticky, filler, nr);
}

static void wait_here(int argc, const char *who)
{
	char c;

	if (argc < 3)
		return;
	puts(who);
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	int nr = argc > 1 ? atoi(argv[1]) : 0, i;
	pid_t child;

	if (argc > 2 && !strcmp(argv[2], "many")) {
		for (i = 0; i < nr; i++)
			UST_STATE(sticky, state, UST_F(key, i), UST_STR(value, "many"));
		wait_here(argc, "many");
		return 0;
	}
	for (i = 0; i < 3; i++)
		UST_STATE(sticky, state, UST_F(key, i), UST_STR(value, "before"));
	for (i = 0; i < 3; i++)
		UST_STATE(sticky, state, UST_F(key, i), UST_STR(value, "parent"));
	fill(nr);
	child = fork();
	if (child < 0)
		return 1;
	if (!child) {
		UST_STATE(sticky, state, UST_F(key, 2), UST_STR(value, "child"));
		UST_STATE(sticky, state, UST_F(key, 3), UST_STR(value, "child"));
		fill(nr);
		wait_here(argc, "child");
		return 0;
	}
	wait_here(argc, "parent");
	return waitpid(child, NULL, 0) != child;
}
