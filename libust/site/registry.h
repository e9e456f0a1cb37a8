/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The sites of all loaded objects, grouped into events: sites with the same provider, name, log
 * level, field names, field types, enumerations and attributes are one event, wherever they are.
 * Everything is called under the session lock.
 *
 * An event keeps its number for the life of the process, also while no loaded object has a site of
 * it, so that a plugin that is loaded again finds its event where it was.
 */
#ifndef UST_SITE_REGISTRY_H
#define UST_SITE_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include <ust/abi/site.h>

struct ust_label {
	const char *label;
	int64_t value;
	uint64_t span; /* the label is of value to value + span */
};

struct ust_attr {
	uint16_t kind;  /* enum ust_attr_kind, never UST_ATTR_LIST */
	uint16_t field; /* its index, or UST_ATTR_EVENT */
	const char *text;
};

struct ust_field {
	const char *name;
	uint32_t word; /* UST_FIELD_WORD */
	uint32_t nr_labels;
	struct ust_label *labels;
};

struct ust_object;

/* What a definition, call or question has beside what every site has: see join.h. */
struct ust_join {
	struct ust_name *name;
	struct ust_site *name_next;
	struct ust_site *orphan_next;
	struct ust_site *definition; /* of a call: the one it is joined to */
	const struct ust_object *object;
	const void *function;  /* of a definition */
	uint8_t called;        /* of a definition: a call of another object may have its function */
	const char *signature; /* in the object */
};

struct ust_site {
	struct ust_site *next;   /* of the event */
	struct ust_event *event; /* NULL: a question, or a call without a definition */
	struct ust_join *join;   /* NULL: an ordinary site */
	struct ust_site_state *state;
	unsigned char *addr; /* the opcode byte */
	uint8_t kind;        /* enum ust_site_kind */
	uint8_t method;      /* enum ust_site_method */
	uint8_t patched;
	uint8_t refused; /* the text could not be written: not tried again */
	uint8_t prot;    /* of the text, PROT_* */
};

struct ust_event {
	struct ust_event *hash_next;
	struct ust_event *name_next; /* of the same provider and name */
	uint32_t hash;
	uint32_t local; /* the process's number, index of ust_registry_event() */
	const char *provider, *name, *file;
	uint32_t line, loglevel, nr_fields, nr_attrs;
	struct ust_field *fields;
	struct ust_attr *attrs;
	struct ust_site *sites;
	uint32_t nr_sites;
	uint8_t fresh; /* has sites that ust_switch_events() has not seen */
	uint8_t dirty; /* inst has changed since ust_switch_events() */
	void *inst;    /* what the sites' state->inst is to be */
};

struct ust_registry_counts {
	uint32_t nr_events; /* with a site */
	uint32_t nr_sites;
	uint32_t nr_foreign; /* of another ABI: never touched */
};

/*
 * Brings the registry up to date with the loaded objects. Sites of objects that are gone are
 * forgotten without a look at their memory. @unrelocated: new objects may not be relocated yet.
 * Result: 1 when anything changed, else 0.
 */
int ust_registry_scan(int unrelocated);

/*
 * Forgets all objects, while no event is on. The next scan finds those that are there: what was not
 * followed may have left others at the same addresses.
 */
void ust_registry_forget(void);

/* Lets the sites of all objects lead to what does nothing, until a scan takes them again. Forgets them. */
void ust_registry_release(void);

/*
 * Where unloading cannot be followed: from now on an object with sites is only looked at after @pin
 * has seen to it that it stays; it returns 0 then, or a negative errno.
 */
void ust_registry_set_pin(int (*pin)(const char *name));

/* Event of a number from 0 to ust_registry_nr_events() - 1. */
struct ust_event *ust_registry_event(uint32_t local);
uint32_t ust_registry_nr_events(void);

/* Where an object's code is: from begin to end. */
struct ust_text {
	uintptr_t begin, end;
};

/*
 * The object of a definition can be called from other objects from now on (@there), or no longer.
 * ust_switch_events() has to follow; and a grace period, before its code may go. Result: 1 if that is
 * new, else 0. @ret_text: where threads that called it may still be; end is 0 if none did.
 */
int ust_registry_presence(const struct ust_site_state *state, int there, struct ust_text *ret_text);

/* Whether code of other objects may call this definition's function. */
int ust_registry_callable(const struct ust_site *definition);

void ust_registry_count(struct ust_registry_counts *ret_counts);

/* In a forked child: no site records, whatever the parent had switched on. */
void ust_registry_forked(void);

/*
 * Makes the sites of all events with fresh or dirty set record into event->inst. Switching on
 * stores the instance first and patches then, switching off the other way round. The caller waits
 * for a grace period before it frees an old instance.
 */
void ust_switch_events(void);

#endif /* UST_SITE_REGISTRY_H */
