/* SPDX-License-Identifier: GPL-2.0-only */
/* Uses what lttng-gen-tp has made of template.tp. */
#include "template.h"

int main(void)
{
	tracepoint(template, message, "generated", 1);
	return 0;
}
