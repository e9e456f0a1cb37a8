/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Events without macros, for language bindings and for programs that learn at run time what they record.
 * Link with libust (pkg-config ust), or load libust.so.0 and look the functions up.
 *
 *	static const struct ust_enum_label methods[] = {{"GET", 0, 0}, {"POST", 1, 0}, {NULL, 0, 0}};
 *	static const struct ust_event_field fields[] = {
 *		{"status", UST_FIELD_WORD(UST_TYPE_S32, 0, 0), NULL},
 *		{"url", UST_FIELD_WORD(UST_TYPE_STRING, 0, 0), NULL},
 *		{"method", UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ENUM, 0), methods},
 *	};
 *	struct ust_dynamic_event *event;
 *	struct ust_value values[3];
 *
 *	ust_event_register("web", "request", UST_INFO, fields, 3, &event);
 *	if (ust_event_enabled(event)) {
 *		values[0].u.i = 200;
 *		values[1].u.p = "/index.html";
 *		values[2].u.i = 1;
 *		ust_record(event, values, 3);
 *	}
 *	ust_event_unregister(event);
 */
#ifndef UST_EVENT_H
#define UST_EVENT_H

#include <ust/abi/site.h>
#include <ust/loglevel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ust_dynamic_event;

struct ust_event_field {
	const char *name;
	__u32 word; /* UST_FIELD_WORD or UST_FIELD_WORD_FULL of <ust/abi/site.h> */
	/*
	 * With UST_FIELD_ENUM, of an integer: 1 to 4096 labels and one without text; each is of the values
	 * from value to value + span, which must be values of the type. Else NULL.
	 */
	const struct ust_enum_label *labels;
};

/* The value of a field. */
struct ust_value {
	union {
		__s64 i;  /* integers, bool, enumerations; of larger types the low bytes count */
		double d; /* UST_TYPE_FLOAT, UST_TYPE_DOUBLE */
		const void *p; /* pointer; string with a NUL or NULL; first element of an array or
				  sequence */
	} u;
	__u32 len; /* of a sequence: its elements; an array has as many as its word says */
	__u32 reserved;
};

/*
 * Makes an event known, and on at once if a session records events of its name. Registering the same
 * event again, from wherever, gives another handle of the same event.
 * @loglevel	of <ust/loglevel.h>, or -1: the default
 * @fields	0 to 64; everything is copied
 * @ret_event	untouched on failure
 *
 * Result: 0; -EINVAL: a name is empty or longer than 255 bytes, a word or the level is none, or
 * labels do not fit the type; -ENOMEM. Thread safe; not for signal handlers.
 */
int ust_event_register(const char *provider, const char *name, int loglevel,
		       const struct ust_event_field *fields, unsigned int nr_fields,
		       struct ust_dynamic_event **ret_event);

/* 1 while a session records the event, else 0. Any thread, also in signal handlers. */
int ust_event_enabled(const struct ust_dynamic_event *event);

/*
 * Records the event, if it is on; it is complete when this returns. @values: one for each field, in their
 * order; with another @nr_values nothing is recorded. Any thread, also in signal handlers; never
 * blocks, never allocates; errno is left alone.
 */
void ust_record(struct ust_dynamic_event *event, const struct ust_value *values,
		unsigned int nr_values);

/*
 * Takes the handle back when no thread that libust knows to be in ust_record() is any more. Nobody may
 * begin to use it once this is called. NULL is allowed. Thread safe; not for signal handlers.
 */
void ust_event_unregister(struct ust_dynamic_event *event);

#ifdef __cplusplus
}
#endif

#endif /* UST_EVENT_H */
