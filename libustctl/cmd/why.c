/* SPDX-License-Identifier: GPL-2.0-only */
#include "why.h"

#include "cmd.h"
#include "near.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/control.h>

#include "libust/site/match.h"

#define MAX_NAMES 4096
#define MAX_NAME 512 /* of a provider and its event, or of a pattern */

void ust_why_add(struct ust_why *why, const char *fmt, ...)
{
	va_list args;

	if (why->nr == UST_WHY_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(why->lines[why->nr++], sizeof(why->lines[0]), fmt, args);
	va_end(args);
}

/* Names a pattern could have meant: of the session's processes and of the program's file. */
struct names {
	unsigned int nr;
	char *names[MAX_NAMES];
};

static void add_name(struct names *names, const char *name)
{
	unsigned int i;

	for (i = 0; i < names->nr; i++)
		if (!strcmp(names->names[i], name))
			return;
	if (names->nr < MAX_NAMES && (names->names[names->nr] = strdup(name)))
		names->nr++;
}

static void add_events(struct names *names, const struct ust_ctl_event *events, int nr)
{
	char name[MAX_NAME];
	int i;

	for (i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "%s:%s", events[i].provider, events[i].name);
		add_name(names, name);
	}
}

static struct names *collect_names(const struct ust_ctl_session *session,
				   const struct ust_program *program)
{
	struct names *names = calloc(1, sizeof(*names));
	struct ust_ctl_event *events;
	unsigned int i;
	int nr;

	if (!names)
		return NULL;
	for (i = 0; i < session->nr_names; i++)
		add_name(names, session->names[i]);
	add_events(names, session->ids, (int)session->nr_ids);
	nr = program ? ust_ctl_file_events(program->binary, &events) : 0;
	if (nr > 0) {
		add_events(names, events, nr);
		ust_ctl_events_free(events, nr);
	}
	return names;
}

static void free_names(struct names *names)
{
	while (names && names->nr)
		free(names->names[--names->nr]);
	free(names);
}

/* "a, b, c" */
static void list_names(const struct names *names, const unsigned int *index, unsigned int nr,
		       char *buf, size_t size)
{
	size_t len = 0;
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < nr && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? ", " : "",
					names->names[index ? index[i] : i]);
}

/* A pattern with a rule about log levels reads "app:* (log level <= 4)". @plain: without it. Result: the
 * rule, or NULL. */
static const char *split_level(const char *pattern, char *plain, size_t size)
{
	const char *rule = strstr(pattern, " (log level ");

	snprintf(plain, size, "%.*s", rule ? (int)(rule - pattern) : (int)size - 1, pattern);
	return rule ? rule + 2 : NULL;
}

static int pattern_matches(const struct ust_ctl_session *session, const char *pattern)
{
	char plain[MAX_NAME];
	unsigned int i;

	split_level(pattern, plain, sizeof(plain));
	for (i = 0; i < session->nr_ids; i++)
		if (ust_match_event(plain, session->ids[i].provider, session->ids[i].name))
			return 1;
	/* The definitions did not fit the message: nothing can be said. */
	return session->nr_ids < session->nr_events;
}

/* The first of the names that matches, or NULL. */
static const char *first_match(const struct names *names, const char *pattern)
{
	char provider[MAX_NAME];
	unsigned int i;

	for (i = 0; i < names->nr; i++) {
		const char *colon = strchr(names->names[i], ':');

		if (!colon)
			continue;
		snprintf(provider, sizeof(provider), "%.*s", (int)(colon - names->names[i]),
			 names->names[i]);
		if (ust_match_event(pattern, provider, colon + 1))
			return names->names[i];
	}
	return NULL;
}

static void explain_pattern(struct ust_why *why, const struct names *names, const char *pattern)
{
	char list[400], plain[MAX_NAME];
	const char *level = split_level(pattern, plain, sizeof(plain)), *match;
	unsigned int index[5], nr;

	match = level ? first_match(names, plain) : NULL;
	if (match) {
		ust_why_add(why, "pattern '%s' matches %s, but no event with a %.*s", plain, match,
			    (int)strcspn(level, ")"), level);
		return;
	}
	nr = ust_near_events(plain, (const char *const *)names->names, names->nr, index, 5);
	if (nr) {
		list_names(names, index, nr, list, sizeof(list));
		ust_why_add(why, "pattern '%s' matches no event; near: %s", pattern, list);
	} else if (names->nr) {
		list_names(names, NULL, names->nr < 5 ? names->nr : 5, list, sizeof(list));
		ust_why_add(why, "pattern '%s' matches no event; there are: %s%s", pattern, list,
			    names->nr > 5 ? ", ..." : "");
	} else {
		ust_why_add(why, "pattern '%s' matches no event", pattern);
	}
}

