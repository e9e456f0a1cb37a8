/* SPDX-License-Identifier: LGPL-2.1-only */
#include "encode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../os/wire.h"
#include "../probe/sticky.h"
#include "../site/registry.h"

#define MAX_NAMES 64

static unsigned char buffer[UST_MSG_MAX];

static void begin(struct ust_wire_out *out, int type, uint32_t seq)
{
	ust_wire_begin(out, buffer, sizeof(buffer), (enum ust_msg_type)type, seq, 0);
}

static struct ust_wire_str str(const char *s)
{
	return (struct ust_wire_str){.s = s, .len = (uint32_t)strlen(s)};
}

static void put_fields(struct ust_wire_out *out, const struct ust_event *event, int with_labels)
{
	uint32_t i, j;

	for (i = 0; i < event->nr_fields; i++) {
		const struct ust_field *field = &event->fields[i];
		struct ust_wire_field wire = {
			.name = str(field->name),
			.word = field->word,
			.nr_labels = with_labels ? field->nr_labels : 0,
		};

		ust_wire_put_field(out, &wire);
		for (j = 0; j < wire.nr_labels; j++) {
			struct ust_wire_label label = {
				.label = str(field->labels[j].label),
				.value = field->labels[j].value,
				.span = field->labels[j].span,
			};

			ust_wire_put_label(out, &label);
		}
	}
}

static void put_attrs(struct ust_wire_out *out, const struct ust_event *event, int with_attrs)
{
	uint32_t i, nr = with_attrs ? event->nr_attrs : 0;

	ust_wire_put_u32(out, nr);
	for (i = 0; i < nr; i++) {
		struct ust_wire_attr attr = {
			.kind = event->attrs[i].kind,
			.field = event->attrs[i].field,
			.text = str(event->attrs[i].text),
		};

		ust_wire_put_attr(out, &attr);
	}
}

/*
 * One number and one definition. An event whose labels alone would fill a message goes without
 * them, and at last without its attributes. Result: 0, or -EMSGSIZE with nothing written: the message is to be sent first.
 */
static int put_event(struct ust_wire_out *out, uint32_t number, const struct ust_event *event,
		     int alone)
{
	struct ust_wire_event wire = {
		.provider = str(event->provider),
		.name = str(event->name),
		.file = str(event->file),
		.line = event->line,
		.loglevel = event->loglevel,
		.nr_fields = event->nr_fields,
	};
	size_t len = out->len;
	int with;

	for (with = 2; with >= 0; with--) {
		ust_wire_put_u32(out, number);
		ust_wire_put_event(out, &wire);
		put_fields(out, event, with == 2);
		put_attrs(out, event, with >= 1);
		if (!out->error)
			return 0;
		out->error = 0;
		out->len = len;
		if (!alone)
			break;
	}
	return -EMSGSIZE;
}

static void read_comm(char *comm, size_t size)
{
	int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, comm, size - 1);

	if (fd >= 0)
		close(fd);
	if (len < 0)
		len = 0;
	if (len && comm[len - 1] == '\n')
		len--;
	comm[len] = '\0';
}

int ust_send_hello(int fd, uint32_t flags)
{
	struct ust_registry_counts counts;
	struct ust_wire_out out;
	char comm[32], exe[1024];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[len < 0 ? 0 : len] = '\0';
	read_comm(comm, sizeof(comm));
	ust_registry_count(&counts);
	begin(&out, UST_MSG_HELLO, 0);
	ust_wire_put_s32(&out, getpid());
	ust_wire_put_s32(&out, getppid());
	ust_wire_put_u32(&out, counts.nr_events);
	ust_wire_put_u32(&out, counts.nr_sites);
	ust_wire_put_u32(&out, counts.nr_foreign);
	ust_wire_put_u32(&out, flags);
	ust_wire_put_str(&out, comm);
	ust_wire_put_str(&out, exe);
	ust_wire_put_str(&out, secure_getenv(UST_ENV_SCOPE));
	return ust_wire_send(fd, &out, 0);
}

/* Puts "provider:name". */
static void put_full_name(struct ust_wire_out *out, const struct ust_event *event)
{
	char name[256];
	size_t provider = strnlen(event->provider, sizeof(name) / 2 - 1);
	size_t len = strnlen(event->name, sizeof(name) / 2);

	memcpy(name, event->provider, provider);
	name[provider] = ':';
	memcpy(name + provider + 1, event->name, len);
	ust_wire_put_bytes(out, name, provider + 1 + len);
}

