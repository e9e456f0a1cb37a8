// SPDX-License-Identifier: GPL-2.0-only
/* The second file of the torture: the same inline functions, its own copy of the note. */
/* An expectation stands on the line of its site. */
/* clang-format off */
#include "torture.h"

void other_file(int a)
{
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
