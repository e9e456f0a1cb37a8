/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the metadata tell of the clock, in as many bytes whatever its numbers are. */
#include "metadata.h"
#include "text.h"

#include <stdint.h>
#include <string.h>

#define DIGITS 20 /* of the largest number of 64 bits */

/* " = ", blanks, the number, ";": a number may be replaced by another one in place. */
static void put_number(struct ust_ctf_text *text, const char *name, uint64_t value, int negative)
{
	char digits[DIGITS + 2];
	unsigned int at = DIGITS + 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	if (negative)
		digits[--at] = '-';
	while (at)
		digits[--at] = ' ';
	ust_ctf_put(text, "\t");
	ust_ctf_put(text, name);
	ust_ctf_put(text, " =");
	ust_ctf_put(text, digits);
	ust_ctf_put(text, ";\n");
}

static void put_unsigned(struct ust_ctf_text *text, const char *name, uint64_t value)
{
	put_number(text, name, value, 0);
}

static void put_signed(struct ust_ctf_text *text, const char *name, int64_t value)
{
	put_number(text, name, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

void ust_ctf_metadata_clock(struct ust_ctf_text *text, const struct ust_ctf_clock *clock)
{
	uint64_t ticks = clock->uncertainty_ns / 1000000000u * clock->freq +
			 clock->uncertainty_ns % 1000000000u * (clock->freq / 1000) / 1000000;

	ust_ctf_put(text, "clock {\n\tname = ust;\n\tuuid = ");
	ust_ctf_put_uuid(text, clock->uuid);
	ust_ctf_put(text, ";\n\tdescription = ");
	ust_ctf_put_string(text, clock->description, strlen(clock->description));
	ust_ctf_put(text, ";\n");
	put_unsigned(text, "freq", clock->freq);
	put_unsigned(text, "precision", ticks);
	put_signed(text, "offset_s", clock->offset_s);
	put_unsigned(text, "offset", clock->offset);
	ust_ctf_put(text, "};\n\n");
}

void ust_ctf_metadata_clock_env(struct ust_ctf_text *text, const struct ust_ctf_clock *clock)
{
	put_unsigned(text, "clock_frequency_hz", clock->freq);
	put_unsigned(text, "clock_frequency_raw_hz", clock->raw_freq);
	put_signed(text, "clock_offset_realtime_ns", clock->realtime_ns);
	put_signed(text, "clock_offset_tai_ns", clock->tai_ns);
	put_unsigned(text, "clock_uncertainty_ns", clock->uncertainty_ns);
	put_unsigned(text, "clock_refined", clock->refined != 0);
	put_unsigned(text, "clock_unstable", clock->unstable != 0);
}
