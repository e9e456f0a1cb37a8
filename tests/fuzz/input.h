/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking an input apart. At its end everything is zero. */
#ifndef UST_FUZZ_INPUT_H
#define UST_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fuzz_input {
	const uint8_t *p;
	size_t len;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline size_t fuzz_bytes(struct fuzz_input *in, void *buf, size_t len)
{
	size_t n = len < in->len ? len : in->len;

	memset(buf, 0, len);
	if (n)
		memcpy(buf, in->p, n);
	in->p += n;
	in->len -= n;
	return n;
}

static inline uint8_t fuzz_u8(struct fuzz_input *in)
{
	uint8_t v;

	fuzz_bytes(in, &v, sizeof(v));
	return v;
}

static inline uint16_t fuzz_u16(struct fuzz_input *in)
{
	uint16_t v;

	fuzz_bytes(in, &v, sizeof(v));
	return v;
}

static inline uint64_t fuzz_u64(struct fuzz_input *in)
{
	uint64_t v;

	fuzz_bytes(in, &v, sizeof(v));
	return v;
}

/* A number near where something happens: a small one, or near a multiple of a sub-buffer. */
static inline uint64_t fuzz_offset(struct fuzz_input *in, uint64_t subbuf_size)
{
	uint8_t kind = fuzz_u8(in);

	if (kind < 16)
		return fuzz_u64(in);
	return subbuf_size * (kind & 15) + (uint64_t)(int64_t)(int16_t)fuzz_u16(in) % 4200;
}

#endif /* UST_FUZZ_INPUT_H */
