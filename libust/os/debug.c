/* SPDX-License-Identifier: LGPL-2.1-only */
#include "debug.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ust/abi/control.h>

int ust_debug_enabled;

void ust_debug_init(void)
{
	const char *value = secure_getenv(UST_ENV_DEBUG);

	ust_debug_enabled = value && value[0] == '1';
}

void ust_debug_print(const char *format, ...)
{
	int saved = errno, head, len;
	char line[512];
	va_list args;

	head = snprintf(line, sizeof(line), "ust[%d]: ", (int)getpid());
	va_start(args, format);
	len = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	len += head;
	if (len > (int)sizeof(line) - 2)
		len = (int)sizeof(line) - 2;
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		errno = saved;
	errno = saved;
}
