/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The general record functions: from the arguments of a site to bytes, once for each session.
 *
 * Every function here may run in a signal handler that interrupted any other, and leaves errno
 * alone.
 */
#include "dispatch.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>

#include <ust/ring/fused.h>

#include "../channel/internal.h"
#include "../os/thread.h"
#include "stage.h"
#include "sticky.h"
#include "probe.h"

#define COMM_SIZE 16
#define CONTEXT_MAX (4 + COMM_SIZE + 8)

/* Pieces of an event of a shape that is staged or handed over whole. */
#define FEW_CHUNKS 2

/*
 * An event's payload as pieces. In front of the pieces there is one more, for the contexts of each
 * channel. The pieces are the caller's: few in most frames.
 */
struct payload {
	struct ust_chunk *chunks;
	unsigned int nr_chunks;
	uint64_t len;
};

static void payload_init(struct payload *payload, struct ust_chunk *chunks)
{
	payload->chunks = chunks + 1;
	payload->nr_chunks = 0;
	payload->len = 0;
}

static void add_chunk(struct payload *payload, const volatile void *p, uint64_t len, int is_string)
{
	struct ust_chunk *chunk = &payload->chunks[payload->nr_chunks++];

	chunk->p = (const void *)p;
	chunk->len = len;
	chunk->is_string = is_string;
	payload->len += len;
}

static void add_string(struct payload *payload, const char *s)
{
	if (!s)
		s = UST_NULL_STRING;
	add_chunk(payload, s, strnlen(s, UST_SUBBUF_MAX_SIZE) + 1, 1);
}

/* Writes the contexts of the channel. Result: their size. */
static uint32_t put_contexts(const struct ust_channel *channel, unsigned char *p, const void *ip)
{
	unsigned char *begin = p;

	if (channel->contexts & UST_CONTEXT_TID) {
		memcpy(p, &ust_thread.real, 4);
		p += 4;
	}
	if (channel->contexts & UST_CONTEXT_COMM) {
		memset(p, 0, COMM_SIZE);
		prctl(PR_GET_NAME, p);
		p += COMM_SIZE;
	}
	if (channel->contexts & UST_CONTEXT_IP) {
		uint64_t address = (uint64_t)(uintptr_t)ip;

		memcpy(p, &address, 8);
		p += 8;
	}
	return (uint32_t)(p - begin);
}

/* Copies the payload behind the contexts. A string is measured again as it is copied: the bytes
 * that count are those in the copy. */
static uint64_t stage(const struct payload *payload, unsigned char *p)
{
	unsigned char *begin = p;
	unsigned int i;

	for (i = 0; i < payload->nr_chunks; i++) {
		const struct ust_chunk *chunk = &payload->chunks[i];

		memcpy(p, chunk->p, chunk->len);
		if (chunk->is_string) {
			p[chunk->len - 1] = '\0';
			p += strlen((char *)p) + 1;
		} else {
			p += chunk->len;
		}
	}
	return (uint64_t)(p - begin);
}

static void record_locked(const struct ust_channel *channel, uint32_t id,
			  const unsigned char *contexts, uint64_t contexts_len,
			  const struct payload *payload)
{
	struct ust_chunk *chunks = payload->chunks - 1;

	chunks[0].p = contexts;
	chunks[0].len = contexts_len;
	chunks[0].is_string = 0;
	ust_record_locked(&channel->set, id, chunks, payload->nr_chunks + 1);
}

static void record_into(const struct ust_event_inst *inst, const struct ust_site_state *state,
			const struct payload *payload, const void *ip)
{
	unsigned char buf[UST_EVENT_HEADER_EXTENDED + CONTEXT_MAX + UST_STAGE_SIZE];
	unsigned char *content = buf + UST_EVENT_HEADER_EXTENDED;
	const struct ust_channel *channel = inst->channel;
	uint64_t len;

	/* A forked child finds its parent's instances wiped. */
	if (!channel)
		return;
	len = put_contexts(channel, content, ip);
	/* What cannot be one sequence needs no stage. */
	if (payload->len > UST_STAGE_SIZE || !ust_thread_has_rseq()) {
		record_locked(channel, inst->event_id, content, len, payload);
		return;
	}
	len += stage(payload, content + len);
	ust_record_staged(&channel->set, inst->event_id, buf, len, state->rseq_offset);
}

