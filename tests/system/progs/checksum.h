/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sum over an event's fields, in their order, that a torn field does not survive. The program
 * under test records it as the field "sum"; verify.c computes it again from what was read.
 */
#ifndef TESTS_CHECKSUM_H
#define TESTS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CHECKSUM_START UINT64_C(0x243f6a8885a308d3)

static inline uint64_t checksum_mix(uint64_t sum, uint64_t value)
{
	sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ (sum >> 29);
}

static inline uint64_t checksum_mix_double(uint64_t sum, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return checksum_mix(sum, bits);
}

static inline uint64_t checksum_mix_bytes(uint64_t sum, const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum = checksum_mix(sum, (unsigned char)bytes[i]);
	return checksum_mix(sum, len);
}

#endif /* TESTS_CHECKSUM_H */
