/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_COMPAT_OLDER_HIDDEN_H
#define TESTS_COMPAT_OLDER_HIDDEN_H

struct older_hidden {
	int a;
	const char *name;
};

#endif /* TESTS_COMPAT_OLDER_HIDDEN_H */
