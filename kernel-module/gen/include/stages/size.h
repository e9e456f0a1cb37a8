/* SPDX-License-Identifier: GPL-2.0-only */
/* How many bytes the dynamic fields need, and where each will be. */
#include <trace/stages/stage5_get_offsets.h>

/* bytes does not include head, the bytes of the count in front. */
#undef UST_PLACE
#define UST_PLACE(item, head, bytes)                                                               \
	__item_length = (bytes);                                                                   \
	__data_offsets->item = (u32)(__data_size + (head) + offsetof(typeof(*entry), __data));     \
	__data_offsets->item |= __item_length << 16;                                               \
	__data_size += __item_length + (head);

#undef UST_PLACE_STRING
#define UST_PLACE_STRING(item, src, length)                                                        \
	__data_offsets->item##_src = (const char *)(src);                                          \
	__data_offsets->item##_put = false;                                                        \
	UST_PLACE(item, 0, (length) + 1)

#undef __dynamic_array
#define __dynamic_array(type, item, len)                                                           \
	UST_PLACE(item, sizeof(u16), ust_kgen_bytes((len), sizeof(type)))
#undef __rel_dynamic_array
#define __rel_dynamic_array(type, item, len) __dynamic_array(type, item, len)
#undef __string
#define __string(item, src) UST_PLACE_STRING(item, src, ust_kgen_strlen((const char *)(src)))
#undef __string_len
#define __string_len(item, src, len)                                                               \
	UST_PLACE_STRING(item, src, ust_kgen_strnlen((const char *)(src), len))
#undef __vstring
#define __vstring(item, fmt, ap) UST_PLACE_STRING(item, NULL, __trace_event_vstr_len(fmt, ap) - 1)
#undef __rel_string
#define __rel_string(item, src) __string(item, src)
#undef __rel_string_len
#define __rel_string_len(item, src, len) __string_len(item, src, len)

#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	static inline u32 ust_size_##name(struct ust_off_##name *__data_offsets, proto)            \
	{                                                                                          \
		u32 __data_size = 0;                                                               \
		u32 __maybe_unused __item_length;                                                  \
		struct ust_raw_##name __maybe_unused *entry;                                       \
		tstruct;                                                                           \
		return __data_size;                                                                \
	}
