// SPDX-License-Identifier: GPL-2.0-only
/* Processes, their threads, open files and mappings. */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ipc_namespace.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "compat/compat.h"
#include "filter.h"
#include "session.h"
#include "statedump.h"

static void put_path(struct ust_kdump *dump, struct file *file)
{
	const char *path = file ? file_path(file, dump->path, sizeof(dump->path)) : "";

	ust_kdump_str(dump, IS_ERR(path) ? "?" : path);
}

static void put_namespaces(struct ust_kdump *dump, struct task_struct *task)
{
	struct pid_namespace *pid_ns;
	u32 inum[4] = {};

	task_lock(task);
	if (task->nsproxy) {
		inum[0] = task->nsproxy->uts_ns->ns.inum;
#ifdef CONFIG_IPC_NS
		inum[1] = task->nsproxy->ipc_ns->ns.inum;
#endif
#ifdef CONFIG_NET_NS
		inum[2] = task->nsproxy->net_ns->ns.inum;
#endif
#ifdef CONFIG_CGROUPS
		inum[3] = task->nsproxy->cgroup_ns->ns.inum;
#endif
	}
	task_unlock(task);
	ust_kdump_u32(dump, inum[0]);
	ust_kdump_u32(dump, inum[1]);
	ust_kdump_u32(dump, inum[2]);
	rcu_read_lock();
	pid_ns = task_active_pid_ns(task);
	ust_kdump_u32(dump, pid_ns ? pid_ns->ns.inum : 0);
	ust_kdump_u32(dump, __task_cred(task)->user_ns->ns.inum);
	rcu_read_unlock();
	ust_kdump_u32(dump, inum[3]);
}

static void dump_process(struct ust_kdump *dump, struct task_struct *task, struct mm_struct *mm)
{
	struct file *exe = mm ? ust_compat_mm_exe(mm) : NULL;

	ust_kdump_u32(dump, task->tgid);
	rcu_read_lock();
	ust_kdump_u32(dump, pid_alive(task) ? rcu_dereference(task->real_parent)->tgid : 0);
	ust_kdump_text(dump, task->comm, TASK_COMM_LEN);
	ust_kdump_u32(dump, from_kuid(&init_user_ns, __task_cred(task)->uid));
	ust_kdump_u32(dump, from_kgid(&init_user_ns, __task_cred(task)->gid));
	rcu_read_unlock();
	ust_kdump_u32(dump, get_nr_threads(task));
	put_path(dump, exe);
	if (exe)
		fput(exe);
	put_namespaces(dump, task);
	ust_kdump_emit(dump, UST_KSTATE_PROCESS, true);
}

static void dump_thread(struct ust_kdump *dump, struct task_struct *task)
{
	ust_kdump_u32(dump, task->tgid);
	ust_kdump_u32(dump, task->pid);
	ust_kdump_u32(dump, task_pid_nr_ns(task, task_active_pid_ns(task)));
	ust_kdump_text(dump, task->comm, TASK_COMM_LEN);
	ust_kdump_u32(dump, READ_ONCE(task->__state));
	ust_kdump_u32(dump, task->prio);
	ust_kdump_u32(dump, task->policy);
	ust_kdump_u32(dump, task_cpu(task));
	ust_kdump_emit(dump, UST_KSTATE_THREAD, true);
}

struct file_walk {
	struct ust_kdump *dump;
	struct task_struct *task;
};

/* Under the table's spinlock. */
static int dump_file(const void *data, struct file *file, unsigned int fd)
{
	const struct file_walk *walk = data;

	ust_kdump_u32(walk->dump, walk->task->tgid);
	ust_kdump_u32(walk->dump, fd);
	ust_kdump_u32(walk->dump, file->f_flags);
	put_path(walk->dump, file);
	ust_kdump_emit(walk->dump, UST_KSTATE_FILE, false);
	return walk->dump->stopped;
}

static void dump_files(struct ust_kdump *dump, struct task_struct *task)
{
	struct file_walk walk = {dump, task};

	task_lock(task);
	if (task->files)
		iterate_fd(task->files, 0, dump_file, &walk);
	task_unlock(task);
}

static void dump_mappings(struct ust_kdump *dump, struct task_struct *task, struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	UST_COMPAT_VMA_ITER(iter, mm);

	if (mmap_read_lock_killable(mm))
		return;
	ust_compat_for_each_vma(iter, vma)
	{
		struct file *file = vma->vm_file;

		ust_kdump_u32(dump, task->tgid);
		ust_kdump_u64(dump, vma->vm_start);
		ust_kdump_u64(dump, vma->vm_end);
		ust_kdump_u64(dump, (u64)vma->vm_pgoff << PAGE_SHIFT);
		ust_kdump_u64(dump, file ? file_inode(file)->i_ino : 0);
		ust_kdump_u32(dump, vma->vm_flags);
		put_path(dump, file);
		ust_kdump_emit(dump, UST_KSTATE_MAPPING, false);
		if (dump->stopped)
			break;
	}
	mmap_read_unlock(mm);
}

static void dump_task(struct ust_kdump *dump, struct task_struct *task)
{
	struct mm_struct *mm;

	if (ust_kfilter_excludes(dump->session, task->tgid))
		return;
	if (thread_group_leader(task)) {
		mm = get_task_mm(task);
		dump_process(dump, task, mm);
		dump_files(dump, task);
		if (mm) {
			dump_mappings(dump, task, mm);
			mmput(mm);
		}
	}
	dump_thread(dump, task);
}

/* References to all threads there are now. Result: their number, 0 if there is no memory. */
static u32 collect(struct task_struct ***ret_tasks)
{
	struct task_struct *process, *thread, **tasks;
	u32 room = 64, nr = 0;

	rcu_read_lock();
	for_each_process_thread(process, thread) room++;
	rcu_read_unlock();
	tasks = kvcalloc(room, sizeof(*tasks), GFP_KERNEL);
	if (!tasks)
		return 0;
	rcu_read_lock();
	for_each_process_thread(process, thread) if (nr < room) tasks[nr++] =
		get_task_struct(thread);
	rcu_read_unlock();
	*ret_tasks = tasks;
	return nr;
}

void ust_kdump_processes(struct ust_kdump *dump)
{
	struct task_struct **tasks = NULL;
	u32 nr = collect(&tasks), i;

	for (i = 0; i < nr; i++) {
		if (!dump->stopped && pid_alive(tasks[i]))
			dump_task(dump, tasks[i]);
		put_task_struct(tasks[i]);
		cond_resched();
	}
	kvfree(tasks);
}
