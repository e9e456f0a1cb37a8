/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Events that are defined in one place and called from others, and questions about events: the sites
 * of one provider and name, whichever object they are in. Under the session lock.
 *
 *   definition	holds the fields and the function that records; an ordinary site of its event
 *   call	belongs to no event until it is joined to a definition with the same signature;
 *		then it is a site of that definition's event as well
 *   question	on while any event of the name is recorded
 *
 * A call takes a definition of its own object if there is one, otherwise the one that came first. It
 * never takes one of another object that cannot be called: that is not relocated yet, or is about to
 * be unloaded (ust_registry_presence()). When its definition goes it takes the next, or is off.
 */
#ifndef UST_SITE_JOIN_H
#define UST_SITE_JOIN_H

#include "registry.h"

struct ust_name {
	struct ust_name *hash_next;
	struct ust_name *next; /* of all that have calls or questions */
	const char *provider, *name;
	uint32_t hash;
	struct ust_event *events; /* linked by name_next */
	struct ust_site *definitions, *calls, *questions;
	uint8_t listed;
	uint8_t changed; /* since ust_join_calls() */
};

/* The name's entry, made if there is none yet; NULL without memory. It is never freed. */
struct ust_name *ust_join_name(const char *provider, const char *name);

/* Adds a definition, call or question, as its kind says. */
void ust_join_add(struct ust_name *name, struct ust_site *site);

/* Takes sites without a state out of the names' lists; calls of their definitions are changed. */
void ust_join_drop(void);

/* Says that definitions of an object have become callable or no longer are. */
void ust_join_changed(struct ust_site *definition);

/* Joins the calls of all names that have changed. ust_switch_events() has to follow. */
void ust_join_calls(void);

/* Calls that have lost their definition, until they are switched off: then the list is emptied. */
struct ust_site *ust_join_orphans(void);
void ust_join_forget_orphans(void);

/* The function of a call that has lost its definition. The caller removes the arguments, whatever they
 * are. */
void ust_join_nothing(void);

/* All names that have calls or questions, linked by next. */
struct ust_name *ust_join_names(void);

/* What the questions about a name are to find: an instance that is recorded, or NULL. */
void *ust_join_answer(const struct ust_name *name);

#endif /* UST_SITE_JOIN_H */
