/* SPDX-License-Identifier: GPL-2.0-only */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool verbose;

void ustd_log_verbose(bool on)
{
	verbose = on;
}

/* Control bytes of foreign names must not reach a terminal. */
static void emit(const char *fmt, va_list args)
{
	char line[1024] = "ustd: ";
	size_t at = strlen(line), len;
	char *p;

	vsnprintf(line + at, sizeof(line) - at - 1, fmt, args);
	for (p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	len = strlen(line);
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

void ustd_warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	emit(fmt, args);
	va_end(args);
}

void ustd_info(const char *fmt, ...)
{
	va_list args;

	if (!verbose)
		return;
	va_start(args, fmt);
	emit(fmt, args);
	va_end(args);
}
