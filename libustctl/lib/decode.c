/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * From messages to the structures of <ust/ctl.h>. Every count of a message is compared with the
 * bytes that are left before anything is allocated for it.
 */
#include "ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/site.h>

char *ust_ctl_dup(struct ust_wire_str str)
{
	return strndup(str.s, str.len);
}

int ust_ctl_add_attr(struct ust_ctl_event *event, uint32_t kind, uint32_t field, const char *text,
		     size_t len)
{
	char **to = NULL;

	if (field < event->nr_fields && kind == UST_ATTR_UNIT)
		to = &event->fields[field].unit;
	else if (field < event->nr_fields && kind == UST_ATTR_HELP)
		to = &event->fields[field].help;
	else if (field == UST_ATTR_EVENT && kind == UST_ATTR_HELP)
		to = &event->help;
	else if (field == UST_ATTR_EVENT && kind == UST_ATTR_URI)
		to = &event->uri;
	/* What is said twice, or not known, is passed over. */
	if (!to || *to)
		return 0;
	*to = strndup(text, len);
	return *to ? 0 : -ENOMEM;
}

int ust_ctl_alloc(struct ust_wire_in *in, uint32_t nr, size_t min_bytes, size_t size, void *ret)
{
	void *p = NULL;

	memcpy(ret, &p, sizeof(p));
	if (in->error || nr > (size_t)(in->end - in->p) / min_bytes)
		return -EBADMSG;
	if (!nr)
		return 0;
	p = calloc(nr, size);
	memcpy(ret, &p, sizeof(p));
	return p ? 0 : -ENOMEM;
}

static int get_field(struct ust_wire_in *in, struct ust_ctl_field *field)
{
	struct ust_wire_field wire = ust_wire_get_field(in);
	uint32_t i;
	int err;

	field->name = ust_ctl_dup(wire.name);
	field->word = wire.word;
	if (!field->name)
		return -ENOMEM;
	err = ust_ctl_alloc(in, wire.nr_labels, 20, sizeof(*field->labels), &field->labels);
	if (err)
		return err;
	field->nr_labels = wire.nr_labels;
	for (i = 0; i < wire.nr_labels; i++) {
		struct ust_wire_label label = ust_wire_get_label(in);

		field->labels[i].value = label.value;
		field->labels[i].span = label.span;
		field->labels[i].label = ust_ctl_dup(label.label);
		if (!field->labels[i].label)
			return -ENOMEM;
	}
	return in->error;
}

/* What an attribute says goes to the event or field it is about. */
static int get_attrs(struct ust_wire_in *in, struct ust_ctl_event *event)
{
	uint32_t nr = ust_wire_get_u32(in), i;

	for (i = 0; i < nr && !in->error; i++) {
		struct ust_wire_attr attr = ust_wire_get_attr(in);
		int err;

		if (in->error)
			break;
		err = ust_ctl_add_attr(event, attr.kind, attr.field, attr.text.s, attr.text.len);
		if (err)
			return err;
	}
	return in->error;
}

int ust_ctl_get_event(struct ust_wire_in *in, struct ust_ctl_event *event)
{
	struct ust_wire_event wire = ust_wire_get_event(in);
	uint32_t i;
	int err;

	memset(event, 0, sizeof(*event));
	event->provider = ust_ctl_dup(wire.provider);
	event->name = ust_ctl_dup(wire.name);
	event->file = ust_ctl_dup(wire.file);
	event->line = wire.line;
	event->loglevel = wire.loglevel;
	if (!event->provider || !event->name || !event->file)
		return -ENOMEM;
	if (wire.nr_fields > UST_MAX_FIELDS)
		return -EBADMSG;
	err = ust_ctl_alloc(in, wire.nr_fields, 12, sizeof(*event->fields), &event->fields);
	if (err)
		return err;
	event->nr_fields = wire.nr_fields;
	for (i = 0; i < wire.nr_fields; i++) {
		err = get_field(in, &event->fields[i]);
		if (err)
			return err;
	}
	return get_attrs(in, event);
}

void ust_ctl_event_fini(struct ust_ctl_event *event)
{
	unsigned int i, j;

	free(event->provider);
	free(event->name);
	free(event->file);
	free(event->help);
	free(event->uri);
	for (i = 0; event->fields && i < event->nr_fields; i++) {
		struct ust_ctl_field *field = &event->fields[i];

		for (j = 0; field->labels && j < field->nr_labels; j++)
			free(field->labels[j].label);
		free(field->labels);
		free(field->name);
		free(field->unit);
		free(field->help);
	}
	free(event->fields);
}

void ust_ctl_events_free(struct ust_ctl_event *events, int nr)
{
	int i;

	for (i = 0; events && i < nr; i++)
		ust_ctl_event_fini(&events[i]);
	free(events);
}