/* Result: 1 if this thread records now. */
static int enter(void)
{
	return ust_thread_tid() != 0;
}

static void record(const struct ust_site_state *state, const struct payload *payload,
		   const void *ip)
{
	const struct ust_event_inst *inst;
	uint32_t token = ust_grace_enter();

	inst = __atomic_load_n(&state->inst, __ATOMIC_ACQUIRE);
	if (inst && inst->next) {
		const struct ust_fanout *fanout = inst->next;
		unsigned int i;

		for (i = 0; i < fanout->nr; i++)
			record_into(fanout->insts[i], state, payload, ip);
		if (fanout->probes)
			fanout->probes->call(fanout->probes, payload->chunks, payload->nr_chunks);
	} else if (inst) {
		record_into(inst, state, payload, ip);
	}
	ust_grace_leave(token);
}

#if UST_FUSED
/* As ust_fused_copy(), but tells whether it was done: 1, or 0 and the general writer has to. */
static __attribute__((noinline)) int record_at_once(struct ust_site_state *st, const __u64 *words,
						    __u64 len)
{
	__asm__ goto(UST_FUSED_HEAD UST_FUSED_COPY_WORDS UST_FUSED_PUBLISH
		     :
		     : [st] "r"(st), [len] "r"(len), [w] "r"(words)
		     : UST_FUSED_CLOBBERS
		     : slow, out);
out:
	return 1;
slow:
	return 0;
}
#else
static int record_at_once(struct ust_site_state *st, const __u64 *words, __u64 len)
{
	(void)st;
	(void)words;
	(void)len;
	return 0;
}
#endif

static void record_words(struct ust_site_state *state, const __u64 *words, __u64 len, void *ip)
{
	int new_thread = !ust_thread.tid, saved_errno = errno;
	struct ust_chunk chunks[1 + FEW_CHUNKS];
	struct payload payload;

	payload_init(&payload, chunks);
	/* A thread's first event comes here for its id only; the direct way will do from now on. */
	if (enter() && !(new_thread && ust_thread.tid && record_at_once(state, words, len))) {
		if (len)
			add_chunk(&payload, words, len, 0);
		record(state, &payload, ip);
	}
	errno = saved_errno;
}

static void record_string(struct ust_site_state *state, const __u64 *words, __u64 len,
			  const char *string, void *ip)
{
	struct ust_chunk chunks[1 + FEW_CHUNKS];
	struct payload payload;
	int saved_errno = errno;

	payload_init(&payload, chunks);
	if (enter()) {
		if (len)
			add_chunk(&payload, words, len, 0);
		add_string(&payload, string);
		record(state, &payload, ip);
	}
	errno = saved_errno;
}

static const char zeros[4096];

/* @ret_count keeps a sequence's element count, to which a piece points. */
static void add_arg(struct payload *payload, const struct ust_arg *arg, uint64_t *ret_count)
{
	uint32_t type = UST_FIELD_WORD_TYPE(arg->word), flags = UST_FIELD_WORD_FLAGS(arg->word);
	uint32_t size = ust_stage_element_size(type);

	if (type == UST_TYPE_STRING) {
		add_string(payload, (const char *)arg->ptr);
	} else if (flags & (UST_FIELD_SEQ | UST_FIELD_ARRAY)) {
		uint32_t nr = ust_stage_nr_elements(arg),
			 count_size = ust_stage_count_size(arg->word), pad = 0;

		if (nr && (flags & UST_FIELD_TEXT))
			pad = nr - (uint32_t)strnlen((const char *)arg->ptr, nr);
		/* Text is read up to its NUL; an array of it is filled up. */
		if ((flags & UST_FIELD_SEQ) || pad <= sizeof(zeros))
			nr -= pad;
		*ret_count = nr;
		if (flags & UST_FIELD_SEQ)
			add_chunk(payload, ust_stage_low_bytes(ret_count, 8, count_size),
				  count_size, 0);
		if (nr)
			add_chunk(payload, arg->ptr, (uint64_t)nr * size, 0);
		if (pad && !(flags & UST_FIELD_SEQ) && pad <= sizeof(zeros))
			add_chunk(payload, zeros, pad, 0);
	} else {
		add_chunk(payload, ust_stage_low_bytes(&arg->bits, 8, size), size, 0);
	}
}

