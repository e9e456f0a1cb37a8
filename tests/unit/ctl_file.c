/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reader of files that do not run, on files made here: good ones, each lie that a record can
 * tell, files cut at every length, and files with bytes changed at random.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/abi/site.h>
#include <ust/ctl.h>

#define BASE 0x400000 /* address of the file's first byte */

enum {
	AT_NOTE = 0x200,
	AT_SITES = 0x240,
	AT_STRINGS = 0x400,
	SITE_SIZE = sizeof(struct ust_site_rec) + 2 * sizeof(uint32_t),
	NR_SITES = 4,
	FILE_SIZE = 0x480,
};

struct note {
	Elf64_Nhdr header;
	char name[4];
	struct ust_note_rec rec;
};

static unsigned char image[FILE_SIZE];

static void *at(size_t offset)
{
	return image + offset;
}

static struct ust_site_rec *site(unsigned int i)
{
	return at(AT_SITES + i * SITE_SIZE);
}

static int32_t relative(const void *from, size_t to)
{
	return (int32_t)((long)to - (long)((const unsigned char *)from - image));
}

/* app:one(id) twice, app:two(id, name), and the marker chan:mark. */
static void make_image(void)
{
	static const char strings[] = "app\0one\0two\0id\0name\0a.c\0chan\0mark\0count %d addr %lx";
	Elf64_Ehdr *ehdr = at(0);
	Elf64_Phdr *phdr = at(sizeof(*ehdr));
	struct note *note = at(AT_NOTE);
	unsigned int i;

	memset(image, 0, sizeof(image));
	memcpy(ehdr->e_ident, ELFMAG, SELFMAG);
	ehdr->e_ident[EI_CLASS] = ELFCLASS64;
	ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
	ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	ehdr->e_type = ET_DYN;
	ehdr->e_machine = EM_X86_64;
	ehdr->e_version = EV_CURRENT;
	ehdr->e_phoff = sizeof(*ehdr);
	ehdr->e_ehsize = sizeof(*ehdr);
	ehdr->e_phentsize = sizeof(*phdr);
	ehdr->e_phnum = 2;
	phdr[0] = (Elf64_Phdr){.p_type = PT_LOAD,
			       .p_vaddr = BASE,
			       .p_filesz = FILE_SIZE,
			       .p_memsz = FILE_SIZE,
			       .p_align = 4096};
	phdr[1] = (Elf64_Phdr){.p_type = PT_NOTE,
			       .p_offset = AT_NOTE,
			       .p_vaddr = BASE + AT_NOTE,
			       .p_filesz = sizeof(*note),
			       .p_memsz = sizeof(*note),
			       .p_align = 4};
	note->header = (Elf64_Nhdr){
		.n_namesz = 4, .n_descsz = sizeof(note->rec), .n_type = UST_NOTE_SITES};
	memcpy(note->name, UST_NOTE_NAME, 4);
	note->rec.abi = UST_SITE_ABI;
	note->rec.start = relative(&note->rec.start, AT_SITES);
	note->rec.stop = relative(&note->rec.stop, AT_SITES + NR_SITES * SITE_SIZE);
	memcpy(at(AT_STRINGS), strings, sizeof(strings));
	for (i = 0; i < NR_SITES; i++) {
		struct ust_site_rec *rec = site(i);
		uint32_t *words = (uint32_t *)(rec + 1);

		rec->size = SITE_SIZE;
		rec->provider = relative(&rec->provider, AT_STRINGS + (i == 3 ? 24 : 0));
		rec->name = relative(&rec->name, AT_STRINGS + (i == 3 ? 29 : i == 2 ? 8 : 4));
		rec->names = relative(&rec->names, AT_STRINGS + (i == 3 ? 34 : 12));
		rec->file = relative(&rec->file, AT_STRINGS + 20);
		rec->line = i < 2 ? 10 : 10 + i;
		rec->kind = i == 3 ? UST_SITE_MARKER : UST_SITE_EVENT;
		rec->method = UST_SITE_PATCH;
		rec->nr_fields = i < 2 ? 1 : 2;
		words[0] = UST_FIELD_WORD(UST_TYPE_S32, 0, 0);
		words[1] = UST_FIELD_WORD(i == 3 ? UST_TYPE_U64 : UST_TYPE_STRING, 0, 0);
	}
}

static int read_bytes(size_t len, struct ust_ctl_event **ret_events)
{
	struct ust_ctl_event *events = NULL;
	int fd = memfd_create("ctl_file", MFD_CLOEXEC), nr;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, image, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	nr = ust_ctl_file_events(path, &events);
	close(fd);
	if (ret_events && nr >= 0)
		*ret_events = events;
	else if (nr >= 0)
		ust_ctl_events_free(events, nr);
	return nr;
}

static int read_image(void)
{
	return read_bytes(FILE_SIZE, NULL);
}

