/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The state of a site, and what an instrumented object and libust do through it: the second half of
 * <ust/abi/site.h>, which includes this.
 */
#ifndef UST_ABI_STATE_H
#define UST_ABI_STATE_H

#include <linux/types.h>

struct ust_enum_table;

/*
 * An argument of the general record function: how the cold block hands over events whose shape has
 * no direct path. For a scalar, bits holds the value in its low bytes (a float's or double's own
 * bits, a network field in network order); for UST_TYPE_STRING ptr is the string or NULL; for arrays
 * and sequences ptr is the first byte and len the number of elements.
 */
struct ust_arg {
	union {
		__u64 bits;
		const volatile void *ptr;
	};
	__u32 len;
	__u32 word; /* the field word */
};

struct ust_site_state;

/*
 * The only way from an instrumented object into libust. All functions are safe in signal handlers,
 * never block, never allocate and leave errno alone; ip is the caller's address, for the ip
 * context.
 */
struct ust_site_ops {
	/* Fields of fixed size: len payload bytes at words, whole 8-byte words readable. */
	void (*record_words)(struct ust_site_state *state, const __u64 *words, __u64 len, void *ip);
	/* len payload bytes of fixed size, then the string (never NULL), which ends the event. */
	void (*record_string)(struct ust_site_state *state, const __u64 *words, __u64 len,
			      const char *string, void *ip);
	/* Any fields. */
	void (*record_args)(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args,
			    void *ip);
	/*
	 * The object of this definition's state can be called from now on (1: it is relocated), or
	 * is about to be unloaded (0). From constructors and destructors only.
	 */
	void (*presence)(struct ust_site_state *state, int there);
	/* Gives the calling thread numbers for its spans: see struct ust_thread_area. */
	void (*new_spans)(struct ust_site_state *state);
	/* Keeps the fields of a struct ust_sticky_state's event, and records them if it is on. */
	void (*keep)(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args,
		     void *ip);
};

/* What libust keeps of a thread, where thread_offset of a site's state leads to. */
struct ust_thread_area {
	__u32 tid; /* 0: ask */
	__u32 reserved[3];
	__u64 span;      /* the innermost span that this thread is in, 0: none */
	__u64 next_span; /* number of the next one; 0: ask */
};

/*
 * State of one site. Zero in the object's image; libust writes the last members first and inst
 * last. 32 bytes, so that it never straddles a cache line.
 */
struct ust_site_state {
	void *inst;          /* struct ust_event_inst, NULL: not recorded */
	__s32 rseq_offset;   /* thread pointer to struct rseq */
	__s32 thread_offset; /* thread pointer to libust's per-thread word: the tid, 0 = ask */
	const struct ust_site_ops *ops;
	union {
		const struct ust_enum_table *const *enums; /* one for each enum field, set in the
							      image */
		const void
			*definition; /* of a call: the definition's function, see UST_SITE_CALL */
	};
} __attribute__((aligned(32)));

/* State of a UST_SITE_STICKY. */
struct ust_sticky_state {
	struct ust_site_state state;
	void *event; /* libust's own, set before ops */
};

#endif /* UST_ABI_STATE_H */
