/* SPDX-License-Identifier: LGPL-2.1-only */
#include "metadata.h"
#include "text.h"

#include <errno.h>
#include <string.h>

static const char *host_byte_order(void)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "le" : "be";
}

static void put_env(struct ust_ctf_text *text, const char *name, const char *value)
{
	ust_ctf_put(text, "\t");
	ust_ctf_put(text, name);
	ust_ctf_put(text, " = ");
	ust_ctf_put_string(text, value, strlen(value));
	ust_ctf_put(text, ";\n");
}

/* The number that starts at *s; *s moves behind it and one dot. */
static uint64_t next_number(const char **s)
{
	uint64_t value = 0;

	while (**s >= '0' && **s <= '9')
		value = value * 10 + (uint64_t)(*(*s)++ - '0');
	if (**s == '.')
		(*s)++;
	return value;
}

static void put_environment(struct ust_ctf_text *text, const struct ust_ctf_trace *trace)
{
	const char *version = trace->version;

	ust_ctf_put(text, "env {\n");
	put_env(text, "hostname", trace->hostname);
	put_env(text, "domain",
		trace->contexts & (UST_CONTEXT_KERNEL | UST_CONTEXT_MODULE) ? "kernel" : "ust");
	put_env(text, "tracer_name", "ust");
	ust_ctf_put(text, "\ttracer_major = ");
	ust_ctf_put_u64(text, next_number(&version));
	ust_ctf_put(text, ";\n\ttracer_minor = ");
	ust_ctf_put_u64(text, next_number(&version));
	ust_ctf_put(text, ";\n\ttracer_patchlevel = ");
	ust_ctf_put_u64(text, next_number(&version));
	ust_ctf_put(text, ";\n");
	put_env(text, "session", trace->session);
	put_env(text, "clock_source", trace->clock_source);
	ust_ctf_metadata_clock_env(text, &trace->clock);
	ust_ctf_put(text, "};\n\n");
}

/* The bytes of struct ust_packet_header and of the event header, in TSDL. */
static const char layout_text[] =
	"typealias integer { size = 5; align = 1; signed = false; } := uint5_t;\n"
	"typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
	"typealias integer { size = 8; align = 8; signed = false; encoding = UTF8; } := text_t;\n"
	"typealias integer { size = 8; align = 8; signed = false; base = 16; } := hex8_t;\n"
	"typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
	"typealias integer { size = 27; align = 1; signed = false; } := uint27_t;\n"
	"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
	"typealias integer { size = 32; align = 8; signed = true; } := int32_t;\n"
	"typealias integer { size = 64; align = 8; signed = true; } := int64_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; base = 16; } := address_t;\n"
	"typealias integer { size = 27; align = 1; signed = false; map = clock.ust.value; } := "
	"time27_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; map = clock.ust.value; } := "
	"time64_t;\n"
	/* A member aligned to a byte would align its struct too, away from the 5 bits in front. */
	"typealias integer { size = 16; align = 1; signed = false; } := bits16_t;\n"
	"typealias integer { size = 32; align = 1; signed = false; } := bits32_t;\n"
	"typealias integer { size = 64; align = 1; signed = false; map = clock.ust.value; } := "
	"bits64_t;\n\n"
	"struct packet_context {\n"
	"\ttime64_t timestamp_begin;\n"
	"\ttime64_t timestamp_end;\n"
	"\tuint64_t content_size;\n"
	"\tuint64_t packet_size;\n"
	"\tuint64_t packet_seq_num;\n"
	"\tuint64_t events_discarded;\n"
	"\tuint32_t cpu_id;\n"
	"\tint32_t pid;\n"
	"\ttext_t procname[16];\n"
	"};\n\n"
	"struct event_header {\n"
	"\tenum : uint5_t { compact = 0 ... 29, wide = 30, extended = 31 } id;\n"
	"\tvariant <id> {\n"
	"\t\tstruct { time27_t timestamp; } compact;\n"
	"\t\tstruct { time27_t timestamp; bits16_t id; } wide;\n"
	/* The length. Readers know no such member and warn, but not of an id that another replaces.
	 */
	"\t\tstruct { struct { uint27_t id; } len; bits32_t id; bits64_t timestamp; } extended;\n"
	"\t} v;\n"
	"} align(8);\n\n";

