/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
#ifndef UST_COMPAT_LTTNG_UST_CONFIG_H
#define UST_COMPAT_LTTNG_UST_CONFIG_H

/* No SystemTap probes beside the tracepoints. */

#endif /* UST_COMPAT_LTTNG_UST_CONFIG_H */
