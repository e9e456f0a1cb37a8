/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TSDL for what the device tells. Not the library's own writer: what two readers of the definitions
 * agree on is what they say.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/control.h>
#include <ust/abi/site.h>

#include "ktrace.h"

#define UINT(bits) "integer { size = " #bits "; align = 8; signed = false; }"
#define BITS(bits) "integer { size = " #bits "; align = 1; signed = false; }"
#define TIME(bits) "integer { size = " #bits "; align = 1; signed = false; map = clock.ust.value; }"

static uint64_t frequency(uint32_t clock)
{
	/* Good enough for tests: they look at the order. */
	return clock == UST_CLOCK_MONOTONIC ? 1000000000u : 2000000000u;
}

void ktrace_metadata_begin(struct ktrace *trace)
{
	const uint8_t *u = trace->uuid;

	fprintf(trace->metadata,
		"/* CTF 1.8 */\n"
		"trace { major = 1; minor = 8; byte_order = le; uuid = "
		"\"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x\";\n"
		"packet.header := struct { " UINT(32) " magic; " UINT(8) " uuid[16]; " UINT(
			32) " stream_id; }; };\n"
			    "clock { name = ust; freq = %" PRIu64 "; };\n"
			    "typealias integer { size = 64; align = 8; map = clock.ust.value; } := "
			    "time_t;\n",
		u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12],
		u[13], u[14], u[15], frequency(trace->clock));
}

/* What remains of a definition. */
struct in {
	const char *p, *end;
};

static const char *take(struct in *in, size_t len)
{
	const char *p = in->p;

	if ((size_t)(in->end - in->p) < len) {
		fprintf(stderr, "a definition ends too early\n");
		exit(1);
	}
	in->p += len;
	return p;
}

static uint32_t take32(struct in *in)
{
	uint32_t v;

	memcpy(&v, take(in, sizeof(v)), sizeof(v));
	return v;
}

static void take_str(struct in *in, char *buf, size_t size)
{
	uint32_t len = take32(in);

	snprintf(buf, size, "%.*s", (int)len, take(in, len));
}

static void put_type(FILE *out, uint32_t word)
{
	static const int bits[UST_TYPE_NR] = {0, 8, 16, 32, 64, 8, 16, 32, 64, 32, 64, 64, 8};
	uint32_t type = UST_FIELD_WORD_TYPE(word), flags = UST_FIELD_WORD_FLAGS(word);

	if (type == UST_TYPE_STRING) {
		fprintf(out, "string");
	} else if (type == UST_TYPE_FLOAT || type == UST_TYPE_DOUBLE) {
		fprintf(out, "floating_point { exp_dig = %d; mant_dig = %d; align = 8; }",
			type == UST_TYPE_FLOAT ? 8 : 11, type == UST_TYPE_FLOAT ? 24 : 53);
	} else if (type && type < UST_TYPE_NR) {
		fprintf(out, "integer { size = %d; align = 8; signed = %s; base = %d;%s%s }",
			bits[type], type <= UST_TYPE_S64 ? "true" : "false",
			type == UST_TYPE_POINTER || flags & UST_FIELD_HEX ? 16 : 10,
			flags & UST_FIELD_TEXT ? " encoding = UTF8;" : "",
			flags & UST_FIELD_NETWORK ? " byte_order = be;" : "");
	} else {
		fprintf(stderr, "no such type: word %#x\n", word);
		exit(1);
	}
}

static void put_field(FILE *out, struct in *in)
{
	static const int length_bits[] = {32, 8, 16, 64};
	uint32_t word, flags, nr_labels;
	char name[256], label[256];

	take_str(in, name, sizeof(name));
	word = take32(in);
	flags = UST_FIELD_WORD_FLAGS(word);
	for (nr_labels = take32(in); nr_labels; nr_labels--) {
		take_str(in, label, sizeof(label));
		take(in, 16);
	}
	if (flags & UST_FIELD_SEQ)
		fprintf(out, "\tinteger { size = %d; align = 8; signed = false; } __%s_length;\n",
			length_bits[UST_FIELD_WORD_LENGTH(word)], name);
	fprintf(out, "\t");
	put_type(out, word);
	fprintf(out, " _%s", name);
	if (flags & UST_FIELD_ARRAY)
		fprintf(out, "[%u]", UST_FIELD_WORD_COUNT(word));
	if (flags & UST_FIELD_SEQ)
		fprintf(out, "[__%s_length]", name);
	fprintf(out, ";\n");
}

void ktrace_metadata_record(struct ktrace *trace, const struct ust_kernel_event *event)
{
	struct in in = {(const char *)(event + 1),
			(const char *)(event + 1) + event->definition_len};
	char system[256], name[256], file[256];
	FILE *out = trace->metadata;
	uint32_t nr;

	take_str(&in, system, sizeof(system));
	take_str(&in, name, sizeof(name));
	take_str(&in, file, sizeof(file));
	take32(&in);
	take32(&in);
	nr = take32(&in);
	if (event->id == UST_KERNEL_ID_CONTEXT)
		fprintf(out,
			"stream { id = 0;\n"
			"packet.context := struct { time_t timestamp_begin; time_t "
			"timestamp_end; " UINT(64) " content_size; " UINT(64) " packet_size; " UINT(64) " packet_seq_num; " UINT(64) " events_discarded; " UINT(32) " cpu_id; " UINT(
				32) " pid; " UINT(8) " procname[16]; };\n"
						     "event.header := struct { enum : " BITS(
							     5) " { compact = 0 ... 29, wide = 30, "
								"extended = 31 } id; variant <id> "
								"{ "
								"struct { " TIME(
									27) " timestamp; "
									    "} compact; "
									    "struct "
									    "{ " TIME(
										    27) " timesta"
											"mp;"
											" " BITS(16) " id; } wide; struct { struct { " BITS(
												27) " "
												    "i"
												    "d"
												    ";"
												    " "
												    "}"
												    " "
												    "l"
												    "e"
												    "n"
												    ";"
												    " " BITS(32) " id; " TIME(
													    64) " timestamp; } extended; } v; } "
														"align(8);\nevent.context := struct {\n");
	else
		fprintf(out,
			"event { name = \"%s:%s\"; id = %u; stream_id = 0; fields := struct {\n",
			system, name, event->id);
	while (nr--)
		put_field(out, &in);
	fprintf(out, "}; };\n");
}