static const char loss_text[] = "stream {\n"
				"\tid = 1;\n"
				"\tpacket.context := struct packet_context;\n"
				"\tevent.header := struct event_header;\n"
				"};\n\n"
				"event {\n"
				"\tname = \"ust:lost\";\n"
				"\tid = 0;\n"
				"\tstream_id = 1;\n"
				"\tfields := struct {\n"
				"\t\tint32_t _pid;\n"
				"\t\tstring _event;\n"
				"\t\tstring _reason;\n"
				"\t\tuint64_t _count;\n"
				"\t};\n"
				"};\n\n"
				"event {\n"
				"\tname = \"ust:clock_unstable\";\n"
				"\tid = 1;\n"
				"\tstream_id = 1;\n"
				"\tfields := struct {\n"
				"\t\tstring _reason;\n"
				"\t\tint64_t _drift_ns;\n"
				"\t};\n"
				"};\n\n"
				"event {\n"
				"\tname = \"ust:thread\";\n"
				"\tid = 2;\n"
				"\tstream_id = 1;\n"
				"\tfields := struct {\n"
				"\t\tint32_t _pid;\n"
				"\t\tint32_t _tid;\n"
				"\t\tint32_t _vpid;\n"
				"\t\tint32_t _vtid;\n"
				"\t};\n"
				"};\n\n";

static void put_stream(struct ust_ctf_text *text, uint32_t contexts)
{
	ust_ctf_put(text, "stream {\n"
			  "\tid = 0;\n"
			  "\tpacket.context := struct packet_context;\n"
			  "\tevent.header := struct event_header;\n");
	if (contexts) {
		ust_ctf_put(text, "\tevent.context := struct {\n");
		if (contexts & UST_CONTEXT_MODULE)
			ust_ctf_put(text, "\t\tint32_t _pid;\n");
		if (contexts & UST_CONTEXT_TID)
			ust_ctf_put(text, "\t\tint32_t _tid;\n");
		if (contexts & UST_CONTEXT_COMM)
			ust_ctf_put(text, "\t\ttext_t _comm[16];\n");
		if (contexts & UST_CONTEXT_IP)
			ust_ctf_put(text, "\t\taddress_t _ip;\n");
		if (contexts & UST_CONTEXT_KERNEL)
			ust_ctf_put(text, "\t\thex8_t _flags;\n\t\tuint8_t _preempt_count;\n");
		if (contexts & UST_CONTEXT_MODULE)
			ust_ctf_put(text, "\t\tuint32_t _preempt;\n\t\thex8_t _irq;\n"
					  "\t\tint32_t _vtid;\n");
		ust_ctf_put(text, "\t};\n");
	}
	ust_ctf_put(text, "};\n\n");
}

void ust_ctf_metadata_trace(struct ust_ctf_text *text, const struct ust_ctf_trace *trace)
{
	ust_ctf_put(text, "/* CTF 1.8 */\n\n"
			  "trace {\n\tmajor = 1;\n\tminor = 8;\n\tuuid = ");
	ust_ctf_put_uuid(text, trace->uuid);
	ust_ctf_put(text, ";\n\tbyte_order = ");
	ust_ctf_put(text, host_byte_order());
	ust_ctf_put(text,
		    ";\n"
		    "\tpacket.header := struct {\n"
		    "\t\tinteger { size = 32; align = 8; signed = false; base = 16; } magic;\n"
		    "\t\tinteger { size = 8; align = 8; signed = false; } uuid[16];\n"
		    "\t\tinteger { size = 32; align = 8; signed = false; } stream_id;\n"
		    "\t};\n"
		    "};\n\n");
	put_environment(text, trace);
	ust_ctf_metadata_clock(text, &trace->clock);
	ust_ctf_put(text, layout_text);
	put_stream(text, trace->contexts);
	ust_ctf_put(text, loss_text);
}
