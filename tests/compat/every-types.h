/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_COMPAT_EVERY_TYPES_H
#define TESTS_COMPAT_EVERY_TYPES_H

enum every_kind { EVERY_FIRST, EVERY_SECOND };

struct every_point {
	long y;
	const char *label;
};

#endif /* TESTS_COMPAT_EVERY_TYPES_H */
