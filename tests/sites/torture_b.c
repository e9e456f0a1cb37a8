// SPDX-License-Identifier: GPL-2.0-only
/* The second file of the torture: the same inline functions, its own copy of the note. */
/* An expectation stands on the line of its site. */
/* clang-format off */
#include <ust/span.h>

#include "torture.h"

void other_file(int a)
{
	UST_SPAN(b, work, a); /*= event b:work_begin span:u64, parent:u64, a:s32 | event b:work_end span:u64 */
	shared(a);
	shared(a + 1);
	shared_enum(a ? RED : GREEN);
	forced(a);
	UST_EVENT(b, own, a); /*= event b:own a:s32 */
#ifdef __cplusplus
	templated(a);
	templated("text");
	box<char>{'x'}.show();
#endif
}
