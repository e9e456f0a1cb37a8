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

#define COMM_SIZE 16
#define CONTEXT_MAX (4 + COMM_SIZE + 8)
#define NULL_STRING "(null)"

static const uint32_t zero;

/* An event's payload as pieces, and the scalars that the pieces point to. */
struct payload {
	struct ust_chunk chunks[1 + 2 * UST_MAX_FIELDS];
	unsigned int nr_chunks;
	uint64_t len;
};

/* Not by an initializer, which would clear all the chunks: 1 KiB for each event. */
static void payload_init(struct payload *payload)
{
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
		s = NULL_STRING;
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

static void record_large(const struct ust_channel *channel, uint32_t id,
			 const unsigned char *contexts, uint64_t contexts_len,
			 const struct payload *payload)
{
	struct ust_chunk chunks[2 + 2 * UST_MAX_FIELDS];

	chunks[0].p = contexts;
	chunks[0].len = contexts_len;
	chunks[0].is_string = 0;
	memcpy(chunks + 1, payload->chunks, payload->nr_chunks * sizeof(chunks[0]));
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
	if (payload->len > UST_STAGE_SIZE) {
		record_large(channel, inst->event_id, content, len, payload);
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
	__asm__ goto(UST_FUSED_HEAD
		     "xorl %%edx, %%edx\n"
		     "5:\tmovq (%[w], %%rdx), %%rax\n\t"
		     "movq %%rax, " UST_FUSED_AT_IDX(0, "%%rdx") "addq $8, %%rdx\n\t"
								 "cmpq %[len], %%rdx\n\t"
								 "jb 5b\n\t" UST_FUSED_PUBLISH
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
	struct payload payload;

	payload_init(&payload);
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
	struct payload payload;
	int saved_errno = errno;

	payload_init(&payload);
	if (enter()) {
		if (len)
			add_chunk(&payload, words, len, 0);
		add_string(&payload, string);
		record(state, &payload, ip);
	}
	errno = saved_errno;
}

static uint32_t element_size(uint32_t type)
{
	static const unsigned char sizes[UST_TYPE_NR] = {
		[UST_TYPE_S8] = 1,     [UST_TYPE_S16] = 2,     [UST_TYPE_S32] = 4,
		[UST_TYPE_S64] = 8,    [UST_TYPE_U8] = 1,      [UST_TYPE_U16] = 2,
		[UST_TYPE_U32] = 4,    [UST_TYPE_U64] = 8,     [UST_TYPE_FLOAT] = 4,
		[UST_TYPE_DOUBLE] = 8, [UST_TYPE_POINTER] = 8, [UST_TYPE_BOOL] = 1,
		[UST_TYPE_TEXT] = 1,   [UST_TYPE_ENUM32] = 4,  [UST_TYPE_ENUM64] = 8,
	};

	return type < UST_TYPE_NR ? sizes[type] : 0;
}

static void add_arg(struct payload *payload, const struct ust_arg *arg)
{
	uint32_t type = UST_FIELD_WORD_TYPE(arg->word), flags = UST_FIELD_WORD_FLAGS(arg->word);
	int counted = type == UST_TYPE_TEXT || (flags & UST_FIELD_SEQ);
	uint32_t size = element_size(type);

	if (type == UST_TYPE_STRING) {
		add_string(payload, (const char *)arg->ptr);
	} else if (counted || (flags & UST_FIELD_ARRAY)) {
		uint32_t nr = arg->ptr ? arg->len : 0;

		if (counted)
			add_chunk(payload, arg->ptr ? &arg->len : &zero, 4, 0);
		if (nr)
			add_chunk(payload, arg->ptr, (uint64_t)nr * size, 0);
	} else {
		add_chunk(payload, &arg->bits, size, 0);
	}
}

/* Room behind the staged bytes for stores that are wider than what they keep. */
#define STAGE_OVERSHOOT 16

/* Copies a string to p, where @room bytes are. Result: its size with the NUL, 0 if it does not fit.
 */
static uint64_t stage_string(unsigned char *p, uint64_t room, const char *s)
{
	uint64_t size;

	if (!s)
		s = NULL_STRING;
#if UST_FUSED
	ust_fused_v16 bytes;

	size = ust_fused_short(s, &bytes);
	if (size) {
		memcpy(p, &bytes, sizeof(bytes));
		return size <= room ? size : 0;
	}
#endif
	size = strnlen(s, room) + 1;
	if (size > room)
		return 0;
	memcpy(p, s, size);
	/* The string may have changed meanwhile: what counts is the copy. */
	p[size - 1] = '\0';
	return strlen((char *)p) + 1;
}

/* Puts the payload together. Result: 1 and its length, 0 if it is larger than the stage. */
static int stage_args(unsigned char *stage, const struct ust_arg *args, __u32 nr_args,
		      uint64_t *ret_len)
{
	unsigned char *p = stage, *end = stage + UST_STAGE_SIZE;
	uint32_t i;

	for (i = 0; i < nr_args; i++) {
		const struct ust_arg *arg = &args[i];
		uint32_t type = UST_FIELD_WORD_TYPE(arg->word);
		uint32_t flags = UST_FIELD_WORD_FLAGS(arg->word);
		uint64_t size = element_size(type);

		if (type == UST_TYPE_STRING) {
			size = stage_string(p, (uint64_t)(end - p), (const char *)arg->ptr);
			if (!size)
				return 0;
		} else if (type == UST_TYPE_TEXT || (flags & (UST_FIELD_SEQ | UST_FIELD_ARRAY))) {
			uint32_t nr = arg->ptr ? arg->len : 0;

			if (4 + nr * size > (uint64_t)(end - p))
				return 0;
			if (!(flags & UST_FIELD_ARRAY)) {
				memcpy(p, &nr, 4);
				p += 4;
			}
			size *= nr;
			if (size)
				memcpy(p, (const void *)arg->ptr, size);
		} else if (size > (uint64_t)(end - p)) {
			return 0;
		} else {
			memcpy(p, &arg->bits, 8);
		}
		p += size;
	}
	*ret_len = (uint64_t)(p - stage);
	return 1;
}

static void record_args(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args,
			void *ip)
{
	__u64 words[(UST_STAGE_SIZE + STAGE_OVERSHOOT) / 8];
	struct payload payload;
	int saved_errno = errno;
	uint64_t len;
	uint32_t i;

	payload_init(&payload);
	if (!enter() || nr_args > UST_MAX_FIELDS)
		goto out;
	if (stage_args((unsigned char *)words, args, nr_args, &len)) {
		if (record_at_once(state, words, len))
			goto out;
		add_chunk(&payload, words, len, 0);
	} else {
		for (i = 0; i < nr_args; i++)
			add_arg(&payload, &args[i]);
	}
	record(state, &payload, ip);
out:
	errno = saved_errno;
}

const struct ust_site_ops ust_site_ops = {
	.record_words = record_words,
	.record_string = record_string,
	.record_args = record_args,
};
