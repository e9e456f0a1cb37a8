/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Events of an ELF file that does not run: the notes lead to the record sections, the records to
 * strings, all by offsets from where they stand (see <ust/abi/site.h>). The file is hostile until
 * shown otherwise: addresses are translated through the program headers and checked at every step,
 * and counts are bounded.
 */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/abi/site.h>

#include "elf.h"
#include "file-events.h"
#include "libust/site/attrs.h"
#include "libust/site/format.h"

#define MAX_SITES 1000000
#define MAX_EVENTS 100000
#define MAX_STRING 4096
#define MAX_NAME 128
#define MAX_NAMES_SIZE (UST_MAX_FIELDS * MAX_NAME)

struct reader {
	struct ust_ctl_image image;
	struct ust_ctl_event *events;
	unsigned int nr_events, room, nr_sites, nr_foreign;
	/* Events by the hash of their name and definition, 1-based; 0 is empty. */
	unsigned int *buckets, nr_buckets;
};

/* A record with everything it points to. */
struct record {
	struct ust_site_rec rec;
	uint32_t words[UST_MAX_FIELDS];
	uint64_t attrs; /* address of the attributes */
	unsigned int nr_attrs;
	char provider[MAX_STRING], name[MAX_STRING], file[MAX_STRING];
	char names[MAX_NAMES_SIZE]; /* nr_fields strings, NUL after each */
};

/* A marker's format gives the names and the base in which numbers are shown. */
static int read_format(struct reader *reader, uint64_t addr, struct record *record)
{
	unsigned int nr = record->rec.nr_fields, i;
	struct ust_format format;
	char string[MAX_STRING];
	size_t len = 0;
	int err = ust_ctl_image_string(&reader->image, addr, string, sizeof(string));

	if (err < 0)
		return err;
	ust_format_init(&format, string);
	for (i = 0; i < nr; i++) {
		ust_format_next(&format, i, record->names + len, MAX_NAME, &record->words[i]);
		len += strlen(record->names + len) + 1;
	}
	return 0;
}

/* The names of an event's fields stand one behind the other; a marker's come from its
 * format. */
static int read_names(struct reader *reader, uint64_t addr, struct record *record)
{
	unsigned int nr = record->rec.nr_fields, i;
	size_t len = 0;
	int err;

	if (record->rec.kind == UST_SITE_MARKER)
		return read_format(reader, addr, record);
	for (i = 0; i < nr; i++) {
		err = ust_ctl_image_string(&reader->image, addr + len, record->names + len,
					   sizeof(record->names) - len);
		if (err < 0)
			return err;
		len += (size_t)err + 1;
	}
	return 0;
}

static int read_record(struct reader *reader, uint64_t addr, struct record *record)
{
	struct ust_site_rec *rec = &record->rec;
	size_t size = rec->nr_fields * sizeof(uint32_t), head = sizeof(*rec);
	uint64_t words = addr + head;
	int err;

	if (rec->kind == UST_SITE_DEFINITION)
		words = ust_ctl_file_follow(addr, offsetof(struct ust_site_rec, target),
					    rec->target);
	else
		head += (size + 7) & ~(size_t)7;
	if (rec->nr_fields > UST_MAX_FIELDS || rec->size < head)
		return -EBADMSG;
	err = ust_ctl_image_read(&reader->image, words, record->words, size);
	if (err)
		return err;
	record->attrs = addr + head;
	record->nr_attrs = rec->size > head ? (rec->size - head) / sizeof(struct ust_attr_rec) : 0;
#define READ(what)                                                                                 \
	ust_ctl_image_string(                                                                      \
		&reader->image,                                                                    \
		ust_ctl_file_follow(addr, offsetof(struct ust_site_rec, what), rec->what),         \
		record->what, sizeof(record->what))
	err = READ(provider);
	if (err >= 0)
		err = READ(name);
	if (err >= 0)
		err = READ(file);
#undef READ
	if (err < 0)
		return err;
	return read_names(
		reader, ust_ctl_file_follow(addr, offsetof(struct ust_site_rec, names), rec->names),
		record);
}

static int same_event(const struct ust_ctl_event *event, const struct record *record)
{
	const char *name = record->names;
	unsigned int i;

	if (event->id != record->rec.kind || event->line != record->rec.line ||
	    event->loglevel != ust_attr_loglevel(record->rec.loglevel) ||
	    event->nr_fields != record->rec.nr_fields ||
	    strcmp(event->provider, record->provider) || strcmp(event->name, record->name) ||
	    strcmp(event->file, record->file))
		return 0;
	for (i = 0; i < event->nr_fields; i++, name += strlen(name) + 1)
		if (event->fields[i].word != record->words[i] ||
		    strcmp(event->fields[i].name, name))
			return 0;
	return 1;
}

static unsigned int hash_string(unsigned int hash, const char *s)
{
	while (*s)
		hash = (hash ^ (unsigned char)*s++) * 16777619u;
	return hash;
}

static unsigned int hash_event(const char *provider, const char *name, unsigned int line)
{
	return hash_string(hash_string(2166136261u ^ line, provider), name);
}

/* The bucket that holds the event of @record, or the empty one where it belongs. */
static unsigned int *find_bucket(struct reader *reader, const struct record *record)
{
	unsigned int at = hash_event(record->provider, record->name, record->rec.line);

	for (;; at++) {
		unsigned int *bucket = &reader->buckets[at & (reader->nr_buckets - 1)];

		if (!*bucket || same_event(&reader->events[*bucket - 1], record))
			return bucket;
	}
}

