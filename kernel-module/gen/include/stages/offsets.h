/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the dynamic fields of one record are: length in bytes in the upper half of a word, offset
 * in the lower. Of a string also its source, for kernels whose __assign_str() does not name it,
 * and whether it was written by __assign_str().
 */
#include <trace/stages/stage2_data_offsets.h>

#undef __dynamic_array
#define __dynamic_array(type, item, len) u32 item;
#undef __rel_dynamic_array
#define __rel_dynamic_array(type, item, len) u32 item;

#undef __string
#define __string(item, src)                                                                        \
	u32 item;                                                                                  \
	const char *item##_src;                                                                    \
	bool item##_put;
#undef __string_len
#define __string_len(item, src, len) __string(item, src)
#undef __vstring
#define __vstring(item, fmt, ap) __string(item, fmt)
#undef __rel_string
#define __rel_string(item, src) __string(item, src)
#undef __rel_string_len
#define __rel_string_len(item, src, len) __string(item, src)

#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	struct ust_off_##name {                                                                    \
		tstruct                                                                            \
	};
