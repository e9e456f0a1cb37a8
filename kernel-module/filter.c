// SPDX-License-Identifier: GPL-2.0-only
#include "filter.h"

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/uidgid.h>

#include "hook.h"
#include "session.h"

/* A bit for each pid there can be: one load for the record, and fork needs no lock. */
struct ust_kfilter_pids {
	DECLARE_BITMAP(member, PID_MAX_LIMIT);
	DECLARE_BITMAP(follow, PID_MAX_LIMIT);
	u32 nr;
};

struct ust_kfilter_uids {
	u32 nr;
	kuid_t values[];
};

#define CGROUPS_MAX 64
struct ust_kfilter_cgroups {
	u32 nr;
	struct cgroup *values[CGROUPS_MAX];
};

static notrace bool pass_uids(const struct ust_kfilter_uids *uids)
{
	kuid_t uid = current_uid();
	u32 i;

	for (i = 0; i < uids->nr; i++)
		if (uid_eq(uids->values[i], uid))
			return true;
	return false;
}

static notrace bool pass_cgroups(const struct ust_kfilter_cgroups *cgroups)
{
#ifdef CONFIG_CGROUPS
	struct cgroup *mine = task_dfl_cgroup(current);
	u32 i;

	for (i = 0; i < cgroups->nr; i++)
		if (cgroup_is_descendant(mine, cgroups->values[i]))
			return true;
#endif
	return false;
}

notrace bool ust_kfilter_pass(const struct ust_ksession *session)
{
	const struct ust_kfilter *filter = &session->filter;
	const struct ust_kfilter_pids *pids = rcu_dereference_raw(filter->pids);
	const struct ust_kfilter_uids *uids = rcu_dereference_raw(filter->uids);
	const struct ust_kfilter_cgroups *cgroups = rcu_dereference_raw(filter->cgroups);

	return (!pids || test_bit(current->tgid, pids->member)) && (!uids || pass_uids(uids)) &&
	       (!cgroups || pass_cgroups(cgroups));
}

/* For the kernel's checks: whether who changes it may. */
#define locked(filter) lockdep_is_held(&container_of(filter, struct ust_ksession, filter)->lock)

/* ---- pids ---- */

static void process_forked(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct ust_kfilter_pids *pids = data;

	if (child->tgid != parent->tgid && test_bit(parent->tgid, pids->follow)) {
		set_bit(child->tgid, pids->follow);
		set_bit(child->tgid, pids->member);
	}
}

/* The number may be given to another process from now on. */
static void process_gone(void *data, struct task_struct *task)
{
	struct ust_kfilter_pids *pids = data;

	if (task->pid == task->tgid) {
		clear_bit(task->tgid, pids->member);
		clear_bit(task->tgid, pids->follow);
	}
}

static int pids_create(struct ust_kfilter *filter)
{
	struct ust_kfilter_pids *pids = kvzalloc(sizeof(*pids), GFP_KERNEL);
	int ret;

	if (!pids)
		return -ENOMEM;
	ret = ust_khook_attach("sched_process_fork", process_forked, pids);
	if (!ret) {
		ret = ust_khook_attach("sched_process_free", process_gone, pids);
		if (ret)
			ust_khook_detach("sched_process_fork", process_forked, pids);
	}
	if (ret) {
		kvfree(pids);
		return ret;
	}
	rcu_assign_pointer(filter->pids, pids);
	return 0;
}

static void pids_destroy(struct ust_kfilter *filter)
{
	struct ust_kfilter_pids *pids = rcu_dereference_protected(filter->pids, locked(filter));

	if (!pids)
		return;
	rcu_assign_pointer(filter->pids, NULL);
	/* Also waits for records that still look. */
	ust_khook_detach("sched_process_fork", process_forked, pids);
	ust_khook_detach("sched_process_free", process_gone, pids);
	kvfree(pids);
}

/* The number in the initial namespace, which is what records compare. */
static pid_t initial_pid(u64 value)
{
	struct pid *pid = value <= INT_MAX ? find_get_pid((pid_t)value) : NULL;
	struct task_struct *task = pid ? get_pid_task(pid, PIDTYPE_PID) : NULL;
	pid_t nr = task ? task->tgid : 0;

	if (task)
		put_task_struct(task);
	put_pid(pid);
	return nr;
}

static int change_pids(struct ust_kfilter *filter, const struct ust_kernel_filter *args)
{
	struct ust_kfilter_pids *pids;
	pid_t pid;
	int ret;

	if (args->op == UST_KFILTER_CLEAR) {
		pids_destroy(filter);
		return 0;
	}
	pid = initial_pid(args->value);
	if (!pid)
		return -ESRCH;
	if (!filter->pids && args->op == UST_KFILTER_ADD) {
		ret = pids_create(filter);
		if (ret)
			return ret;
	}
	pids = rcu_dereference_protected(filter->pids, locked(filter));
	if (args->op == UST_KFILTER_ADD) {
		if (args->flags & UST_KFILTER_FOLLOW)
			set_bit(pid, pids->follow);
		set_bit(pid, pids->member);
		/* Gone meanwhile: process_gone() may have come before these bits. */
		if (initial_pid(args->value) == pid)
			return 0;
		clear_bit(pid, pids->member);
		clear_bit(pid, pids->follow);
		return -ESRCH;
	}
	if (!pids || !test_and_clear_bit(pid, pids->member))
		return -ENOENT;
	clear_bit(pid, pids->follow);
	return 0;
}

