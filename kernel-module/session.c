// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "args.h"
#include "channel.h"
#include "clock.h"
#include "context.h"
#include "define.h"
#include "probe.h"
#include "read.h"
#include "ring.h"
#include "stream.h"

static void session_free(struct kref *ref)
{
	struct ust_ksession *session = container_of(ref, struct ust_ksession, ref);
	u32 i;

	for (i = 0; i < session->nr_channels; i++)
		ust_kchannel_destroy(session->channels[i]);
	ust_kread_free(&session->definitions);
	ust_clock_put();
	kfree(session);
}

void ust_ksession_put(struct ust_ksession *session)
{
	kref_put(&session->ref, session_free);
}

static void channels_off(struct ust_ksession *session)
{
	u32 i;

	lockdep_assert_held(&session->lock);
	for (i = 0; i < session->nr_channels; i++)
		ust_kchannel_set(session->channels[i], 0, session->channels[i]->filtered);
	ust_kevents_synchronize();
	WRITE_ONCE(session->started, false);
	for (i = 0; i < session->nr_channels; i++)
		ust_kchannel_stop(session->channels[i]);
}

static int session_release(struct inode *inode, struct file *file)
{
	struct ust_ksession *session = file->private_data;
	LIST_HEAD(detached);
	u32 i;

	mutex_lock(&ust_kevents_mutex);
	list_del(&session->all);
	mutex_lock(&session->lock);
	ust_ksession_disable_all(session, &detached);
	mutex_unlock(&ust_kevents_mutex);
	channels_off(session);
	cancel_work_sync(&session->statedump);
	ust_ksession_free_detached(&detached);
	ust_ksession_free_patterns(session);
	ust_kfilter_fini(&session->filter);
	WRITE_ONCE(session->closed, true);
	for (i = 0; i < session->nr_channels; i++)
		ust_kchannel_wake(session->channels[i]);
	mutex_unlock(&session->lock);
	ust_ksession_put(session);
	return 0;
}

/* ---- ioctls; session->lock is held ---- */

static int add_channel(struct ust_ksession *session, void __user *user)
{
	struct ust_kernel_channel args;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	if (session->was_started)
		return -EBUSY;
	if (session->nr_channels == UST_KERNEL_CHANNELS_MAX)
		return -ENOSPC;
	ret = ust_kchannel_create(session, &args, session->nr_channels,
				  &session->channels[session->nr_channels]);
	if (ret)
		return ret;
	ust_kchannel_set(session->channels[session->nr_channels], 0,
			 ust_kfilter_active(&session->filter));
	return session->nr_channels++;
}

static int change_filter(struct ust_ksession *session, void __user *user)
{
	struct ust_kernel_filter args;
	int ret = UST_KARGS_GET(&args, user);
	u32 i;

	if (ret)
		return ret;
	ret = ust_kfilter_change(&session->filter, &args);
	for (i = 0; i < session->nr_channels; i++)
		ust_kchannel_set(session->channels[i], session->channels[i]->on,
				 ust_kfilter_active(&session->filter));
	return ret;
}

static int start(struct ust_ksession *session)
{
	u32 i;

	if (!session->nr_channels)
		return -EINVAL;
	if (session->started)
		return 0;
	session->was_started = true;
	WRITE_ONCE(session->started, true);
	for (i = 0; i < session->nr_channels; i++)
		ust_kchannel_start(session->channels[i]);
	return 0;
}

static int stop(struct ust_ksession *session)
{
	if (session->started)
		channels_off(session);
	return 0;
}

static int open_stream(struct ust_ksession *session, void __user *user)
{
	struct ust_kernel_stream args;
	struct ust_kring *kring;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	if (args.channel >= session->nr_channels || args.reserved)
		return -EINVAL;
	if (args.cpu >= nr_cpu_ids || !cpu_possible(args.cpu))
		return -ENODEV;
	kring = ust_kchannel_ring(session->channels[args.channel], args.cpu);
	return kring ? ust_kstream_open(session, kring) : -ENODEV;
}

static int next_loss(struct ust_ksession *session, void __user *user)
{
	struct ust_kernel_loss args;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	if (args.channel >= session->nr_channels || args.reserved)
		return -EINVAL;
	for (; args.id < UST_LEDGER_ENTRIES; args.id++) {
		memcpy(args.lost, &session->channels[args.channel]->ledger[args.id],
		       sizeof(args.lost));
		if (memchr_inv(args.lost, 0, sizeof(args.lost)))
			return UST_KARGS_PUT(&args, user);
	}
	return -ENOENT;
}

