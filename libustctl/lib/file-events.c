/* SPDX-License-Identifier: LGPL-2.1-only */
#include "file-events.h"

#include <stdlib.h>
#include <string.h>

#include <ust/abi/site.h>

#include "libust/site/attrs.h"

#define MAX_TEXT 4096

uint64_t ust_ctl_file_follow(uint64_t rec, size_t offset, int32_t value)
{
	return rec + offset + (uint64_t)(int64_t)value;
}

/* The strings of a list, until one makes no sense. */
static int read_list(struct ust_ctl_image *image, uint64_t addr, struct ust_ctl_event *event)
{
	char text[MAX_TEXT];
	struct ust_attr attr;
	unsigned int nr;
	int len, err;

	for (nr = 0; nr < UST_ATTRS_MAX; nr++) {
		len = ust_ctl_image_string(image, addr, text, sizeof(text));
		if (len <= 0 || ust_attr_parse(text, event->nr_fields, &attr))
			return 0;
		err = ust_ctl_add_attr(event, attr.kind, attr.field, attr.text, strlen(attr.text));
		if (err)
			return err;
		addr += (uint64_t)len + 1;
	}
	return 0;
}

int ust_ctl_file_attrs(struct ust_ctl_image *image, uint64_t addr, unsigned int nr,
		       struct ust_ctl_event *event)
{
	struct ust_attr_rec rec;
	char text[MAX_TEXT];
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && i < UST_ATTRS_MAX && !err; i++) {
		uint64_t at = addr + i * sizeof(rec), list;

		err = ust_ctl_image_read(image, at, &rec, sizeof(rec));
		if (err)
			return err;
		list = ust_ctl_file_follow(at, offsetof(struct ust_attr_rec, text), rec.text);
		if (rec.kind == UST_ATTR_LIST)
			err = read_list(image, list, event);
		else if (ust_ctl_image_string(image, list, text, sizeof(text)) >= 0)
			err = ust_ctl_add_attr(event, rec.kind, rec.field, text, strlen(text));
	}
	return err;
}

/* By name, definitions before the calls of theirs. */
static int compare_names(const void *a, const void *b)
{
	const struct ust_ctl_event *x = a, *y = b;
	int order = strcmp(x->provider, y->provider);

	if (!order)
		order = strcmp(x->name, y->name);
	return order ? order : (x->id == UST_SITE_CALL) - (y->id == UST_SITE_CALL);
}

/* The sites of a defined event are its calls. What is only called here is defined elsewhere. */
unsigned int ust_ctl_file_merge(struct ust_ctl_event *events, unsigned int nr_events)
{
	struct ust_ctl_event *defined = NULL;
	unsigned int i, nr = 0;

	if (nr_events)
		qsort(events, nr_events, sizeof(*events), compare_names);
	for (i = 0; i < nr_events; i++) {
		struct ust_ctl_event *event = &events[i];

		if (event->id == UST_SITE_CALL && defined &&
		    !strcmp(defined->provider, event->provider) &&
		    !strcmp(defined->name, event->name)) {
			defined->nr_sites += event->nr_sites;
			ust_ctl_event_fini(event);
			continue;
		}
		events[nr] = *event;
		if (event->id == UST_SITE_DEFINITION) {
			defined = &events[nr];
			defined->nr_sites = 0;
		}
		events[nr++].id = 0;
	}
	return nr;
}
