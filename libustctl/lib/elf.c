/* SPDX-License-Identifier: LGPL-2.1-only */
#include "elf.h"

#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ust/abi/site.h>

#define MAX_SEGMENTS 4096
#define MAX_NOTES 256
#define MAX_NOTES_SIZE (16u << 20)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_DATA ELFDATA2LSB
#else
#define HOST_DATA ELFDATA2MSB
#endif

static int read_segments(struct ust_ctl_image *image, const GElf_Ehdr *ehdr)
{
	size_t nr, i;

	/* libelf tells fewer than the header does where the file ends early. */
	if (elf_getphdrnum(image->elf, &nr) || !nr || nr > MAX_SEGMENTS || nr < ehdr->e_phnum)
		return -ENOEXEC;
	image->segments = calloc(nr ? nr : 1, sizeof(*image->segments));
	if (!image->segments)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		GElf_Phdr phdr;

		if (!gelf_getphdr(image->elf, (int)i, &phdr))
			return -ENOEXEC;
		if (phdr.p_type != PT_LOAD || !phdr.p_filesz ||
		    phdr.p_offset + phdr.p_filesz < phdr.p_offset ||
		    phdr.p_vaddr + phdr.p_filesz < phdr.p_vaddr)
			continue;
		image->segments[image->nr_segments++] = (struct ust_ctl_segment){
			.addr = phdr.p_vaddr,
			.offset = phdr.p_offset,
			.size = phdr.p_filesz,
		};
	}
	return 0;
}

int ust_ctl_image_open(struct ust_ctl_image *image, int fd)
{
	GElf_Ehdr ehdr;
	int err = -ENOEXEC;

	memset(image, 0, sizeof(*image));
	image->fd = fd;
	elf_version(EV_CURRENT);
	image->elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!image->elf)
		return -ENOEXEC;
	/* An object file's offsets are not known before it is linked. */
	if (elf_kind(image->elf) == ELF_K_ELF && gelf_getehdr(image->elf, &ehdr) &&
	    ehdr.e_ident[EI_DATA] == HOST_DATA && (ehdr.e_type == ET_EXEC || ehdr.e_type == ET_DYN))
		err = read_segments(image, &ehdr);
	if (!err) {
		image->window = malloc(UST_CTL_WINDOW);
		if (!image->window)
			err = -ENOMEM;
	}
	if (err)
		ust_ctl_image_close(image);
	return err;
}

void ust_ctl_image_close(struct ust_ctl_image *image)
{
	free(image->window);
	free(image->segments);
	elf_end(image->elf);
	memset(image, 0, sizeof(*image));
}

/* The bytes at an address: how many are there in a row, at which offset of the file. */
static uint64_t translate(const struct ust_ctl_image *image, uint64_t addr, uint64_t *ret_offset)
{
	unsigned int i;

	for (i = 0; i < image->nr_segments; i++) {
		const struct ust_ctl_segment *segment = &image->segments[i];

		if (addr >= segment->addr && addr - segment->addr < segment->size) {
			*ret_offset = segment->offset + (addr - segment->addr);
			return segment->size - (addr - segment->addr);
		}
	}
	return 0;
}

/* At least one byte at @offset in the window. Result: how many there are, 0 behind the file's end.
 * The file is read, not mapped: it may be cut while we look. */
static size_t fill_window(struct ust_ctl_image *image, uint64_t offset)
{
	ssize_t got;

	if (offset >= image->window_offset && offset - image->window_offset < image->window_len)
		return image->window_len - (size_t)(offset - image->window_offset);
	/* Some room in front, because strings tend to be looked up in both directions. */
	image->window_offset = offset > UST_CTL_WINDOW / 4 ? offset - UST_CTL_WINDOW / 4 : 0;
	image->window_len = 0;
	if (offset > INT64_MAX)
		return 0;
	do {
		got = pread(image->fd, image->window, UST_CTL_WINDOW, (off_t)image->window_offset);
	} while (got < 0 && errno == EINTR);
	if (got <= 0)
		return 0;
	image->window_len = (size_t)got;
	if (offset - image->window_offset >= image->window_len)
		return 0;
	return image->window_len - (size_t)(offset - image->window_offset);
}

/* Up to @len bytes in a row at an address. Result: NULL if there is none. */
static const void *peek(struct ust_ctl_image *image, uint64_t addr, size_t *len)
{
	uint64_t offset, there = translate(image, addr, &offset);
	size_t got = there ? fill_window(image, offset) : 0;

	if (!got)
		return NULL;
	if (there < *len)
		*len = (size_t)there;
	if (got < *len)
		*len = got;
	return image->window + (offset - image->window_offset);
}