static void test_good(void **state)
{
	struct ust_ctl_event *events = NULL;
	int nr;

	(void)state;
	make_image();
	nr = read_bytes(FILE_SIZE, &events);
	assert_int_equal(nr, 3);
	assert_string_equal(events[0].provider, "app");
	assert_string_equal(events[0].name, "one");
	assert_int_equal(events[0].nr_sites, 2);
	assert_int_equal(events[0].line, 10);
	assert_string_equal(events[0].file, "a.c");
	assert_int_equal(events[1].nr_fields, 2);
	assert_string_equal(events[1].fields[1].name, "name");
	assert_string_equal(events[2].name, "mark");
	assert_string_equal(events[2].fields[0].name, "count");
	assert_string_equal(events[2].fields[1].name, "addr");
	assert_int_equal(UST_FIELD_WORD_FLAGS(events[2].fields[1].word), UST_FIELD_HEX);
	ust_ctl_events_free(events, nr);
}

static void test_abi(void **state)
{
	struct note *note = at(AT_NOTE);

	(void)state;
	make_image();
	note->rec.abi = UST_SITE_ABI + 1;
	assert_int_equal(read_image(), -EPROTONOSUPPORT);
	make_image();
	note->header.n_type = 7;
	assert_int_equal(read_image(), 0);
	make_image();
	memcpy(note->name, "GNU", 4);
	assert_int_equal(read_image(), 0);
	make_image();
	note->header.n_descsz = 4;
	assert_int_equal(read_image(), -EBADMSG);
}

static void test_kinds(void **state)
{
	struct ust_ctl_event *events;
	Elf64_Ehdr *ehdr = at(0);
	char fifo[] = "/tmp/ctl_file.XXXXXX";

	(void)state;
	make_image();
	ehdr->e_type = ET_REL;
	assert_int_equal(read_image(), -ENOEXEC);
	make_image();
	ehdr->e_ident[EI_DATA] = ELFDATA2MSB;
	assert_int_equal(read_image(), -ENOEXEC);
	memset(image, 'x', sizeof(image));
	assert_int_equal(read_image(), -ENOEXEC);
	assert_int_equal(read_bytes(0, NULL), -ENOEXEC);
	assert_int_equal(ust_ctl_file_events("/", &events), -EISDIR);
	assert_int_equal(ust_ctl_file_events("/nonexistent", &events), -ENOENT);
	assert_int_equal(ust_ctl_file_events("/dev/zero", &events), -ENOEXEC);
	/* Nobody writes into it: this must not wait. */
	assert_non_null(mkdtemp(fifo));
	assert_int_equal(rmdir(fifo), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(ust_ctl_file_events(fifo, &events), -ENOEXEC);
	unlink(fifo);
}

#define REFUSED(change)                                                                            \
	do {                                                                                       \
		make_image();                                                                      \
		change;                                                                            \
		assert_int_equal(read_image(), -EBADMSG);                                          \
	} while (0)

static void test_lies(void **state)
{
	struct note *note = at(AT_NOTE);

	(void)state;
	REFUSED(site(0)->size = 8);
	REFUSED(site(0)->size = SITE_SIZE + 2);
	REFUSED(site(3)->size = SITE_SIZE + 4);
	REFUSED(site(1)->size = 0xfffffffc);
	REFUSED(site(1)->nr_fields = UST_MAX_FIELDS + 1);
	REFUSED(site(1)->nr_fields = 3);
	REFUSED(site(2)->name = INT32_MAX);
	REFUSED(site(2)->name = INT32_MIN);
	REFUSED(site(2)->provider = relative(&site(2)->provider, FILE_SIZE));
	REFUSED(site(2)->names = relative(&site(2)->names, FILE_SIZE - 1));
	/* A string that does not end before the file does. */
	REFUSED((image[FILE_SIZE - 1] = 'x',
		 site(0)->file = relative(&site(0)->file, FILE_SIZE - 1)));
	REFUSED(note->rec.stop = note->rec.start - 64);
	REFUSED(note->rec.stop = INT32_MAX);
	REFUSED(note->rec.start = INT32_MIN);
}

static void test_cut(void **state)
{
	size_t len;
	int nr;

	(void)state;
	make_image();
	for (len = 0; len < FILE_SIZE; len++) {
		nr = read_bytes(len, NULL);
		/* The last string ends before the file does. */
		assert_true(nr < 0 || (nr == 3 && len > AT_STRINGS));
	}
}

static void test_random(void **state)
{
	unsigned int seed = 1, round, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		make_image();
		for (i = 0; i < 1 + round % 4; i++) {
			/* Mostly where it matters: headers, note, records. */
			size_t where = (size_t)rand_r(&seed) % (round % 8 ? AT_STRINGS : FILE_SIZE);

			image[where] = (unsigned char)rand_r(&seed);
		}
		assert_true(read_image() <= NR_SITES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),  cmocka_unit_test(test_abi),
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_lies),
		cmocka_unit_test(test_cut),   cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
