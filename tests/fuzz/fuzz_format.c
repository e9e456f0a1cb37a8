/* SPDX-License-Identifier: GPL-2.0-only */
/* Format strings of markers, which come from files and processes. */
#include <stdlib.h>

#include <ust/abi/site.h>
#include <ust/detail/format.h>

#include "input.h"
#include "libust/site/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {.p = data, .len = size};
	size_t room = 16 + fuzz_u8(&in) % 112, n = in.len;
	char *string = malloc(n + 1), *name = malloc(room);
	struct ust_arg args[UST_MAX_FIELDS] = {0};
	struct ust_format format;
	unsigned int i;

	fuzz_bytes(&in, string, n);
	string[n] = '\0';
	ust_format_init(&format, string);
	for (i = 0;; i++) {
		uint32_t word = UST_TYPE_S32;
		int ret = ust_format_next(&format, i, name, room, &word);

		if (memchr(name, '\0', room) == NULL || !name[0])
			abort();
		if ((word & ~UST_FIELD_WORD(0, UST_FIELD_HEX | UST_FIELD_NETWORK, 0)) !=
		    UST_TYPE_S32)
			abort();
		if (!ret)
			break;
		/* Each conversion or width takes a character at least. */
		if (i > n)
			abort();
	}
	ust_format_apply(args, UST_MAX_FIELDS, string);
	free(string);
	free(name);
	return 0;
}
