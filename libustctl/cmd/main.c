/* SPDX-License-Identifier: GPL-2.0-only */
#include "cmd.h"
#include "near.h"
#include "ust0.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef UST_VERSION
#define UST_VERSION "unknown"
#endif

const struct ust_cmd *const ust_cmds[] = {
	&ust_cmd_record, &ust_cmd_attach,   &ust_cmd_detach,
	&ust_cmd_view,   &ust_cmd_stats,    &ust_cmd_list,
	&ust_cmd_create, &ust_cmd_enable,   &ust_cmd_disable,
	&ust_cmd_start,  &ust_cmd_stop,     &ust_cmd_snapshot,
	&ust_cmd_rotate, &ust_cmd_destroy,  &ust_cmd_status,
	&ust_cmd_doctor, &ust_cmd_shutdown, NULL,
};

static void print_help(void)
{
	unsigned int i;

	puts("Usage: ustctl COMMAND [ARGUMENT]...\n"
	     "Traces programs in user space.\n"
	     "\n"
	     "Commands:");
	for (i = 0; ust_cmds[i]; i++)
		printf("  %-10s %s\n", ust_cmds[i]->name, ust_cmds[i]->summary);
	puts("\n"
	     "Options:\n"
	     "  -h, --help     this text; \"ustctl COMMAND --help\" tells about a command\n"
	     "  -V, --version  the version\n"
	     "\n"
	     "Exit status: 0 success, 1 failure, 2 wrong usage; record returns the program's.\n"
	     "\n"
	     "A first trace:\n"
	     "  ustctl record -o /tmp/trace -p malloc -- ls\n"
	     "  ustctl view /tmp/trace");
}

static const struct ust_cmd *find(const char *name)
{
	unsigned int i;

	for (i = 0; ust_cmds[i]; i++)
		if (!strcmp(ust_cmds[i]->name, name))
			return ust_cmds[i];
	return NULL;
}

static int unknown(const char *name)
{
	const char *names[32], *now = ust_cmd_since_ust0(name);
	unsigned int i;
	int nearest;

	if (now) {
		fprintf(stderr, "ustctl: '%s' is of UST 0.x; now it is %s\n", name, now);
		return UST_EXIT_USAGE;
	}

	for (i = 0; ust_cmds[i]; i++)
		names[i] = ust_cmds[i]->name;
	nearest = ust_near_one(name, names, i);
	fprintf(stderr, "ustctl: unknown %s '%s'", name[0] == '-' ? "option" : "command", name);
	if (nearest >= 0)
		fprintf(stderr, "; did you mean '%s'?", names[nearest]);
	fputs("\nTry 'ustctl --help'.\n", stderr);
	return UST_EXIT_USAGE;
}

/* Output that did not arrive is a failure even if the command saw none. */
static int finish(int status)
{
	if (fflush(stdout) || ferror(stdout)) {
		perror("ustctl: standard output");
		return status ? status : UST_EXIT_FAILURE;
	}
	return status;
}

/*
 * Where a standard descriptor is closed, the next file that is opened would be in its place, and a
 * message would go into a trace or to ustd. What takes the place fails as a closed one does, and is
 * closed again in a program that is executed.
 */
static void hold_standard_descriptors(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", (fd ? O_RDONLY : O_WRONLY) | O_CLOEXEC) < 0)
			return;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct ust_cmd *cmd;

	hold_standard_descriptors();
	if (!name) {
		fputs("ustctl: no command\nTry 'ustctl --help'.\n", stderr);
		return UST_EXIT_USAGE;
	}
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		puts("ustctl " UST_VERSION);
		return finish(UST_EXIT_OK);
	}
	if (!strcmp(name, "help") && argc > 2) {
		cmd = find(argv[2]);
		if (!cmd)
			return unknown(argv[2]);
		ust_cmd_help(cmd);
		return finish(UST_EXIT_OK);
	}
	if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
		print_help();
		return finish(UST_EXIT_OK);
	}
	cmd = find(name);
	if (!cmd)
		return unknown(name);
	return finish(cmd->run(argc - 1, argv + 1));
}
