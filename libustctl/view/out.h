/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text on its way to standard output: a large buffer, and conversions that are faster than
 * printf's. After a failed write every call does nothing; the caller sees it at ust_out_flush().
 */
#ifndef UST_VIEW_OUT_H
#define UST_VIEW_OUT_H

#include <stddef.h>
#include <stdint.h>

#define UST_OUT_SIZE (256 << 10)

struct ust_out {
	int fd;
	int error; /* 0, or negative errno: -EPIPE is a reader that has seen enough */
	size_t len;
	char buf[UST_OUT_SIZE];
};

void ust_out_init(struct ust_out *out, int fd);
/* Writes what is buffered. Result: out->error. */
int ust_out_flush(struct ust_out *out);

void ust_out_bytes(struct ust_out *out, const char *s, size_t len);
void ust_out_text(struct ust_out *out, const char *s);
void ust_out_char(struct ust_out *out, char c);
void ust_out_u64(struct ust_out *out, uint64_t value);
void ust_out_s64(struct ust_out *out, int64_t value);
/* Exactly @digits decimal digits, zeros in front. */
void ust_out_digits(struct ust_out *out, uint64_t value, unsigned int digits);
/* Right-aligned in @width; "-" for -1 when @unknown is set. */
void ust_out_column(struct ust_out *out, int64_t value, unsigned int width, int unknown);
/* With 0x. */
void ust_out_hex(struct ust_out *out, uint64_t value);
/* As short as reads back to the same value; @single: a float's. */
void ust_out_real(struct ust_out *out, double value, int single);
/* Left-aligned in @width; control characters become "?". */
void ust_out_padded(struct ust_out *out, const char *s, unsigned int width);
/* Bytes of the UTF-8 sequence at @s, of which there are @left bytes; 0 if it is none. */
size_t ust_out_utf8_len(const char *s, size_t left);
/* In double quotes, escaped as in C. */
void ust_out_quoted(struct ust_out *out, const char *s, size_t len);
/* In double quotes, escaped as in JSON; bytes that are not UTF-8 become U+FFFD. */
void ust_out_json(struct ust_out *out, const char *s, size_t len);

#endif /* UST_VIEW_OUT_H */
