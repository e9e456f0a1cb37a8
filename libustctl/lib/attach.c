/* SPDX-License-Identifier: LGPL-2.1-only */
/* Requests that concern one process. */
#include "ctl.h"

#include <errno.h>

/* What ustd's answer means for this process. */
static int explain(struct ust_ctl *ctl, int err, const char *what, pid_t pid)
{
	switch (err) {
	case -ESRCH:
		return ust_ctl_fail(ctl, err,
				    "cannot %s process %d: ustd does not reach it; it has no "
				    "libust, belongs to another user or is gone",
				    what, (int)pid);
	case -ETIMEDOUT:
		return ust_ctl_fail(
			ctl, err,
			"cannot %s process %d: it does not answer ustd; it is stopped, or hangs",
			what, (int)pid);
	}
	return err;
}

int ust_ctl_attach(struct ust_ctl *ctl, pid_t pid, int socket)
{
	static const char what[] = "attach to";
	uint32_t flags;
	int err;

	ust_wire_put_s32(ust_ctl_begin(ctl, UST_MSG_ATTACH_APP), pid);
	if (socket >= 0)
		ust_wire_put_fd(&ctl->out, socket);
	err = ust_ctl_call(ctl, what, NULL);
	if (err)
		return explain(ctl, err, what, pid);
	flags = ust_wire_get_u32(&ctl->in);
	err = ust_ctl_finish(ctl, what);
	if (err)
		return err;
	return flags & 1 ? UST_CTL_WAS_DETACHED : 0;
}

int ust_ctl_detach(struct ust_ctl *ctl, pid_t pid)
{
	static const char what[] = "detach from";

	ust_wire_put_s32(ust_ctl_begin(ctl, UST_MSG_DETACH_APP), pid);
	return explain(ctl, ust_ctl_call(ctl, what, NULL), what, pid);
}

int ust_ctl_hook(struct ust_ctl *ctl, pid_t pid, const char *rules)
{
	static const char what[] = "hook functions of";

	ust_wire_put_s32(ust_ctl_begin(ctl, UST_MSG_HOOK_APP), pid);
	ust_wire_put_str(&ctl->out, rules);
	return explain(ctl, ust_ctl_call(ctl, what, NULL), what, pid);
}

int ust_ctl_enable_sched(struct ust_ctl *ctl, const char *name, pid_t pid, int children)
{
	static const char what[] = "record context switches";
	struct ust_wire_out *out;

	if (!name || !*name)
		return ust_ctl_fail(ctl, -EINVAL, "cannot %s: no session", what);
	out = ust_ctl_begin(ctl, UST_MSG_ENABLE_SCHED);
	ust_wire_put_str(out, name);
	ust_wire_put_s32(out, pid);
	ust_wire_put_u32(out, children ? UST_SCHED_CHILDREN : 0);
	return ust_ctl_call(ctl, what, NULL);
}
