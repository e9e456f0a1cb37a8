/* SPDX-License-Identifier: LGPL-2.1-only */
#include "program-kind.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload.h"

#define HEAD_SIZE 2048
#define MAX_DEPTH 4 /* of interpreters that are scripts themselves, as in the kernel */

#if defined(__aarch64__)
#define OUR_MACHINE EM_AARCH64
#else
#define OUR_MACHINE EM_X86_64
#endif

/* The kernel's own calls, because libc's may be traced and are cancellation points. */
static int open_program(int dirfd, const char *path)
{
	return (int)syscall(SYS_openat, dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Whether glibc's dynamic linker starts it. */
static int elf_takes(int fd, const char *head, size_t size)
{
	const Elf64_Ehdr *ehdr = (const void *)head;
	const Elf64_Phdr *ph;
	char interp[64];
	ssize_t len;
	unsigned int i;

	if (size < sizeof(*ehdr) || ehdr->e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr->e_machine != OUR_MACHINE || ehdr->e_phentsize != sizeof(*ph) || ehdr->e_phoff % 8)
		return 0;
	for (i = 0; i < ehdr->e_phnum; i++) {
		if (ehdr->e_phoff + (i + 1) * sizeof(*ph) > size)
			return 0;
		ph = (const void *)(head + ehdr->e_phoff + i * sizeof(*ph));
		if (ph->p_type != PT_INTERP)
			continue;
		len = syscall(SYS_pread64, fd, interp, sizeof(interp) - 1, (long)ph->p_offset);
		interp[len > 0 ? len : 0] = '\0';
		return strstr(interp, "/ld-linux") != NULL;
	}
	return 0;
}

static int takes(int fd, int depth);

/* "#! /path argument": @line is behind the mark. */
static int script_takes(char *line, int depth)
{
	line += strspn(line, " \t");
	line[strcspn(line, " \t\n")] = '\0';
	return takes(open_program(AT_FDCWD, line), depth + 1);
}

/* Closes the descriptor. */
static int takes(int fd, int depth)
{
	char head[HEAD_SIZE + 1] __attribute__((aligned(8)));
	ssize_t size;
	int ret = 0;

	if (fd < 0)
		return 0;
	size = syscall(SYS_pread64, fd, head, HEAD_SIZE, 0L);
	head[size > 0 ? size : 0] = '\0';
	if (size >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG))
		ret = elf_takes(fd, head, (size_t)size);
	else if (size > 2 && head[0] == '#' && head[1] == '!' && depth < MAX_DEPTH)
		ret = script_takes(head + 2, depth);
	else if (size > 0 && !depth)
		/* The kernel refuses it, and execvp() and shells give it to the shell. */
		ret = takes(open_program(AT_FDCWD, "/bin/sh"), depth + 1);
	syscall(SYS_close, fd);
	return ret;
}

int ust_program_takes(int dirfd, const char *path)
{
	int saved = ust_errno, ret;

	ret = path && *path && takes(open_program(dirfd, path), 0);
	ust_errno = saved;
	return ret;
}

int ust_program_fd_takes(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return ust_program_takes(AT_FDCWD, path);
}

int ust_program_in_path_takes(const char *file)
{
	const char *dirs = getenv("PATH");
	int saved = ust_errno, ret = 0;
	char path[PATH_MAX];

	if (!file || strchr(file, '/'))
		return ust_program_takes(AT_FDCWD, file);
	if (!dirs)
		dirs = "/bin:/usr/bin";
	for (;;) {
		int len = (int)strcspn(dirs, ":");

		if (snprintf(path, sizeof(path), "%.*s%s%s", len, dirs, len ? "/" : "", file) <
			    (int)sizeof(path) &&
		    !syscall(SYS_faccessat, AT_FDCWD, path, X_OK)) {
			ret = takes(open_program(AT_FDCWD, path), 0);
			break;
		}
		if (!dirs[len])
			break;
		dirs += len + 1;
	}
	ust_errno = saved;
	return ret;
}
