/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Labels. TP_printk() stands in a function that nobody calls, in which __print_symbolic() and
 * __print_flags() leave their tables behind in a section, beside the text of the expression they
 * would print: "REC->vec" belongs to the field vec.
 */
#include <trace/stages/stage3_trace_output.h>

#undef __entry
#define __entry REC

#undef TP_printk
#define TP_printk(fmt, args...) ust_kgen_sink(p, ##args)

/* Of the rest only the types matter. */
#undef __get_dynamic_array
#define __get_dynamic_array(item) ((void *)REC)
#undef __get_dynamic_array_len
#define __get_dynamic_array_len(item) 0
#undef __get_str
#define __get_str(item) ((char *)REC)
#undef __get_bitmask
#define __get_bitmask(item) ((char *)REC)
#undef __get_cpumask
#define __get_cpumask(item) ((char *)REC)
#undef __get_sockaddr
#define __get_sockaddr(item) ((char *)REC)
#undef __get_rel_dynamic_array
#define __get_rel_dynamic_array(item) ((void *)REC)
#undef __get_rel_dynamic_array_len
#define __get_rel_dynamic_array_len(item) 0
#undef __get_rel_str
#define __get_rel_str(item) ((char *)REC)
#undef __get_rel_bitmask
#define __get_rel_bitmask(item) ((char *)REC)
#undef __get_rel_cpumask
#define __get_rel_cpumask(item) ((char *)REC)
#undef __get_rel_sockaddr
#define __get_rel_sockaddr(item) ((char *)REC)

#undef UST_LABELS
#define UST_LABELS(expr, is_flags, list...)                                                        \
	({                                                                                         \
		static const struct trace_print_flags __labels[] = {list};                         \
		static const struct ust_kgen_labels __used __section("ust_gen_labels")             \
			__aligned(8) __table = {                                                   \
				.system = __stringify(TRACE_SYSTEM),                               \
				.class = UST_LABELS_CLASS,                                         \
				.value = #expr,                                                    \
				.table = {__labels, ARRAY_SIZE(__labels), is_flags},               \
			};                                                                         \
		(const char *)NULL;                                                                \
	})
#undef __print_symbolic
#define __print_symbolic(value, list...) UST_LABELS(value, 0, list)
#undef __print_flags
#define __print_flags(value, delim, list...) UST_LABELS(value, 1, list)

/*
 * Not for the classes with "#define UST_UNLABELLED_<class> ~, 1". The function has to be there for
 * its tables to be; it goes when the module has been loaded.
 */
#undef UST_CLASS
#define UST_CLASS(name, proto, args, tstruct, assign, print)                                       \
	CONCATENATE(UST_EMIT_, UST_SECOND_(UST_UNLABELLED_##name, 0, ~))                           \
	(static __used notrace void __init ust_labels_##name(struct trace_seq *p,                  \
							     struct ust_raw_##name *REC) {         \
		static const char UST_LABELS_CLASS[] = #name;                                      \
		print;                                                                             \
	})
