/* SPDX-License-Identifier: GPL-2.0-only */
/* read(2) of lists of struct ust_kdefinition. */
#ifndef UST_KERNEL_READ_H
#define UST_KERNEL_READ_H

#include <linux/list.h>
#include <linux/types.h>

/* Takes as many whole records from the list as fit. Result: bytes, 0 at its end; -EINVAL: the first
 * does not fit; -EFAULT. */
ssize_t ust_kread_records(struct list_head *definitions, char __user *buf, size_t size);
void ust_kread_free(struct list_head *definitions);

/* A descriptor that lists the events that match (pattern "": all). */
int ust_kread_list_open(const char *pattern);

#endif /* UST_KERNEL_READ_H */
