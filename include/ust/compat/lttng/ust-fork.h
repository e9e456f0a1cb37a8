/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Nothing has to be told about fork(): libust follows it by itself. */
#ifndef UST_COMPAT_LTTNG_UST_FORK_H
#define UST_COMPAT_LTTNG_UST_FORK_H

#include <signal.h>

#define UST_LTTNG_NOTHING static inline __attribute__((unused))
UST_LTTNG_NOTHING void lttng_ust_before_fork(sigset_t *save_sigset)
{
	(void)save_sigset;
}
UST_LTTNG_NOTHING void lttng_ust_after_fork_parent(sigset_t *restore_sigset)
{
	(void)restore_sigset;
}
UST_LTTNG_NOTHING void lttng_ust_after_fork_child(sigset_t *restore_sigset)
{
	(void)restore_sigset;
}
#define UST_LTTNG_AFTER(what)                                                                      \
	UST_LTTNG_NOTHING void lttng_ust_after_##what(void)                                        \
	{                                                                                          \
	}
UST_LTTNG_AFTER(setns)
UST_LTTNG_AFTER(unshare)
UST_LTTNG_AFTER(setuid)
UST_LTTNG_AFTER(setgid)
UST_LTTNG_AFTER(seteuid)
UST_LTTNG_AFTER(setegid)
UST_LTTNG_AFTER(setreuid)
UST_LTTNG_AFTER(setregid)
UST_LTTNG_AFTER(setresuid)
UST_LTTNG_AFTER(setresgid)
#undef UST_LTTNG_AFTER
#undef UST_LTTNG_NOTHING

#endif /* UST_COMPAT_LTTNG_UST_FORK_H */