int ust_send_matched(int fd, uint32_t seq, uint64_t session, uint32_t nr_matched)
{
	uint32_t i, nr = 0, nr_events = ust_registry_nr_events();
	struct ust_wire_out out;
	size_t at;

	begin(&out, UST_MSG_MATCHED, seq);
	ust_wire_put_u64(&out, session);
	ust_wire_put_u32(&out, nr_matched);
	at = out.len;
	ust_wire_put_u32(&out, 0);
	for (i = 0; !nr_matched && i < nr_events && nr < MAX_NAMES; i++) {
		const struct ust_event *event = ust_registry_event(i);

		if (!event->nr_sites)
			continue;
		put_full_name(&out, event);
		nr++;
	}
	ust_wire_patch_u32(&out, at, nr);
	return ust_wire_send(fd, &out, 0);
}

int ust_send_plain(int fd, int type, uint32_t seq, int status)
{
	struct ust_wire_out out;

	ust_wire_begin(&out, buffer, sizeof(buffer), (enum ust_msg_type)type, seq, status);
	return ust_wire_send(fd, &out, 0);
}

int ust_send_text(int fd, int type, uint32_t seq, int status, const char *text)
{
	struct ust_wire_out out;

	ust_wire_begin(&out, buffer, sizeof(buffer), (enum ust_msg_type)type, seq, status);
	ust_wire_put_str(&out, text);
	return ust_wire_send(fd, &out, 0);
}

int ust_send_events(int fd, uint32_t seq)
{
	uint32_t i = 0, nr_events = ust_registry_nr_events();
	struct ust_wire_out out;
	int more, err;

	do {
		uint32_t nr = 0;
		size_t at;

		begin(&out, UST_MSG_EVENTS, seq);
		at = out.len;
		ust_wire_put_u32(&out, 0);
		ust_wire_put_u32(&out, 0);
		for (more = 0; i < nr_events; i++) {
			const struct ust_event *event = ust_registry_event(i);

			if (!event->nr_sites)
				continue;
			if (put_event(&out, event->nr_sites, event, nr == 0) == 0) {
				nr++;
			} else if (nr) {
				more = 1;
				break;
			}
		}
		ust_wire_patch_u32(&out, at, (uint32_t)more);
		ust_wire_patch_u32(&out, at + 4, nr);
		err = ust_wire_send(fd, &out, 0);
	} while (more && !err);
	return err;
}

/* One STATES with what fits, from slot *@slot on. Result: 1 if there is more, 0, or a negative errno. */
static int send_some_states(int fd, uint32_t seq, const struct ust_session *session, uint32_t *slot)
{
	static struct ust_sticky kept;
	struct ust_wire_out out;
	uint32_t nr = 0, id;
	size_t at;
	int err;

	begin(&out, UST_MSG_STATES, seq);
	at = out.len;
	ust_wire_put_u32(&out, 0);
	for (; *slot < UST_STICKY_SLOTS && out.len + 8 + UST_STICKY_MAX <= out.size; ++*slot) {
		const struct ust_event *event;

		if (!ust_sticky_read(*slot, &kept))
			continue;
		event = kept.event;
		if (!ust_session_event_id(session, event->local, &id))
			continue;
		/* "replayed" */
		kept.bytes[0] = 1;
		ust_wire_put_u32(&out, id);
		ust_wire_put_bytes(&out, (const char *)kept.bytes, kept.len);
		nr++;
	}
	if (!nr)
		return 0;
	ust_wire_patch_u32(&out, at, nr);
	err = ust_wire_send(fd, &out, 0);
	return err ? err : *slot < UST_STICKY_SLOTS;
}

int ust_send_states(int fd, uint32_t seq, const struct ust_session *session)
{
	uint32_t slot = 0;
	int more;

	do {
		more = send_some_states(fd, seq, session, &slot);
	} while (more > 0);
	return more;
}

int ust_send_unknown(int fd, uint32_t seq, struct ust_session *session, uint32_t *cursor)
{
	struct ust_wire_out out;
	struct ust_event *event;
	uint32_t nr = 0;
	size_t at;
	int err;

	begin(&out, UST_MSG_EVENT_DEFS, seq);
	ust_wire_put_u64(&out, ust_session_id(session));
	at = out.len;
	ust_wire_put_u32(&out, 0);
	while ((event = ust_session_next_unknown(session, cursor))) {
		if (put_event(&out, event->local, event, nr == 0) == 0) {
			nr++;
		} else if (nr) {
			*cursor = event->local;
			ust_session_unask(session, event->local);
			break;
		}
	}
	if (!nr)
		return 0;
	ust_wire_patch_u32(&out, at, nr);
	err = ust_wire_send(fd, &out, 0);
	return err ? err : (int)nr;
}
