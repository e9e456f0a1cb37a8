// SPDX-License-Identifier: GPL-2.0-only
#include "context.h"

#include <linux/cgroup.h>
#include <linux/ipc_namespace.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include <ust/abi/kernel.h>
#include <ust/abi/site.h>

#include "probe.h"

#define NR_NAMESPACES 6

static const struct {
	u32 context;
	u32 size;
	struct ust_kfield field;
} table[] = {
	{UST_KCONTEXT_PID, 4, {"pid", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}},
	{UST_KCONTEXT_TID, 4, {"tid", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}},
	{UST_KCONTEXT_COMM,
	 TASK_COMM_LEN,
	 {"comm", UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ARRAY | UST_FIELD_TEXT, TASK_COMM_LEN)}},
	{UST_KCONTEXT_CPU, 4, {"cpu", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)}},
	{UST_KCONTEXT_PRIO, 4, {"prio", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}},
	{UST_KCONTEXT_PREEMPT, 4, {"preempt", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)}},
	{UST_KCONTEXT_IRQ, 1, {"irq_state", UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_HEX, 0)}},
	{UST_KCONTEXT_NESTING, 1, {"nesting", UST_FIELD_WORD(UST_TYPE_U8, 0, 0)}},
	{UST_KCONTEXT_NS,
	 NR_NAMESPACES * 4,
	 {"namespaces", UST_FIELD_WORD(UST_TYPE_U32, UST_FIELD_ARRAY, NR_NAMESPACES)}},
	{UST_KCONTEXT_VTID, 4, {"vtid", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}},
};

u32 ust_kcontext_size(u32 contexts)
{
	u32 size = 0, i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (contexts & table[i].context)
			size += table[i].size;
	return size;
}

int ust_kcontext_define(u32 contexts, struct ust_kevent *ret_event)
{
	struct ust_kfield *fields = kcalloc(ARRAY_SIZE(table), sizeof(*fields), GFP_KERNEL);
	u32 i, nr = 0;

	if (!fields)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (contexts & table[i].context)
			fields[nr++] = table[i].field;
	*ret_event = (struct ust_kevent){
		.system = "ust",
		.name = "context",
		.fields = fields,
		.nr_fields = nr,
		.method = UST_KMETHOD_CORE,
		.id = UST_KERNEL_ID_CONTEXT,
	};
	return 0;
}

static __always_inline unsigned char *put32(unsigned char *p, u32 v)
{
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static u8 irq_state(void)
{
	return (irqs_disabled() ? UST_KIRQ_DISABLED : 0) |
	       (in_serving_softirq() ? UST_KIRQ_SOFTIRQ : 0) |
	       (in_hardirq() ? UST_KIRQ_HARDIRQ : 0) | (in_nmi() ? UST_KIRQ_NMI : 0);
}

/* Only the task itself exchanges its nsproxy, so in its own context it stays. */
static notrace unsigned char *put_namespaces(unsigned char *p)
{
	const struct nsproxy *proxy = in_task() ? current->nsproxy : NULL;
	u32 inum[NR_NAMESPACES] = {};

	if (proxy) {
		inum[0] = proxy->uts_ns->ns.inum;
#ifdef CONFIG_IPC_NS
		inum[1] = proxy->ipc_ns->ns.inum;
#endif
#ifdef CONFIG_NET_NS
		inum[2] = proxy->net_ns->ns.inum;
#endif
		inum[3] = task_active_pid_ns(current)->ns.inum;
		inum[4] = current_user_ns()->ns.inum;
#ifdef CONFIG_CGROUPS
		inum[5] = proxy->cgroup_ns->ns.inum;
#endif
	}
	memcpy(p, inum, sizeof(inum));
	return p + sizeof(inum);
}

notrace unsigned char *ust_kcontext_write(unsigned char *p, u32 contexts, u32 nesting)
{
	const struct task_struct *task = current;

	if (contexts & UST_KCONTEXT_PID)
		p = put32(p, task->tgid);
	if (contexts & UST_KCONTEXT_TID)
		p = put32(p, task->pid);
	if (contexts & UST_KCONTEXT_COMM) {
		memcpy(p, task->comm, TASK_COMM_LEN);
		p += TASK_COMM_LEN;
	}
	if (contexts & UST_KCONTEXT_CPU)
		p = put32(p, raw_smp_processor_id());
	if (contexts & UST_KCONTEXT_PRIO)
		p = put32(p, task->prio);
	if (contexts & UST_KCONTEXT_PREEMPT)
		p = put32(p, (preempt_count() & PREEMPT_MASK) - PREEMPT_OFFSET);
	if (contexts & UST_KCONTEXT_IRQ)
		*p++ = irq_state();
	if (contexts & UST_KCONTEXT_NESTING)
		*p++ = nesting;
	if (contexts & UST_KCONTEXT_NS)
		p = put_namespaces(p);
	if (contexts & UST_KCONTEXT_VTID)
		p = put32(p, task_pid_vnr((struct task_struct *)task));
	return p;
}
