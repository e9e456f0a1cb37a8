/* SPDX-License-Identifier: GPL-2.0-only */
/* What record tells at the end. */
#include "record.h"

#include "cmd.h"
#include "json.h"
#include "names.h"
#include "why.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libustctl/view/count.h"

#define MAX_LOSSES 8 /* of the text form; --json has all */

struct summary {
	const struct ust_record *record;
	const struct ust_ctl_session *session; /* may be NULL */
	struct ust_count count, kernel;
	int count_error, kernel_error;
	struct ust_why why;
};

/* -e may leave out what -p was asked for. */
static void explain_preloads(struct summary *summary)
{
	const struct ust_record *record = summary->record;
	const struct ust_ctl_session *session = summary->session;
	unsigned int i, j;

	for (i = 0; i < record->preloads.nr; i++) {
		const char *provider = record->preloads.chosen[i]->provider;

		for (j = 0; j < session->nr_ids; j++)
			if (!strcmp(session->ids[j].provider, provider))
				break;
		if (j == session->nr_ids && session->nr_ids == session->nr_events)
			ust_why_add(&summary->why,
				    "-p %s: no pattern matches its events; add: -e '%s:*'",
				    record->preloads.chosen[i]->name, provider);
	}
}

/* A pattern that was asked for and matched nothing is worth a line even beside other events. */
static void explain(struct summary *summary)
{
	const struct ust_record *record = summary->record;
	const struct ust_ctl_session *session = summary->session;

	ust_calls_explain(&record->calls, &summary->why);
	if (!session)
		return;
	/* Who asked for kernel events and got some knows what he wants. */
	if (!session->error && record->is_default_pattern && summary->kernel.events)
		return;
	if (session->error || (!summary->count_error && !summary->count.events))
		ust_why_session(&summary->why, session, &record->program);
	else if (!record->is_default_pattern)
		ust_why_patterns(&summary->why, session, session->patterns, session->nr_patterns,
				 &record->program);
	if (!session->error && !record->is_default_pattern && session->nr_sites_seen)
		explain_preloads(summary);
}

static int compare_losses(const void *a, const void *b)
{
	const struct ust_ctl_loss *x = *(const struct ust_ctl_loss *const *)a;
	const struct ust_ctl_loss *y = *(const struct ust_ctl_loss *const *)b;

	return x->count < y->count ? 1 : -(x->count > y->count);
}

static void print_losses(const struct ust_ctl_session *session)
{
	const struct ust_ctl_loss **sorted = calloc(session->nr_losses + 1, sizeof(*sorted));
	unsigned int i;

	for (i = 0; sorted && i < session->nr_losses; i++)
		sorted[i] = &session->losses[i];
	if (sorted)
		qsort(sorted, session->nr_losses, sizeof(*sorted), compare_losses);
	for (i = 0; sorted && i < session->nr_losses && i < MAX_LOSSES; i++)
		fprintf(stderr, "  lost   %llu %s (%s)\n", (unsigned long long)sorted[i]->count,
			sorted[i]->event, ust_name_reason(sorted[i]->reason));
	if (session->nr_losses > MAX_LOSSES)
		fprintf(stderr, "  lost   ... and %u more kinds\n",
			session->nr_losses - MAX_LOSSES);
	free(sorted);
}

/* Which source, and why not a better one. */
static void print_kernel(const struct summary *summary)
{
	const struct ust_ctl_session *session = summary->session;

	if (!summary->record->kernel.nr_patterns)
		return;
	if (!session) {
		fputs("kernel   unknown: ustd did not tell\n", stderr);
		return;
	}
	if (summary->kernel_error)
		fprintf(stderr, "kernel   unknown: %s\n",
			summary->kernel.error[0] ? summary->kernel.error
						 : strerror(-summary->kernel_error));
	else
		fprintf(stderr, "kernel   %llu events of %u kinds, %llu lost, through %s%s%s\n",
			(unsigned long long)summary->kernel.events, session->nr_kernel,
			(unsigned long long)session->kernel_lost,
			ust_kernel_source_name(session->kernel_source),
			session->kernel_why[0] ? ": " : "", session->kernel_why);
}

