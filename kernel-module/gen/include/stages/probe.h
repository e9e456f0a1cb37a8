/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probe. It works as the kernel's own does: size, room, the header's TP_fast_assign() into the
 * room. __entry points into the ring, at any alignment: the struct is packed, so the compiler knows.
 */
#include <trace/stages/stage6_event_callback.h>

#undef __dynamic_array
#define __dynamic_array(type, item, len)
#undef __rel_dynamic_array
#define __rel_dynamic_array(type, item, len)
#undef __field_ext
#define __field_ext(type, item, filter)
#undef __field_struct_ext
#define __field_struct_ext(type, item, filter)

#undef __get_dynamic_array
#define __get_dynamic_array(item) ((void *)__entry + (__data_offsets.item & 0xffff))
#undef __get_dynamic_array_len
#define __get_dynamic_array_len(item) (__data_offsets.item >> 16)
#undef __get_str
#define __get_str(item) ((char *)__get_dynamic_array(item))
#undef __get_bitmask
#define __get_bitmask(item) ((char *)__get_dynamic_array(item))
#undef __get_cpumask
#define __get_cpumask(item) ((char *)__get_dynamic_array(item))
#undef __get_sockaddr
#define __get_sockaddr(item) ((struct sockaddr *)__get_dynamic_array(item))
#undef __get_rel_dynamic_array
#define __get_rel_dynamic_array(item) __get_dynamic_array(item)
#undef __get_rel_dynamic_array_len
#define __get_rel_dynamic_array_len(item) __get_dynamic_array_len(item)
#undef __get_rel_str
#define __get_rel_str(item) __get_str(item)
#undef __get_rel_bitmask
#define __get_rel_bitmask(item) __get_bitmask(item)
#undef __get_rel_cpumask
#define __get_rel_cpumask(item) __get_cpumask(item)
#undef __get_rel_sockaddr
#define __get_rel_sockaddr(item) __get_sockaddr(item)

/* The kernel's __assign_str() has one argument or, before Linux 6.10, two. */
#undef __assign_str
#define __assign_str(item, src...)                                                                 \
	UST_ASSIGN(item, UST_ASSIGN_SRC(item, ##src, __data_offsets.item##_src))
#undef __assign_str_len
#define __assign_str_len(item, src, len) UST_ASSIGN(item, src)
#undef __assign_rel_str
#define __assign_rel_str(item, src...) __assign_str(item, ##src)
#undef __assign_rel_str_len
#define __assign_rel_str_len(item, src, len) UST_ASSIGN(item, src)
#undef UST_ASSIGN_SRC
#define UST_ASSIGN_SRC(item, src, ...) src
#undef UST_ASSIGN
#define UST_ASSIGN(item, src)                                                                      \
	do {                                                                                       \
		ust_kgen_string(__get_str(item), (const char *)(src),                              \
				__get_dynamic_array_len(item));                                    \
		__data_offsets.item##_put = true;                                                  \
	} while (0);

#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	static notrace void ust_probe_##name(void *__data, proto)                                  \
	{                                                                                          \
		struct ust_off_##name __maybe_unused UST_UNINITIALIZED __data_offsets;             \
		struct ust_raw_##name *entry;                                                      \
		struct ust_kctx UST_UNINITIALIZED __ctx;                                           \
		u32 __data_size;                                                                   \
                                                                                                   \
		/* Before work that nobody may want; a record of fixed size needs none. */         \
		if (sizeof(__data_offsets) && !ust_kprobe_wanted(__data))                          \
			return;                                                                    \
		__data_size = ust_size_##name(&__data_offsets, args);                              \
		entry = ust_kprobe_reserve(__data, &__ctx,                                         \
					   offsetof(struct ust_raw_##name, __data) + __data_size); \
		if (!entry)                                                                        \
			return;                                                                    \
		tstruct                                                                            \
		{                                                                                  \
			assign;                                                                    \
		}                                                                                  \
		ust_finish_##name(entry, &__data_offsets);                                         \
		ust_kprobe_commit(&__ctx);                                                         \
	}
