/* SPDX-License-Identifier: LGPL-2.1-only */
/* Events that no record in an object describes: of the interposition libraries and of bindings. */
#ifndef UST_CONTROL_DEFINE_H
#define UST_CONTROL_DEFINE_H

#include <ust/abi/site.h>

struct ust_define_opts {
	const char *provider, *name;
	const char *names;  /* of the fields, NUL behind each */
	const __u32 *words; /* UST_FIELD_WORD */
	/* Of each enumeration, ended by a label without text. NULL: there are no enumerations. */
	const struct ust_enum_label *const *labels;
	__u32 nr_fields;
	__u8 loglevel; /* as in a record: UST_LOGLEVEL_UNSET, or the level + 1 */
};

/*
 * Makes an event, for good, and @state that of a site which tests it. If a session records the
 * event it is on when this returns. Result: 0, -EINVAL without libust's services (another copy has
 * them), or -ENOMEM. Any thread, with no lock of libust's; not in signal handlers.
 */
__attribute__((visibility("default"))) int ust_define_event(const struct ust_define_opts *opts,
							    struct ust_site_state *state);

#endif /* UST_CONTROL_DEFINE_H */
