// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/packet.h>
#include <ust/abi/site.h>
#include <ust/ctl.h>

#include "tsdl.h"

struct tsdl {
	enum {
		OUTSIDE,
		IN_EVENT,
		IN_FIELDS,
		IN_CONTEXT,
	} where;
	int ours;       /* the environment says so */
	int stream;     /* the stream_id of the event */
	int has_length; /* the line before was the length of a sequence, of this type */
	uint32_t length;
	unsigned int contexts;
	struct ust_ctl_event event;
	struct ust_ctl_field fields[UST_MAX_FIELDS];
	struct ust_ctl_event *events;
	int nr;
};

static int starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static uint32_t unsigned_of(unsigned long bytes)
{
	switch (bytes) {
	case 1:
		return UST_TYPE_U8;
	case 2:
		return UST_TYPE_U16;
	case 4:
		return UST_TYPE_U32;
	case 8:
		return UST_TYPE_U64;
	default:
		return UST_TYPE_NONE;
	}
}

/* A type as large as the field's; UST_TYPE_NONE: not one of ours. */
static uint32_t type_of(const char *line)
{
	const char *size;

	if (starts(line, "string "))
		return UST_TYPE_STRING;
	if (starts(line, "text_t "))
		return UST_TYPE_U8;
	if (starts(line, "floating_point { exp_dig = 8; "))
		return UST_TYPE_FLOAT;
	if (starts(line, "floating_point { exp_dig = 11; "))
		return UST_TYPE_DOUBLE;
	if (starts(line, "enum : "))
		line += strlen("enum : ");
	size = "integer { size = ";
	if (!starts(line, size))
		return UST_TYPE_NONE;
	return unsigned_of(strtoul(line + strlen(size), NULL, 10) / 8);
}

/* The element count that stands in front of a sequence. */
static int take_length(struct tsdl *tsdl, const char *line)
{
	static const struct {
		const char *type;
		uint32_t length;
	} types[] = {
		{"uint32_t ", UST_LENGTH_U32},
		{"uint8_t ", UST_LENGTH_U8},
		{"uint16_t ", UST_LENGTH_U16},
		{"uint64_t ", UST_LENGTH_U64},
	};
	unsigned int i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!starts(line, types[i].type))
			continue;
		tsdl->has_length = 1;
		tsdl->length = types[i].length;
		return 1;
	}
	return 0;
}

/* One line of a struct of fields, without its tabs. */
static int take_field(struct tsdl *tsdl, char *line)
{
	size_t len = strlen(line);
	uint32_t type, flags = 0;
	unsigned long count = 0;
	char *bracket;

	/* Units and help. */
	if (starts(line, "/*"))
		return 0;
	if (take_length(tsdl, line))
		return 0;
	if (len < 2 || line[len - 1] != ';')
		return -ENOTSUP;
	type = type_of(line);
	if (type == UST_TYPE_NONE || tsdl->event.nr_fields == UST_MAX_FIELDS)
		return -ENOTSUP;
	/* Labels may hold brackets; what ends the line is no label's. */
	bracket = line[len - 2] == ']' ? strrchr(line, '[') : NULL;
	if (bracket && tsdl->has_length) {
		flags = UST_FIELD_SEQ;
	} else if (bracket) {
		flags = UST_FIELD_ARRAY;
		count = strtoul(bracket + 1, NULL, 10);
	}
	tsdl->fields[tsdl->event.nr_fields++].word =
		UST_FIELD_WORD_FULL(type, tsdl->has_length ? tsdl->length : 0, flags, count);
	tsdl->has_length = 0;
	return 0;
}

static int end_event(struct tsdl *tsdl)
{
	struct ust_ctl_event *bigger;
	size_t size = tsdl->event.nr_fields * sizeof(tsdl->fields[0]);

	tsdl->where = OUTSIDE;
	if (tsdl->stream != UST_STREAM_RING)
		return 0;
	bigger = reallocarray(tsdl->events, tsdl->nr + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	tsdl->events = bigger;
	tsdl->event.fields = malloc(size + 1);
	if (!tsdl->event.fields)
		return -ENOMEM;
	memcpy(tsdl->event.fields, tsdl->fields, size);
	bigger[tsdl->nr++] = tsdl->event;
	return 0;
}

static void take_context(struct tsdl *tsdl, const char *line)
{
	if (starts(line, "int32_t _tid;"))
		tsdl->contexts |= UST_CONTEXT_TID;
	else if (starts(line, "text_t _comm[16];"))
		tsdl->contexts |= UST_CONTEXT_COMM;
	else if (starts(line, "address_t _ip;"))
		tsdl->contexts |= UST_CONTEXT_IP;
	else if (starts(line, "hex8_t _flags;"))
		tsdl->contexts |= UST_CONTEXT_KERNEL;
	else if (starts(line, "int32_t _pid;"))
		tsdl->contexts |= UST_CONTEXT_MODULE;
	/* What follows one of these. */
	else if (!starts(line, "uint8_t _preempt_count;") && !starts(line, "uint32_t _preempt;") &&
		 !starts(line, "hex8_t _irq;") && !starts(line, "int32_t _vtid;"))
		tsdl->where = OUTSIDE;
}

static int take_line(struct tsdl *tsdl, char *line)
{
	line += strspn(line, "\t");
	switch (tsdl->where) {
	case OUTSIDE:
		if (starts(line, "tracer_name = \"ust\";"))
			tsdl->ours = 1;
		if (starts(line, "event.context := struct {"))
			tsdl->where = IN_CONTEXT;
		if (starts(line, "event {")) {
			tsdl->where = IN_EVENT;
			tsdl->stream = -1;
			tsdl->has_length = 0;
			memset(&tsdl->event, 0, sizeof(tsdl->event));
			memset(tsdl->fields, 0, sizeof(tsdl->fields));
		}
		return 0;
	case IN_CONTEXT:
		take_context(tsdl, line);
		return 0;
	case IN_EVENT:
		if (starts(line, "id = "))
			tsdl->event.id = strtoul(line + 5, NULL, 10);
		else if (starts(line, "stream_id = "))
			tsdl->stream = atoi(line + 12);
		else if (starts(line, "fields := struct {"))
			tsdl->where = IN_FIELDS;
		return 0;
	default:
		if (starts(line, "};"))
			return end_event(tsdl);
		/* The fields of ust:lost are known. */
		return tsdl->stream == UST_STREAM_RING ? take_field(tsdl, line) : 0;
	}
}

int ust_tsdl_read(const char *dir, struct ust_ctl_event **ret_events, unsigned int *ret_contexts)
{
	struct tsdl tsdl = {.where = OUTSIDE};
	char path[4096], *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *file;
	int r = 0;

	if ((size_t)snprintf(path, sizeof(path), "%s/metadata", dir) >= sizeof(path))
		return -ENAMETOOLONG;
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (r == 0 && (len = getline(&line, &size, file)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		r = take_line(&tsdl, line);
	}
	free(line);
	fclose(file);
	if (r == 0 && !tsdl.ours)
		r = -ENOTSUP;
	if (r < 0) {
		ust_tsdl_free(tsdl.events, tsdl.nr);
		return r;
	}
	*ret_events = tsdl.events;
	*ret_contexts = tsdl.contexts;
	return tsdl.nr;
}

void ust_tsdl_free(struct ust_ctl_event *events, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		free(events[i].fields);
	free(events);
}
