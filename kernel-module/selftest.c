// SPDX-License-Identifier: GPL-2.0-only
#include "selftest.h"

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#include <ust/abi/site.h>

#include "record.h"
#include "session.h"
#include "statedump.h"

static const struct ust_kfield fields[] = {
	{"number", UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
	{"again", UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
};

#define EVENT(text, number)                                                                        \
	{                                                                                          \
		.system = "ust_selftest", .name = text, .fields = fields,                          \
		.nr_fields = ARRAY_SIZE(fields), .method = UST_KMETHOD_CORE,                       \
		.id = UST_KSTATE_ID(0) - 1 - (number)                                              \
	}

enum { OUTER, NESTED, NR };
static const struct ust_kevent events[NR] = {EVENT("outer", OUTER), EVENT("nested", NESTED)};

/* Of the test that runs: one at a time, under ust_kevents_mutex. */
static struct ust_kchannel *channel;
static u64 nr_nmis;

static void *begin(struct ust_kctx *ctx, int which)
{
	return ust_krecord_reserve(channel, events[which].id, ctx, 16, true);
}

static void end(struct ust_kctx *ctx, void *p, u64 number)
{
	u64 both[2] = {number, ~number};

	if (!p)
		return;
	memcpy(p, both, sizeof(both));
	ust_kprobe_commit(ctx);
}

static int nmi(unsigned int cmd, struct pt_regs *regs)
{
	struct ust_kctx ctx;
	void *p;

	if (!READ_ONCE(channel))
		return NMI_DONE;
	p = begin(&ctx, NESTED);
	end(&ctx, p, nr_nmis);
	WRITE_ONCE(nr_nmis, nr_nmis + 1);
	return NMI_HANDLED;
}

static void nest_once(u64 number)
{
	struct ust_kctx ctx;
	u64 before;
	void *p;
	int turns;

	preempt_disable();
	p = begin(&ctx, OUTER);
	before = READ_ONCE(nr_nmis);
	apic->send_IPI_mask(cpumask_of(smp_processor_id()), NMI_VECTOR);
	for (turns = 0; turns < 100000 && READ_ONCE(nr_nmis) == before; turns++)
		cpu_relax();
	end(&ctx, p, number);
	preempt_enable();
}

static int test_nmi(u64 nr)
{
	u64 i;
	int ret = register_nmi_handler(NMI_LOCAL, nmi, 0, "ust-selftest");

	if (ret)
		return ret;
	nr_nmis = 0;
	for (i = 0; i < nr; i++) {
		nest_once(i);
		cond_resched();
	}
	unregister_nmi_handler(NMI_LOCAL, "ust-selftest");
	return nr_nmis == nr ? 0 : -EIO;
}

static int test_record(u64 nr)
{
	struct ust_kctx ctx;
	u64 i;

	for (i = 0; i < nr; i++) {
		preempt_disable();
		end(&ctx, begin(&ctx, OUTER), i);
		preempt_enable();
		if (!(i & 1023))
			cond_resched();
	}
	return 0;
}

static int test_oops(void)
{
	struct ust_kctx outer, nested;

	preempt_disable();
	begin(&outer, OUTER);
	begin(&nested, NESTED);
	BUG();
	return 0;
}

static int define(struct ust_ksession *session)
{
	int ret;

	mutex_lock(&session->lock);
	ret = ust_ksession_define(session, &events[OUTER])
		      ?: ust_ksession_define(session, &events[NESTED]);
	if (!session->nr_channels)
		ret = -EINVAL;
	mutex_unlock(&session->lock);
	return ret;
}

static int run(const char *what)
{
	struct ust_ksession *session =
		list_first_entry_or_null(&ust_ksessions, struct ust_ksession, all);
	u64 nr = 0;
	int ret;

	if (!session)
		return -ENOENT;
	ret = define(session);
	if (ret)
		return ret;
	WRITE_ONCE(channel, session->channels[0]);
	if (sscanf(what, "nmi %llu", &nr) == 1)
		ret = test_nmi(nr);
	else if (sscanf(what, "record %llu", &nr) == 1)
		ret = test_record(nr);
	else if (sysfs_streq(what, "oops"))
		ret = test_oops();
	else
		ret = -EINVAL;
	WRITE_ONCE(channel, NULL);
	return ret;
}

static ssize_t selftest_write(struct file *file, const char __user *user, size_t size, loff_t *pos)
{
	char what[64] = "";
	int ret;

	if (size >= sizeof(what))
		return -EINVAL;
	if (copy_from_user(what, user, size))
		return -EFAULT;
	mutex_lock(&ust_kevents_mutex);
	ret = run(what);
	mutex_unlock(&ust_kevents_mutex);
	return ret ? ret : (ssize_t)size;
}

static const struct file_operations selftest_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = selftest_write,
};

static struct dentry *file;

void ust_kselftest_init(void)
{
	file = debugfs_create_file("ust_selftest", 0200, NULL, NULL, &selftest_fops);
}

void ust_kselftest_exit(void)
{
	debugfs_remove(file);
}
