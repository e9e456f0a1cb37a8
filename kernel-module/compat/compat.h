/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, and nothing else of it anywhere else. Told apart by what the
 * kernel's headers define where that is possible, by version where it is not.
 */
#ifndef UST_KERNEL_COMPAT_H
#define UST_KERNEL_COMPAT_H

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/version.h>

/* vm_flags became constant in 6.3. */
static inline void ust_compat_vma_clear(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

/* Mappings moved from a list to a tree in 6.1. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define UST_COMPAT_VMA_ITER(iter, mm) VMA_ITERATOR(iter, mm, 0)
#define ust_compat_for_each_vma(iter, vma) for_each_vma(iter, vma)
#else
#define UST_COMPAT_VMA_ITER(iter, mm) struct vm_area_struct *iter = (mm)->mmap
#define ust_compat_for_each_vma(iter, vma) for (vma = iter; vma; vma = vma->vm_next)
#endif

/* The program's file with a reference to it, or NULL; the kernel's own way is not exported. */
static inline struct file *ust_compat_mm_exe(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	file = get_file_rcu(&mm->exe_file);
#else
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#endif
	rcu_read_unlock();
	return file;
}

#endif /* UST_KERNEL_COMPAT_H */
