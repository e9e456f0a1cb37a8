/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Sticky state: what was said last of each key is told again to every session that begins to record it,
 * so that a trace that starts late knows what came before.
 *
 *	UST_STATE(pool, connection, id, UST_STR(peer, name), UST_ENUM(state, s, states));
 *
 * is a statement like UST_EVENT. The first field is the key (here id); at most 18 others follow. The
 * event's fields are
 *
 *	pool:connection { replayed, id, peer, state }
 *
 * where replayed is 0 when the statement ran, and 1 when the value was told again: when a session
 * starts, or goes on in another trace, or enables the event, or was joined by this process; and into the
 * buffers of a flight recorder (--overwrite) before they are written out, or before the process exits, if
 * it does so by exit(): a process that calls _exit() or is killed has told its values when the session started, and they may be
 * written over. A snapshot ("ustctl snapshot") has the values of all processes that live, however much
 * was written over. A replayed event has the time of its telling. When a value changes meanwhile, the last
 * event of its key has the last value.
 *
 * libust keeps the values whether there is a session or not: the arguments are always evaluated, which
 * costs about as much as an event that is recorded. Without libust in the process nothing happens. It
 * keeps 1024 keys of a process, with at most 256 bytes of fields of which the key may be 63; what is more
 * is recorded, but not kept; UST_DEBUG=1 tells how many values that were. A forked child has its parent's
 * values.
 *
 * Thread and signal safety: anywhere, also in signal handlers. errno is left alone.
 */
#ifndef UST_STATE_H
#define UST_STATE_H

#include <ust/detail/sticky.h>
#include <ust/tracepoint.h>

#define UST_STATE(provider, ...)                                                                   \
	UST_STATE_1(0, #provider, UST_PP_COUNT(__VA_ARGS__), __VA_ARGS__, ~)
/* The same with a level of <ust/loglevel.h>, a constant, in front. */
#define UST_STATE_LEVEL(level, provider, ...)                                                      \
	UST_STATE_1(UST_LEVEL_OF(level), #provider, UST_PP_COUNT(__VA_ARGS__), __VA_ARGS__, ~)

#define UST_STATE_1(...) UST_STATE_2(__VA_ARGS__)
#define UST_STATE_2(level, provider, n, name, ...)                                                 \
	UST_PP_CAT(UST_STATE_, UST_PP_LIMIT_ONE_MORE(n))(level, provider, n, name, __VA_ARGS__)
#define UST_STATE_MANY(...) UST_STATIC_ASSERT(0, "UST: a state has at most 19 fields")
#define UST_STATE_FEW(level, provider, n, name, ...)                                               \
	UST_STATE_3(level, provider, UST_PP_CAT(UST_PP_ONE_MORE_, n) UST_PP_TUPLE(0, 0, name),     \
		    (ust_replayed, "replayed", 0)UST_PP_MAP(n, UST_PP_TUPLE, __VA_ARGS__), ~)
#define UST_STATE_3(...) UST_STATE_4(__VA_ARGS__)
#define UST_STATE_4(level, provider, n, name, ...)                                                 \
	UST_STICKY(level, provider, UST_NAME_OF(name), UST_PP_MAP(n, UST_FIELD_NAME, __VA_ARGS__), \
		   UST_HELP_OF(name) UST_PP_MAP(n, UST_FIELD_TEXTS, __VA_ARGS__) "", n,            \
		   __VA_ARGS__)

#endif /* UST_STATE_H */
