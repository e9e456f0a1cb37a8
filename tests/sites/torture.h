/* SPDX-License-Identifier: GPL-2.0-only */
/* Sites in a header that two files include; the comments are what elfsites.py expects. */
/* An expectation stands on the line of its site. */
/* clang-format off */
#ifndef UST_TESTS_TORTURE_H
#define UST_TESTS_TORTURE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <ust/class.h>
#include <ust/marker.h>
#include <ust/tracepoint.h>

#ifdef __cplusplus
#define SHARED_INLINE inline
#else
#define SHARED_INLINE static inline
#endif

enum colour { RED, GREEN = 5 };
UST_ENUM_TABLE(colours, {"red", RED}, {"green", GREEN});

UST_EVENT_CLASS(single, (double real), real);
UST_EVENT_CLASS(painted, (enum colour c, long v), UST_HELP(UST_ENUM(c, c, colours), "Of what."), v);
SHARED_INLINE void shared_class(enum colour c)
{
	UST_CLASS_EVENT(painted, hdr, class_shared, c, c + 1L); /*= event hdr:class_shared c:enum.u32, v:s64 */
}

SHARED_INLINE void shared(int a)
{
	UST_EVENT(hdr, shared, a); /*= event hdr:shared a:s32 */
}

SHARED_INLINE void shared_enum(enum colour c)
{
	if (c)
		UST_EVENT(hdr, coloured, UST_ENUM(c, c, colours)); /*= event hdr:coloured c:enum.u32 */
	else
		trace_mark(hdr, plain, "colour %d", (int)c); /*= marker hdr:plain "colour %d" s32 */
}

static __inline__ __attribute__((always_inline)) void forced(long v)
{
	UST_EVENT(hdr, forced, v); /*= event hdr:forced v:s64 */
}

#ifdef __cplusplus
template <typename T> void templated(T v)
{
	UST_EVENT(hdr, templated, v); /*cxx= event hdr:templated v:s32 | event hdr:templated v:double | event hdr:templated v:string */
}

template <typename T> struct box {
	T value;
	void show()
	{
		auto lambda = [this](auto other) {
			UST_EVENT(hdr, lambda, UST_F(v, value), other); /*cxx= event hdr:lambda v:s8, other:u64 | event hdr:lambda v:float, other:u64 */
		};
		lambda(1ul);
	}
};
#endif

void other_file(int a);

#endif /* UST_TESTS_TORTURE_H */