/* These change what is attached, so they take the outer lock, too. */
static int change_events(struct ust_ksession *session, unsigned int cmd, void __user *user)
{
	struct ust_kernel_enable args;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	if (args.flags || args.reserved || !ust_kpattern_valid(args.pattern))
		return -EINVAL;
	mutex_lock(&ust_kevents_mutex);
	mutex_lock(&session->lock);
	if (args.channel >= session->nr_channels)
		ret = -EINVAL;
	else if (cmd == UST_KSESSION_ENABLE)
		ret = ust_ksession_enable(session, args.channel, args.pattern);
	else
		ret = ust_ksession_disable(session, args.channel, args.pattern);
	mutex_unlock(&session->lock);
	mutex_unlock(&ust_kevents_mutex);
	return ret;
}

static int locked_ioctl(struct ust_ksession *session, unsigned int cmd, void __user *user)
{
	lockdep_assert_held(&session->lock);
	switch (cmd) {
	case UST_KSESSION_CHANNEL:
		return add_channel(session, user);
	case UST_KSESSION_FILTER:
		return change_filter(session, user);
	case UST_KSESSION_START:
		return start(session);
	case UST_KSESSION_STOP:
		return stop(session);
	case UST_KSESSION_STATEDUMP:
		return session->started ? ust_ksession_statedump(session) : -EINVAL;
	case UST_KSESSION_STREAM:
		return open_stream(session, user);
	case UST_KSESSION_LOSS:
		return next_loss(session, user);
	default:
		return -ENOTTY;
	}
}

static long session_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ust_ksession *session = file->private_data;
	void __user *user = (void __user *)arg;
	int ret;

	if (cmd == UST_KSESSION_ENABLE || cmd == UST_KSESSION_DISABLE)
		return change_events(session, cmd, user);
	mutex_lock(&session->lock);
	ret = locked_ioctl(session, cmd, user);
	mutex_unlock(&session->lock);
	return ret;
}

static ssize_t session_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct ust_ksession *session = file->private_data;
	ssize_t ret = -EAGAIN;

	mutex_lock(&session->lock);
	if (!list_empty(&session->definitions))
		ret = ust_kread_records(&session->definitions, buf, size);
	mutex_unlock(&session->lock);
	return ret;
}

static __poll_t session_poll(struct file *file, poll_table *table)
{
	struct ust_ksession *session = file->private_data;

	poll_wait(file, &session->wait, table);
	return list_empty_careful(&session->definitions) ? 0 : EPOLLIN | EPOLLRDNORM;
}

static const struct file_operations session_fops = {
	.owner = THIS_MODULE,
	.release = session_release,
	.read = session_read,
	.poll = session_poll,
	.unlocked_ioctl = session_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = no_llseek,
};

/* ---- make ---- */

static int define_contexts(struct ust_ksession *session)
{
	struct ust_kevent event;
	int ret = ust_kcontext_define(session->contexts, &event);

	if (ret)
		return ret;
	mutex_lock(&session->lock);
	ret = ust_ksession_define(session, &event);
	mutex_unlock(&session->lock);
	kfree(event.fields);
	return ret;
}

int ust_ksession_open(const struct ust_kernel_session *args)
{
	struct ust_ksession *session;
	int ret;

	if (args->contexts & ~UST_KCONTEXT_ALL || args->flags || args->reserved)
		return -EINVAL;
	if (!ust_kclock_usable(args->clock))
		return -EOPNOTSUPP;
	session = kzalloc(sizeof(*session), GFP_KERNEL);
	if (!session)
		return -ENOMEM;
	/* From now on the module's mode stays what it is. */
	ust_clock_get();
	kref_init(&session->ref);
	mutex_init(&session->lock);
	INIT_LIST_HEAD(&session->patterns);
	INIT_LIST_HEAD(&session->enabled);
	INIT_LIST_HEAD(&session->definitions);
	init_waitqueue_head(&session->wait);
	ust_ksession_statedump_init(session);
	session->contexts = args->contexts;
	session->clock = args->clock;
	memcpy(session->uuid, args->uuid, sizeof(session->uuid));
	ret = define_contexts(session);
	if (ret) {
		ust_ksession_put(session);
		return ret;
	}
	mutex_lock(&ust_kevents_mutex);
	list_add(&session->all, &ust_ksessions);
	mutex_unlock(&ust_kevents_mutex);
	ret = anon_inode_getfd("[ust-session]", &session_fops, session, O_RDWR | O_CLOEXEC);
	if (ret < 0) {
		mutex_lock(&ust_kevents_mutex);
		list_del(&session->all);
		mutex_unlock(&ust_kevents_mutex);
		ust_ksession_put(session);
	}
	return ret;
}
