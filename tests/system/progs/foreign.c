/* SPDX-License-Identifier: GPL-2.0-only */
/* A program whose sites are of an ABI that no libust knows. */
#include <ust/abi/site.h>
#undef UST_SITE_ABI
#define UST_SITE_ABI 99
#include <ust/tracepoint.h>

int main(int argc, char **argv)
{
	(void)argv;
	UST_EVENT(foreign, event, argc);
	return 0;
}
