// SPDX-License-Identifier: GPL-2.0-only
/* Which events are recorded into which channel: patterns, and events that come and go. */
#include <linux/glob.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "channel.h"
#include "debugfs.h"
#include "define.h"
#include "notifier.h"
#include "probe.h"
#include "record.h"
#include "session.h"

struct pattern {
	struct list_head node; /* in the session's patterns */
	u32 channel;
	char text[UST_KERNEL_PATTERN_MAX];
};

LIST_HEAD(ust_ksessions);

int ust_kpattern_valid(const char *pattern)
{
	size_t len = strnlen(pattern, UST_KERNEL_PATTERN_MAX), i;
	int colons = 0;

	if (!len || len == UST_KERNEL_PATTERN_MAX)
		return 0;
	for (i = 0; i < len; i++) {
		if (pattern[i] <= ' ' || pattern[i] >= 127 || strchr("[]\\!", pattern[i]))
			return 0;
		colons += pattern[i] == ':';
	}
	return colons <= 1 && pattern[0] != ':' && pattern[len - 1] != ':';
}

/* No colon: the system. */
int ust_kpattern_matches(const char *pattern, const struct ust_kevent *event)
{
	const char *colon = strchr(pattern, ':');
	char system[UST_KERNEL_PATTERN_MAX];

	if (!colon)
		return glob_match(pattern, event->system);
	memcpy(system, pattern, colon - pattern);
	system[colon - pattern] = '\0';
	return glob_match(system, event->system) && glob_match(colon + 1, event->name);
}

int ust_ksession_define(struct ust_ksession *session, const struct ust_kevent *event)
{
	struct ust_kdefinition *def;

	lockdep_assert_held(&session->lock);
	if (event->id <= UST_EVENT_ID_MAX && test_bit(event->id, session->defined))
		return 0;
	def = ust_kdefine(event, event->nr_on);
	if (!def)
		return -ENOMEM;
	ust_knotifier_remember(event);
	if (event->id <= UST_EVENT_ID_MAX)
		__set_bit(event->id, session->defined);
	list_add_tail(&def->node, &session->definitions);
	wake_up_interruptible(&session->wait);
	return 0;
}

static struct ust_kenabled *find_enabled(struct ust_ksession *session, u32 channel,
					 const struct ust_kevent *event)
{
	struct ust_kenabled *enabled;

	list_for_each_entry(enabled, &session->enabled,
			    node) if (enabled->inst.event == event &&
				      enabled->channel->index == channel) return enabled;
	return NULL;
}

/* Result: 1 it is recorded, 0 it is going away, or a negative errno. */
static int enable_event(struct ust_ksession *session, u32 channel, struct ust_kevent *event)
{
	struct ust_kenabled *enabled;
	int ret;

	lockdep_assert_held(&ust_kevents_mutex);
	if (event->id > UST_EVENT_ID_MAX)
		return -ENOSPC;
	if (find_enabled(session, channel, event))
		return 1;
	/* First the description: no event may be seen before it. */
	ret = ust_ksession_define(session, event);
	if (ret)
		return ret;
	enabled = kzalloc(sizeof(*enabled), GFP_KERNEL);
	if (!enabled)
		return -ENOMEM;
	enabled->inst.event = event;
	enabled->id = event->id;
	enabled->channel = session->channels[channel];
	ret = ust_kevents_attach(&enabled->inst);
	if (ret) {
		kfree(enabled);
		return ret == -ENODEV ? 0 : ret;
	}
	list_add(&enabled->node, &session->enabled);
	return 1;
}

static struct pattern *find_pattern(struct ust_ksession *session, u32 channel, const char *text)
{
	struct pattern *pattern;

	list_for_each_entry(pattern, &session->patterns,
			    node) if (pattern->channel == channel &&
				      !strcmp(pattern->text, text)) return pattern;
	return NULL;
}

int ust_ksession_enable(struct ust_ksession *session, u32 channel, const char *text)
{
	struct ust_kevent *event;
	struct pattern *pattern;
	int nr = 0, error = 0;

	lockdep_assert_held(&ust_kevents_mutex);
	lockdep_assert_held(&session->lock);
	if (!find_pattern(session, channel, text)) {
		pattern = kzalloc(sizeof(*pattern), GFP_KERNEL);
		if (!pattern)
			return -ENOMEM;
		pattern->channel = channel;
		strscpy(pattern->text, text, sizeof(pattern->text));
		list_add_tail(&pattern->node, &session->patterns);
	}
	list_for_each_entry(event, &ust_kevents, list)
	{
		int ret;

		if (!ust_kpattern_matches(text, event))
			continue;
		ret = enable_event(session, channel, event);
		if (ret > 0)
			nr++;
		else if (!error)
			error = ret;
	}
	return nr ? nr : error;
}