static int get_losses(struct ust_wire_in *in, struct ust_ctl_session *session)
{
	uint32_t nr = ust_wire_get_u32(in), i;
	int err = ust_ctl_alloc(in, nr, 16, sizeof(*session->losses), &session->losses);

	if (err)
		return err;
	session->nr_losses = nr;
	for (i = 0; i < nr; i++) {
		session->losses[i].event = ust_ctl_dup(ust_wire_get_str(in));
		session->losses[i].reason = ust_wire_get_u32(in);
		session->losses[i].count = ust_wire_get_u64(in);
		if (!session->losses[i].event)
			return -ENOMEM;
	}
	return in->error;
}

static int get_strings(struct ust_wire_in *in, char ***strings, unsigned int *nr_strings)
{
	uint32_t nr = ust_wire_get_u32(in), i;
	int err = ust_ctl_alloc(in, nr, 4, sizeof(**strings), strings);

	if (err)
		return err;
	*nr_strings = nr;
	for (i = 0; i < nr; i++) {
		(*strings)[i] = ust_ctl_dup(ust_wire_get_str(in));
		if (!(*strings)[i])
			return -ENOMEM;
	}
	return in->error;
}

static int get_ids(struct ust_wire_in *in, struct ust_ctl_session *session)
{
	uint32_t nr = ust_wire_get_u32(in), i;
	int err = ust_ctl_alloc(in, nr, 28, sizeof(*session->ids), &session->ids);

	if (err)
		return err;
	session->nr_ids = nr;
	for (i = 0; i < nr; i++) {
		unsigned int id = ust_wire_get_u32(in);

		err = ust_ctl_get_event(in, &session->ids[i]);
		if (err)
			return err;
		session->ids[i].id = id;
	}
	return in->error;
}

static void get_numbers(struct ust_wire_in *in, struct ust_ctl_session *session)
{
	session->state = ust_wire_get_u32(in);
	session->overwrite = (int)ust_wire_get_u32(in);
	session->contexts = ust_wire_get_u32(in);
	session->subbuf_size = ust_wire_get_u64(in);
	session->nr_subbufs = ust_wire_get_u32(in);
	session->nr_rings = ust_wire_get_u32(in);
	session->elapsed_ns = ust_wire_get_u64(in);
	session->bytes = ust_wire_get_u64(in);
	session->lost = ust_wire_get_u64(in);
}

int ust_ctl_get_session(struct ust_wire_in *in, struct ust_ctl_session *session)
{
	int err;

	memset(session, 0, sizeof(*session));
	ust_wire_get_u64(in); /* ustd's own number for it */
	session->name = ust_ctl_dup(ust_wire_get_str(in));
	session->output = ust_ctl_dup(ust_wire_get_str(in));
	session->scope = ust_ctl_dup(ust_wire_get_str(in));
	get_numbers(in, session);
	err = get_losses(in, session);
	if (err)
		return err;
	session->nr_apps_seen = ust_wire_get_u32(in);
	session->nr_apps_live = ust_wire_get_u32(in);
	session->nr_sites_seen = ust_wire_get_u32(in);
	session->nr_foreign_seen = ust_wire_get_u32(in);
	session->nr_events = ust_wire_get_u32(in);
	err = get_strings(in, &session->patterns, &session->nr_patterns);
	if (!err)
		err = get_strings(in, &session->names, &session->nr_names);
	if (err)
		return err;
	session->error = ust_wire_get_s32(in);
	session->error_text = ust_ctl_dup(ust_wire_get_str(in));
	session->kernel_source = ust_wire_get_u32(in);
	session->nr_kernel = ust_wire_get_u32(in);
	session->kernel_events = ust_wire_get_u64(in);
	session->kernel_lost = ust_wire_get_u64(in);
	session->kernel_why = ust_ctl_dup(ust_wire_get_str(in));
	err = get_ids(in, session);
	if (err)
		return err;
	if (!session->name || !session->output || !session->scope || !session->error_text ||
	    !session->kernel_why)
		return -ENOMEM;
	return in->error;
}

static void session_fini(struct ust_ctl_session *session)
{
	unsigned int i;

	free(session->name);
	free(session->output);
	free(session->scope);
	free(session->error_text);
	free(session->kernel_why);
	for (i = 0; i < session->nr_losses; i++)
		free(session->losses[i].event);
	free(session->losses);
	for (i = 0; i < session->nr_patterns; i++)
		free(session->patterns[i]);
	free(session->patterns);
	for (i = 0; i < session->nr_names; i++)
		free(session->names[i]);
	free(session->names);
	ust_ctl_events_free(session->ids, (int)session->nr_ids);
}

void ust_ctl_sessions_free(struct ust_ctl_session *sessions, int nr)
{
	int i;

	for (i = 0; sessions && i < nr; i++)
		session_fini(&sessions[i]);
	free(sessions);
}
