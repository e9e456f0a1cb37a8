/* SPDX-License-Identifier: GPL-2.0-only */
/* Size-prefixed structs from and to user space, see <ust/abi/kernel.h>. */
#ifndef UST_KERNEL_ARGS_H
#define UST_KERNEL_ARGS_H

#include <linux/mm.h>
#include <linux/uaccess.h>

/*
 * Copies *user to args, which is size bytes large and begins with its size. min: the size of the
 * struct's first version. -EFAULT, -EINVAL: too small, -E2BIG: bytes behind size that are not 0.
 */
static inline int ust_kargs_get(void *args, u32 size, u32 min, const void __user *user)
{
	u32 given;
	int ret;

	if (get_user(given, (const u32 __user *)user))
		return -EFAULT;
	if (given < min)
		return -EINVAL;
	if (given > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(args, size, user, given);
	*(u32 *)args = given;
	return ret;
}

static inline int ust_kargs_put(const void *args, u32 size, void __user *user)
{
	return copy_to_user(user, args, min(size, *(const u32 *)args)) ? -EFAULT : 0;
}

#define UST_KARGS_GET(args, user) ust_kargs_get(args, sizeof(*(args)), sizeof(*(args)), user)
#define UST_KARGS_PUT(args, user) ust_kargs_put(args, sizeof(*(args)), user)

#endif /* UST_KERNEL_ARGS_H */
