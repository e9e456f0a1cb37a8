/* SPDX-License-Identifier: GPL-2.0-only */
/* alone: sleeps until it is killed, with as little around it as there can be: linked statically, or
 * with another libc, or under a filter of system calls ("strict", "filter"). */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Everything but memfd_create and socketpair, which are answered with EPERM. */
static int filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socketpair, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
	};
	struct sock_fprog prog = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	char byte;

	if (write(1, "ready\n", 6) != 6)
		return 1;
	if (!strcmp(mode, "filter") && filter())
		return 1;
	if (!strcmp(mode, "strict") && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		return 1;
	for (;;)
		if (read(0, &byte, 1) < 1)
			return 0;
}
