/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A thread that libc did not make can call libc if its thread-local memory looks like that of a
 * thread that libc did make: the initial contents of each object's block at its place below the
 * thread pointer, an almost empty thread block above, and a dtv. glibc tells debuggers where all
 * that is (its _thread_db_ symbols), which is what is used here.
 */
#include "image.h"

#include <ust/abi/control.h>
#include <ust/abi/unload.h>

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096ull
#define SPARE_MODULES 64     /* entries of the dtv beyond what is there now */
#define MALLOC_STATIC 0x4000 /* code of the allocator in front of its first public function */
#define MALLOC_TAIL 0x1000

_Static_assert(sizeof(struct ust_unload) <= UST_IMAGE_STACK_AT - UST_IMAGE_UNLOAD_AT, "fits");

/* The thread block's head, the same in every glibc for x86-64. */
struct head {
	uint64_t tcb, dtv, self;
	uint32_t multiple_threads, gscope;
	uint64_t sysinfo, stack_guard, pointer_guard, unused_vgetcpu[2];
	uint32_t feature_1, pad;
};

struct find {
	const struct ust_remote *remote;
	struct ust_image_libc *libc;
	int found;
};

static int is_libc(const char *name)
{
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	return !strcmp(base, "libc.so.6") || (!strncmp(base, "libc-2.", 7));
}

static void find_malloc(const struct ust_remote_object *object, struct ust_image_libc *libc)
{
	static const char *const functions[] = {"malloc",  "free",       "calloc",
						"realloc", "memalign",   "malloc_trim",
						"mallopt", "malloc_info"};
	unsigned int i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		uint64_t at = ust_remote_symbol(object, functions[i]);

		if (at && (!libc->malloc_begin || at < libc->malloc_begin))
			libc->malloc_begin = at;
		if (at > libc->malloc_end)
			libc->malloc_end = at;
	}
	libc->malloc_begin -= MALLOC_STATIC;
	libc->malloc_end += MALLOC_TAIL;
}

/* One of libc's descriptions for debuggers: bits, number of elements, offset. */
static uint32_t described(const struct ust_remote *remote, const struct ust_remote_object *object,
			  const char *name)
{
	uint64_t at = ust_remote_symbol(object, name);
	uint32_t desc[3];

	if (!at || ust_remote_read(remote, at, desc, sizeof(desc)))
		return 0;
	return desc[2];
}

/* "mov $15, %rax; syscall": libc gives it to the kernel with every handler. */
static uint64_t find_restorer(const struct ust_remote *remote, uint64_t text, uint64_t size)
{
	static const unsigned char code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
	unsigned char bytes[16 * PAGE];
	uint64_t at, len;
	void *found;

	for (at = 0; at + sizeof(code) < size; at += len - sizeof(code)) {
		len = size - at < sizeof(bytes) ? size - at : sizeof(bytes);
		if (ust_remote_read(remote, text + at, bytes, len))
			break;
		found = memmem(bytes, len, code, sizeof(code));
		if (found)
			return text + at + (uint64_t)((unsigned char *)found - bytes);
		if (len < sizeof(bytes))
			break;
	}
	return 0;
}

