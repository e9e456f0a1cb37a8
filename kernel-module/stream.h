/* SPDX-License-Identifier: GPL-2.0-only */
/* Stream descriptors: the reading end of one ring. */
#ifndef UST_KERNEL_STREAM_H
#define UST_KERNEL_STREAM_H

struct ust_kring;
struct ust_ksession;

/* Result: a descriptor, which holds a reference to the session; or a negative errno. */
int ust_kstream_open(struct ust_ksession *session, struct ust_kring *kring);

#endif /* UST_KERNEL_STREAM_H */
