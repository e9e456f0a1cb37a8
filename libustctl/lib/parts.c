/* SPDX-License-Identifier: LGPL-2.1-only */
/* Snapshots and chunks. */
#include "ctl.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* What ustd does not say in words. */
static int explain(struct ust_ctl *ctl, int err, const char *what, const char *name,
		   const char *path)
{
	switch (err) {
	case -ENOENT:
		/* No directory is missing: ustd makes those that lead to it. */
		return ust_ctl_explain(ctl, err, what, name);
	case -EEXIST:
		return ust_ctl_fail(ctl, err,
				    "cannot %s '%s': the output directory '%s' is no directory or "
				    "leads through a file; choose another",
				    what, name, path);
	case -ENOTEMPTY:
		return ust_ctl_fail(ctl, err,
				    "cannot %s '%s': the output directory '%s' is there and not "
				    "empty; choose another",
				    what, name, path);
	default:
		return err;
	}
}

/* The request of a name and, where @output is not NULL, a directory. */
static int call(struct ust_ctl *ctl, enum ust_msg_type type, const char *what, const char *name,
		const char *output)
{
	struct ust_wire_out *out;
	char path[PATH_MAX] = "";
	int err;

	if (!name || !*name)
		return ust_ctl_fail(ctl, -EINVAL, "cannot %s: no name", what);
	err = output ? ust_ctl_absolute(output, path, sizeof(path)) : 0;
	if (err)
		return ust_ctl_fail(ctl, err, "cannot %s '%s': output directory: %s", what, name,
				    strerror(-err));
	out = ust_ctl_begin(ctl, type);
	ust_wire_put_str(out, name);
	ust_wire_put_str(out, path);
	err = ust_ctl_call(ctl, what, name);
	return err ? explain(ctl, err, what, name, path) : 0;
}

int ust_ctl_snapshot(struct ust_ctl *ctl, const char *name, const char *output,
		     struct ust_ctl_snapshot_result *ret_result)
{
	static const char what[] = "take a snapshot of session";
	struct ust_ctl_snapshot_result result = {0};
	int err = call(ctl, UST_MSG_SNAPSHOT, what, name, output);

	if (err)
		return err;
	ust_wire_get_cstr(&ctl->in, result.output, sizeof(result.output));
	result.nr_processes = ust_wire_get_u32(&ctl->in);
	result.nr_silent = ust_wire_get_u32(&ctl->in);
	result.nr_states = ust_wire_get_u32(&ctl->in);
	result.bytes = ust_wire_get_u64(&ctl->in);
	result.lost = ust_wire_get_u64(&ctl->in);
	err = ust_ctl_finish(ctl, what);
	if (!err && ret_result)
		*ret_result = result;
	return err;
}

int ust_ctl_rotate(struct ust_ctl *ctl, const char *name, const char *output,
		   struct ust_ctl_rotate_result *ret_result)
{
	static const char what[] = "rotate session";
	struct ust_ctl_rotate_result result = {0};
	int err = call(ctl, UST_MSG_ROTATE, what, name, output);

	if (err)
		return err;
	ust_wire_get_cstr(&ctl->in, result.output, sizeof(result.output));
	ust_wire_get_cstr(&ctl->in, result.next, sizeof(result.next));
	result.bytes = ust_wire_get_u64(&ctl->in);
	result.lost = ust_wire_get_u64(&ctl->in);
	result.nr_silent = ust_wire_get_u32(&ctl->in);
	err = ust_ctl_finish(ctl, what);
	if (!err && ret_result)
		*ret_result = result;
	return err;
}
