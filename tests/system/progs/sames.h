/* SPDX-License-Identifier: GPL-2.0-only */
/* What both halves of sames have. */
#ifndef SAMES_H
#define SAMES_H

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

/* The result of a call and the errno it left. */
#define say(what, call)                                                                            \
	do {                                                                                       \
		long say_result = (long)(call);                                                    \
		printf("%s %ld errno %d\n", what, say_result, errno);                              \
	} while (0)

static inline int ended(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void versions(const char *dir);
void processes(void);
void objects(const char *dir);

#endif /* SAMES_H */
