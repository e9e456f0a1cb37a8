/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel events of a session. Where they come from is hidden behind struct ustd_source_ops; what a
 * session has of them is the same for all: a directory DIR/kernel with metadata of its own and one
 * stream for each CPU, counts, losses.
 *
 *          ENABLE_KERNEL          START                STOP, DESTROY
 *   (none) ───────────► enabled ─────────► running ─────────────────► draining ──► stopped
 *                          ▲  the CPUs' buffers are read when they    read to      │
 *                          │  are filled to some part                 their ends   │
 *                          └──────────────────── START ────────────────────────────┘
 *
 * All functions run in ustd's one thread and wait for nobody.
 */
#ifndef USTD_SOURCE_H
#define USTD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ust/abi/control.h>
#include <urcu/list.h>

#include "defs.h"
#include "libust/ctf/metadata.h"
#include "loss.h"
#include "metadata-file.h"

#define USTD_SOURCE_WHY 512

struct ustd_session;
struct ustd_source;

struct ustd_source_ops {
	enum ust_kernel_source kind;
	const char *name; /* in sentences */
	/* Whether it can be used: 0, or a negative errno and a sentence that says what to do. */
	int (*probe)(char *why, size_t size);
	/* The names of all events, "system:event" each with '\n' behind it; on the heap. Their
	 * length or a negative errno. */
	ssize_t (*names)(char **ret_names);
	/* Appends the definition of one event (file: its coverage) to @out. 0, or a negative errno:
	 * it is left out. */
	int (*define)(const char *system, const char *event, struct ust_wire_out *out);
	/* Makes the session's source; @why as above. */
	int (*open)(struct ustd_session *session, bool all, struct ustd_source **ret_source,
		    char *why, size_t size);
	/* An event of the list of names is to be recorded from the next start on, or now. */
	int (*enable)(struct ustd_source *source, const char *system, const char *event);
	/* Threads of a process, and those they will start, are recorded. Not with @all. */
	int (*add_process)(struct ustd_source *source, pid_t pid);
	int (*start)(struct ustd_source *source);
	/* Nothing is recorded any more when it returns. */
	void (*stop)(struct ustd_source *source);
	/* Reads a bounded amount. True: there is more. With source->draining, false means that
	 * everything is read. */
	bool (*work)(struct ustd_source *source);
	/* Quiet data are to reach the files: work() will read all there is. */
	void (*look)(struct ustd_source *source);
	/* The end of its streams, of what the kernel holds for it, and of it. */
	void (*close)(struct ustd_source *source);
	void (*free)(struct ustd_source *source);
};

/* The part that all sources share; embedded at the beginning of each. */
struct ustd_source {
	const struct ustd_source_ops *ops;
	struct ustd_session *session;
	bool all; /* the whole system's events */
	bool running, working, draining, closed;
	int dirfd; /* DIR/kernel */
	struct ust_ctf_trace trace;
	struct ustd_metadata_file metadata;
	struct ustd_defs defs;
	struct ustd_losses losses;
	uint64_t nr_recorded, nr_lost, bytes;
	uint32_t nr_enabled;
	unsigned char *told; /* a bit for each thread that ust:thread has told of; may be NULL */
	char why[USTD_SOURCE_WHY]; /* this one and not a better one */
};

extern const struct ustd_source_ops ustd_source_kmod, ustd_source_tracefs;

/* Removes what dead ustds left behind. */
void ustd_source_init(void);
/* For implementations, in this order. The first makes it safe for ustd_source_fini(). */
void ustd_source_init_base(struct ustd_source *source, const struct ustd_source_ops *ops,
			   struct ustd_session *session, bool all);
/* Fills in the trace, with the session's clock. */
void ustd_source_describe(struct ustd_source *source, uint32_t contexts);
/* Opens DIR/kernel and writes its metadata; 0 or a negative errno. */
int ustd_source_begin(struct ustd_source *source);
void ustd_source_fini(struct ustd_source *source);
/* A definition as on the wire becomes an event class. 0 and its id, or a negative errno. */
int ustd_source_define(struct ustd_source *source, const struct ust_wire_out *def,
		       uint32_t *ret_id);
/* Events were lost on a CPU. */
void ustd_source_lost(struct ustd_source *source, uint32_t cpu, uint64_t count);

/* The best source there is, or the one of a @kind that is not 0. A negative errno and a sentence in
 * @why; on success @why tells why no better one is used (may be empty). */
int ustd_source_choose(uint32_t kind, const struct ustd_source_ops **ret_ops, char *why,
		       size_t size);

/* What the rest of ustd calls. A session without a source is fine everywhere. */
struct ustd_source_request {
	uint32_t flags; /* enum ust_kernel_flags */
	char **patterns;
	uint32_t nr_patterns;
	const int32_t *pids; /* recorded from their beginning, beside the session's processes */
	uint32_t nr_pids;
};
/* Number of events, or a negative errno and a sentence in @why. */
int ustd_source_enable(struct ustd_session *session, const struct ustd_source_request *request,
		       char *why, size_t size);
int ustd_source_start(struct ustd_session *session);
/* Begins to drain; ustd_request_drained() tells the end. */
void ustd_source_stop(struct ustd_session *session);
bool ustd_source_drained(const struct ustd_session *session);
void ustd_source_add_process(struct ustd_session *session, pid_t pid);
/* Closes the trace. @refined: the session's clock has new numbers. */
void ustd_source_close(struct ustd_session *session, bool refined);
/* Its numbers are there until then. */
void ustd_source_free(struct ustd_session *session);
/* A bounded amount of work for all sources; true: there is more. */
bool ustd_source_work(void);
/* A source has something to read. */
void ustd_source_wake(struct ustd_source *source);
/* Somebody looks at the trace, or user events were delivered. @session NULL: of all sessions. */
void ustd_source_look(struct ustd_session *session);

/*
 * Whether an event is meant by a pattern: "system:event", each with * and ?; "system"; of system
 * calls also "syscalls:NAME". @events: a pattern without ':' is compared with events instead of
 * systems.
 */
bool ustd_source_match(const char *pattern, const char *system, const char *event, bool events);

#endif /* USTD_SOURCE_H */
