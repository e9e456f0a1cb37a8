// SPDX-License-Identifier: GPL-2.0-only
/* What the macros record, in C. */
#include "record.h"
#include "record_shapes.h"
#include "record_types.h"

enum recorder_mode mode;
unsigned int failures, evaluations;

static inline void inlined(int depth)
{
	UST_EVENT(t, inlined, depth);
}

static void test_c(void)
{
	_Bool flag = 1;
	void (*fn)(void) = NULL;

	test_types();
	test_all_shapes();
	EXPECT(0, "t:inlined depth=1", inlined(1));
	EXPECT(0, "t:inlined depth=2", inlined(2));
	EXPECT(0, "t:c_only flag=1 fn=0", UST_EVENT(t, c_only, flag, fn));
}

int main(int argc, char **argv)
{
	return run(argc, argv, test_c, 60);
}
