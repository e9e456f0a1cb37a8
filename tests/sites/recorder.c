// SPDX-License-Identifier: GPL-2.0-only
/* See recorder.h. */
#define _GNU_SOURCE
#include <ust/abi/packet.h>
#include <ust/abi/ring.h>

#include <errno.h>
#include <link.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/rseq.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "recorder.h"

#define RING_SHIFT 16
#define RING_DATA (1 << 15)
#define MAX_SITES 4096

unsigned int recorder_fused, recorder_words, recorder_strings, recorder_args;
const void *recorder_ip;

static const struct ust_site_rec *sites[MAX_SITES];
static unsigned int nr_sites;

static struct {
	const struct ust_site_state *state; /* NULL: nothing recorded */
	unsigned char bytes[65536];
	size_t len;
} event;

static __thread struct ust_thread_area area;
static char *rings;
static struct ust_event_inst insts[MAX_SITES];

static void die(const char *what)
{
	fprintf(stderr, "recorder: %s\n", what);
	exit(1);
}

/* Follows a self-relative offset of a record. */
static const void *at(const __s32 *offset)
{
	return (const char *)offset + *offset;
}

static void put(const void *bytes, size_t len)
{
	if (event.len + len > sizeof(event.bytes))
		die("event too large");
	memcpy(event.bytes + event.len, bytes, len);
	event.len += len;
}

static void begin(const struct ust_site_state *state, const void *ip)
{
	if (event.state)
		die("two events where one was expected");
	event.state = state;
	event.len = 0;
	recorder_ip = ip;
}

static unsigned int size_of(__u32 word)
{
	static const unsigned char sizes[UST_TYPE_NR] = {0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 8, 1, 0};
	unsigned int type = UST_FIELD_WORD_TYPE(word);

	if (type >= UST_TYPE_NR)
		die("unknown field type");
	return sizes[type];
}

static unsigned int length_size(__u32 word)
{
	return (unsigned int[]){4, 1, 2, 8}[UST_FIELD_WORD_LENGTH(word)];
}

static void record_words(struct ust_site_state *state, const __u64 *words, __u64 len, void *ip)
{
	begin(state, ip);
	recorder_words++;
	put(words, len);
}

static void record_string(struct ust_site_state *state, const __u64 *words, __u64 len,
			  const char *string, void *ip)
{
	begin(state, ip);
	recorder_strings++;
	put(words, len);
	put(string, strlen(string) + 1);
}

static void record_args(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args,
			void *ip)
{
	__u32 i;

	begin(state, ip);
	recorder_args++;
	for (i = 0; i < nr_args; i++) {
		unsigned int flags = UST_FIELD_WORD_FLAGS(args[i].word);
		unsigned int type = UST_FIELD_WORD_TYPE(args[i].word);

		if (type == UST_TYPE_STRING) {
			const char *s = args[i].ptr ? (const char *)args[i].ptr : "(null)";

			put(s, strlen(s) + 1);
		} else if (flags & UST_FIELD_SEQ) {
			__u64 len = args[i].len;

			put(&len, length_size(args[i].word));
			put((const void *)args[i].ptr, args[i].len * size_of(args[i].word));
		} else if (flags & UST_FIELD_ARRAY) {
			if (args[i].len != UST_FIELD_WORD_COUNT(args[i].word))
				die("array's length and word differ");
			put((const void *)args[i].ptr, args[i].len * size_of(args[i].word));
		} else {
			put(&args[i].bits, size_of(args[i].word));
		}
	}
}

static void new_spans(struct ust_site_state *state)
{
	(void)state;
	area.next_span = 1000;
}

/* Kept values are not looked at: they are recorded. */
static void keep(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args, void *ip)
{
	record_args(state, args, nr_args, ip);
}

static const struct ust_site_ops ops = {
	.record_words = record_words,
	.record_string = record_string,
	.record_args = record_args,
	.new_spans = new_spans,
	.keep = keep,
};

static void check_site(const struct ust_site_rec *rec)
{
	const unsigned char *insn = at(&rec->addr);
	__s32 displacement;

	if (rec->size < sizeof(*rec) + 4u * rec->nr_fields || rec->size % 8)
		die("bad record size");
	if (rec->method != UST_SITE_PATCH)
		return;
	if (*insn != UST_SITE_OPCODE_OFF)
		die("no site at its address");
	memcpy(&displacement, insn + 1, 4);
	if (insn + 5 + displacement != at(&rec->target))
		die("displacement and target differ");
}

