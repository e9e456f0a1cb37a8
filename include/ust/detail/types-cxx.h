/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Types and values of expressions, in C++ (14 and later); the same macros as types-c.h.
 */
#ifndef UST_DETAIL_TYPES_CXX_H
#define UST_DETAIL_TYPES_CXX_H

#include <ust/abi/site.h>

extern "C++" {

/* Of decltype((x)): no reference; arrays and functions become pointers; no const, no volatile. */
template <typename T> struct ust_unref {
	typedef T type;
};
template <typename T> struct ust_unref<T &> {
	typedef T type;
};
template <typename T> struct ust_unref<T &&> {
	typedef T type;
};

template <typename T> struct ust_unarray {
	typedef T type;
	enum { is_array = 0 };
};
template <typename T, __SIZE_TYPE__ N> struct ust_unarray<T[N]> {
	typedef T *type;
	enum { is_array = 1 };
};
template <typename T> struct ust_unarray<T[]> {
	typedef T *type;
	enum { is_array = 1 };
};
template <typename R, typename... A> struct ust_unarray<R(A...)> {
	typedef R (*type)(A...);
	enum { is_array = 0 };
};
template <typename R, typename... A> struct ust_unarray<R(A..., ...)> {
	typedef R (*type)(A..., ...);
	enum { is_array = 0 };
};
#ifdef __cpp_noexcept_function_type
template <typename R, typename... A> struct ust_unarray<R(A...) noexcept> {
	typedef R (*type)(A...);
	enum { is_array = 0 };
};
template <typename R, typename... A> struct ust_unarray<R(A..., ...) noexcept> {
	typedef R (*type)(A..., ...);
	enum { is_array = 0 };
};
#endif

template <typename T> struct ust_uncv {
	typedef T type;
};
template <typename T> struct ust_uncv<const T> {
	typedef T type;
};
template <typename T> struct ust_uncv<volatile T> {
	typedef T type;
};
template <typename T> struct ust_uncv<const volatile T> {
	typedef T type;
};

#define UST_TYPE_FN static inline __attribute__((always_inline)) __u64

/* Word and bits of a type; what has no specialisation cannot be recorded. */
template <typename T, bool is_enum = __is_enum(T)> struct ust_type {
	enum { word = UST_TYPE_NONE };
	UST_TYPE_FN bits(const T &)
	{
		return 0;
	}
};

template <typename T> struct ust_type<T, true> {
	enum { word = ust_type<__underlying_type(T), false>::word };
	UST_TYPE_FN bits(T x)
	{
		return static_cast<__u64>(x);
	}
};

template <int type, typename T> struct ust_type_int {
	enum { word = type };
	UST_TYPE_FN bits(T x)
	{
		return static_cast<__u64>(x);
	}
};

#define UST_TYPE_INT(type, T)                                                                      \
	template <> struct ust_type<T, false> : ust_type_int<(type), T> {                          \
	}
#define UST_TYPE_SIGN_(T, size) ((T)-1 < (T)1 ? UST_TYPE_S##size : UST_TYPE_U##size)
#define UST_TYPE_SIGN(T)                                                                           \
	(sizeof(T) == 1   ? UST_TYPE_SIGN_(T, 8)                                                   \
	 : sizeof(T) == 2 ? UST_TYPE_SIGN_(T, 16)                                                  \
	 : sizeof(T) == 4 ? UST_TYPE_SIGN_(T, 32)                                                  \
			  : UST_TYPE_SIGN_(T, 64))

UST_TYPE_INT(UST_TYPE_BOOL, bool);
UST_TYPE_INT(UST_TYPE_SIGN(char), char);
UST_TYPE_INT(UST_TYPE_S8, signed char);
UST_TYPE_INT(UST_TYPE_U8, unsigned char);
UST_TYPE_INT(UST_TYPE_S16, short);
UST_TYPE_INT(UST_TYPE_U16, unsigned short);
UST_TYPE_INT(UST_TYPE_S32, int);
UST_TYPE_INT(UST_TYPE_U32, unsigned int);
UST_TYPE_INT(UST_TYPE_SIGN(long), long);
UST_TYPE_INT(UST_TYPE_SIGN(unsigned long), unsigned long);
UST_TYPE_INT(UST_TYPE_S64, long long);
UST_TYPE_INT(UST_TYPE_U64, unsigned long long);
UST_TYPE_INT(UST_TYPE_SIGN(wchar_t), wchar_t);
UST_TYPE_INT(UST_TYPE_U16, char16_t);
UST_TYPE_INT(UST_TYPE_U32, char32_t);
#ifdef __cpp_char8_t
UST_TYPE_INT(UST_TYPE_U8, char8_t);
#endif

template <> struct ust_type<float, false> {
	enum { word = UST_TYPE_FLOAT };
	UST_TYPE_FN bits(float x)
	{
		__u32 u;

		__builtin_memcpy(&u, &x, sizeof(u));
		return u;
	}
};

template <> struct ust_type<double, false> {
	enum { word = UST_TYPE_DOUBLE };
	UST_TYPE_FN bits(double x)
	{
		__u64 u;

		__builtin_memcpy(&u, &x, sizeof(u));
		return u;
	}
};

template <> struct ust_type<long double, false> {
	enum { word = UST_TYPE_DOUBLE };
	UST_TYPE_FN bits(long double x)
	{
		return ust_type<double, false>::bits(static_cast<double>(x));
	}
};

template <int type, typename T> struct ust_type_ptr {
	enum { word = type };
	UST_TYPE_FN bits(T x)
	{
		return (unsigned long)x;
	}
};

template <typename T> struct ust_type<T *, false> : ust_type_ptr<UST_TYPE_POINTER, T *> {
};
template <> struct ust_type<char *, false> : ust_type_ptr<UST_TYPE_STRING, char *> {
};
template <> struct ust_type<const char *, false> : ust_type_ptr<UST_TYPE_STRING, const char *> {
};
template <> struct ust_type<decltype(nullptr), false> {
	enum { word = UST_TYPE_POINTER };
	UST_TYPE_FN bits(decltype(nullptr))
	{
		return 0;
	}
};

template <int v> struct ust_constant {
	enum { value = v };
};

/* From decltype((x)) to the type that is looked up. */
template <typename T>
struct ust_type_of
    : ust_type<typename ust_uncv<typename ust_unarray<typename ust_unref<T>::type>::type>::type> {
};

template <typename T> struct ust_is_enum_table {
	enum { value = 0 };
};
template <> struct ust_is_enum_table<const struct ust_enum_table &> {
	enum { value = 1 };
};
template <> struct ust_is_enum_table<struct ust_enum_table &> {
	enum { value = 1 };
};

constexpr bool ust_is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$';
}

constexpr bool ust_is_name(const char *s)
{
	return ust_is_name_char(*s) && (!s[1] || ust_is_name(s + 1));
}

} /* extern "C++" */

#define UST_WORD_OF(x) static_cast<int>(ust_type_of<decltype((x))>::word)
#define UST_BITS_OF(x) ust_type_of<decltype((x))>::bits(x)
#define UST_IS_ARRAY(x) (ust_unarray<typename ust_unref<decltype((x))>::type>::is_array != 0)

#define UST_IS_ENUM_TABLE(x) (ust_is_enum_table<decltype((x))>::value != 0)

#define UST_STATIC_ASSERT(cond, message) static_assert(cond, message)

#define UST_PLAIN_ERROR                                                                            \
	"UST: a plain field must be a variable; for an expression write UST_F(name, expression)"
#define UST_ASSERT_PLAIN(s)                                                                        \
	UST_STATIC_ASSERT(ust_is_name(s) && !((s)[0] >= '0' && (s)[0] <= '9'), UST_PLAIN_ERROR)

#endif /* UST_DETAIL_TYPES_CXX_H */
