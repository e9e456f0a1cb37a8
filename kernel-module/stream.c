// SPDX-License-Identifier: GPL-2.0-only
#include "stream.h"

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pipe_fs_i.h>
#include <linux/poll.h>
#include <linux/splice.h>
#include <linux/vmalloc.h>

#include "args.h"
#include "channel.h"
#include "compat/compat.h"
#include "ring.h"
#include "session.h"
#include "wake.h"

static bool stopped(const struct ust_kring *kring)
{
	return !READ_ONCE(kring->channel->session->started);
}

static int stream_info(struct ust_kring *kring, void __user *user)
{
	struct ust_kernel_stream_info info;
	int ret = UST_KARGS_GET(&info, user);

	if (ret)
		return ret;
	info = (struct ust_kernel_stream_info){
		.size = info.size,
		.cpu = kring->cpu,
		.channel = kring->channel->index,
		.overwrite = kring->ring.overwrite,
		.subbuf_size = kring->channel->geometry.subbuf_size,
		.nr_subbufs = kring->channel->geometry.nr_subbufs,
		.map_size = kring->map_size,
		.lost = ust_host_load(&kring->ring.shm->lost),
	};
	return UST_KARGS_PUT(&info, user);
}

static int next(struct ust_kring *kring, void __user *user)
{
	struct ust_kernel_piece args;
	int ret = UST_KARGS_GET(&args, user);

	if (ret)
		return ret;
	if (args.flags & ~UST_KPIECE_WHOLE)
		return -EINVAL;
	mutex_lock(&kring->lock);
	ret = ust_kring_next(kring, args.flags & UST_KPIECE_WHOLE, stopped(kring));
	if (ret > 0) {
		const struct ust_reader_piece *piece = &kring->piece;

		args = (struct ust_kernel_piece){
			.size = args.size,
			.flags = args.flags,
			.offset = piece->bytes - kring->ring.data,
			.len = piece->len,
			.number = piece->number,
			.position = piece->position,
			.closed = piece->closed,
		};
		ust_kring_header(kring, &args.header);
	}
	mutex_unlock(&kring->lock);
	if (ret > 0 && UST_KARGS_PUT(&args, user))
		return -EFAULT;
	return ret;
}

static int release(struct ust_kring *kring)
{
	int ret = -EINVAL;

	mutex_lock(&kring->lock);
	if (kring->held) {
		ust_kring_release(kring);
		ret = 0;
	}
	mutex_unlock(&kring->lock);
	return ret;
}

static long stream_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ust_kring *kring = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case UST_KSTREAM_INFO:
		return stream_info(kring, user);
	case UST_KSTREAM_NEXT:
		return next(kring, user);
	case UST_KSTREAM_RELEASE:
		return release(kring);
	default:
		return -ENOTTY;
	}
}

static __poll_t stream_poll(struct file *file, poll_table *table)
{
	struct ust_kring *kring = file->private_data;
	bool open_too;
	__poll_t mask = 0;

	ust_kwake_poll(file, kring, table);
	open_too = stopped(kring) || atomic_read(&kring->offer);
	if (ust_kring_readable(kring, open_too))
		mask = EPOLLIN | EPOLLRDNORM;
	else if (READ_ONCE(kring->channel->session->closed))
		mask = EPOLLHUP;
	/* Somebody who does not sleep needs no bell. */
	if (mask)
		ust_host_store32(&kring->ring.shm->reader, UST_READER_ACTIVE);
	return mask;
}

static int stream_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ust_kring *kring = file->private_data;

	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EPERM;
	if (vma->vm_pgoff)
		return -EINVAL;
	ust_compat_vma_clear(vma, VM_MAYWRITE | VM_MAYEXEC);
	/* The control page is the writers' alone. */
	return remap_vmalloc_range(vma, kring->mem, UST_RING_PAGE_SIZE >> PAGE_SHIFT);
}

/* ---- splice ---- */

static void page_drop(struct splice_pipe_desc *spd, unsigned int i)
{
	put_page(spd->pages[i]);
}

/* One page's worth from @at, a byte of header and content; 0: the end. */
static u32 splice_page(const struct ust_kring *kring, u64 at, u64 room, struct page **ret_page,
		       struct partial_page *ret_part)
{
	u64 header = kring->piece.position ? 0 : sizeof(struct ust_packet_header), left;
	const unsigned char *from;

	if (at < header) {
		*ret_page = kring->header;
		ret_part->offset = at;
		left = header - at;
	} else {
		if (at >= header + kring->piece.len)
			return 0;
		from = kring->piece.bytes + (at - header);
		*ret_page = vmalloc_to_page(from);
		ret_part->offset = offset_in_page(from);
		left = min_t(u64, header + kring->piece.len - at, PAGE_SIZE - ret_part->offset);
	}
	ret_part->len = min(left, room);
	return ret_part->len;
}

static ssize_t stream_splice(struct file *file, loff_t *pos, struct pipe_inode_info *pipe,
			     size_t len, unsigned int flags)
{
	struct ust_kring *kring = file->private_data;
	struct page *pages[PIPE_DEF_BUFFERS];
	struct partial_page partial[PIPE_DEF_BUFFERS];
	struct splice_pipe_desc spd = {
		.pages = pages,
		.partial = partial,
		.nr_pages_max = PIPE_DEF_BUFFERS,
		/* The kernel's own: what is in a pipe may live longer than this module. */
		.ops = &nosteal_pipe_buf_ops,
		.spd_release = page_drop,
	};
	u64 at, bytes = 0;
	ssize_t ret;

	mutex_lock(&kring->lock);
	if (!kring->held) {
		mutex_unlock(&kring->lock);
		return -EINVAL;
	}
	at = kring->spliced;
	while (bytes < len && spd.nr_pages < PIPE_DEF_BUFFERS) {
		u32 n = splice_page(kring, at + bytes, len - bytes, &pages[spd.nr_pages],
				    &partial[spd.nr_pages]);

		if (!n)
			break;
		get_page(pages[spd.nr_pages]);
		spd.nr_pages++;
		bytes += n;
	}
	ret = spd.nr_pages ? splice_to_pipe(pipe, &spd) : 0;
	if (ret > 0)
		kring->spliced += ret;
	mutex_unlock(&kring->lock);
	return ret;
}

static int stream_release(struct inode *inode, struct file *file)
{
	struct ust_kring *kring = file->private_data;

	ust_ksession_put(kring->channel->session);
	return 0;
}

static const struct file_operations stream_fops = {
	.owner = THIS_MODULE,
	.release = stream_release,
	.poll = stream_poll,
	.mmap = stream_mmap,
	.splice_read = stream_splice,
	.unlocked_ioctl = stream_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = no_llseek,
};

int ust_kstream_open(struct ust_ksession *session, struct ust_kring *kring)
{
	int ret;

	kref_get(&session->ref);
	ret = anon_inode_getfd("[ust-stream]", &stream_fops, kring, O_RDONLY | O_CLOEXEC);
	if (ret < 0)
		ust_ksession_put(session);
	return ret;
}