/* Keeps at least half of the buckets empty. */
static int grow(struct reader *reader)
{
	unsigned int room = reader->room ? reader->room * 2 : 64, i;
	struct ust_ctl_event *events = realloc(reader->events, room * sizeof(*events));
	unsigned int *buckets;

	if (!events)
		return -ENOMEM;
	reader->events = events;
	buckets = calloc(room * 2, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	for (i = 0; i < reader->nr_events; i++) {
		unsigned int at = hash_event(events[i].provider, events[i].name, events[i].line);

		while (buckets[at & (room * 2 - 1)])
			at++;
		buckets[at & (room * 2 - 1)] = i + 1;
	}
	free(reader->buckets);
	reader->buckets = buckets;
	reader->nr_buckets = room * 2;
	reader->room = room;
	return 0;
}

static int fill_event(struct ust_ctl_event *event, const struct record *record)
{
	const char *name = record->names;
	unsigned int i;

	memset(event, 0, sizeof(*event));
	event->provider = strdup(record->provider);
	event->name = strdup(record->name);
	event->file = strdup(record->file);
	event->line = record->rec.line;
	event->loglevel = ust_attr_loglevel(record->rec.loglevel);
	event->id = record->rec.kind; /* until ust_ctl_file_merge() */
	event->nr_sites = 1;
	event->fields =
		calloc(record->rec.nr_fields ? record->rec.nr_fields : 1, sizeof(*event->fields));
	if (!event->provider || !event->name || !event->file || !event->fields)
		return -ENOMEM;
	event->nr_fields = record->rec.nr_fields;
	for (i = 0; i < event->nr_fields; i++, name += strlen(name) + 1) {
		event->fields[i].word = record->words[i];
		event->fields[i].name = strdup(name);
		if (!event->fields[i].name)
			return -ENOMEM;
	}
	return 0;
}

static int add_record(struct reader *reader, const struct record *record)
{
	unsigned int *bucket;
	int err;

	/* A question is no event. */
	if (record->rec.kind == UST_SITE_QUERY)
		return 0;
	if (reader->nr_events == reader->room) {
		err = grow(reader);
		if (err)
			return err;
	}
	bucket = find_bucket(reader, record);
	if (*bucket) {
		reader->events[*bucket - 1].nr_sites++;
		return 0;
	}
	if (reader->nr_events == MAX_EVENTS)
		return -EBADMSG;
	*bucket = ++reader->nr_events;
	err = fill_event(&reader->events[reader->nr_events - 1], record);
	return err ? err
		   : ust_ctl_file_attrs(&reader->image, record->attrs, record->nr_attrs,
					&reader->events[reader->nr_events - 1]);
}

/* All records between two addresses. */
static int read_section(struct reader *reader, uint64_t start, uint64_t stop)
{
	struct record *record = malloc(sizeof(*record));
	int err = record ? 0 : -ENOMEM;

	while (!err && start < stop) {
		/* Sections of several objects are joined with padding to the next multiple of 8:
		 * a size of 0 is that padding. */
		err = ust_ctl_image_read(&reader->image, start, &record->rec, sizeof(uint32_t));
		if (err)
			break;
		if (!record->rec.size) {
			start += sizeof(uint32_t);
			continue;
		}
		if (record->rec.size > stop - start || record->rec.size % 4 ||
		    ++reader->nr_sites > MAX_SITES) {
			err = -EBADMSG;
			break;
		}
		if (record->rec.size < sizeof(record->rec)) {
			err = -EBADMSG;
			break;
		}
		err = ust_ctl_image_read(&reader->image, start, &record->rec, sizeof(record->rec));
		if (!err)
			err = read_record(reader, start, record);
		if (!err)
			err = add_record(reader, record);
		start += record->rec.size;
	}
	free(record);
	return err;
}

static int read_notes(struct reader *reader, const struct ust_ctl_note *notes, unsigned int nr)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++) {
		if (notes[i].abi != UST_SITE_ABI)
			reader->nr_foreign++;
		else if (notes[i].stop < notes[i].start)
			err = -EBADMSG;
		else
			err = read_section(reader, notes[i].start, notes[i].stop);
	}
	return err;
}

static int open_regular(const char *path)
{
	/* Not blocking: a FIFO of that name would hold us forever. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return S_ISDIR(st.st_mode) ? -EISDIR : -ENOEXEC;
	}
	return fd;
}

int ust_ctl_file_events(const char *path, struct ust_ctl_event **ret_events)
{
	struct ust_ctl_note *notes = NULL;
	struct reader reader = {0};
	int fd = open_regular(path), err, nr_notes;

	if (fd < 0)
		return fd;
	err = ust_ctl_image_open(&reader.image, fd);
	if (err) {
		close(fd);
		return err;
	}
	nr_notes = ust_ctl_image_notes(&reader.image, &notes);
	err = nr_notes < 0 ? nr_notes : read_notes(&reader, notes, (unsigned int)nr_notes);
	if (!err && !reader.nr_events && reader.nr_foreign)
		err = -EPROTONOSUPPORT;
	free(notes);
	ust_ctl_image_close(&reader.image);
	close(fd);
	free(reader.buckets);
	if (err) {
		ust_ctl_events_free(reader.events, (int)reader.nr_events);
		return err;
	}
	reader.nr_events = ust_ctl_file_merge(reader.events, reader.nr_events);
	*ret_events = reader.events;
	return (int)reader.nr_events;
}
