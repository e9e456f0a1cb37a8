/* SPDX-License-Identifier: GPL-2.0-only */
#include "program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HEAD_SIZE 4096

static int check(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode) || access(path, X_OK))
		return -EACCES;
	return 0;
}

/* An entry that cannot be executed is passed over, but remembered as the reason. */
static int search_path(const char *name, char *path)
{
	const char *dirs = getenv("PATH");
	int result = -ENOENT;

	if (!dirs)
		dirs = "/usr/local/bin:/usr/bin:/bin";
	for (;;) {
		size_t len = strcspn(dirs, ":");
		int err;

		if (snprintf(path, PATH_MAX, "%.*s%s%s", (int)len, dirs, len ? "/" : "./", name) <
		    PATH_MAX) {
			err = check(path);
			if (!err)
				return 0;
			if (err == -EACCES)
				result = err;
		}
		if (!dirs[len])
			return result;
		dirs += len + 1;
	}
}

/* The start of a file, NUL-terminated. Result: its length, 0 if it cannot be read. */
static size_t read_head(const char *path, unsigned char *head)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = -1;

	if (fd >= 0) {
		got = pread(fd, head, HEAD_SIZE, 0);
		close(fd);
	}
	if (got < 0)
		got = 0;
	head[got] = '\0';
	return (size_t)got;
}

static void inspect_elf(struct ust_program *program, const unsigned char *head, size_t len)
{
	const Elf64_Ehdr *ehdr = (const void *)head;
	int dynamic = 0;
	unsigned int i;

	program->is_elf = 1;
	if (len < sizeof(*ehdr) || ehdr->e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr->e_machine !=
#if defined(__aarch64__)
		    EM_AARCH64
#else
		    EM_X86_64
#endif
	) {
		program->is_other_arch = 1;
		return;
	}
	for (i = 0; i < ehdr->e_phnum && ehdr->e_phentsize == sizeof(Elf64_Phdr); i++) {
		Elf64_Phdr phdr;
		uint64_t at = ehdr->e_phoff + i * sizeof(phdr);
		const char *loader;

		if (at > len || len - at < sizeof(phdr))
			return;
		memcpy(&phdr, head + at, sizeof(phdr));
		if (phdr.p_type != PT_INTERP)
			continue;
		dynamic = 1;
		loader = (const char *)head + phdr.p_offset;
		if (phdr.p_offset < len && !strstr(loader, "ld-linux"))
			program->is_other_libc = 1;
	}
	program->is_static = !dynamic;
}

static int is_privileged(const char *path)
{
	struct stat st;

	/* Root gains nothing by a set-user-ID root program, and LD_PRELOAD works there. */
	if (!stat(path, &st) &&
	    (((st.st_mode & S_ISUID) && st.st_uid != getuid()) ||
	     ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) && st.st_gid != getgid())))
		return 1;
	return getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

static void inspect(struct ust_program *program)
{
	unsigned char head[HEAD_SIZE + 1] __attribute__((aligned(8)));
	char next[PATH_MAX];
	int depth;

	snprintf(program->binary, sizeof(program->binary), "%s", program->path);
	/* The kernel follows interpreters five deep. */
	for (depth = 0; depth < 5; depth++) {
		size_t len = read_head(program->binary, head);

		if (len >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG)) {
			inspect_elf(program, head, len);
			program->is_privileged = is_privileged(program->binary);
			return;
		}
		if (len < 3 || head[0] != '#' || head[1] != '!')
			return;
		program->is_script = 1;
		if (sscanf((const char *)head + 2, " %4095s", next) != 1)
			return;
		snprintf(program->binary, sizeof(program->binary), "%s", next);
	}
}

int ust_program_find(struct ust_program *program, const char *name)
{
	int err;

	memset(program, 0, sizeof(*program));
	program->given = name;
	if (!*name)
		return -ENOENT;
	if (strchr(name, '/')) {
		if (snprintf(program->path, sizeof(program->path), "%s", name) >=
		    (int)sizeof(program->path))
			return -ENAMETOOLONG;
		err = check(program->path);
	} else {
		err = search_path(name, program->path);
	}
	if (!err)
		inspect(program);
	return err;
}
