/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_COMPAT_OLDER_TYPES_H
#define TESTS_COMPAT_OLDER_TYPES_H

struct older_hidden; /* what is in it is the provider's business */

#endif /* TESTS_COMPAT_OLDER_TYPES_H */
