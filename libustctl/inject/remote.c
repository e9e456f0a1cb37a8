/* SPDX-License-Identifier: LGPL-2.1-only */
#include "remote.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_IMAGE (16u << 20)
#define MAX_PHDRS 64
#define MAX_OBJECTS 4096

static int read_auxv(struct ust_remote *remote)
{
	Elf64_auxv_t auxv[64];
	char path[64];
	ssize_t len, i;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)remote->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, auxv, sizeof(auxv));
	close(fd);
	if (len < 0)
		return -errno;
	for (i = 0; i < len / (ssize_t)sizeof(auxv[0]); i++) {
		if (auxv[i].a_type == AT_BASE)
			remote->interp_base = auxv[i].a_un.a_val;
		else if (auxv[i].a_type == AT_PHDR)
			remote->phdr = auxv[i].a_un.a_val;
		else if (auxv[i].a_type == AT_PHNUM)
			remote->nr_phdr = auxv[i].a_un.a_val;
	}
	return remote->interp_base ? 0 : -ENOEXEC;
}

int ust_remote_open(struct ust_remote *remote, pid_t pid)
{
	char path[64];
	int err;

	memset(remote, 0, sizeof(*remote));
	remote->pid = pid;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	remote->mem = open(path, O_RDWR | O_CLOEXEC);
	if (remote->mem < 0)
		return -errno;
	err = read_auxv(remote);
	if (err)
		ust_remote_close(remote);
	return err;
}

void ust_remote_close(struct ust_remote *remote)
{
	close(remote->mem);
	remote->mem = -1;
}

int ust_remote_read(const struct ust_remote *remote, uint64_t addr, void *buf, size_t size)
{
	ssize_t got = pread(remote->mem, buf, size, (off_t)addr);

	if (got < 0)
		return -errno;
	return (size_t)got == size ? 0 : -EFAULT;
}

int ust_remote_write(const struct ust_remote *remote, uint64_t addr, const void *buf, size_t size)
{
	ssize_t done = pwrite(remote->mem, buf, size, (off_t)addr);

	if (done < 0)
		return -errno;
	return (size_t)done == size ? 0 : -EFAULT;
}

int ust_remote_string(const struct ust_remote *remote, uint64_t addr, char *buf, size_t size)
{
	size_t len = 0;

	/* Up to the end of its page at a time: the next one may not be there. */
	while (len < size - 1) {
		size_t part = 4096 - (addr + len) % 4096;
		int err;

		if (part > size - 1 - len)
			part = size - 1 - len;
		err = ust_remote_read(remote, addr + len, buf + len, part);
		if (err)
			return err;
		if (memchr(buf + len, '\0', part))
			return 0;
		len += part;
	}
	buf[len] = '\0';
	return 0;
}

/* An address of the dynamic section, which glibc relocates where it can write, as an offset. */
static uint64_t to_offset(const struct ust_remote_object *object, uint64_t value)
{
	uint64_t offset = value >= object->bias ? value - object->bias : value;

	return offset < object->size ? offset : 0;
}

static int read_dynamic(const struct ust_remote *remote, struct ust_remote_object *object,
			uint64_t addr, uint64_t size)
{
	Elf64_Dyn dyn[128];
	size_t i, nr = size / sizeof(dyn[0]);
	int err;

	if (nr > sizeof(dyn) / sizeof(dyn[0]))
		nr = sizeof(dyn) / sizeof(dyn[0]);
	err = ust_remote_read(remote, addr, dyn, nr * sizeof(dyn[0]));
	if (err)
		return err;
	for (i = 0; i < nr && dyn[i].d_tag != DT_NULL; i++) {
		if (dyn[i].d_tag == DT_SYMTAB)
			object->symtab = to_offset(object, dyn[i].d_un.d_ptr);
		else if (dyn[i].d_tag == DT_STRTAB)
			object->strtab = to_offset(object, dyn[i].d_un.d_ptr);
		else if (dyn[i].d_tag == DT_GNU_HASH)
			object->gnu_hash = to_offset(object, dyn[i].d_un.d_ptr);
	}
	return 0;
}

int ust_remote_object_read(const struct ust_remote *remote, uint64_t base,
			   struct ust_remote_object *ret_object)
{
	struct ust_remote_object object = {.bias = base};
	uint64_t dynamic = 0, dynamic_size = 0;
	Elf64_Phdr phdrs[MAX_PHDRS];
	Elf64_Ehdr ehdr;
	unsigned int i;
	int err = ust_remote_read(remote, base, &ehdr, sizeof(ehdr));

