/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The metadata of a trace: CTF 1.8 TSDL text for the bytes of <ust/abi/packet.h> and the events of
 * <ust/abi/site.h>. docs/trace-format.md explains the result.
 *
 * Everything is written into the caller's buffer; nothing allocates. What comes from traced
 * processes (names, labels) is made harmless here: it can never end a string, a block or the trace.
 * When the buffer is too small, text->error becomes -ENOSPC once, len counts on (so that it tells
 * how much would do), and the buffer holds a useless prefix.
 */
#ifndef UST_CTF_METADATA_H
#define UST_CTF_METADATA_H

#include <stddef.h>
#include <stdint.h>

#include <ust/abi/packet.h>
#include <ust/abi/site.h>

/* Longest identifier that a field name becomes. */
#define UST_CTF_NAME_MAX 128
/* An enumeration with more labels is written as a plain integer. */
#define UST_CTF_LABELS_MAX 1024

struct ust_ctf_text {
	char *buf;
	size_t len, size;
	int error; /* 0 or -ENOSPC */
};

/* Bytes, not NUL-terminated. */
struct ust_ctf_str {
	const char *s;
	uint32_t len;
};

struct ust_ctf_label {
	struct ust_ctf_str label;
	int64_t value;
	uint64_t span; /* the label is of value to value + span */
};

struct ust_ctf_field {
	struct ust_ctf_str name;
	uint32_t word; /* UST_FIELD_WORD */
	uint32_t nr_labels;
	const struct ust_ctf_label *labels;
};

struct ust_ctf_attr {
	uint32_t kind, field; /* as in struct ust_attr_rec, never UST_ATTR_LIST */
	struct ust_ctf_str text;
};

struct ust_ctf_event {
	struct ust_ctf_str provider, name;
	uint32_t id, loglevel, nr_fields, nr_attrs;
	const struct ust_ctf_field *fields;
	const struct ust_ctf_attr *attrs;
};

struct ust_ctf_clock {
	uint8_t uuid[16];
	const char *description;
	uint64_t freq; /* ticks a second */
	int64_t offset_s;
	uint64_t offset; /* ticks, below freq */
	/* For the environment; all that follows may be 0. */
	uint64_t raw_freq;           /* ticks a second of CLOCK_MONOTONIC_RAW */
	int64_t realtime_ns, tai_ns; /* CLOCK_REALTIME, CLOCK_TAI at tick 0 */
	uint64_t uncertainty_ns;     /* how far from CLOCK_REALTIME a time may be */
	int refined, unstable;       /* measured at the end; the counter lost the kernel's trust */
};

struct ust_ctf_trace {
	uint8_t uuid[16];
	const char *hostname;
	const char *version;      /* of the tracer, "major.minor.patch" */
	const char *clock_source; /* "tsc" or "monotonic" */
	const char *session;
	uint32_t contexts; /* UST_CONTEXT_* */
	struct ust_ctf_clock clock;
};

void ust_ctf_text_init(struct ust_ctf_text *text, char *buf, size_t size);

/* Everything in front of the event blocks, and the block of ust:lost. */
void ust_ctf_metadata_trace(struct ust_ctf_text *text, const struct ust_ctf_trace *trace);

/* The block of the clock, and the lines of the environment that tell of it. Clocks with other numbers
 * make as many bytes. */
void ust_ctf_metadata_clock(struct ust_ctf_text *text, const struct ust_ctf_clock *clock);
void ust_ctf_metadata_clock_env(struct ust_ctf_text *text, const struct ust_ctf_clock *clock);

/* One event block. The fields must have passed ust_ctf_field_check(). */
void ust_ctf_metadata_event(struct ust_ctf_text *text, const struct ust_ctf_event *event);

/* 0, or -EINVAL: no trace can describe a field of this word. */
int ust_ctf_field_check(uint32_t word);

/*
 * Makes an identifier that is no TSDL keyword: '_', then letters, digits and '_'. Readers drop the
 * first '_'. @buf: UST_CTF_NAME_MAX bytes.
 */
void ust_ctf_identifier(const struct ust_ctf_str *name, char *buf);

/* A quoted TSDL string; bytes that are not UTF-8 become '?'. */
void ust_ctf_put_string(struct ust_ctf_text *text, const char *s, size_t len);

#endif /* UST_CTF_METADATA_H */
