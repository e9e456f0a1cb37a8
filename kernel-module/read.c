// SPDX-License-Identifier: GPL-2.0-only
#include "read.h"

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "define.h"
#include "probe.h"
#include "session.h"

ssize_t ust_kread_records(struct list_head *definitions, char __user *buf, size_t size)
{
	struct ust_kdefinition *def, *next;
	size_t done = 0;

	list_for_each_entry_safe(def, next, definitions, node)
	{
		if (def->event.size > size - done)
			return done ? done : -EINVAL;
		if (copy_to_user(buf + done, &def->event, def->event.size))
			return done ? done : -EFAULT;
		done += def->event.size;
		list_del(&def->node);
		kvfree(def);
	}
	return done;
}

void ust_kread_free(struct list_head *definitions)
{
	struct ust_kdefinition *def, *next;

	list_for_each_entry_safe(def, next, definitions, node) kvfree(def);
	INIT_LIST_HEAD(definitions);
}

/* What was there when it was opened: modules may go meanwhile. */
struct listing {
	struct mutex lock;
	struct list_head definitions;
};

static ssize_t list_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct listing *listing = file->private_data;
	ssize_t ret;

	mutex_lock(&listing->lock);
	ret = ust_kread_records(&listing->definitions, buf, size);
	mutex_unlock(&listing->lock);
	return ret;
}

static void listing_free(struct listing *listing)
{
	ust_kread_free(&listing->definitions);
	kfree(listing);
}

static int list_release(struct inode *inode, struct file *file)
{
	listing_free(file->private_data);
	return 0;
}

static const struct file_operations list_fops = {
	.owner = THIS_MODULE,
	.read = list_read,
	.release = list_release,
	.llseek = no_llseek,
};

static int collect(struct listing *listing, const char *pattern)
{
	struct ust_kdefinition *def;
	struct ust_kevent *event;
	int ret = 0;

	mutex_lock(&ust_kevents_mutex);
	list_for_each_entry(event, &ust_kevents, list)
	{
		if (*pattern && !ust_kpattern_matches(pattern, event))
			continue;
		def = ust_kdefine(event, event->nr_on);
		if (!def) {
			ret = -ENOMEM;
			break;
		}
		list_add_tail(&def->node, &listing->definitions);
	}
	mutex_unlock(&ust_kevents_mutex);
	return ret;
}

int ust_kread_list_open(const char *pattern)
{
	struct listing *listing;
	int ret;

	if (*pattern && !ust_kpattern_valid(pattern))
		return -EINVAL;
	listing = kzalloc(sizeof(*listing), GFP_KERNEL);
	if (!listing)
		return -ENOMEM;
	mutex_init(&listing->lock);
	INIT_LIST_HEAD(&listing->definitions);
	ret = collect(listing, pattern);
	if (!ret)
		ret = anon_inode_getfd("[ust-list]", &list_fops, listing, O_RDONLY | O_CLOEXEC);
	if (ret < 0)
		listing_free(listing);
	return ret;
}