static bool still_wanted(struct ust_ksession *session, const struct ust_kenabled *enabled)
{
	struct pattern *pattern;

	list_for_each_entry(
		pattern, &session->patterns,
		node) if (pattern->channel == enabled->channel->index &&
			  ust_kpattern_matches(pattern->text, enabled->inst.event)) return true;
	return false;
}

static void detach(struct ust_kenabled *enabled, struct list_head *detached)
{
	ust_kevents_detach(&enabled->inst);
	list_move(&enabled->node, detached);
}

int ust_ksession_disable(struct ust_ksession *session, u32 channel, const char *text)
{
	struct pattern *pattern = find_pattern(session, channel, text);
	struct ust_kenabled *enabled, *next;
	LIST_HEAD(detached);
	int nr = 0;

	lockdep_assert_held(&ust_kevents_mutex);
	lockdep_assert_held(&session->lock);
	if (!pattern)
		return -ENOENT;
	list_del(&pattern->node);
	kfree(pattern);
	list_for_each_entry_safe(enabled, next, &session->enabled, node)
	{
		if (enabled->channel->index != channel || still_wanted(session, enabled))
			continue;
		detach(enabled, &detached);
		nr++;
	}
	ust_kevents_synchronize();
	ust_ksession_free_detached(&detached);
	return nr;
}

void ust_ksession_disable_all(struct ust_ksession *session, struct list_head *ret_detached)
{
	struct ust_kenabled *enabled, *next;

	lockdep_assert_held(&ust_kevents_mutex);
	lockdep_assert_held(&session->lock);
	list_for_each_entry_safe(enabled, next, &session->enabled, node)
		detach(enabled, ret_detached);
}

void ust_ksession_free_detached(struct list_head *detached)
{
	struct ust_kenabled *enabled, *next;

	list_for_each_entry_safe(enabled, next, detached, node) kfree(enabled);
	INIT_LIST_HEAD(detached);
}

void ust_ksession_free_patterns(struct ust_ksession *session)
{
	struct pattern *pattern, *next;

	lockdep_assert_held(&session->lock);
	list_for_each_entry_safe(pattern, next, &session->patterns, node) kfree(pattern);
	INIT_LIST_HEAD(&session->patterns);
}

/* ---- modules ---- */

static LIST_HEAD(leaving); /* detached, not synchronized yet */

static void event_added(struct ust_kevent *event)
{
	struct ust_ksession *session;
	struct pattern *pattern;

	lockdep_assert_held(&ust_kevents_mutex);
	ust_kdebugfs_add(event);
	list_for_each_entry(session, &ust_ksessions, all)
	{
		mutex_lock(&session->lock);
		list_for_each_entry(pattern, &session->patterns,
				    node) if (ust_kpattern_matches(pattern->text, event))
			enable_event(session, pattern->channel, event);
		mutex_unlock(&session->lock);
	}
}

static void event_removed(struct ust_kevent *event)
{
	struct ust_kenabled *enabled, *next;
	struct ust_ksession *session;

	lockdep_assert_held(&ust_kevents_mutex);
	list_for_each_entry(session, &ust_ksessions, all)
	{
		mutex_lock(&session->lock);
		list_for_each_entry_safe(enabled, next, &session->enabled,
					 node) if (enabled->inst.event == event)
			detach(enabled, &leaving);
		mutex_unlock(&session->lock);
	}
	ust_kdebugfs_remove(event);
}

static void event_released(struct ust_kevent *event)
{
	struct ust_kenabled *enabled, *next;

	lockdep_assert_held(&ust_kevents_mutex);
	list_for_each_entry_safe(enabled, next, &leaving, node)
	{
		if (enabled->inst.event != event)
			continue;
		list_del(&enabled->node);
		kfree(enabled);
	}
}

const struct ust_kevents_ops ust_ksession_events_ops = {
	.added = event_added,
	.removed = event_removed,
	.released = event_released,
};