/* An event larger than the stage, in a frame of its own: the pieces take 4 KiB. */
static __attribute__((noinline)) void
record_pieces(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args, void *ip)
{
	struct ust_chunk chunks[1 + 2 * UST_MAX_FIELDS];
	uint64_t counts[UST_MAX_FIELDS];
	struct payload payload;
	uint32_t i;

	payload_init(&payload, chunks);
	for (i = 0; i < nr_args; i++)
		add_arg(&payload, &args[i], &counts[i]);
	record(state, &payload, ip);
}

static void record_args(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args,
			void *ip)
{
	__u64 words[(UST_STAGE_SIZE + UST_STAGE_OVERSHOOT) / 8];
	struct ust_chunk chunks[1 + FEW_CHUNKS];
	struct payload payload;
	int saved_errno = errno;
	uint64_t len;

	if (!enter() || nr_args > UST_MAX_FIELDS)
		goto out;
	if (!ust_stage_args((unsigned char *)words, args, nr_args, &len)) {
		record_pieces(state, args, nr_args, ip);
		goto out;
	}
	if (record_at_once(state, words, len))
		goto out;
	payload_init(&payload, chunks);
	add_chunk(&payload, words, len, 0);
	record(state, &payload, ip);
out:
	errno = saved_errno;
}

void (*ust_presence_hook)(struct ust_site_state *state, int there);

static void presence(struct ust_site_state *state, int there)
{
	if (ust_presence_hook)
		ust_presence_hook(state, there);
}

static void keep(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args, void *ip)
{
	const struct ust_sticky_state *sticky = (const struct ust_sticky_state *)state;
	__u64 words[(UST_STAGE_SIZE + UST_STAGE_OVERSHOOT) / 8];
	uint64_t len, key_end;

	/* "replayed", then the key. */
	if (nr_args >= 2 && nr_args <= UST_MAX_FIELDS &&
	    ust_stage_args((unsigned char *)words, args, 2, &key_end) &&
	    ust_stage_args((unsigned char *)words, args, nr_args, &len))
		ust_sticky_keep(sticky->event, (const unsigned char *)words, len, key_end);
	/* In this order: who replays looks at what is kept again when it has recorded. */
	if (__atomic_load_n(&state->inst, __ATOMIC_ACQUIRE))
		record_args(state, args, nr_args, ip);
}

void ust_record_replayed(const struct ust_event_inst *inst, const unsigned char *payload,
			 uint64_t len)
{
	const struct ust_site_state state = {.rseq_offset = ust_rseq_offset()};
	struct ust_chunk chunks[1 + FEW_CHUNKS];
	struct payload pieces;

	payload_init(&pieces, chunks);
	add_chunk(&pieces, payload, len, 0);
	record_into(inst, &state, &pieces, NULL);
}

static void new_spans(struct ust_site_state *state)
{
	int saved_errno = errno;

	(void)state;
	ust_thread_new_spans();
	errno = saved_errno;
}

const struct ust_site_ops ust_site_ops = {
	.record_words = record_words,
	.record_string = record_string,
	.record_args = record_args,
	.presence = presence,
	.new_spans = new_spans,
	.keep = keep,
};