/* ---- uids: a new array for each change ---- */

static int change_uids(struct ust_kfilter *filter, const struct ust_kernel_filter *args)
{
	struct ust_kfilter_uids *old = rcu_dereference_protected(filter->uids, locked(filter)),
				*new = NULL;
	kuid_t uid = make_kuid(current_user_ns(), (uid_t)args->value);
	u32 nr = old ? old->nr : 0, i, out = 0;

	if (args->op != UST_KFILTER_CLEAR) {
		if (args->value > U32_MAX || !uid_valid(uid))
			return -EINVAL;
		if (nr >= UST_KERNEL_FILTERS_MAX && args->op == UST_KFILTER_ADD)
			return -ENOSPC;
		new = kvzalloc(struct_size(new, values, nr + 1), GFP_KERNEL);
		if (!new)
			return -ENOMEM;
		for (i = 0; i < nr; i++)
			if (!uid_eq(old->values[i], uid))
				new->values[out++] = old->values[i];
		if (args->op == UST_KFILTER_REMOVE && out == nr) {
			kvfree(new);
			return -ENOENT;
		}
		if (args->op == UST_KFILTER_ADD)
			new->values[out++] = uid;
		new->nr = out;
	}
	rcu_assign_pointer(filter->uids, new);
	synchronize_rcu();
	kvfree(old);
	return 0;
}

/* ---- cgroups: likewise ---- */

#ifdef CONFIG_CGROUPS

/* What is in old, less the one, plus the one if it is added. References move to the new array. */
static int cgroups_build(const struct ust_kfilter_cgroups *old, struct cgroup *one, bool add,
			 struct ust_kfilter_cgroups *new)
{
	u32 i;

	for (i = 0; old && i < old->nr; i++)
		if (old->values[i] != one)
			new->values[new->nr++] = old->values[i];
	if (!add)
		return old && new->nr < old->nr ? 0 : -ENOENT;
	if (new->nr >= CGROUPS_MAX)
		return -ENOSPC;
	new->values[new->nr++] = one;
	return 0;
}

static void cgroups_drop(struct ust_kfilter_cgroups *old)
{
	u32 i;

	for (i = 0; old && i < old->nr; i++)
		cgroup_put(old->values[i]);
	kfree(old);
}

static int change_cgroups(struct ust_kfilter *filter, const struct ust_kernel_filter *args)
{
	struct ust_kfilter_cgroups *old = rcu_dereference_protected(filter->cgroups,
								    locked(filter)),
				   *new = NULL;
	struct cgroup *one;
	bool had = false;
	int ret = 0;
	u32 i;

	if (args->op == UST_KFILTER_CLEAR) {
		rcu_assign_pointer(filter->cgroups, NULL);
		synchronize_rcu();
		cgroups_drop(old);
		return 0;
	}
	one = args->value <= INT_MAX ? cgroup_get_from_fd((int)args->value) : ERR_PTR(-EBADF);
	if (IS_ERR(one))
		return PTR_ERR(one);
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		ret = -ENOMEM;
	if (!ret)
		ret = cgroups_build(old, one, args->op == UST_KFILTER_ADD, new);
	if (ret) {
		cgroup_put(one);
		kfree(new);
		return ret;
	}
	for (i = 0; old && i < old->nr; i++)
		had |= old->values[i] == one;
	rcu_assign_pointer(filter->cgroups, new);
	synchronize_rcu();
	if (had)
		cgroup_put(one);
	if (args->op == UST_KFILTER_REMOVE)
		cgroup_put(one);
	kfree(old);
	return 0;
}

#else

static void cgroups_drop(struct ust_kfilter_cgroups *old)
{
}

static int change_cgroups(struct ust_kfilter *filter, const struct ust_kernel_filter *args)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_CGROUPS */

int ust_kfilter_change(struct ust_kfilter *filter, const struct ust_kernel_filter *args)
{
	if (args->op < UST_KFILTER_ADD || args->op > UST_KFILTER_CLEAR ||
	    args->flags & ~UST_KFILTER_FOLLOW ||
	    (args->flags && (args->kind != UST_KFILTER_PID || args->op != UST_KFILTER_ADD)))
		return -EINVAL;
	switch (args->kind) {
	case UST_KFILTER_PID:
		return change_pids(filter, args);
	case UST_KFILTER_UID:
		return change_uids(filter, args);
	case UST_KFILTER_CGROUP:
		return change_cgroups(filter, args);
	default:
		return -EINVAL;
	}
}

int ust_kfilter_excludes(const struct ust_ksession *session, pid_t pid)
{
	const struct ust_kfilter_pids *pids;
	int ret;

	rcu_read_lock();
	pids = rcu_dereference(session->filter.pids);
	ret = pids && !test_bit(pid, pids->member);
	rcu_read_unlock();
	return ret;
}

int ust_kfilter_active(const struct ust_kfilter *filter)
{
	return filter->pids || filter->uids || filter->cgroups;
}

void ust_kfilter_fini(struct ust_kfilter *filter)
{
	pids_destroy(filter);
	kvfree(rcu_dereference_protected(filter->uids, locked(filter)));
	cgroups_drop(rcu_dereference_protected(filter->cgroups, locked(filter)));
}
