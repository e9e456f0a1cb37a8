// SPDX-License-Identifier: GPL-2.0-only
/* /dev/ust-trace: <ust/abi/kernel.h> tells what it does. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "args.h"
#include "channel.h"
#include "clock.h"
#include "device.h"
#include "probe.h"
#include "read.h"
#include "session.h"

static u32 nr_events(void)
{
	struct ust_kevent *event;
	u32 nr = 0;

	mutex_lock(&ust_kevents_mutex);
	list_for_each_entry(event, &ust_kevents, list) nr++;
	mutex_unlock(&ust_kevents_mutex);
	return nr;
}

static int version(void __user *user)
{
	struct ust_kernel_version args;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	args = (struct ust_kernel_version){
		.size = args.size,
		.abi = UST_KERNEL_ABI,
		.nr_cpus = nr_cpu_ids,
		.clock = ust_clock_page->mode,
		.contexts = UST_KCONTEXT_ALL,
		.nr_events = nr_events(),
		.memory_max = ust_kchannels_memory_max(),
		.memory = ust_kchannels_memory(),
	};
	strscpy(args.release, init_uts_ns.name.release, sizeof(args.release));
	return UST_KARGS_PUT(&args, user);
}

static int list(void __user *user)
{
	struct ust_kernel_list args;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	if (args.flags)
		return -EINVAL;
	return ust_kread_list_open(args.pattern);
}

static int session(void __user *user)
{
	struct ust_kernel_session args;
	int ret = UST_KARGS_GET(&args, user);
	u32 mode;

	if (ret)
		return ret;
	/* The user keeps the mode from changing in between. */
	mode = ust_clock_get();
	if (!args.clock)
		args.clock = mode;
	args.ret_clock = args.clock;
	/* Before the descriptor exists: there is no taking it back. */
	ret = UST_KARGS_PUT(&args, user);
	if (!ret)
		ret = ust_ksession_open(&args);
	ust_clock_put();
	return ret;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case UST_KERNEL_VERSION:
		return version(user);
	case UST_KERNEL_LIST:
		return list(user);
	case UST_KERNEL_SESSION:
		return session(user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = no_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ust-trace",
	.fops = &device_fops,
	.mode = 0600, /* 60-ust.rules lets the group "tracing" in */
};

int ust_kdevice_init(void)
{
	return misc_register(&device);
}

void ust_kdevice_exit(void)
{
	misc_deregister(&device);
}
