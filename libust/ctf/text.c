/* SPDX-License-Identifier: LGPL-2.1-only */
#include "text.h"

#include <errno.h>
#include <string.h>

void ust_ctf_text_init(struct ust_ctf_text *text, char *buf, size_t size)
{
	text->buf = buf;
	text->size = size;
	text->len = 0;
	text->error = 0;
}

void ust_ctf_put_bytes(struct ust_ctf_text *text, const char *s, size_t len)
{
	if (text->error || len > text->size - text->len)
		text->error = -ENOSPC;
	else
		memcpy(text->buf + text->len, s, len);
	text->len += len;
}

void ust_ctf_put(struct ust_ctf_text *text, const char *s)
{
	ust_ctf_put_bytes(text, s, strlen(s));
}

void ust_ctf_put_u64(struct ust_ctf_text *text, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	ust_ctf_put_bytes(text, digits + at, sizeof(digits) - at);
}

void ust_ctf_put_s64(struct ust_ctf_text *text, int64_t value)
{
	if (value < 0)
		ust_ctf_put(text, "-");
	ust_ctf_put_u64(text, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void ust_ctf_put_uuid(struct ust_ctf_text *text, const uint8_t uuid[16])
{
	static const char hex[] = "0123456789abcdef";
	int i;

	ust_ctf_put(text, "\"");
	for (i = 0; i < 16; i++) {
		char pair[2] = {hex[uuid[i] >> 4], hex[uuid[i] & 15]};

		if (i == 4 || i == 6 || i == 8 || i == 10)
			ust_ctf_put(text, "-");
		ust_ctf_put_bytes(text, pair, 2);
	}
	ust_ctf_put(text, "\"");
}

/* Bytes of the UTF-8 character at s, 0 if it is none. Overlong forms and surrogates are none. */
static size_t utf8_size(const unsigned char *s, size_t len)
{
	size_t size, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		size = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		size = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		size = 4;
	else
		return 0;
	if (size > len)
		return 0;
	for (i = 1; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return size;
}

void ust_ctf_put_escaped(struct ust_ctf_text *text, const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i, size;

	for (i = 0; i < len; i += size) {
		size = utf8_size(p + i, len - i);
		if (size == 0 || p[i] < 0x20 || p[i] == 0x7f) {
			ust_ctf_put(text, "?");
			size = 1;
		} else {
			if (p[i] == '"' || p[i] == '\\')
				ust_ctf_put(text, "\\");
			ust_ctf_put_bytes(text, s + i, size);
		}
	}
}

void ust_ctf_put_string(struct ust_ctf_text *text, const char *s, size_t len)
{
	ust_ctf_put(text, "\"");
	ust_ctf_put_escaped(text, s, len);
	ust_ctf_put(text, "\"");
}

void ust_ctf_identifier(const struct ust_ctf_str *name, char *buf)
{
	size_t i, len = 0;

	buf[len++] = '_';
	for (i = 0; i < name->len && len < UST_CTF_NAME_MAX - 1; i++) {
		char c = name->s[i];
		int keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			   (c >= '0' && c <= '9') || c == '_';

		buf[len++] = keep ? c : '_';
	}
	buf[len] = '\0';
}
