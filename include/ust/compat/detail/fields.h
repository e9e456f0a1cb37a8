/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Fields of LTTng-UST's TP_FIELDS(). While a provider is made, each field macro is a tuple (kind,
 * name, ...), and the fields of an event stand behind each other without commas: a sequence.
 * UST_LTTNG_EACH_<what>(sequence) makes of each tuple what UST_LTTNG_<what>_<kind>(...) says.
 *
 * kinds: ust_int (name, type, value, flags); ust_enum (name, type, value, table); ust_float (name,
 * type, value); ust_str (name, value); ust_arr (name, type, pointer, flags, count); ust_seq (name,
 * type, pointer, flags, type of count, count); ust_none (value).
 */
#ifndef UST_COMPAT_DETAIL_FIELDS_H
#define UST_COMPAT_DETAIL_FIELDS_H

#include <ust/compat/detail/args.h>
#include <ust/detail/record.h>

/* Types of LTTng-UST's integers: an enumeration is unsigned in C++, a pointer everywhere. */
#ifdef __cplusplus
extern "C++" {
template <typename T, bool is_enum = __is_enum(T)> struct ust_lttng_type {
	enum { is_signed = (T)-1 < (T)1 };
};
template <typename T> struct ust_lttng_type<T, true> {
	enum { is_signed = 0 };
};
template <typename T> struct ust_lttng_type<T *, false> {
	enum { is_signed = 0 };
};
}
#define UST_LTTNG_SIGNED(type) (ust_lttng_type<type>::is_signed != 0)
#else
#define UST_LTTNG_SIGNED(type) ((type)-1 < (type)1)
#endif

/* UST_TYPE_S8 to UST_TYPE_S64 for 1 to 8 bytes, then the same unsigned. */
#define UST_LTTNG_INT_TYPE(type) (__builtin_ctz(sizeof(type)) + (UST_LTTNG_SIGNED(type) ? 1 : 5))
#define UST_LTTNG_LENGTH_TYPE(type)                                                                \
	(sizeof(type) == 4   ? UST_LENGTH_U32                                                      \
	 : sizeof(type) == 8 ? UST_LENGTH_U64                                                      \
			     : (int)sizeof(type))

/* UST_FIELD_WORD() in fewer words: there are thousands of these. */
#define UST_LTTNG_WORD_INT(type, flags) (UST_LTTNG_INT_TYPE(type) | (flags) << 7)
#define UST_LTTNG_WORD_FLOAT(type) (sizeof(type) == 4 ? UST_TYPE_FLOAT : UST_TYPE_DOUBLE)
#define UST_LTTNG_WORD_ARR(type, flags, count)                                                     \
	UST_FIELD_WORD(UST_LTTNG_INT_TYPE(type), UST_FIELD_ARRAY | (flags), count)
#define UST_LTTNG_WORD_SEQ(type, flags, length)                                                    \
	UST_FIELD_WORD_FULL(UST_LTTNG_INT_TYPE(type), UST_LTTNG_LENGTH_TYPE(length),               \
			    UST_FIELD_SEQ | (flags), 0)
UST_STATIC_ASSERT(UST_FIELD_WORD(UST_TYPE_S8, 1, 0) == (1 | 1 << 7), "UST: UST_LTTNG_WORD_INT");

/* Walks over a sequence: two macros that hand over to each other. */
#define UST_LTTNG_END_(...) __VA_ARGS__##_END
#define UST_LTTNG_END(...) UST_LTTNG_END_(__VA_ARGS__)

/* NAME: "name\0" for each. */
#define UST_LTTNG_EACH_NAME(...) UST_LTTNG_END(UST_LTTNG_NAME_A __VA_ARGS__)
#define UST_LTTNG_NAME_A(kind, ...) UST_LTTNG_NAME_##kind(__VA_ARGS__) UST_LTTNG_NAME_B
#define UST_LTTNG_NAME_B(kind, ...) UST_LTTNG_NAME_##kind(__VA_ARGS__) UST_LTTNG_NAME_A
#define UST_LTTNG_NAME_A_END
#define UST_LTTNG_NAME_B_END
#define UST_LTTNG_NAME_ust_int(name, ...) #name "\0"
#define UST_LTTNG_NAME_ust_enum(name, ...) #name "\0"
#define UST_LTTNG_NAME_ust_float(name, ...) #name "\0"
#define UST_LTTNG_NAME_ust_str(name, ...) #name "\0"
#define UST_LTTNG_NAME_ust_arr(name, ...) #name "\0"
#define UST_LTTNG_NAME_ust_seq(name, ...) #name "\0"
#define UST_LTTNG_NAME_ust_none(...)

