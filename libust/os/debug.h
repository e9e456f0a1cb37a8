/* SPDX-License-Identifier: LGPL-2.1-only */
/* What libust tells on stderr under UST_DEBUG=1, and only then. */
#ifndef UST_OS_DEBUG_H
#define UST_OS_DEBUG_H

extern int ust_debug_enabled;

void ust_debug_init(void);
/* One line, written with a single write(2): no stdio, no locks. Leaves errno alone. */
void ust_debug_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define ust_debug(...)                                                                             \
	do {                                                                                       \
		if (__builtin_expect(ust_debug_enabled, 0))                                        \
			ust_debug_print(__VA_ARGS__);                                              \
	} while (0)

#endif /* UST_OS_DEBUG_H */
