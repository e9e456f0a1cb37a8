/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests ask of a module made with UST_SELFTEST=y, by writing to ust_selftest of debugfs:
 *
 *	nmi N     N times: a record, and between its reserve and its commit another one by an NMI
 *	record N  N records, as fast as they go
 *	oops      a bug in the middle of two nested records
 *
 * They go into the first channel of the session that was made last.
 */
#ifndef UST_KERNEL_SELFTEST_H
#define UST_KERNEL_SELFTEST_H

#ifdef UST_SELFTEST
void ust_kselftest_init(void);
void ust_kselftest_exit(void);
#else
static inline void ust_kselftest_init(void)
{
}

static inline void ust_kselftest_exit(void)
{
}
#endif

#endif /* UST_KERNEL_SELFTEST_H */
