/* SPDX-License-Identifier: LGPL-2.1-only */
/* The part of <ust/ctl.h> about snapshots; what is said there of functions holds here. */
#ifndef UST_CTL_SNAPSHOT_H
#define UST_CTL_SNAPSHOT_H

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

#ifdef __cplusplus
}
#endif
#endif /* UST_CTL_SNAPSHOT_H */