static void patch(unsigned char *insn)
{
	uintptr_t page = (uintptr_t)insn & ~(uintptr_t)4095;

	if (mprotect((void *)page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC))
		die("mprotect");
	*insn = UST_SITE_OPCODE_ON;
}

static void enable(const struct ust_site_rec *rec, struct ust_event_inst *inst)
{
	struct ust_site_state *state = (struct ust_site_state *)at(&rec->state);

	if (!state->inst) {
		state->rseq_offset = (__s32)__rseq_offset;
		state->thread_offset = (__s32)((char *)&area - (char *)__builtin_thread_pointer());
		state->ops = &ops;
		state->inst = inst;
	}
	if (rec->method == UST_SITE_PATCH)
		patch((unsigned char *)at(&rec->addr));
}

static int find_notes(struct dl_phdr_info *info, size_t size, void *data)
{
	const struct ust_note_rec *note;
	int i;

	(void)size;
	(void)data;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		const char *p = (const char *)info->dlpi_addr + ph->p_vaddr;
		const char *end = p + ph->p_memsz;
		const char *rec;

		if (ph->p_type != PT_NOTE || ph->p_align > 4)
			continue;
		for (; p + 12 < end;) {
			const ElfW(Nhdr) *nh = (const ElfW(Nhdr) *)p;

			p += sizeof(*nh);
			note = (const struct ust_note_rec *)(p + ((nh->n_namesz + 3) & ~3u));
			if (nh->n_namesz == 4 && !memcmp(p, UST_NOTE_NAME, 4)) {
				if (nh->n_type != UST_NOTE_SITES || note->abi != UST_SITE_ABI ||
				    nh->n_descsz != sizeof(*note))
					die("bad note");
				for (rec = at(&note->start); rec < (const char *)at(&note->stop);
				     rec += sites[nr_sites - 1]->size)
					sites[nr_sites++] = (const struct ust_site_rec *)rec;
			}
			p = (const char *)note + ((nh->n_descsz + 3) & ~3u);
		}
	}
	return 0;
}

