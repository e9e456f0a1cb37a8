/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_COMPAT_EVERY_CALLS_H
#define TESTS_COMPAT_EVERY_CALLS_H

#ifdef __cplusplus
extern "C" {
#endif
void older_calls(void);
#ifdef __cplusplus
}
#endif

#endif /* TESTS_COMPAT_EVERY_CALLS_H */
