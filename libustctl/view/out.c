// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

void ust_out_init(struct ust_out *out, int fd)
{
	out->fd = fd;
	out->error = 0;
	out->len = 0;
}

int ust_out_flush(struct ust_out *out)
{
	size_t done = 0;
	ssize_t n;

	while (done < out->len && !out->error) {
		n = write(out->fd, out->buf + done, out->len - done);
		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			out->error = -errno;
	}
	out->len = 0;
	return out->error;
}

void ust_out_bytes(struct ust_out *out, const char *s, size_t len)
{
	while (len) {
		size_t part = UST_OUT_SIZE - out->len;

		if (part > len)
			part = len;
		memcpy(out->buf + out->len, s, part);
		out->len += part;
		s += part;
		len -= part;
		if (out->len == UST_OUT_SIZE)
			ust_out_flush(out);
	}
}

void ust_out_text(struct ust_out *out, const char *s)
{
	ust_out_bytes(out, s, strlen(s));
}

void ust_out_char(struct ust_out *out, char c)
{
	ust_out_bytes(out, &c, 1);
}

/* Writes the digits so that they end at @end; returns where they begin. */
static char *format_u64(char *end, uint64_t value)
{
	do {
		*--end = '0' + value % 10;
		value /= 10;
	} while (value);
	return end;
}

void ust_out_u64(struct ust_out *out, uint64_t value)
{
	char buf[20], *end = buf + sizeof(buf), *p = format_u64(end, value);

	ust_out_bytes(out, p, end - p);
}

void ust_out_s64(struct ust_out *out, int64_t value)
{
	if (value < 0) {
		ust_out_char(out, '-');
		ust_out_u64(out, -(uint64_t)value);
	} else {
		ust_out_u64(out, value);
	}
}

void ust_out_digits(struct ust_out *out, uint64_t value, unsigned int digits)
{
	char buf[20];
	unsigned int i;

	for (i = digits; i-- > 0; value /= 10)
		buf[i] = '0' + value % 10;
	ust_out_bytes(out, buf, digits);
}

void ust_out_column(struct ust_out *out, int64_t value, unsigned int width, int unknown)
{
	char buf[40], *end = buf + sizeof(buf), *p = end - 1;

	if (unknown && value == -1) {
		*p = '-';
	} else {
		p = format_u64(end, value < 0 ? -(uint64_t)value : (uint64_t)value);
		if (value < 0)
			*--p = '-';
	}
	while ((unsigned int)(end - p) < width)
		*--p = ' ';
	ust_out_bytes(out, p, end - p);
}

void ust_out_hex(struct ust_out *out, uint64_t value)
{
	char buf[18], *end = buf + sizeof(buf), *p = end;

	do {
		*--p = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	*--p = 'x';
	*--p = '0';
	ust_out_bytes(out, p, end - p);
}

void ust_out_real(struct ust_out *out, double value, int single)
{
	static const int digits[2][2] = {{15, 17}, {6, 9}};
	char buf[40];

	snprintf(buf, sizeof(buf), "%.*g", digits[single][0], value);
	if (isfinite(value) && (single ? (double)strtof(buf, NULL) : strtod(buf, NULL)) != value)
		snprintf(buf, sizeof(buf), "%.*g", digits[single][1], value);
	ust_out_text(out, buf);
}

void ust_out_padded(struct ust_out *out, const char *s, unsigned int width)
{
	unsigned int n = 0;

	for (; *s; s++, n++)
		ust_out_char(out, (unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s);
	for (; n < width; n++)
		ust_out_char(out, ' ');
}

static int needs_escape(unsigned char c)
{
	return c < ' ' || c == '"' || c == '\\' || c >= 0x7f;
}

/* What a backslash and one letter stand for, in C and in JSON; 0: no such letter. */
static char short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\n':
		return 'n';
	case '\t':
		return 't';
	case '\r':
		return 'r';
	default:
		return 0;
	}
}

size_t ust_out_utf8_len(const char *s, size_t left)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i, len;

	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > left)
		return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void escape(struct ust_out *out, const char *s, size_t len, int json)
{
	size_t i = 0, run;
	char hex[8];

	ust_out_char(out, '"');
	while (i < len) {
		unsigned char c = s[i];

		for (run = i; run < len && !needs_escape(s[run]); run++)
			;
		if (run > i) {
			ust_out_bytes(out, s + i, run - i);
			i = run;
			continue;
		}
		run = c < 0x80 ? 1 : ust_out_utf8_len(s + i, len - i);
		if (short_escape(c)) {
			ust_out_char(out, '\\');
			ust_out_char(out, short_escape(c));
		} else if (run > 1) {
			ust_out_bytes(out, s + i, run);
		} else if (json && !run) {
			ust_out_text(out, "\xef\xbf\xbd");
		} else {
			snprintf(hex, sizeof(hex), json ? "\\u%04x" : "\\x%02x", c);
			ust_out_text(out, hex);
		}
		i += run ? run : 1;
	}
	ust_out_char(out, '"');
}

void ust_out_quoted(struct ust_out *out, const char *s, size_t len)
{
	escape(out, s, len, 0);
}

void ust_out_json(struct ust_out *out, const char *s, size_t len)
{
	escape(out, s, len, 1);
}
