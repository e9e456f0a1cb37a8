/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * What a provider is made of. <lttng/tracepoint-event.h> reads the provider's header with the
 * event macros set to the ones below:
 *
 *   first, at file scope	UST_LTTNG_EVENT, _CLASS, _INSTANCE, _ENUM: for each class
 *				the names of its fields, their words and enumerations and,
 *				for each event, state and the function that records
 *   then, in one function	UST_LTTNG_LEVEL, UST_LTTNG_URI: constants that hide those of the
 *				same names at file scope, which mean "none"
 *   then, in that function	UST_LTTNG_DEFINITION: the record of each event
 */
#ifndef UST_COMPAT_DETAIL_DEFINE_H
#define UST_COMPAT_DETAIL_DEFINE_H

#include <ust/compat/detail/call.h>
#include <ust/compat/detail/fields.h>
#include <ust/compat/detail/record.h>

/* What a class and an event of its own have in common. __VA_ARGS__: the fields. */
#define UST_LTTNG_COMMON(provider, name, ...)                                                      \
	static const char ust_lttng_names_##provider##___##name[] =                                \
		"" UST_LTTNG_EACH_NAME(__VA_ARGS__);                                               \
	static const __u32 ust_lttng_words_##provider##___##name[] = {                             \
		UST_LTTNG_EACH_WORD(__VA_ARGS__) 0};                                               \
	UST_STATIC_ASSERT(sizeof(ust_lttng_words_##provider##___##name) / 4 <= UST_MAX_FIELDS + 1, \
			  "UST: event " #name ": an event has at most 64 fields");                 \
	static const struct ust_enum_table *const ust_lttng_tables_##provider##___##name[] = {     \
		UST_LTTNG_EACH_TABLE(__VA_ARGS__) 0};
/* The function's body. ust_st is the state, ust_ip the place of the call. */
#define UST_LTTNG_BODY(provider, name, ...)                                                        \
	enum { ust_begin = -1, UST_LTTNG_EACH_LAYOUT(__VA_ARGS__) ust_end };                       \
	enum { ust_len = ust_end & UST_LTTNG_LEN_MASK };                                           \
	enum { ust_shape = UST_LTTNG_SHAPE(ust_end & ~UST_LTTNG_LEN_MASK, ust_len) };              \
	struct ust_arg ust_args[sizeof(ust_lttng_words_##provider##___##name) / 4];                \
	__u64 ust_words[ust_len / 8 + 4];                                                          \
	const char *ust_text = 0;                                                                  \
	__u32 ust_nr = 0;                                                                          \
	if (ust_shape != UST_SHAPE_ARGS)                                                           \
		ust_words[0] = ust_words[1] = ust_words[2] = ust_words[3] = 0;                     \
	UST_LTTNG_EACH_PUT(__VA_ARGS__)                                                            \
	if (ust_shape == UST_SHAPE_ARGS)                                                           \
		ust_lttng_args(ust_st, ust_args, ust_lttng_words_##provider##___##name, ust_nr,    \
			       ust_ip);                                                            \
	else                                                                                       \
		UST_LTTNG_RECORD

#define UST_LTTNG_SHAPE(open, len)                                                                 \
	(!(open) ? UST_SHAPE_OF_WORDS(len)                                                         \
	 : (open) == (UST_LTTNG_OPEN | UST_LTTNG_TAIL) && (len) <= 32                              \
		 ? ((len) <= 8 ? UST_SHAPE_STRING1 : UST_SHAPE_STRING4)                            \
		 : UST_SHAPE_ARGS)

/* State and constants of an event. */
#define UST_LTTNG_STATE(provider, name)                                                            \
	enum {                                                                                     \
		ust_lttng_level_##provider##___##name = UST_LOGLEVEL_UNSET,                        \
		ust_lttng_uri_##provider##___##name = 0                                            \
	};                                                                                         \
	static struct ust_site_state ust_lttng_state_##provider##___##name;

/* An event with its fields. args: the arguments, in parentheses. */
#define UST_LTTNG_EVENT(provider, name, args, ...)                                                 \
	UST_LTTNG_COMMON(provider, name, __VA_ARGS__)                                              \
	UST_LTTNG_STATE(provider, name)                                                            \
	static void ust_lttng_probe_##provider##___##name UST_LTTNG_PARENS(UST_LTTNG_PROTO args)   \
	{                                                                                          \
		struct ust_site_state *const ust_st = &ust_lttng_state_##provider##___##name;      \
		void *const ust_ip = __builtin_return_address(0);                                  \
		UST_LTTNG_BODY(provider, name, __VA_ARGS__)                                        \
	}

/*
 * A class, and an event of it: with args of its own, so that the compiler compares them. An event
 * may stand in front of its class, so it brings a declaration of the class's function.
 */
#define UST_LTTNG_CLASS(provider, name, args, ...)                                                 \
	UST_LTTNG_COMMON(provider, name, __VA_ARGS__)                                              \
	static __attribute__((unused)) void ust_lttng_record_##provider##___##name(                \
		struct ust_site_state *ust_st, void *ust_ip UST_LTTNG_MORE args)                   \
	{                                                                                          \
		UST_LTTNG_BODY(provider, name, __VA_ARGS__)                                        \
	}
#define UST_LTTNG_INSTANCE(class_provider, class_name, provider, name, args)                       \
	UST_LTTNG_STATE(provider, name)                                                            \
	static void ust_lttng_record_##class_provider##___##class_name(                            \
		struct ust_site_state *ust_st, void *ust_ip UST_LTTNG_MORE args);                  \
	static void ust_lttng_probe_##provider##___##name UST_LTTNG_PARENS(UST_LTTNG_PROTO args)   \
	{                                                                                          \
		ust_lttng_record_##class_provider##___##class_name(                                \
			&ust_lttng_state_##provider##___##name,                                    \
			__builtin_return_address(0) UST_LTTNG_MORE_NAMES args);                    \
	}
