/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages for whoever runs ustd: one line each on standard error. */
#ifndef USTD_LOG_H
#define USTD_LOG_H

#include <stdbool.h>

void ustd_log_verbose(bool on);

/* Something is wrong; says what failed, on what, and what to do. */
void ustd_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What --verbose shows. */
void ustd_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* USTD_LOG_H */
