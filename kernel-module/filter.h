/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose events a session records: of each kind of filter that has values, one has to fit the
 * current thread; an interrupt counts as the thread that it interrupted.
 *
 *   call               contexts                   lock
 *   ust_kfilter_pass   any, NMI too               RCU (preemption off)
 *   the others         process                    session's mutex
 */
#ifndef UST_KERNEL_FILTER_H
#define UST_KERNEL_FILTER_H

#include <linux/types.h>

#include <ust/abi/kernel.h>

struct ust_ksession;
struct ust_kfilter_pids;
struct ust_kfilter_uids;
struct ust_kfilter_cgroups;

/* NULL: no restriction of that kind. */
struct ust_kfilter {
	struct ust_kfilter_pids __rcu *pids;
	struct ust_kfilter_uids __rcu *uids;
	struct ust_kfilter_cgroups __rcu *cgroups;
};

bool ust_kfilter_pass(const struct ust_ksession *session);

/* -EINVAL, -ESRCH (no such process), -EBADF (not a cgroup), -ENOENT (REMOVE: was not there),
 * -ENOSPC (too many), -ENOMEM, -EOPNOTSUPP. */
int ust_kfilter_change(struct ust_kfilter *filter, const struct ust_kernel_filter *args);
/* 1 if processes are listed and this one is not among them. Process context. */
int ust_kfilter_excludes(const struct ust_ksession *session, pid_t pid);
/* 1 if there is any restriction. */
int ust_kfilter_active(const struct ust_kfilter *filter);
/* Nobody records any more. */
void ust_kfilter_fini(struct ust_kfilter *filter);

#endif /* UST_KERNEL_FILTER_H */
