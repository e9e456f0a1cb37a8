/* SPDX-License-Identifier: GPL-2.0-only */
/* What generated probes are made of: descriptors, field words, the ways to write dynamic fields. */
#ifndef UST_KERNEL_GENERATED_H
#define UST_KERNEL_GENERATED_H

#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <asm/unaligned.h>

#include <ust/abi/site.h>

#include "probe.h"

enum ust_kgen_kind {
	UST_KIND_FIXED = 0,
	UST_KIND_DYNAMIC = 1,
};

struct ust_kgen_class {
	const char *system;
	const char *name;
	void *probe;
	struct ust_kfield *fields;
	u16 nr_fields;
	u16 fixed_size; /* bytes of payload in front of the dynamic fields */
	u32 ready;      /* fields are in order and labelled */
};

struct ust_kgen_event {
	const char *name;
	struct ust_kgen_class *class;
	struct hlist_node node; /* by name */
	struct ust_kevent event;
};

struct ust_kgen_labels {
	const char *system;
	const char *class;
	const char *value; /* the expression that has these labels */
	struct ust_klabels table;
};

#define UST_KFIELD(_item, _word, _kind) {.name = #_item, .word = (_word), .kind = (_kind)},

#define UST_KIS(type, other) __builtin_types_compatible_p(type, other)
#define UST_KPOINTER_CLASS 5 /* __builtin_classify_type() of a pointer */
#define UST_KBITS(type, s, u) (is_signed_type(type) ? (s) : (u))

#define UST_KTYPE(type)                                                                            \
	(__builtin_classify_type(*(type *)0) == UST_KPOINTER_CLASS ? UST_TYPE_POINTER              \
	 : UST_KIS(type, _Bool)                                    ? UST_TYPE_BOOL                 \
	 : sizeof(type) == 1 ? UST_KBITS(type, UST_TYPE_S8, UST_TYPE_U8)                           \
	 : sizeof(type) == 2 ? UST_KBITS(type, UST_TYPE_S16, UST_TYPE_U16)                         \
	 : sizeof(type) == 4 ? UST_KBITS(type, UST_TYPE_S32, UST_TYPE_U32)                         \
			     : UST_KBITS(type, UST_TYPE_S64, UST_TYPE_U64))

#define UST_KWORD(type, flags, count)                                                              \
	UST_FIELD_WORD_FULL(UST_KTYPE(type), (flags)&UST_FIELD_SEQ ? UST_LENGTH_U16 : 0,           \
			    (flags) | ((flags) && UST_KIS(type, char) ? UST_FIELD_TEXT : 0),       \
			    count)
#define UST_KBYTES(count) UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ARRAY | UST_FIELD_HEX, count)

/* A length that comes from a device or a user may be anything: what no record holds is refused. */
static __always_inline u32 ust_kgen_bytes(unsigned long count, unsigned long size)
{
	return count > UST_KPROBE_MAX ? UST_KPROBE_MAX + 1 : count * size;
}

static __always_inline u32 ust_kgen_strlen(const char *src)
{
	return src ? strlen(src) : strlen("(null)");
}

static __always_inline u32 ust_kgen_strnlen(const char *src, unsigned long len)
{
	return src ? strnlen(src, len) : strlen("(null)");
}

static __always_inline void ust_kgen_count(void *entry, u32 place, u32 size)
{
	put_unaligned((u16)((place >> 16) / size), (u16 *)(entry + (place & 0xffff) - sizeof(u16)));
}

/*
 * Writes the string src into size bytes at dst. The string may have changed since it was measured:
 * a longer one is cut, the place of a shorter one is filled up, so that the one NUL is the last
 * byte.
 */
void ust_kgen_string(char *dst, const char *src, u32 size);

/* Has the one NUL of the string at dst, already written, be the last of its size bytes. */
void ust_kgen_seal(char *dst, u32 size);

/* Takes the arguments of a TP_printk() that is never executed. */
static inline void ust_kgen_ignore(const char *format, ...)
{
}
#define ust_kgen_sink(p, args...) ust_kgen_ignore("", ##args)

#ifdef UST_SURVEY
struct ust_kctx {
	void *private[4];
};
bool ust_kprobe_wanted(struct ust_kinst *inst);
void *ust_kprobe_reserve(struct ust_kinst *inst, struct ust_kctx *ctx, u32 size);
void ust_kprobe_commit(struct ust_kctx *ctx);
#else
#include "record.h"
#endif

#endif /* UST_KERNEL_GENERATED_H */
