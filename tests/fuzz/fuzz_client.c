/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers of a hostile daemon, as the control library reads them; and each primitive of the codec.
 */
#include <stdlib.h>

#include "input.h"
#include "libustctl/lib/ctl.h"

static volatile uint64_t sum;

static void take_str(struct ust_wire_str str)
{
	uint32_t i;

	for (i = 0; i < str.len; i++)
		sum += (unsigned char)str.s[i];
}

static void take_any(struct ust_wire_in *msg, struct fuzz_input *in)
{
	unsigned int i;
	char s[64];

	for (i = 0; i < 64 && !msg->error; i++) {
		switch (fuzz_u8(in) % 8) {
		case 0:
			sum += ust_wire_get_u32(msg);
			break;
		case 1:
			sum += ust_wire_get_u64(msg);
			break;
		case 2:
			take_str(ust_wire_get_str(msg));
			break;
		case 3:
			if (!ust_wire_get_cstr(msg, s, 1 + fuzz_u8(in) % sizeof(s)) &&
			    strlen(s) > 63)
				abort();
			break;
		case 4:
			take_str(ust_wire_get_event(msg).file);
			break;
		case 5:
			take_str(ust_wire_get_field(msg).name);
			break;
		case 6:
			take_str(ust_wire_get_label(msg).label);
			break;
		case 7:
			if (ust_wire_get_fd(msg) >= 0)
				abort();
			break;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {.p = data, .len = size};
	uint8_t kind = fuzz_u8(&in);
	struct ust_msg_header header;
	struct ust_ctl_session *session;
	struct ust_ctl_event *event;
	struct ust_wire_in msg;
	unsigned char *copy;
	size_t len = in.len;

	if (len > UST_MSG_MAX)
		return 0;
	copy = malloc(len ? len : 1);
	if (!copy)
		abort();
	if (len)
		memcpy(copy, in.p, len);
	/* Headers are refused often enough as they come. */
	if (len >= sizeof(header) && (kind & 8)) {
		memcpy(&header, copy, sizeof(header));
		header.size = (uint32_t)len;
		header.version = UST_PROTOCOL_VERSION;
		memcpy(copy, &header, sizeof(header));
	}
	if (ust_wire_open(&msg, copy, len))
		goto out;
	switch (kind % 3) {
	case 0:
		take_any(&msg, &in);
		break;
	case 1:
		event = calloc(1, sizeof(*event));
		ust_ctl_get_event(&msg, event);
		ust_ctl_events_free(event, 1);
		break;
	case 2:
		session = calloc(1, sizeof(*session));
		ust_ctl_get_session(&msg, session);
		ust_ctl_sessions_free(session, 1);
		break;
	}
out:
	free(copy);
	return 0;
}
