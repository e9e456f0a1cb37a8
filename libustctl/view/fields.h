/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values of fields as text and as JSON.
 */
#ifndef UST_VIEW_FIELDS_H
#define UST_VIEW_FIELDS_H

#include <babeltrace2/babeltrace.h>

#include "event.h"
#include "out.h"

/* "{ name = value, ... }"; "{ }" for none. */
void ust_fields_text(struct ust_out *out, const bt_field *structure);
/* {"name":value,...}. An enumeration is its label, or its number when it has none. */
void ust_fields_json(struct ust_out *out, const bt_field *structure);

/* As above, without the members that struct ust_event already tells. */
void ust_fields_context_text(struct ust_out *out, const bt_field *structure,
			     const struct ust_class *class);
void ust_fields_context_json(struct ust_out *out, const bt_field *structure,
			     const struct ust_class *class);

#endif /* UST_VIEW_FIELDS_H */
