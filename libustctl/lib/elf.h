/* SPDX-License-Identifier: LGPL-2.1-only */
/* Reading an ELF file by the addresses it will have in memory. <gelf.h> stays in elf.c. */
#ifndef USTCTL_LIB_ELF_H
#define USTCTL_LIB_ELF_H

#include <stddef.h>
#include <stdint.h>

#define UST_CTL_WINDOW 65536

/* A loadable segment: addresses and where in the file their bytes are. */
struct ust_ctl_segment {
	uint64_t addr, offset, size;
};

/* Where a note says that records are, as addresses. */
struct ust_ctl_note {
	uint32_t abi;
	uint64_t start, stop;
};

struct ust_ctl_image {
	int fd;
	void *elf; /* Elf * */
	struct ust_ctl_segment *segments;
	unsigned int nr_segments;
	/* The part of the file that was read last. */
	unsigned char *window;
	uint64_t window_offset;
	size_t window_len;
};

/* @fd stays the caller's and must outlive the object. -ENOEXEC: no ELF file of this machine's byte
 * order that could be loaded. */
int ust_ctl_image_open(struct ust_ctl_image *image, int fd);
void ust_ctl_image_close(struct ust_ctl_image *image);

/* Bytes at an address. -EBADMSG: not (wholly) in the file. */
int ust_ctl_image_read(struct ust_ctl_image *image, uint64_t addr, void *buf, size_t len);

/* The string at an address. Result: its length, or -EBADMSG if it does not end in the file or in
 * @size bytes. */
int ust_ctl_image_string(struct ust_ctl_image *image, uint64_t addr, char *buf, size_t size);

/* The UST notes. Result: their number in @ret_notes, to be freed. */
int ust_ctl_image_notes(struct ust_ctl_image *image, struct ust_ctl_note **ret_notes);

#endif /* USTCTL_LIB_ELF_H */