/* WORD: its field word: an element of an array. */
#define UST_LTTNG_EACH_WORD(...) UST_LTTNG_END(UST_LTTNG_WORD_A __VA_ARGS__)
#define UST_LTTNG_WORD_A(kind, ...) UST_LTTNG_WORD_##kind(__VA_ARGS__) UST_LTTNG_WORD_B
#define UST_LTTNG_WORD_B(kind, ...) UST_LTTNG_WORD_##kind(__VA_ARGS__) UST_LTTNG_WORD_A
#define UST_LTTNG_WORD_A_END
#define UST_LTTNG_WORD_B_END
#define UST_LTTNG_WORD_ust_int(name, type, value, flags) UST_LTTNG_WORD_INT(type, flags),
#define UST_LTTNG_WORD_ust_enum(name, type, value, table) UST_LTTNG_WORD_INT(type, UST_FIELD_ENUM),
#define UST_LTTNG_WORD_ust_float(name, type, value) UST_LTTNG_WORD_FLOAT(type),
#define UST_LTTNG_WORD_ust_str(name, value) UST_TYPE_STRING,
#define UST_LTTNG_WORD_ust_arr(name, type, pointer, flags, count)                                  \
	UST_LTTNG_WORD_ARR(type, flags, count),
#define UST_LTTNG_WORD_ust_seq(name, type, pointer, flags, length, count)                          \
	UST_LTTNG_WORD_SEQ(type, flags, length),
#define UST_LTTNG_WORD_ust_none(...)

/* TABLE: the tables of the enumerations. */
#define UST_LTTNG_EACH_TABLE(...) UST_LTTNG_END(UST_LTTNG_TABLE_A __VA_ARGS__)
#define UST_LTTNG_TABLE_A(kind, ...) UST_LTTNG_TABLE_##kind(__VA_ARGS__) UST_LTTNG_TABLE_B
#define UST_LTTNG_TABLE_B(kind, ...) UST_LTTNG_TABLE_##kind(__VA_ARGS__) UST_LTTNG_TABLE_A
#define UST_LTTNG_TABLE_A_END
#define UST_LTTNG_TABLE_B_END
#define UST_LTTNG_TABLE_ust_int(...)
#define UST_LTTNG_TABLE_ust_enum(name, type, value, table) &table,
#define UST_LTTNG_TABLE_ust_float(...)
#define UST_LTTNG_TABLE_ust_str(...)
#define UST_LTTNG_TABLE_ust_arr(...)
#define UST_LTTNG_TABLE_ust_seq(...)
#define UST_LTTNG_TABLE_ust_none(...)

/*
 * LAYOUT: enumerators that count the offsets: the first of a field is one more than the last of the
 * field before it. In the low bits, that is; above are whether the last field was a string and how
 * many fields have no fixed size.
 */
#define UST_LTTNG_LEN_MASK 0xffff
#define UST_LTTNG_TAIL 0x10000
#define UST_LTTNG_OPEN 0x20000
#define UST_LTTNG_EACH_LAYOUT(...) UST_LTTNG_END(UST_LTTNG_LAYOUT_A __VA_ARGS__)
#define UST_LTTNG_LAYOUT_A(kind, ...) UST_LTTNG_LAYOUT_##kind(__VA_ARGS__) UST_LTTNG_LAYOUT_B
#define UST_LTTNG_LAYOUT_B(kind, ...) UST_LTTNG_LAYOUT_##kind(__VA_ARGS__) UST_LTTNG_LAYOUT_A
#define UST_LTTNG_LAYOUT_A_END
#define UST_LTTNG_LAYOUT_B_END
#define UST_LTTNG_LAYOUT_FIXED(name, size)                                                         \
	ust_m_##name, ust_e_##name = (ust_m_##name & ~UST_LTTNG_TAIL) + (int)(size)-1,
#define UST_LTTNG_LAYOUT_OPEN(name, tail)                                                          \
	ust_m_##name, ust_e_##name = (ust_m_##name & ~UST_LTTNG_TAIL) + UST_LTTNG_OPEN + (tail)-1,
#define UST_LTTNG_LAYOUT_ust_int(name, type, ...) UST_LTTNG_LAYOUT_FIXED(name, sizeof(type))
#define UST_LTTNG_LAYOUT_ust_enum(name, type, ...) UST_LTTNG_LAYOUT_FIXED(name, sizeof(type))
#define UST_LTTNG_LAYOUT_ust_float(name, type, ...)                                                \
	UST_LTTNG_LAYOUT_FIXED(name, sizeof(type) < 8 ? sizeof(type) : 8)
