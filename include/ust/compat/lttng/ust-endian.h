/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Byte order by LTTng-UST's names. */
#ifndef UST_COMPAT_LTTNG_UST_ENDIAN_H
#define UST_COMPAT_LTTNG_UST_ENDIAN_H

#define LTTNG_UST_LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define LTTNG_UST_BIG_ENDIAN __ORDER_BIG_ENDIAN__
#define LTTNG_UST_BYTE_ORDER __BYTE_ORDER__
#define LTTNG_UST_FLOAT_WORD_ORDER __FLOAT_WORD_ORDER__
#define lttng_ust_bswap_16(x) __builtin_bswap16(x)
#define lttng_ust_bswap_32(x) __builtin_bswap32(x)
#define lttng_ust_bswap_64(x) __builtin_bswap64(x)

#endif /* UST_COMPAT_LTTNG_UST_ENDIAN_H */
