// SPDX-License-Identifier: GPL-2.0-only
/* /dev/ust-clock: see <ust/abi/clock.h>. Anybody may open it; nobody can write anything. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "clock.h"
#include "compat/compat.h"
#include "vdso-clock/read.h"

static int clock_open(struct inode *inode, struct file *file)
{
	ust_clock_get();
	ust_clock_refresh();
	return 0;
}

static int clock_release(struct inode *inode, struct file *file)
{
	ust_clock_put();
	return 0;
}

/* The page is data and never executable; nothing is ever writable, not even by mprotect(2) later. */
static int clock_mmap(struct file *file, struct vm_area_struct *vma)
{
	bool page = vma->vm_pgoff == 0;

	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	if (page && (vma->vm_flags & VM_EXEC))
		return -EPERM;
	ust_compat_vma_clear(vma, VM_MAYWRITE | (page ? VM_MAYEXEC : 0));
	return remap_vmalloc_range(vma, ust_clock_page, vma->vm_pgoff);
}

static ssize_t clock_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	return simple_read_from_buffer(buf, len, pos, ust_clock_image,
				       ust_clock_image_end - ust_clock_image);
}

static long clock_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 value;

	switch (cmd) {
	case UST_CLOCK_IOC_READ:
		value = ust_clock_read();
		break;
	case UST_CLOCK_IOC_UPDATE:
		value = ust_clock_update();
		break;
	default:
		return -ENOTTY;
	}
	return put_user(value, (u64 __user *)arg);
}

static const struct file_operations clock_fops = {
	.owner = THIS_MODULE,
	.open = clock_open,
	.release = clock_release,
	.mmap = clock_mmap,
	.read = clock_read,
	.unlocked_ioctl = clock_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = default_llseek,
};

static struct miscdevice clock_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ust-clock",
	.fops = &clock_fops,
	.mode = 0444,
};

int ust_clock_device_init(void)
{
	return misc_register(&clock_device);
}

void ust_clock_device_exit(void)
{
	misc_deregister(&clock_device);
}
