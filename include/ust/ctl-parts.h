/* SPDX-License-Identifier: LGPL-2.1-only */
/* <ust/ctl.h>: traces of a part of what a session records. What is said there of functions holds here. */
#ifndef UST_CTL_PARTS_H
#define UST_CTL_PARTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ust_ctl;

/* A snapshot as it was taken. */
struct ust_ctl_snapshot_result {
	char output[4096];         /* the directory, absolute */
	unsigned int nr_processes; /* whose buffers are in it */
	unsigned int nr_silent;    /* those of them that did not tell their sticky state in time */
	unsigned int nr_states;    /* last values of keys of UST_STATE */
	uint64_t bytes;            /* of its streams */
	uint64_t lost;             /* by these processes since they came into the session */
};

/* Copies what the buffers of a session made with opts->overwrite hold into a trace of its own, with the
 * last value of each key of UST_STATE; the session goes on. @output: as opts->output of
 * ust_ctl_create(); NULL: the next free "OUTPUT-snapshot-N" beside the session's. @ret_result may be
 * NULL. Blocks until all is written, which may take longer than 10 s, as long as ustd is at it; a handle
 * that is closed meanwhile (its process may end) gives it up, and what was written is removed. -EINVAL:
 * not that kind of session, it was never started or has failed; -EEXIST, -ENOTEMPTY or another errno of
 * making the directory or of writing. */
int ust_ctl_snapshot(struct ust_ctl *ctl, const char *name, const char *output,
		     struct ust_ctl_snapshot_result *ret_result);

/* A session's trace that is complete, and the one it goes on in. */
struct ust_ctl_rotate_result {
	char output[4096], next[4096]; /* the directories, absolute */
	uint64_t bytes, lost;          /* of the complete one */
	unsigned int
		nr_silent; /* processes that did not answer: what they record until they do is lost */
};

/* Ends the trace of a started session and goes on in another, the next chunk. Each event is in exactly one
 * of them; those of the next one begin with the last value of each key of UST_STATE, as whenever a session
 * starts. @output: the next chunk's directory, as opts->output of ust_ctl_create(); NULL: the next free
 * "OUTPUT-chunk-N" beside the session's first one, N from 2 on. @ret_result may be NULL. When it returns 0,
 * the first trace is closed. -EBUSY: that is being done already (other functions say so, too); -EINVAL: the
 * session has no chunks, is not started or has failed; -EEXIST, -ENOTEMPTY or another errno of making the
 * directory; an errno of writing the rest of the first trace: the session goes on in the next one. */
int ust_ctl_rotate(struct ust_ctl *ctl, const char *name, const char *output,
		   struct ust_ctl_rotate_result *ret_result);

#ifdef __cplusplus
}
#endif
#endif /* UST_CTL_PARTS_H */
