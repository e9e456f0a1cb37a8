/* SPDX-License-Identifier: GPL-2.0-only */
/* Event definitions of a session: who announces the same one gets the same id. */
#ifndef USTD_DEFS_H
#define USTD_DEFS_H

#include <stdint.h>

#include <urcu/hlist.h>

#include "libust/ctf/metadata.h"
#include "libust/os/wire.h"

#define USTD_DEFS_BUCKETS 1024

struct ustd_def {
	struct cds_hlist_node node;
	uint32_t id, hash;
	uint32_t len, tail; /* of wire; offset of the log level in it */
	uint32_t head;      /* bytes of provider and name in it */
	unsigned char wire[];
};

struct ustd_defs {
	struct ustd_def **by_id;
	uint32_t nr, size;
	uint64_t bytes;
	struct cds_hlist_head buckets[USTD_DEFS_BUCKETS];
};

void ustd_defs_init(struct ustd_defs *defs);
void ustd_defs_fini(struct ustd_defs *defs);

/* A definition in a message, checked. Pointers go into the message and into scratch memory that the
 * next ustd_def_parse() reuses. */
struct ustd_def_view {
	struct ust_ctf_event event;
	const unsigned char *wire;
	uint32_t len, tail, head;
};

/*
 * Takes one definition out of @in. 0; -EINVAL: well-formed, but no trace can describe it (the next
 * one may follow); -EBADMSG: the message is broken.
 */
int ustd_def_parse(struct ust_wire_in *in, struct ustd_def_view *ret_view);
/* The same for one that is stored. */
void ustd_def_view(const struct ustd_def *def, struct ustd_def_view *ret_view);

/* The stored one that is the same, or NULL. */
struct ustd_def *ustd_defs_find(struct ustd_defs *defs, const struct ustd_def_view *view);
/* Stores a copy with the next id. -ENOSPC: the limit is reached; -ENOMEM. */
int ustd_defs_add(struct ustd_defs *defs, const struct ustd_def_view *view,
		  struct ustd_def **ret_def);
/* Forgets the newest one. */
void ustd_defs_undo(struct ustd_defs *defs);

/* "provider:name" with a NUL, cut if needed. */
void ustd_def_name(const struct ustd_def *def, char *buf, uint32_t size);

#endif /* USTD_DEFS_H */
