// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "filter.h"

#define NS_PER_S INT64_C(1000000000)
#define DAY_NS (86400 * NS_PER_S)

/* Decimal seconds with up to nine decimals, without a detour through floating point. */
static int parse_seconds(const char *s, int64_t *ret_ns)
{
	int64_t seconds = 0, fraction = 0, unit = NS_PER_S / 10;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	for (; *s >= '0' && *s <= '9'; s++) {
		seconds = seconds * 10 + (*s - '0');
		if (seconds > INT64_MAX / NS_PER_S - 1)
			return -EINVAL;
	}
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			fraction += (*s - '0') * unit;
	if (*s)
		return -EINVAL;
	*ret_ns = seconds * NS_PER_S + fraction;
	return 0;
}

static int parse_clock(const char *text, int64_t *ret_ns)
{
	int64_t ns = 0;
	long hours, minutes;
	char *end;

	hours = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != ':' || hours > 23 || end[1] < '0' || end[1] > '9')
		return -EINVAL;
	minutes = strtol(end + 1, &end, 10);
	if (minutes > 59)
		return -EINVAL;
	if (*end == ':') {
		if (parse_seconds(end + 1, &ns) < 0 || ns >= 61 * NS_PER_S)
			return -EINVAL;
	} else if (*end) {
		return -EINVAL;
	}
	*ret_ns = (hours * 3600 + minutes * 60) * NS_PER_S + ns;
	return 0;
}

int ust_moment_parse(const char *text, struct ust_moment *ret_moment)
{
	struct ust_moment moment;
	int r;

	if (strchr(text, ':')) {
		moment.kind = UST_MOMENT_CLOCK;
		r = parse_clock(text, &moment.ns);
	} else if (*text == '+') {
		moment.kind = UST_MOMENT_RELATIVE;
		r = parse_seconds(text + 1, &moment.ns);
	} else {
		moment.kind = UST_MOMENT_EPOCH;
		r = parse_seconds(text, &moment.ns);
	}
	if (r == 0)
		*ret_moment = moment;
	return r;
}

int64_t ust_moment_resolve(const struct ust_moment *moment, int64_t first_ns)
{
	time_t first_s = first_ns / NS_PER_S;
	struct tm tm;
	int64_t ns;

	if (moment->kind == UST_MOMENT_RELATIVE)
		return first_ns + moment->ns;
	if (moment->kind != UST_MOMENT_CLOCK || !localtime_r(&first_s, &tm))
		return moment->ns;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	ns = (int64_t)mktime(&tm) * NS_PER_S + moment->ns;
	/* Far before the first event: midnight passed in between. */
	if (ns < first_ns - DAY_NS / 2)
		ns += DAY_NS;
	return ns;
}

int ust_pattern_match(const char *pattern, const char *name)
{
	const char *colon = strchr(name, ':');
	char provider[256];
	size_t len;

	if (strchr(pattern, ':') || !colon)
		return fnmatch(pattern, name, 0) == 0;
	if (fnmatch(pattern, colon + 1, 0) == 0)
		return 1;
	len = colon - name;
	if (len >= sizeof(provider))
		return 0;
	memcpy(provider, name, len);
	provider[len] = '\0';
	return fnmatch(pattern, provider, 0) == 0;
}
