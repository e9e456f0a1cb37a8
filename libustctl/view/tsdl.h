/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Definitions of events from the metadata of a trace of ours. It reads the text that
 * libust/ctf/metadata.c and event.c write, line by line, and no other TSDL.
 */
#ifndef UST_VIEW_TSDL_H
#define UST_VIEW_TSDL_H

struct ust_ctl_event;

/*
 * @dir		holds the file "metadata"
 * @ret_events	id, nr_fields and the fields' words are set, names are not
 * @ret_contexts UST_CONTEXT_*
 *
 * Result: number of events, -ENOTSUP the text is not as ours, -ENOMEM, or the errno of reading it.
 * ust_tsdl_free() frees the events.
 */
int ust_tsdl_read(const char *dir, struct ust_ctl_event **ret_events, unsigned int *ret_contexts);
void ust_tsdl_free(struct ust_ctl_event *events, int nr);

#endif /* UST_VIEW_TSDL_H */