unsigned int ust_why_patterns(struct ust_why *why, const struct ust_ctl_session *session,
			      char *const *patterns, unsigned int nr,
			      const struct ust_program *program)
{
	struct names *names = NULL;
	unsigned int i, nr_without = 0;

	for (i = 0; i < nr; i++) {
		if (pattern_matches(session, patterns[i]))
			continue;
		if (!nr_without++)
			names = collect_names(session, program);
		if (names)
			explain_pattern(why, names, patterns[i]);
	}
	free_names(names);
	return nr_without;
}

/* No process of the session ever spoke to ustd. */
static void explain_unreached(struct ust_why *why, const struct ust_program *program)
{
	const char *name = program->path, *binary = program->binary;
	struct ust_ctl_event *events;
	int nr;

	if (program->is_static) {
		nr = ust_ctl_file_events(binary, &events);
		ust_why_add(
			why,
			"%s is statically linked, so LD_PRELOAD does not reach it: link it with "
			"libust (pkg-config --libs --static ust)%s",
			binary, nr > 0 ? "" : " (it has no event of its own)");
		if (nr > 0)
			ust_ctl_events_free(events, nr);
	} else if (program->is_other_arch) {
		ust_why_add(why, "%s is for another machine or word size than libust.so", binary);
	} else if (program->is_other_libc) {
		ust_why_add(why,
			    "%s does not use glibc's dynamic loader, for which libust.so is built",
			    binary);
	} else if (program->is_privileged) {
		ust_why_add(
			why,
			"%s is set-user-ID or has capabilities, so LD_PRELOAD does not reach it: "
			"record it "
			"as the user it becomes",
			binary);
	} else {
		ust_why_add(
			why,
			"no process of %s was reachable: it ended before its libraries were "
			"loaded, or "
			"cleans its environment (LD_PRELOAD and UST_SCOPE must reach the traced "
			"program), or "
			"uses another runtime directory",
			name);
		ust_why_add(why, "UST_DEBUG=1 makes libust tell on stderr what it does");
	}
}

static void explain_no_sites(struct ust_why *why, const struct ust_ctl_session *session,
			     const struct ust_program *program)
{
	const char *name = program ? program->path : "the traced processes";

	if (session->nr_foreign_seen)
		ust_why_add(why,
			    "%u %s in %s and its libraries, but of another ABI: compile with the "
			    "<ust/*.h> "
			    "of "
			    "this version",
			    session->nr_foreign_seen,
			    ust_cmd_plural(session->nr_foreign_seen, "site", "sites"), name);
	else if (program && program->is_static)
		ust_why_add(
			why,
			"no site in %s: it is statically linked; link it with libust (pkg-config "
			"--libs --static ust)",
			name);
	else
		ust_why_add(why,
			    "no site in %s or its libraries: add events with <ust/tracepoint.h>, "
			    "or record "
			    "calls of libraries, e.g. with -p malloc",
			    name);
	if (program && !session->nr_foreign_seen)
		ust_why_add(why,
			    "a program that it starts is reached only if LD_PRELOAD and UST_SCOPE "
			    "stay in the "
			    "environment (not with env -i or sudo)");
}

void ust_why_session(struct ust_why *why, const struct ust_ctl_session *session,
		     const struct ust_program *program)
{
	if (session->error) {
		ust_why_add(why, "the session was stopped: %s",
			    session->error_text[0] ? session->error_text
						   : strerror(-session->error));
		return;
	}
	/* What it tells although it goes on. */
	if (session->error_text[0]) {
		ust_why_add(why, "%s", session->error_text);
		return;
	}
	if (session->state == UST_SESSION_CREATED ||
	    (session->state == UST_SESSION_STOPPED && !session->elapsed_ns)) {
		ust_why_add(why, "the session was never started: ustctl start %s", session->name);
		return;
	}
	if (!session->nr_patterns) {
		ust_why_add(why, "no event was enabled: ustctl enable %s PATTERN", session->name);
		return;
	}
	if (!session->nr_apps_seen) {
		if (program)
			explain_unreached(why, program);
		else
			ust_why_add(
				why,
				"no process was reachable%s: programs must be linked with libust "
				"(pkg-config --libs ust) or run under ustctl record, by the same "
				"user",
				session->scope[0] ? " in its scope" : "");
		return;
	}
	if (!session->nr_sites_seen) {
		explain_no_sites(why, session, program);
		return;
	}
	if (!session->nr_events) {
		ust_why_patterns(why, session, session->patterns, session->nr_patterns, program);
		return;
	}
	if (session->lost)
		ust_why_add(why, "all events were lost: see the losses; larger buffers help "
				 "(--subbuf-size, --num-subbuf)");
	else
		ust_why_add(why, "%u %s enabled, but the program passed none of them",
			    session->nr_events,
			    ust_cmd_plural(session->nr_events, "event was", "events were"));
}

void ust_why_print(const struct ust_why *why, FILE *out)
{
	unsigned int i;

	for (i = 0; i < why->nr; i++)
		fprintf(out, "why      %s\n", why->lines[i]);
}
