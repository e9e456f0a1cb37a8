/* SPDX-License-Identifier: GPL-2.0-only */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libustctl/view/out.h"

struct json_object *ust_json_string(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t len = strlen(text), at = 0, to = 0;
	char *valid = malloc(len * (sizeof(replacement) - 1) + 1);
	struct json_object *string;

	while (valid && at < len) {
		size_t nr = ust_out_utf8_len(text + at, len - at);

		if (nr) {
			memcpy(valid + to, text + at, nr);
			to += nr;
		} else {
			memcpy(valid + to, replacement, sizeof(replacement) - 1);
			to += sizeof(replacement) - 1;
		}
		at += nr ? nr : 1;
	}
	string = valid ? json_object_new_string_len(valid, (int)to) : NULL;
	free(valid);
	return string;
}

void ust_json_print(struct json_object *root)
{
	puts(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
}
