/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The parts of a span. Its beginning is a site like any other; its end is a record without code (method
 * UST_SITE_LOAD), which the beginning's cold block puts into the variable, and which is recorded into
 * when the variable's life ends.
 */
#ifndef UST_DETAIL_SPAN_H
#define UST_DETAIL_SPAN_H

#include <ust/detail/site.h>

/*
 * Before clang 17 every asm goto of a function counts as a jump to the labels of all others, which may
 * not pass a variable with a cleanup.
 */
#if defined(__clang__) && !defined(__cplusplus) && __clang_major__ < 17
#undef UST_SITE_CODE
#define UST_SITE_CODE UST_SITE_LOADED
#undef UST_SITE_METHOD
#define UST_SITE_METHOD UST_SITE_LOAD
#endif

struct ust_span {
	struct ust_site_state *end; /* NULL: not begun */
	__u64 id, parent;
};

#define UST_SPAN_FN static inline __attribute__((always_inline, unused))

UST_SPAN_FN struct ust_thread_area *ust_span_area(const struct ust_site_state *st)
{
	char *self;

#if defined(__x86_64__) && !defined(__ILP32__)
	__asm__("movq %%fs:0, %0" : "=r"(self));
#else
	self = (char *)__builtin_thread_pointer();
#endif
	return (struct ust_thread_area *)(self + st->thread_offset);
}

/* A signal handler's spans may come in between: one instruction. */
UST_SPAN_FN __u64 ust_span_next(struct ust_thread_area *area)
{
#if defined(__x86_64__) && !defined(__ILP32__)
	__u64 id = 1;

	__asm__ __volatile__("xaddq %0, %1" : "+r"(id), "+m"(area->next_span) : : "cc");
	return id;
#else
	return __atomic_fetch_add(&area->next_span, 1, __ATOMIC_RELAXED);
#endif
}

UST_SPAN_FN __u64 ust_span_begin(struct ust_span *span, struct ust_site_state *begin,
				 struct ust_site_state *end)
{
	struct ust_thread_area *area = ust_span_area(begin);

	if (__builtin_expect(!area->next_span, 0))
		begin->ops->new_spans(begin);
	span->id = ust_span_next(area);
	span->parent = area->span;
	area->span = span->id;
	span->end = end;
	return span->id;
}

UST_SPAN_FN void ust_span_end(struct ust_span *span)
{
	if (__builtin_expect(span->end != 0, 0)) {
		ust_span_area(span->end)->span = span->parent;
		ust_record_shape(span->end, UST_SHAPE_WORDS1, &span->id, sizeof(span->id), 0);
	}
}

/* The fields that are not the program's. */
#define UST_WORD_ust_span_id(u, var) ((int)UST_TYPE_U64)
#define UST_ARG_ust_span_id(a, var) UST_SET(a, UST_SPAN_BEGIN(var), 0)
#define UST_CHECK_ust_span_id(name, var)
#define UST_TABLE_ust_span_id(u, var)
#define UST_NR_TABLES_ust_span_id(u, var)
#define UST_TEXTS_ust_span_id(i, var)

#define UST_WORD_ust_span_parent(u, var) ((int)UST_TYPE_U64)
#define UST_ARG_ust_span_parent(a, var) UST_SET(a, (var).parent, 0)
#define UST_CHECK_ust_span_parent(name, var)
#define UST_TABLE_ust_span_parent(u, var)
#define UST_NR_TABLES_ust_span_parent(u, var)
#define UST_TEXTS_ust_span_parent(i, var)

#ifdef __cplusplus
extern "C++" {
struct ust_span_scope : ust_span {
	ust_span_scope() : ust_span()
	{
	}
	~ust_span_scope()
	{
		ust_span_end(this);
	}
	ust_span_scope(const ust_span_scope &) = delete;
	ust_span_scope &operator=(const ust_span_scope &) = delete;
};
}
#define UST_SPAN_VARIABLE(var) ust_span_scope var
#define UST_SPAN_END(var) (&var##_slot::state)
#define UST_SPAN_END_STATE(var)                                                                    \
	struct var##_tag {                                                                         \
		enum { ust_nr_tables = 0 };                                                        \
	};                                                                                         \
	typedef ust_site_slot<var##_tag> var##_slot;
#else
#define UST_SPAN_VARIABLE(var)                                                                     \
	struct ust_span var __attribute__((cleanup(ust_span_end))) = {0, 0, 0}
#define UST_SPAN_END(var) (&var##_end)
#define UST_SPAN_END_STATE(var) static struct ust_site_state var##_end = {0, 0, 0, 0, {0}};
#endif

#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
#define UST_SPAN_STATE(var)
#define UST_SPAN_BEGIN(var) (var).id
#define UST_SPAN_END_RECORD(var, level, provider, event) (void)(var)
#else
#define UST_SPAN_STATE(var) UST_SPAN_END_STATE(var)
#define UST_SPAN_BEGIN(var) ust_span_begin(&(var), UST_SELF, UST_SPAN_END(var))
#define UST_SPAN_END_RECORD(var, level, provider, event)                                           \
	UST_SPAN_END_RECORD_(var, level, provider, event)
#define UST_SPAN_END_RECORD_(var, level, provider, event)                                          \
	__asm__ __inline__ __volatile__(                                                           \
		UST_ASM_NOTE UST_ASM_RECORD("2b", "2b", ".4byte %c[f0]\n\t")                       \
		:                                                                                  \
		: UST_ASM_OPERANDS_BASE(UST_SPAN_END(var), UST_SITE_LOAD, EVENT, level, provider,  \
					event, "span\0", "", 1),                                   \
		  [f0] "i"((int)UST_TYPE_U64))
#endif

#endif /* UST_DETAIL_SPAN_H */
