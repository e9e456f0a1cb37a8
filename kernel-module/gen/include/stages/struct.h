/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fixed part of the payload. The kernel keeps a word for each dynamic field among the fixed
 * ones and leaves holes for alignment; here dynamic fields carry their size with them, behind the
 * fixed ones, and there are no holes.
 */
#include <trace/stages/stage1_struct_define.h>

#undef __dynamic_array
#define __dynamic_array(type, item, len)
#undef __rel_dynamic_array
#define __rel_dynamic_array(type, item, len)

#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	struct ust_raw_##name {                                                                    \
		tstruct char __data[0];                                                            \
	} __packed;
