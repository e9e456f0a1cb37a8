/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The field table, in the order of the header. Fixed fields come first in the record; the events'
 * list brings the table into that order when the module is loaded.
 */
#undef __field
#define __field(type, item) UST_KFIELD(item, UST_KWORD(type, 0, 0), UST_KIND_FIXED)
#undef __field_ext
#define __field_ext(type, item, filter) __field(type, item)
#undef __field_packed
#define __field_packed(type, item, size) __field(type, item)
#undef __field_struct
#define __field_struct(type, item) UST_KFIELD(item, UST_KBYTES(sizeof(type)), UST_KIND_FIXED)
#undef __field_struct_ext
#define __field_struct_ext(type, item, filter) __field_struct(type, item)
#undef __array
#define __array(type, item, len)                                                                   \
	UST_KFIELD(item, UST_KWORD(type, UST_FIELD_ARRAY, len), UST_KIND_FIXED)

#undef __dynamic_array
#define __dynamic_array(type, item, len)                                                           \
	UST_KFIELD(item, UST_KWORD(type, UST_FIELD_SEQ, 0), UST_KIND_DYNAMIC)
#undef __string
#define __string(item, src)                                                                        \
	UST_KFIELD(item, UST_FIELD_WORD(UST_TYPE_STRING, 0, 0), UST_KIND_DYNAMIC)
#undef __string_len
#define __string_len(item, src, len) __string(item, src)
#undef __vstring
#define __vstring(item, fmt, ap) __string(item, fmt)
#undef __bitmask
#define __bitmask(item, nr)                                                                        \
	UST_KFIELD(item,                                                                           \
		   UST_FIELD_WORD_FULL(UST_KTYPE(unsigned long), UST_LENGTH_U16,                   \
				       UST_FIELD_SEQ | UST_FIELD_HEX, 0),                          \
		   UST_KIND_DYNAMIC)
#undef __cpumask
#define __cpumask(item) __bitmask(item, 0)
#undef __sockaddr
#define __sockaddr(item, len)                                                                      \
	UST_KFIELD(item,                                                                           \
		   UST_FIELD_WORD_FULL(UST_TYPE_U8, UST_LENGTH_U16, UST_FIELD_SEQ | UST_FIELD_HEX, \
				       0),                                                         \
		   UST_KIND_DYNAMIC)
#undef __rel_dynamic_array
#define __rel_dynamic_array(type, item, len) __dynamic_array(type, item, len)
#undef __rel_string
#define __rel_string(item, src) __string(item, src)
#undef __rel_string_len
#define __rel_string_len(item, src, len) __string(item, src)
#undef __rel_bitmask
#define __rel_bitmask(item, nr) __bitmask(item, nr)
#undef __rel_cpumask
#define __rel_cpumask(item) __bitmask(item, 0)
#undef __rel_sockaddr
#define __rel_sockaddr(item, len) __sockaddr(item, len)

#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	static struct ust_kfield ust_fields_##name[] = {tstruct};