int ust_ctl_image_read(struct ust_ctl_image *image, uint64_t addr, void *buf, size_t len)
{
	unsigned char *to = buf;

	while (len) {
		size_t step = len;
		const void *from = peek(image, addr, &step);

		if (!from)
			return -EBADMSG;
		memcpy(to, from, step);
		to += step;
		addr += step;
		len -= step;
	}
	return 0;
}

int ust_ctl_image_string(struct ust_ctl_image *image, uint64_t addr, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		size_t step = size - len;
		const char *from = peek(image, addr + len, &step), *end;

		if (!from)
			return -EBADMSG;
		end = memchr(from, '\0', step);
		memcpy(buf + len, from, end ? (size_t)(end - from) + 1 : step);
		if (end)
			return (int)(len + (size_t)(end - from));
		len += step;
	}
	return -EBADMSG;
}

/* Every object file that was linked in may have left a note that names the same records. */
static int add_note(struct ust_ctl_note **notes, unsigned int *nr, const struct ust_ctl_note *note)
{
	struct ust_ctl_note *grown;
	unsigned int i;

	for (i = 0; i < *nr; i++)
		if ((*notes)[i].abi == note->abi && (*notes)[i].start == note->start &&
		    (*notes)[i].stop == note->stop)
			return 0;
	if (*nr == MAX_NOTES)
		return -EBADMSG;
	if (!(*nr & (*nr + 1))) {
		grown = realloc(*notes, (*nr * 2 + 2) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		*notes = grown;
	}
	(*notes)[(*nr)++] = *note;
	return 0;
}

/* Takes the UST notes of one note segment or section that is loaded at @addr. */
static int take_notes(Elf_Data *data, uint64_t addr, struct ust_ctl_note **notes, unsigned int *nr)
{
	size_t at = 0, next, name, desc;
	GElf_Nhdr nhdr;

	while ((next = gelf_getnote(data, at, &nhdr, &name, &desc)) > 0) {
		const char *bytes = data->d_buf;
		struct ust_note_rec rec;
		struct ust_ctl_note found;
		int err;

		at = next;
		if (nhdr.n_type != UST_NOTE_SITES || nhdr.n_namesz != sizeof(UST_NOTE_NAME) ||
		    memcmp(bytes + name, UST_NOTE_NAME, sizeof(UST_NOTE_NAME)) ||
		    nhdr.n_descsz < sizeof(rec.abi))
			continue;
		memset(&rec, 0, sizeof(rec));
		memcpy(&rec, bytes + desc,
		       nhdr.n_descsz < sizeof(rec) ? nhdr.n_descsz : sizeof(rec));
		if (rec.abi == UST_SITE_ABI && nhdr.n_descsz < sizeof(rec))
			return -EBADMSG;
		found = (struct ust_ctl_note){
			.abi = rec.abi,
			.start = addr + desc + offsetof(struct ust_note_rec, start) +
				 (uint64_t)(int64_t)rec.start,
			.stop = addr + desc + offsetof(struct ust_note_rec, stop) +
				(uint64_t)(int64_t)rec.stop,
		};
		err = add_note(notes, nr, &found);
		if (err)
			return err;
	}
	return 0;
}

int ust_ctl_image_notes(struct ust_ctl_image *image, struct ust_ctl_note **ret_notes)
{
	struct ust_ctl_note *notes = NULL;
	unsigned int nr_notes = 0;
	size_t nr = 0, i;
	int err = 0;

	if (elf_getphdrnum(image->elf, &nr))
		return -ENOEXEC;
	for (i = 0; i < nr && !err; i++) {
		GElf_Phdr phdr;
		Elf_Data *data;

		if (!gelf_getphdr(image->elf, (int)i, &phdr)) {
			err = -ENOEXEC;
			break;
		}
		if (phdr.p_type != PT_NOTE || !phdr.p_filesz)
			continue;
		data = phdr.p_filesz > MAX_NOTES_SIZE || phdr.p_offset > INT64_MAX
			       ? NULL
			       : elf_getdata_rawchunk(image->elf, (int64_t)phdr.p_offset,
						      phdr.p_filesz,
						      phdr.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
		err = data ? take_notes(data, phdr.p_vaddr, &notes, &nr_notes) : -EBADMSG;
	}
	if (err) {
		free(notes);
		return err;
	}
	*ret_notes = notes;
	return (int)nr_notes;
}