static void print_text(const struct summary *summary)
{
	const struct ust_ctl_session *session = summary->session;
	const struct ust_count *count = &summary->count;

	if (summary->count_error)
		fprintf(stderr, "events   unknown: %s\n",
			count->error[0] ? count->error : strerror(-summary->count_error));
	else
		fprintf(stderr, "events   %llu\n", (unsigned long long)count->events);
	fprintf(stderr, "lost     %llu\n",
		(unsigned long long)(session ? session->lost : count->lost));
	if (session)
		print_losses(session);
	print_kernel(summary);
	fprintf(stderr, "bytes    %llu\n",
		(unsigned long long)(session ? session->bytes : count->bytes));
	if (session)
		fprintf(stderr, "seconds  %.3f\n", (double)session->elapsed_ns / 1e9);
	fprintf(stderr, "trace    %s\n", summary->record->session.output);
	if (count->clock_unstable)
		fprintf(stderr,
			"clock    became unstable: times behind ust:clock_unstable are doubtful\n");
	ust_why_print(&summary->why, stderr);
	if (summary->record->child.abandoned)
		fprintf(stderr, "note     process %d still runs, no longer recorded\n",
			(int)summary->record->child.pid);
	else if (summary->record->nr_left)
		fprintf(stderr, "note     %u %s that it started still run%s, no longer recorded\n",
			summary->record->nr_left,
			ust_cmd_plural(summary->record->nr_left, "process", "processes"),
			summary->record->nr_left == 1 ? "s" : "");
}

static struct json_object *losses_json(const struct ust_ctl_session *session)
{
	struct json_object *array = json_object_new_array(), *loss;
	unsigned int i;

	for (i = 0; session && i < session->nr_losses; i++) {
		loss = json_object_new_object();
		json_object_object_add(loss, "event", ust_json_string(session->losses[i].event));
		json_object_object_add(loss, "reason",
				       ust_json_string(ust_name_reason(session->losses[i].reason)));
		json_object_object_add(loss, "count",
				       json_object_new_uint64(session->losses[i].count));
		json_object_array_add(array, loss);
	}
	return array;
}

/* json-c would print 17 digits of a double. */
static struct json_object *seconds_json(uint64_t ns)
{
	char text[40];

	snprintf(text, sizeof(text), "%.9f", (double)ns / 1e9);
	return json_object_new_double_s((double)ns / 1e9, text);
}

static struct json_object *kernel_json(const struct summary *summary)
{
	const struct ust_ctl_session *session = summary->session;
	struct json_object *to;

	if (!session || !session->kernel_source)
		return NULL;
	to = json_object_new_object();
	json_object_object_add(to, "source",
			       ust_json_string(ust_kernel_source_name(session->kernel_source)));
	json_object_object_add(to, "why", ust_json_string(session->kernel_why));
	json_object_object_add(to, "kinds", json_object_new_int64(session->nr_kernel));
	json_object_object_add(
		to, "events",
		summary->kernel_error ? NULL : json_object_new_uint64(summary->kernel.events));
	json_object_object_add(to, "lost", json_object_new_uint64(session->kernel_lost));
	return to;
}

static void print_json(const struct summary *summary)
{
	struct json_object *root = json_object_new_object(), *why = json_object_new_array();
	const struct ust_ctl_session *session = summary->session;
	const struct ust_count *count = &summary->count;
	unsigned int i;

	/* null: not known. */
	json_object_object_add(root, "events",
			       summary->count_error ? NULL : json_object_new_uint64(count->events));
	json_object_object_add(root, "lost",
			       json_object_new_uint64(session ? session->lost : count->lost));
	json_object_object_add(root, "losses", losses_json(session));
	if (summary->record->kernel.nr_patterns)
		json_object_object_add(root, "kernel", kernel_json(summary));
	json_object_object_add(root, "bytes",
			       json_object_new_uint64(session ? session->bytes : count->bytes));
	json_object_object_add(root, "seconds", session ? seconds_json(session->elapsed_ns) : NULL);
	json_object_object_add(root, "output", ust_json_string(summary->record->session.output));
	json_object_object_add(root, "clock_unstable",
			       json_object_new_boolean(count->clock_unstable != 0));
	json_object_object_add(root, "exit_status",
			       json_object_new_int(ust_child_exit_status(&summary->record->child)));
	json_object_object_add(root, "still_running",
			       json_object_new_boolean(summary->record->child.abandoned ||
						       summary->record->nr_left));
	for (i = 0; i < summary->why.nr; i++)
		json_object_array_add(why, ust_json_string(summary->why.lines[i]));
	json_object_object_add(root, "why", why);
	fprintf(stderr, "%s\n",
		json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
}

/* As with programs' events: not what the writer says, but what is there. */
static int count_kernel(const char *output, struct ust_count *count)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/kernel", output) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return ust_count_trace(path, NULL, 0, 0, count);
}

void ust_record_summary(const struct ust_record *record, const struct ust_ctl_session *session)
{
	struct summary *summary = calloc(1, sizeof(*summary));

	if (!summary)
		return;
	summary->record = record;
	summary->session = session;
	summary->count_error = ust_count_trace(
		record->session.output, session ? session->ids : NULL,
		session ? session->nr_ids : 0, record->session.contexts, &summary->count);
	if (record->kernel.nr_patterns)
		summary->kernel_error = count_kernel(record->session.output, &summary->kernel);
	explain(summary);
	if (record->json)
		print_json(summary);
	else
		print_text(summary);
	ust_count_fini(&summary->count);
	ust_count_fini(&summary->kernel);
	free(summary);
}
