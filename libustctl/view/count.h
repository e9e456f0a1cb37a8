/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An exact and fast count of what a trace of ours holds, from its bytes: it walks every packet and
 * every event with the definitions that ustd reports, and checks every bound on the way. It shares
 * no code with the writer of the trace, so that the two check each other.
 *
 * Functions here keep no state between calls and may be used by several threads on different
 * objects.
 */
#ifndef UST_VIEW_COUNT_H
#define UST_VIEW_COUNT_H

#include <stdint.h>

struct ust_ctl_event;

struct ust_count {
	uint64_t events;         /* recorded by processes */
	uint64_t loss_events;    /* written by ustd: ust:lost and such; not in events */
	uint64_t clock_unstable; /* ust:clock_unstable among them */
	uint64_t packets;        /* of both kinds of streams */
	uint64_t bytes;          /* of all stream files, without the metadata */
	uint64_t lost;           /* sum of the streams' counters of discarded events */
	uint64_t reported; /* losses that the ust:lost events report, which know more reasons */
	unsigned int nr_streams;
	unsigned int nr_ids; /* entries of per_id: the highest id seen or defined, plus 1 */
	uint64_t *per_id;    /* events of each id; NULL after a count through libbabeltrace2 */
	int by_reader;       /* 1: the definitions did not do, libbabeltrace2 counted the events */
	int is_cut;          /* after -EBADMSG: behind whole packets is something that is none */
	char error[512];     /* after a failure: what is wrong, in which file, at which offset */
};

/*
 * Counts a trace.
 * @dir		the session's directory, or the one below it that holds the metadata
 * @events	definitions as in struct ust_ctl_session; used through their id and field words
 * @nr_events	their number; if 0, or if an id occurs that they lack, the definitions of the
 *		metadata are taken; if those do not do, libbabeltrace2 counts
 * @contexts	UST_CTL_CONTEXT_* of the session
 * @ret		filled in; also on failure, as far as the count got, with error[] set
 *
 * Result: 0; -EBADMSG the trace is corrupt (also: a time goes back within a stream); -ENOENT no
 * trace there; -ENOMEM; or the errno of opening and mapping the files. ust_count_fini() in every
 * case.
 */
int ust_count_trace(const char *dir, const struct ust_ctl_event *events, unsigned int nr_events,
		    unsigned int contexts, struct ust_count *ret);

/*
 * Counts with the definitions of the metadata, never through libbabeltrace2: checks all that would
 * confuse it. Result as above; -ENOTSUP: not a trace of ours, nothing was checked.
 */
int ust_count_check(const char *dir, struct ust_count *ret);

/* Whether the metadata in @dir is ours: other tracers' packets have other headers. 1 or 0. */
int ust_count_is_ours(const char *dir);

void ust_count_fini(struct ust_count *count);

#endif /* UST_VIEW_COUNT_H */
