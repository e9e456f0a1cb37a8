/* SPDX-License-Identifier: LGPL-2.1-only */
/* What libust sends, see <ust/abi/control.h>. Under the session lock: there is one buffer. */
#ifndef UST_CONTROL_ENCODE_H
#define UST_CONTROL_ENCODE_H

#include <stdint.h>

#include "../session/session.h"

/* Each sends on @fd and returns 0 or a negative errno. */
int ust_send_hello(int fd, uint32_t flags);
int ust_send_matched(int fd, uint32_t seq, uint64_t session, uint32_t nr_matched);
int ust_send_plain(int fd, int type, uint32_t seq, int status);
int ust_send_text(int fd, int type, uint32_t seq, int status, const char *text);
/* All events of the process, in as many EVENTS as it takes. */
int ust_send_events(int fd, uint32_t seq);
/* The last values of the state keys that the session records, in as many STATES as it takes. */
int ust_send_states(int fd, uint32_t seq, const struct ust_session *session);
/* One EVENT_DEFS with as many of the session's unknown events as fit. Result: how many, 0 when
 * there are none left (nothing is sent then), or a negative errno. */
int ust_send_unknown(int fd, uint32_t seq, struct ust_session *session, uint32_t *cursor);

#endif /* UST_CONTROL_ENCODE_H */