static int read_libc(void *data, const struct ust_remote_map *map)
{
	struct find *find = data;
	struct ust_image_libc *libc = find->libc;
	struct ust_remote_object object;
	uint64_t at;

	if (!is_libc(map->name))
		return 0;
	if (ust_remote_object_read(find->remote, map->bias, &object))
		return 0;
	libc->pthread_create = ust_remote_symbol(&object, "pthread_create");
	libc->pthread_self = ust_remote_symbol(&object, "pthread_self");
	libc->pthread_detach = ust_remote_symbol(&object, "pthread_detach");
	libc->dlopen = ust_remote_symbol(&object, "dlopen");
	libc->dlsym = ust_remote_symbol(&object, "dlsym");
	libc->dlerror = ust_remote_symbol(&object, "dlerror");
	libc->dlclose = ust_remote_symbol(&object, "dlclose");
	libc->pthread_join = ust_remote_symbol(&object, "pthread_join");
	libc->munmap = ust_remote_symbol(&object, "munmap");
	libc->free = ust_remote_symbol(&object, "free");
	libc->tls_memsz = object.tls_memsz;
	libc->call_tls_dtors = ust_remote_symbol(&object, "__call_tls_dtors");
	libc->specific_at = described(find->remote, &object, "_thread_db_pthread_specific");
	libc->keys = ust_remote_symbol(&object, "__pthread_keys");
	libc->tid_at = described(find->remote, &object, "_thread_db_pthread_tid");
	libc->modid_at = described(find->remote, &object, "_thread_db_link_map_l_tls_modid");
	libc->offset_at = described(find->remote, &object, "_thread_db_link_map_l_tls_offset");
	at = ust_remote_symbol(&object, "_thread_db_sizeof_pthread");
	if (at)
		ust_remote_read(find->remote, at, &libc->pthread_size, sizeof(libc->pthread_size));
	libc->text = object.text;
	libc->text_size = object.text_size;
	libc->restorer = find_restorer(find->remote, object.text, object.text_size);
	find_malloc(&object, libc);
	ust_remote_object_free(&object);
	find->found = 1;
	return 1;
}

int ust_image_find_libc(const struct ust_remote *remote, struct ust_image_libc *ret_libc,
			const char **ret_why)
{
	struct find find = {.remote = remote, .libc = ret_libc};
	struct ust_remote_object rtld;
	uint64_t at;
	int err;

	memset(ret_libc, 0, sizeof(*ret_libc));
	*ret_why = "its dynamic linker does not look like glibc's";
	err = ust_remote_object_read(remote, remote->interp_base, &rtld);
	if (err)
		return err == -ENOEXEC ? -ENOSYS : err;
	at = ust_remote_symbol(&rtld, "__rseq_offset");
	if (at)
		ust_remote_read(remote, at, &ret_libc->rseq_at, sizeof(ret_libc->rseq_at));
	ret_libc->rtld_text = rtld.text;
	ret_libc->rtld_text_size = rtld.text_size;
	err = ust_remote_maps(remote, &rtld, read_libc, &find);
	ust_remote_object_free(&rtld);
	if (err < 0)
		return err == -ENOEXEC ? -ENOSYS : err;
	*ret_why = "glibc is not among its libraries (libc.so.6)";
	if (!find.found)
		return -ENOSYS;
	*ret_why = "its glibc is older than 2.34";
	if (!ret_libc->pthread_create || !ret_libc->pthread_join || !ret_libc->dlopen ||
	    !ret_libc->dlsym || !ret_libc->dlclose)
		return -ENOSYS;
	*ret_why = "its glibc does not tell its layout";
	return ret_libc->keys && ret_libc->specific_at > 32 * 16 && ret_libc->tid_at &&
			       ret_libc->modid_at && ret_libc->offset_at &&
			       ret_libc->pthread_size > sizeof(struct head) &&
			       ret_libc->pthread_size < 16 * PAGE && ret_libc->munmap &&
			       ret_libc->pthread_self
		       ? 0
		       : -ENOSYS;
}

/* The program's own headers are where the kernel says; another object's at its beginning. */
static int read_tls(const struct ust_image *image, const struct ust_remote_map *map, int first,
		    uint64_t *ret_image, uint64_t *ret_filesz)
{
	const struct ust_remote *remote = image->remote;
	Elf64_Phdr phdr;
	Elf64_Ehdr ehdr;
	uint64_t at = remote->phdr, nr = remote->nr_phdr;

	if (!first) {
		if (ust_remote_read(remote, map->bias, &ehdr, sizeof(ehdr)) ||
		    memcmp(ehdr.e_ident, ELFMAG, SELFMAG))
			return -ENOEXEC;
		at = map->bias + ehdr.e_phoff;
		nr = ehdr.e_phnum;
	}
	for (; nr; nr--, at += sizeof(phdr)) {
		if (ust_remote_read(remote, at, &phdr, sizeof(phdr)))
			return -EFAULT;
		if (phdr.p_type != PT_TLS)
			continue;
		*ret_image = map->bias + phdr.p_vaddr;
		*ret_filesz = phdr.p_filesz;
		return 0;
	}
	return -ENOENT;
}

