/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a trace through libbabeltrace2: finds the traces below a directory, merges them by time
 * and hands every message to one function.
 *
 * A handle is used by one thread.
 */
#ifndef UST_VIEW_GRAPH_H
#define UST_VIEW_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include <babeltrace2/babeltrace.h>

struct ust_graph;

/* Handles one message. Result: 0 go on, 1 end the run (not a failure), negative errno: fail. */
typedef int (*ust_graph_message_fn)(const bt_message *message, void *data);
/* Called behind each batch of messages; NULL: not wanted. Result as above. */
typedef int (*ust_graph_batch_fn)(void *data);

struct ust_graph_opts {
	ust_graph_message_fn message;
	ust_graph_batch_fn batch;
	void *data;
};

/*
 * Reads the traces below @dir (every directory with a metadata file in it, @dir itself included)
 * from the first to the last message.
 *
 * Result: 0, or a negative errno with one sentence in @error that names the file: -ENOENT there is
 * no trace, -EBADMSG a trace is corrupt, -ENOSYS libbabeltrace2 lacks its ctf or utils plugin,
 * -ENOMEM; or what @opts->message returned.
 */
int ust_graph_run(const char *dir, const struct ust_graph_opts *opts, char *error, size_t size);

/* Number of events, those of streams of losses apart. Results as above. */
int ust_graph_count(const char *dir, uint64_t *ret_events, uint64_t *ret_losses, char *error,
		    size_t size);

#endif /* UST_VIEW_GRAPH_H */
