/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Recording an event is no cancellation point: there is nothing to disable. */
#ifndef UST_COMPAT_LTTNG_UST_CANCELSTATE_H
#define UST_COMPAT_LTTNG_UST_CANCELSTATE_H

static inline __attribute__((unused)) int lttng_ust_cancelstate_disable_push(void)
{
	return 0;
}

static inline __attribute__((unused)) int lttng_ust_cancelstate_disable_pop(void)
{
	return 0;
}

#endif /* UST_COMPAT_LTTNG_UST_CANCELSTATE_H */
