/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
#ifndef UST_COMPAT_LTTNG_UST_TRACER_H
#define UST_COMPAT_LTTNG_UST_TRACER_H

#include <lttng/ust-compiler.h>
#include <lttng/ust-utils.h>
#include <lttng/ust-version.h>

#endif /* UST_COMPAT_LTTNG_UST_TRACER_H */