#define UST_LTTNG_LAYOUT_ust_str(name, ...) UST_LTTNG_LAYOUT_OPEN(name, UST_LTTNG_TAIL)
#define UST_LTTNG_LAYOUT_ust_arr(name, ...) UST_LTTNG_LAYOUT_OPEN(name, 0)
#define UST_LTTNG_LAYOUT_ust_seq(name, ...) UST_LTTNG_LAYOUT_OPEN(name, 0)
#define UST_LTTNG_LAYOUT_ust_none(...)
#define UST_LTTNG_AT(name) (ust_m_##name & UST_LTTNG_LEN_MASK)

/*
 * PUT: evaluates the field, once and in its turn, into the words, the string or the arguments, as
 * the shape asks: a constant.
 */
#define UST_LTTNG_EACH_PUT(...) UST_LTTNG_END(UST_LTTNG_PUT_A __VA_ARGS__)
#define UST_LTTNG_PUT_A(kind, ...) UST_LTTNG_PUT_##kind(__VA_ARGS__) UST_LTTNG_PUT_B
#define UST_LTTNG_PUT_B(kind, ...) UST_LTTNG_PUT_##kind(__VA_ARGS__) UST_LTTNG_PUT_A
#define UST_LTTNG_PUT_A_END
#define UST_LTTNG_PUT_B_END
#define UST_LTTNG_PUT_BITS(name, value, size)                                                      \
	{                                                                                          \
		const __u64 ust_v = UST_LTTNG_LOW(value, size);                                    \
		if (ust_shape == UST_SHAPE_ARGS) {                                                 \
			ust_args[ust_nr++].bits = ust_v;                                           \
		} else {                                                                           \
			enum { ust_at = UST_LTTNG_AT(name) };                                      \
			UST_LTTNG_PACK(ust_v, size)                                                \
		}                                                                                  \
	}
/* What ust_put() does, but constants are folded where they stand: there are thousands of these. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define UST_LTTNG_PACK(v, size)                                                                    \
	if (ust_at % 8) {                                                                          \
		ust_words[ust_at / 8] |= v << ust_at % 8 * 8;                                      \
		if (ust_at % 8 + (size) > 8)                                                       \
			ust_words[ust_at / 8 + 1] = v >> (8 - ust_at % 8) % 8 * 8;                 \
	} else {                                                                                   \
		ust_words[ust_at / 8] = v;                                                         \
	}
#else
#define UST_LTTNG_PACK(v, size) ust_put(ust_words, ust_at, size, v);
#endif
/* The low bytes of a number. */
#define UST_LTTNG_LOW(v, size) ((v) & ~(__u64)0 >> (64 - 8 * (size)))
#define UST_LTTNG_PUT_ust_int(name, type, value, flags)                                            \
	UST_LTTNG_PUT_BITS(name, (__u64)(type)(value), sizeof(type))
#define UST_LTTNG_PUT_ust_enum(name, type, value, table)                                           \
	UST_LTTNG_PUT_BITS(name, (__u64)(type)(value), sizeof(type))
#define UST_LTTNG_PUT_ust_float(name, type, value)                                                 \
	UST_LTTNG_PUT_BITS(name,                                                                   \
			   sizeof(type) == 4 ? ust_lttng_float((float)(value))                     \
					     : ust_lttng_double((double)(type)(value)),            \
			   sizeof(type) < 8 ? sizeof(type) : 8)
#define UST_LTTNG_PUT_ust_str(name, value)                                                         \
	ust_text = (const char *)(value);                                                          \
	if (ust_shape == UST_SHAPE_ARGS)                                                           \
		ust_args[ust_nr++].ptr = ust_text;
#define UST_LTTNG_PUT_ust_arr(name, type, pointer, flags, count)                                   \
	ust_args[ust_nr].ptr = (const volatile void *)(pointer);                                   \
	ust_args[ust_nr++].len = (__u32)(count);
#define UST_LTTNG_PUT_ust_seq(name, type, pointer, flags, length, count)                           \
	ust_args[ust_nr].ptr = (const volatile void *)(pointer);                                   \
	ust_args[ust_nr++].len = (__u32)(length)(count);
#define UST_LTTNG_PUT_ust_none(value)                                                              \
	if (0)                                                                                     \
		(void)(value);

UST_LTTNG_FN __u64 ust_lttng_float(float value)
{
	__u32 bits;

	__builtin_memcpy(&bits, &value, sizeof(bits));
	return bits;
}

UST_LTTNG_FN __u64 ust_lttng_double(double value)
{
	__u64 bits;

	__builtin_memcpy(&bits, &value, sizeof(bits));
	return bits;
}

#endif /* UST_COMPAT_DETAIL_FIELDS_H */
