/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a reader relies on to find the end of a dynamic field: the count in front of a sequence,
 * and of a string that the header wrote by other means than __assign_str(), that its first NUL is
 * its last byte.
 */
#undef __field
#define __field(type, item)
#undef __field_ext
#define __field_ext(type, item, filter)
#undef __field_packed
#define __field_packed(type, item, size)
#undef __field_struct
#define __field_struct(type, item)
#undef __field_struct_ext
#define __field_struct_ext(type, item, filter)
#undef __array
#define __array(type, item, len)

#undef __dynamic_array
#define __dynamic_array(type, item, len) ust_kgen_count(entry, offsets->item, sizeof(type));
#undef __string
#define __string(item, src)                                                                        \
	if (!offsets->item##_put)                                                                  \
		ust_kgen_seal((char *)entry + (offsets->item & 0xffff), offsets->item >> 16);
#undef __string_len
#define __string_len(item, src, len) __string(item, src)
#undef __vstring
#define __vstring(item, fmt, ap) __string(item, fmt)
#undef __bitmask
#define __bitmask(item, nr) __dynamic_array(unsigned long, item, 0)
#undef __cpumask
#define __cpumask(item) __dynamic_array(unsigned long, item, 0)
#undef __sockaddr
#define __sockaddr(item, len) __dynamic_array(u8, item, 0)
#undef __rel_dynamic_array
#define __rel_dynamic_array(type, item, len) __dynamic_array(type, item, len)
#undef __rel_string
#define __rel_string(item, src) __string(item, src)
#undef __rel_string_len
#define __rel_string_len(item, src, len) __string(item, src)
#undef __rel_bitmask
#define __rel_bitmask(item, nr) __bitmask(item, nr)
#undef __rel_cpumask
#define __rel_cpumask(item) __cpumask(item)
#undef __rel_sockaddr
#define __rel_sockaddr(item, len) __sockaddr(item, len)

#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	static __always_inline void ust_finish_##name(struct ust_raw_##name *entry,                \
						      const struct ust_off_##name *offsets)        \
	{                                                                                          \
		tstruct                                                                            \
	}