static void make_rings(void)
{
	int cpu, n = get_nprocs_conf();

	rings = mmap(NULL, (size_t)n << RING_SHIFT, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (rings == MAP_FAILED)
		die("mmap");
	for (cpu = 0; cpu < n; cpu++) {
		struct ust_ring_shm *ring = (void *)(rings + ((size_t)cpu << RING_SHIFT));

		ring->limit = RING_DATA - UST_RING_SLACK;
		ring->deadline = ~0ull;
	}
}

int recorder_start(enum recorder_mode mode)
{
	unsigned int i;

	area.tid = getpid();
	dl_iterate_phdr(find_notes, NULL);
	if (mode == RECORDER_RING)
		make_rings();
	for (i = 0; i < nr_sites; i++) {
		check_site(sites[i]);
		if (mode == RECORDER_OFF)
			continue;
		insts[i].base = (uintptr_t)rings;
		insts[i].mask = RING_DATA - 1;
		insts[i].nr_rings = mode == RECORDER_RING ? (__u32)get_nprocs_conf() : 0;
		insts[i].shift = RING_SHIFT;
		insts[i].header = UST_EVENT_ID_WIDE | (__u64)i << 32;
		insts[i].tid_at = UST_EVENT_HEADER_WIDE;
		insts[i].prefix = UST_EVENT_HEADER_WIDE + 4;
		enable(sites[i], &insts[i]);
	}
	return (int)nr_sites;
}

/* An event in a ring, if one came that way. */
static void take_ring(void)
{
	int cpu;

	for (cpu = 0; rings && cpu < get_nprocs_conf(); cpu++) {
		struct ust_ring_shm *ring = (void *)(rings + ((size_t)cpu << RING_SHIFT));
		const char *p = (const char *)ring + UST_RING_PAGE_SIZE;
		__u16 id;

		if (!ring->offset)
			continue;
		memcpy(&id, p + 4, 2);
		if (memcmp(p + 6, &area.tid, 4) || (*p & 31) != UST_EVENT_ID_WIDE)
			die("bad event header");
		begin(at(&sites[id]->state), NULL);
		put(p + 10, ring->offset - 10);
		ring->offset = 0;
		recorder_fused++;
	}
}

static char *number(char *out, __u32 word, const unsigned char *p)
{
	unsigned int type = UST_FIELD_WORD_TYPE(word), size = size_of(word);
	__u64 u = 0;
	__s64 s;
	float f;
	double d;

	memcpy(&u, p, size);
	s = (__s64)(u << (64 - size * 8)) >> (64 - size * 8);
	if (type == UST_TYPE_FLOAT) {
		memcpy(&f, p, 4);
		return out + sprintf(out, "%g", (double)f);
	}
	if (type == UST_TYPE_DOUBLE) {
		memcpy(&d, p, 8);
		return out + sprintf(out, "%g", d);
	}
	if (type == UST_TYPE_POINTER || UST_FIELD_WORD_FLAGS(word) & UST_FIELD_HEX)
		return out + sprintf(out, "%#llx", u);
	if (type <= UST_TYPE_S64)
		return out + sprintf(out, "%lld", s);
	return out + sprintf(out, "%llu", u);
}

/* One field; *p moves behind it. */
static char *field(char *out, __u32 word, const unsigned char **p,
		   const struct ust_enum_table *table)
{
	const struct ust_enum_label *label;
	__u32 i, n = UST_FIELD_WORD_COUNT(word);
	unsigned int type = UST_FIELD_WORD_TYPE(word), flags = UST_FIELD_WORD_FLAGS(word);
	__s64 value = 0;

	if (type == UST_TYPE_STRING) {
		out += sprintf(out, "\"%s\"", (const char *)*p);
		*p += strlen((const char *)*p) + 1;
		return out;
	}
	if (flags & UST_FIELD_SEQ) {
		n = 0;
		memcpy(&n, *p, length_size(word) < 4 ? length_size(word) : 4);
		*p += length_size(word);
	}
	if (flags & UST_FIELD_TEXT) {
		out += sprintf(out, "'%.*s'", (int)n, (const char *)*p);
		*p += n;
		return out;
	}
	if (flags & (UST_FIELD_SEQ | UST_FIELD_ARRAY)) {
		*out++ = '[';
		for (i = 0; i < n; i++, *p += size_of(word)) {
			if (i)
				*out++ = ',';
			out = number(out, word, *p);
		}
		*out++ = ']';
		*out = 0;
		return out;
	}
	out = number(out, word, *p);
	if (table) {
		int shift = 64 - 8 * (int)size_of(word);

		memcpy(&value, *p, size_of(word));
		if (type <= UST_TYPE_S64)
			value = (__s64)((__u64)value << shift) >> shift;
		for (label = table->labels; label->label; label++)
			if ((__u64)value - (__u64)label->value <= label->span)
				out += sprintf(out, "(%s)", label->label);
	}
	*p += size_of(word);
	return out;
}

/* The i-th conversion's letter in a format without "*". */
static char conversion(const char *format, unsigned int i)
{
	for (; *format; format++) {
		if (*format != '%')
			continue;
		format += 1 + strspn(format + 1, "-+ #0123456789.'hlLqjzt");
		if (*format != '%' && !i--)
			return *format;
	}
	return 0;
}

const char *recorder_take(void)
{
	static char text[65536];
	const struct ust_site_rec *rec = NULL;
	const unsigned char *p = event.bytes;
	const struct ust_enum_table *const *tables;
	const __u32 *words;
	const char *names;
	char *out = text;
	unsigned int i;

	take_ring();
	*text = 0;
	if (!event.state)
		return text;
	for (i = 0; i < nr_sites && !rec; i++)
		if (at(&sites[i]->state) == event.state)
			rec = sites[i];
	if (!rec)
		die("an event of an unknown site");
	words = (const __u32 *)(rec + 1);
	names = at(&rec->names);
	tables = event.state->enums;
	out += sprintf(out, "%s:%s", (const char *)at(&rec->provider),
		       (const char *)at(&rec->name));
	for (i = 0; i < rec->nr_fields; i++) {
		int is_enum = (UST_FIELD_WORD_FLAGS(words[i]) & UST_FIELD_ENUM) != 0;
		__u32 word = words[i];

		if (rec->kind == UST_SITE_EVENT) {
			out += sprintf(out, " %s=", names);
			names += strlen(names) + 1;
		} else {
			*out++ = ' ';
			if (word == UST_TYPE_STRING && conversion(names, i) == 'p')
				word = UST_TYPE_POINTER;
		}
		out = field(out, word, &p, is_enum ? *tables++ : NULL);
	}
	if (p != event.bytes + event.len)
		out += sprintf(out, " and %ld bytes more", (long)(event.bytes + event.len - p));
	event.state = NULL;
	return text;
}
