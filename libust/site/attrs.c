/* SPDX-License-Identifier: LGPL-2.1-only */
#include "attrs.h"

#include <errno.h>

int ust_attr_known(uint32_t kind, uint32_t field, uint32_t nr_fields)
{
	switch (kind) {
	case UST_ATTR_UNIT:
		return field < nr_fields;
	case UST_ATTR_HELP:
		return field < nr_fields || field == UST_ATTR_EVENT;
	case UST_ATTR_URI:
		return field == UST_ATTR_EVENT;
	default:
		return 0;
	}
}

int ust_attr_parse(const char *string, uint32_t nr_fields, struct ust_attr *ret_attr)
{
	uint32_t field = UST_ATTR_EVENT, kind;
	const char *p = string;

	if (*p >= '0' && *p <= '9')
		for (field = 0; *p >= '0' && *p <= '9' && field < UST_MAX_FIELDS; p++)
			field = field * 10 + (uint32_t)(*p - '0');
	switch (*p) {
	case 'u':
		kind = UST_ATTR_UNIT;
		break;
	case 'h':
		kind = UST_ATTR_HELP;
		break;
	case 'm':
		kind = UST_ATTR_URI;
		break;
	default:
		return -EINVAL;
	}
	if (!ust_attr_known(kind, field, nr_fields))
		return -EINVAL;
	ret_attr->kind = (uint16_t)kind;
	ret_attr->field = (uint16_t)field;
	ret_attr->text = p + 1;
	return 0;
}

uint8_t ust_attr_loglevel(uint8_t in_record)
{
	if (in_record == UST_LOGLEVEL_UNSET || in_record > UST_LOGLEVEL_MAX + 1)
		return UST_LOGLEVEL_DEFAULT;
	return (uint8_t)(in_record - 1);
}