#define UST_LTTNG_PARENS(...) (__VA_ARGS__)

#define UST_LTTNG_ENUM(provider, name, ...)                                                        \
	static const struct ust_enum_label ust_lttng_labels_##provider##___##name[] = {            \
		__VA_ARGS__{0, 0, 0}};                                                             \
	static const struct ust_enum_table ust_lttng_enum_##provider##___##name = {                \
		#provider "_" #name, ust_lttng_labels_##provider##___##name};

#define UST_LTTNG_LEVEL(provider, name, level)                                                     \
	enum { ust_lttng_level_##provider##___##name = (level) + 1 };
/* Larger than an enumerator: that is how it is told from none. */
#define UST_LTTNG_URI(provider, name, uri)                                                         \
	static const char ust_lttng_uri_##provider##___##name[sizeof(uri) + sizeof(long)] = uri;

/* The record of an event. types: of the arguments, a string. */
#define UST_LTTNG_DEFINITION(class_provider, class_name, provider, event, types)                   \
	__asm__ __inline__ __volatile__(                                                           \
		UST_LTTNG_DEFINITION_TEXT                                                          \
		:                                                                                  \
		: "i"(ust_lttng_probe_##provider##___##event),                                     \
		  "i"(ust_lttng_words_##class_provider##___##class_name),                          \
		  "i"(&ust_lttng_state_##provider##___##event), "i"(#provider), "i"(#event),       \
		  "i"(ust_lttng_names_##class_provider##___##class_name), "i"(__FILE__),           \
		  "i"(__LINE__),                                                                   \
		  "i"(UST_SITE_DEFINITION | UST_SITE_NONE << 8 |                                   \
		      (int)ust_lttng_level_##provider##___##event << 16 |                          \
		      ((int)sizeof(ust_lttng_words_##class_provider##___##class_name) / 4 - 1)     \
			      << 24),                                                              \
		  "i"(types), "i"(sizeof(ust_lttng_tables_##class_provider##___##class_name)),     \
		  "i"(UST_LTTNG_TABLES(ust_lttng_tables_##class_provider##___##class_name)),       \
		  "i"(sizeof(ust_lttng_uri_##provider##___##event)),                               \
		  "i"(ust_lttng_uri_##provider##___##event));
/* Its attributes are UST_ATTR_SIGNATURE, UST_ATTR_ENUMS and UST_ATTR_URI, all of the event. */
#define UST_LTTNG_DEFINITION_TEXT                                                                  \
	UST_LTTNG_PUSH                                                                             \
	"\t.balign 8\n"                                                                            \
	"771:\t.4byte 772f-771b, %c0-., %c1-., %c2-., %c3-., %c4-., %c5-., %c6-.\n\t"              \
	".4byte %c7, %c8, 0xffff0005, %c9-.\n\t"                                                   \
	".if %c10 > " UST_LTTNG_STR(                                                               \
		__SIZEOF_POINTER__) "\n\t"                                                         \
				    ".4byte 0xffff0006, %c11-.\n\t.endif\n\t"                      \
				    ".if %c12 > 4\n\t.4byte 0xffff0003, %c13-.\n\t.endif\n"        \
				    "772:\t.popsection"
UST_STATIC_ASSERT(UST_ATTR_SIGNATURE == 5 && UST_ATTR_ENUMS == 6 && UST_ATTR_URI == 3,
		  "UST: the text of UST_LTTNG_DEFINITION");
/* Refers to nothing if there are none. */
#define UST_LTTNG_TABLES(list) (sizeof(list) > sizeof(void *) ? list : 0)

#define UST_LTTNG_TYPES_OF(...) UST_LTTNG_TYPES(__VA_ARGS__)

#define UST_LTTNG_LAST(provider, name) ust_last = &ust_lttng_state_##provider##___##name;

/*
 * Tells libust that the object can be called from others, and that it can no longer be: they are
 * relocated before the one and unmapped after the other. ops is NULL while there is no libust.
 */
#define UST_LTTNG_PRESENCE(provider) UST_LTTNG_PRESENCE_(provider)
#define UST_LTTNG_PRESENCE_(provider)                                                              \
	static __attribute__((constructor)) void ust_lttng_begin_##provider(void)                  \
	{                                                                                          \
		ust_lttng_presence(ust_lttng_last_##provider(), 1);                                \
	}                                                                                          \
	static __attribute__((destructor)) void ust_lttng_end_##provider(void)                     \
	{                                                                                          \
		ust_lttng_presence(ust_lttng_last_##provider(), 0);                                \
	}
/* Loaded as an atomic, because clang runs constructors that only look at static variables itself. */
static inline __attribute__((unused)) void ust_lttng_presence(struct ust_site_state *st, int there)
{
	const struct ust_site_ops *ops = st ? __atomic_load_n(&st->ops, __ATOMIC_ACQUIRE) : 0;

	if (ops)
		ops->presence(st, there);
}

/* What calls, and units with LTTNG_UST_TRACEPOINT_DEFINE, refer to. */
#define UST_LTTNG_PROVIDER(provider) UST_LTTNG_PROVIDER_(provider)
#define UST_LTTNG_PROVIDER_(provider)                                                              \
	UST_LTTNG_SYMBOL(ust_lttng_provider_##provider)                                            \
	UST_LTTNG_SYMBOL(ust_lttng_probes_##provider)
#define UST_LTTNG_SYMBOL(name)                                                                     \
	UST_LTTNG_EXTERN_C char name;                                                              \
	UST_LTTNG_SYMBOL_C char name __attribute__((weak)) UST_LTTNG_VISIBILITY = 0;
#ifdef __cplusplus
#define UST_LTTNG_SYMBOL_C extern "C"
#else
#define UST_LTTNG_SYMBOL_C
#endif

#endif /* UST_COMPAT_DETAIL_DEFINE_H */
