/* SPDX-License-Identifier: LGPL-2.1-only */
/* Kernel events of sessions. */
#include "ctl.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

int ust_ctl_enable_kernel(struct ust_ctl *ctl, const char *name,
			  const struct ust_ctl_kernel_opts *opts, struct ust_ctl_kernel *ret_kernel)
{
	static const char what[] = "record kernel events";
	struct ust_wire_out *out;
	struct ust_wire_str why;
	uint32_t source, nr_events;
	unsigned int i;
	int err;

	if (!name || !*name || !opts || !opts->nr_patterns)
		return ust_ctl_fail(ctl, -EINVAL, "cannot %s: no pattern", what);
	out = ust_ctl_begin(ctl, UST_MSG_ENABLE_KERNEL);
	ust_wire_put_str(out, name);
	ust_wire_put_u32(out, opts->all ? UST_KERNEL_ALL : 0);
	ust_wire_put_u32(out, opts->nr_patterns);
	for (i = 0; i < opts->nr_patterns; i++)
		ust_wire_put_str(out, opts->patterns[i]);
	ust_wire_put_u32(out, opts->nr_pids);
	for (i = 0; i < opts->nr_pids; i++)
		ust_wire_put_s32(out, opts->pids[i]);
	err = ust_ctl_call(ctl, what, NULL);
	if (err)
		return err == -ENOENT && !ust_ctl_session_exists(ctl, name)
			       ? ust_ctl_explain(ctl, err, what, name)
			       : err;
	source = ust_wire_get_u32(&ctl->in);
	nr_events = ust_wire_get_u32(&ctl->in);
	why = ust_wire_get_str(&ctl->in);
	err = ust_ctl_finish(ctl, what);
	if (err)
		return err;
	if (ret_kernel) {
		memset(ret_kernel, 0, sizeof(*ret_kernel));
		ret_kernel->source = source;
		snprintf(ret_kernel->why, sizeof(ret_kernel->why), "%.*s", (int)why.len, why.s);
	}
	return nr_events > INT_MAX ? INT_MAX : (int)nr_events;
}

int ust_ctl_kernel_events(struct ust_ctl *ctl, unsigned int source, const char *pattern,
			  struct ust_ctl_event **ret_events)
{
	static const char what[] = "list the kernel's events";

	ust_wire_put_u32(ust_ctl_begin(ctl, UST_MSG_LIST_KERNEL), source);
	ust_wire_put_str(&ctl->out, pattern);
	return ust_ctl_collect_events(ctl, what, ret_events);
}