	if (err)
		return err;
	if (memcmp(ehdr.e_ident, ELFMAG, SELFMAG) || ehdr.e_phnum > MAX_PHDRS)
		return -ENOEXEC;
	err = ust_remote_read(remote, base + ehdr.e_phoff, phdrs, ehdr.e_phnum * sizeof(phdrs[0]));
	for (i = 0; i < ehdr.e_phnum && !err; i++) {
		const Elf64_Phdr *ph = &phdrs[i];

		if (ph->p_type == PT_LOAD && ph->p_offset == 0 && !object.image) {
			/* Prelinked objects do not begin at 0. */
			object.bias = base - ph->p_vaddr;
			object.size = ph->p_filesz;
		} else if (ph->p_type == PT_LOAD && (ph->p_flags & PF_X) && !object.text) {
			object.text = object.bias + ph->p_vaddr;
			object.text_size = ph->p_memsz;
		} else if (ph->p_type == PT_DYNAMIC) {
			dynamic = object.bias + ph->p_vaddr;
			dynamic_size = ph->p_memsz;
		} else if (ph->p_type == PT_TLS) {
			object.tls_image = object.bias + ph->p_vaddr;
			object.tls_filesz = ph->p_filesz;
			object.tls_memsz = ph->p_memsz;
		}
	}
	if (!err && (!object.size || object.size > MAX_IMAGE || !dynamic))
		err = -ENOEXEC;
	if (err)
		return err;
	object.image = malloc(object.size);
	if (!object.image)
		return -ENOMEM;
	err = ust_remote_read(remote, base, object.image, object.size);
	if (!err)
		err = read_dynamic(remote, &object, dynamic, dynamic_size);
	if (err)
		ust_remote_object_free(&object);
	else
		*ret_object = object;
	return err;
}

void ust_remote_object_free(struct ust_remote_object *object)
{
	free(object->image);
	object->image = NULL;
}

static uint32_t gnu_hash(const char *name)
{
	uint32_t hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return hash;
}

static int get(const struct ust_remote_object *object, uint64_t at, void *to, size_t size)
{
	if (at > object->size || object->size - at < size)
		return -EFAULT;
	memcpy(to, object->image + at, size);
	return 0;
}

static int names(const struct ust_remote_object *object, const Elf64_Sym *sym, const char *name)
{
	uint64_t at = object->strtab + sym->st_name;
	size_t size = strlen(name) + 1;

	return at <= object->size && object->size - at >= size &&
	       !memcmp(object->image + at, name, size);
}

uint64_t ust_remote_symbol(const struct ust_remote_object *object, const char *name)
{
	/* number of buckets, first hashed symbol, words of the filter, its shift */
	uint32_t head[4], index, hash = gnu_hash(name), entry;
	uint64_t buckets, chains;
	Elf64_Sym sym;

	if (!object->gnu_hash || get(object, object->gnu_hash, head, sizeof(head)) || !head[0])
		return 0;
	buckets = object->gnu_hash + sizeof(head) + 8ull * head[2];
	chains = buckets + 4ull * head[0];
	if (get(object, buckets + 4ull * (hash % head[0]), &index, 4) || index < head[1])
		return 0;
	do {
		if (get(object, chains + 4ull * (index - head[1]), &entry, 4) ||
		    get(object, object->symtab + sizeof(sym) * (uint64_t)index, &sym, sizeof(sym)))
			return 0;
		if ((entry | 1) == (hash | 1) && sym.st_shndx != SHN_UNDEF &&
		    names(object, &sym, name))
			return object->bias + sym.st_value;
		index++;
	} while (!(entry & 1));
	return 0;
}

int ust_remote_maps(const struct ust_remote *remote, const struct ust_remote_object *rtld,
		    int (*found)(void *data, const struct ust_remote_map *map), void *data)
{
	uint64_t at = ust_remote_symbol(rtld, "_r_debug");
	struct r_debug debug;
	struct link_map map;
	struct ust_remote_map result;
	int i, ret;

	if (!at)
		return -ENOEXEC;
	ret = ust_remote_read(remote, at, &debug, sizeof(debug));
	if (ret)
		return ret;
	if (debug.r_state != RT_CONSISTENT)
		return -EAGAIN;
	at = (uint64_t)(uintptr_t)debug.r_map;
	for (i = 0; at && i < MAX_OBJECTS && !ret; i++) {
		/* An entry that goes away under our eyes. */
		if (ust_remote_read(remote, at, &map, sizeof(map)) ||
		    ust_remote_string(remote, (uint64_t)(uintptr_t)map.l_name, result.name,
				      sizeof(result.name)))
			return -EAGAIN;
		result.addr = at;
		result.bias = map.l_addr;
		ret = found(data, &result);
		at = (uint64_t)(uintptr_t)map.l_next;
	}
	return ret;
}
