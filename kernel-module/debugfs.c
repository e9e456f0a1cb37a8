// SPDX-License-Identifier: GPL-2.0-only
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <ust/abi/site.h>

#include "probe.h"
#include "session.h"

static struct dentry *root, *events;

/* A system's directory, as long as it has events. */
struct system {
	struct list_head node;
	struct dentry *dir;
	u32 nr;
	char name[];
};

static LIST_HEAD(systems); /* under ust_kevents_mutex */

static const char *const type_names[UST_TYPE_NR] = {
	[UST_TYPE_S8] = "s8",         [UST_TYPE_S16] = "s16",         [UST_TYPE_S32] = "s32",
	[UST_TYPE_S64] = "s64",       [UST_TYPE_U8] = "u8",           [UST_TYPE_U16] = "u16",
	[UST_TYPE_U32] = "u32",       [UST_TYPE_U64] = "u64",         [UST_TYPE_FLOAT] = "float",
	[UST_TYPE_DOUBLE] = "double", [UST_TYPE_POINTER] = "pointer", [UST_TYPE_BOOL] = "bool",
	[UST_TYPE_STRING] = "string",
};

static void show_labels(struct seq_file *m, const struct ust_klabels *labels)
{
	u32 i;

	for (i = 0; i < labels->nr; i++)
		if (labels->labels[i].name)
			seq_printf(m, "\t\t%#lx %s\n", labels->labels[i].mask,
				   labels->labels[i].name);
}

static int format_show(struct seq_file *m, void *unused)
{
	const struct ust_kevent *event = m->private;
	u32 i;

	seq_printf(m, "name: %s:%s\nid: %u\ncoverage: %s\nfields:\n", event->system, event->name,
		   event->id, ust_kevents_coverage(event));
	for (i = 0; i < event->nr_fields; i++) {
		const struct ust_kfield *field = &event->fields[i];
		u32 flags = UST_FIELD_WORD_FLAGS(field->word);
		u32 type = UST_FIELD_WORD_TYPE(field->word);

		seq_printf(m, "\t%s %s",
			   type < UST_TYPE_NR && type_names[type] ? type_names[type] : "?",
			   field->name);
		if (flags & UST_FIELD_ARRAY)
			seq_printf(m, "[%u]", UST_FIELD_WORD_COUNT(field->word));
		seq_puts(m, flags & UST_FIELD_SEQ ? "[]\n" : "\n");
		if (flags & UST_FIELD_ENUM && field->labels)
			show_labels(m, field->labels);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(format);

static int id_show(struct seq_file *m, void *unused)
{
	const struct ust_kevent *event = m->private;

	seq_printf(m, "%u\n", event->id);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(id);

static int enable_show(struct seq_file *m, void *unused)
{
	const struct ust_kevent *event = m->private;

	seq_printf(m, "%u\n", READ_ONCE(event->nr_on));
	return 0;
}

/* Into or out of the first channel of every session there is. */
static int enable_all(struct ust_kevent *event, bool on)
{
	char pattern[UST_KERNEL_PATTERN_MAX];
	struct ust_ksession *session;
	int ret = 0;

	lockdep_assert_held(&ust_kevents_mutex);
	if (snprintf(pattern, sizeof(pattern), "%s:%s", event->system, event->name) >=
	    (int)sizeof(pattern))
		return -ENAMETOOLONG;
	list_for_each_entry(session, &ust_ksessions, all)
	{
		mutex_lock(&session->lock);
		if (session->nr_channels && on)
			ret = ust_ksession_enable(session, 0, pattern);
		else if (session->nr_channels)
			ust_ksession_disable(session, 0, pattern);
		mutex_unlock(&session->lock);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static ssize_t enable_write(struct file *file, const char __user *user, size_t size, loff_t *pos)
{
	struct ust_kevent *event = ((struct seq_file *)file->private_data)->private;
	bool on;
	int ret;

	ret = kstrtobool_from_user(user, size, &on);
	if (ret)
		return ret;
	/* Who holds the mutex may be waiting in ust_kdebugfs_remove() for this to end. */
	if (!mutex_trylock(&ust_kevents_mutex)) {
		cond_resched();
		return restart_syscall();
	}
	ret = enable_all(event, on);
	mutex_unlock(&ust_kevents_mutex);
	return ret ? ret : (ssize_t)size;
}

static int enable_open(struct inode *inode, struct file *file)
{
	return single_open(file, enable_show, inode->i_private);
}

static const struct file_operations enable_fops = {
	.owner = THIS_MODULE,
	.open = enable_open,
	.read = seq_read,
	.write = enable_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct system *system_get(const char *name)
{
	struct system *system;

	list_for_each_entry(system, &systems, node) if (!strcmp(system->name, name)) return system;
	system = kzalloc(sizeof(*system) + strlen(name) + 1, GFP_KERNEL);
	if (!system)
		return NULL;
	strcpy(system->name, name);
	system->dir = debugfs_create_dir(name, events);
	list_add(&system->node, &systems);
	return system;
}

void ust_kdebugfs_add(struct ust_kevent *event)
{
	struct system *system;
	struct dentry *dir;

	lockdep_assert_held(&ust_kevents_mutex);
	event->core = NULL;
	if (IS_ERR_OR_NULL(events))
		return;
	system = system_get(event->system);
	if (!system)
		return;
	system->nr++;
	dir = debugfs_create_dir(event->name, system->dir);
	debugfs_create_file("enable", 0600, dir, event, &enable_fops);
	debugfs_create_file("format", 0400, dir, event, &format_fops);
	debugfs_create_file("id", 0400, dir, event, &id_fops);
	event->core = dir;
}

void ust_kdebugfs_remove(struct ust_kevent *event)
{
	struct system *system;

	lockdep_assert_held(&ust_kevents_mutex);
	if (!event->core)
		return;
	debugfs_remove(event->core);
	event->core = NULL;
	system = system_get(event->system);
	if (!system || --system->nr)
		return;
	debugfs_remove(system->dir);
	list_del(&system->node);
	kfree(system);
}

void ust_kdebugfs_init(void)
{
	root = debugfs_create_dir("ust", NULL);
	events = IS_ERR(root) ? root : debugfs_create_dir("events", root);
}

/* Events may still come and go; they find no tree any more. */
void ust_kdebugfs_exit(void)
{
	struct system *system, *next;
	struct ust_kevent *event;

	mutex_lock(&ust_kevents_mutex);
	events = NULL;
	list_for_each_entry(event, &ust_kevents, list) event->core = NULL;
	debugfs_remove(root);
	list_for_each_entry_safe(system, next, &systems, node) kfree(system);
	INIT_LIST_HEAD(&systems);
	mutex_unlock(&ust_kevents_mutex);
}