static int add_tls(void *data, const struct ust_remote_map *map)
{
	struct ust_image *image = data;
	uint64_t modid, offset;
	int first = image->size++ == 0; /* borrowed as a counter here */

	if (ust_remote_read(image->remote, map->addr + image->libc->modid_at, &modid,
			    sizeof(modid)) ||
	    ust_remote_read(image->remote, map->addr + image->libc->offset_at, &offset,
			    sizeof(offset)))
		return -EAGAIN;
	if (modid > image->max_modid && modid < 65536)
		image->max_modid = modid;
	/* Not in the static block: its memory is allocated when it is first used. */
	if (!modid || !offset || offset > 1 << 20)
		return 0;
	if (image->nr_tls == UST_IMAGE_MAX_TLS)
		return -E2BIG;
	if (read_tls(image, map, first, &image->tls[image->nr_tls].image,
		     &image->tls[image->nr_tls].filesz))
		return -EAGAIN;
	if (image->tls[image->nr_tls].filesz > offset)
		return -ENOEXEC;
	if (is_libc(map->name))
		image->libc_tls = image->nr_tls;
	image->tls[image->nr_tls].modid = modid;
	image->tls[image->nr_tls++].offset = offset;
	if (offset > image->tls_size)
		image->tls_size = offset;
	return 0;
}

int ust_image_init(struct ust_image *image, const struct ust_remote *remote,
		   const struct ust_image_libc *libc)
{
	struct ust_remote_object rtld;
	uint64_t dtv_size;
	int err;

	memset(image, 0, sizeof(*image));
	image->remote = remote;
	image->libc = libc;
	image->libc_tls = UST_IMAGE_MAX_TLS;
	err = ust_remote_object_read(remote, remote->interp_base, &rtld);
	if (err)
		return err;
	err = ust_remote_maps(remote, &rtld, add_tls, image);
	ust_remote_object_free(&rtld);
	if (err)
		return err;
	/* Room for what the dynamic linker keeps in reserve. */
	image->tls_size = (image->tls_size + PAGE + PAGE - 1) & ~(PAGE - 1);
	image->tls_at = UST_IMAGE_TLS_AT + image->tls_size;
	dtv_size = (image->max_modid + SPARE_MODULES + 2) * 16;
	image->size = (image->tls_at + libc->pthread_size + 64 + dtv_size + PAGE - 1) & ~(PAGE - 1);
	image->bytes = calloc(1, image->size);
	return image->bytes ? 0 : -ENOMEM;
}

void ust_image_fini(struct ust_image *image)
{
	free(image->bytes);
	image->bytes = NULL;
}

static uint64_t add_string(struct ust_image *image, size_t *at, uint64_t base, const char *s)
{
	size_t size = strlen(s) + 1, here = *at;

	/* With room for the digits of a descriptor. */
	if (here + size + 16 > UST_IMAGE_UNLOAD_AT)
		return 0;
	memcpy(image->bytes + here, s, size);
	*at += size + 16;
	return base + here;
}

