/* SPDX-License-Identifier: LGPL-2.1-only */
/* Patterns of event names. */
#ifndef UST_SITE_MATCH_H
#define UST_SITE_MATCH_H

/*
 * Whether @pattern names the event: with a ':' it is compared with "provider:name", without one
 * with the provider and with the name. "*", "?", "[...]" (no classes) and "\" mean what they do in
 * fnmatch(3) without flags, in the C locale.
 */
int ust_match_event(const char *pattern, const char *provider, const char *name);

/* One pattern, one string. */
int ust_match_glob(const char *pattern, const char *string);

#endif /* UST_SITE_MATCH_H */
