/* SPDX-License-Identifier: GPL-2.0-only */
/* The program that record runs: where it is, and what of it decides whether libust gets into it. */
#ifndef USTCTL_CMD_PROGRAM_H
#define USTCTL_CMD_PROGRAM_H

#include <limits.h>

struct ust_program {
	const char *given;     /* as on the command line */
	char path[PATH_MAX];   /* what will be executed */
	char binary[PATH_MAX]; /* the ELF file behind it: itself, or the interpreter of a script */
	int is_elf, is_script;
	int is_static;     /* the binary loads no libraries: LD_PRELOAD does nothing */
	int is_other_arch; /* the binary is of another word size or machine */
	int is_other_libc; /* its dynamic loader is not glibc's */
	int is_privileged; /* set-user-ID, set-group-ID or file capabilities */
};

/* Finds a program as execvp(3) does. Result: 0, -ENOENT (exit status 127), or -EACCES and others
 * (exit status 126). */
int ust_program_find(struct ust_program *program, const char *name);

#endif /* USTCTL_CMD_PROGRAM_H */