static int put_args(struct ust_image *image, const struct ust_image_opts *opts, uint64_t at)
{
	const struct ust_image_libc *libc = image->libc;
	struct ust_stub_args *args = (void *)(image->bytes + UST_IMAGE_ARGS_AT);
	size_t strings = UST_IMAGE_STRINGS_AT;

	args->pthread_create = libc->pthread_create;
	args->pthread_self = libc->pthread_self;
	args->pthread_detach = libc->pthread_detach;
	args->dlopen = libc->dlopen;
	args->dlsym = libc->dlsym;
	args->dlerror = libc->dlerror;
	args->dlclose = libc->dlclose;
	args->pthread_join = libc->pthread_join;
	args->munmap = libc->munmap;
	args->real_entry = at + ust_stub_real_at();
	args->loader_entry = at + ust_stub_loader_at();
	args->region = at;
	args->region_size = image->size;
	args->raw_tid = at + image->tls_at + libc->tid_at;
	/* The values of the first keys are in the thread block, in front of the table of all. */
	args->call_tls_dtors = libc->call_tls_dtors;
	args->keys = libc->keys;
	args->specific = at + image->tls_at + libc->specific_at;
	args->first_block = args->specific - 32 * 16;
	if (image->libc_tls < image->nr_tls) {
		args->free = libc->free;
		args->libc_tls = at + image->tls_at - image->tls[image->libc_tls].offset;
		args->libc_tls_size = libc->tls_memsz;
		args->libc_tls_image = image->tls[image->libc_tls].image;
		args->libc_tls_filesz = image->tls[image->libc_tls].filesz;
	}
	args->use_memfd = opts->use_memfd != 0;
	args->is_loaded = opts->is_loaded != 0;
	args->unload = opts->unload != 0;
	args->thread_name = add_string(image, &strings, at, UST_ATTACH_THREAD);
	args->path = add_string(image, &strings, at, opts->path);
	args->path_number = args->path + strlen(opts->path);
	args->symbol = add_string(image, &strings, at, opts->symbol);
	args->argument = opts->unload ? at + UST_IMAGE_UNLOAD_AT
				      : add_string(image, &strings, at, opts->argument);
	return args->path && args->symbol && args->argument ? 0 : -ENAMETOOLONG;
}

static int put_tls(struct ust_image *image, uint64_t at, uint64_t thread)
{
	const struct ust_image_libc *libc = image->libc;
	unsigned char *block = image->bytes + image->tls_at;
	uint64_t pointer = at + image->tls_at, dtv_at, generation;
	uint64_t *dtv;
	struct head theirs, *head = (void *)block;
	unsigned int i;
	int err = ust_remote_read(image->remote, thread, &theirs, sizeof(theirs));

	if (!err && theirs.self != thread)
		err = -ENOEXEC;
	if (!err)
		err = ust_remote_read(image->remote, theirs.dtv, &generation, sizeof(generation));
	if (err)
		return err;
	dtv_at = (image->tls_at + libc->pthread_size + 63) & ~63ull;
	dtv = (void *)(image->bytes + dtv_at);
	/* Its first element is the number of those behind the second, which is the generation. */
	dtv[0] = image->max_modid + SPARE_MODULES;
	dtv[2] = generation;
	for (i = 1; i <= image->max_modid + SPARE_MODULES; i++)
		dtv[2 + 2 * i] = UINT64_MAX; /* not allocated */
	for (i = 0; i < image->nr_tls; i++) {
		dtv[2 + 2 * image->tls[i].modid] = pointer - image->tls[i].offset;
		err = ust_remote_read(image->remote, image->tls[i].image,
				      block - image->tls[i].offset, image->tls[i].filesz);
		if (err)
			return err;
	}
	head->tcb = pointer;
	head->self = pointer;
	head->dtv = at + dtv_at + 16;
	head->multiple_threads = 1;
	head->stack_guard = theirs.stack_guard;
	head->pointer_guard = theirs.pointer_guard;
	head->feature_1 = theirs.feature_1;
	/* rseq: "not registered", which does not keep the new thread from registering. */
	if (libc->rseq_at > 0 && (uint64_t)libc->rseq_at + 8 <= libc->pthread_size)
		memset(block + libc->rseq_at + 4, 0xff, 4);
	return 0;
}

int ust_image_make(struct ust_image *image, const struct ust_image_opts *opts, uint64_t at,
		   uint64_t thread)
{
	size_t size;
	const char *code = ust_stub_code(&size);
	int err;

	if (size > UST_IMAGE_CODE || sizeof(struct ust_stub_args) > 512)
		return -E2BIG;
	memcpy(image->bytes, code, size);
	err = put_args(image, opts, at);
	return err ? err : put_tls(image, at, thread);
}
