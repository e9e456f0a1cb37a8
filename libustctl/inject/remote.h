/* SPDX-License-Identifier: LGPL-2.1-only */
/* Another process's memory, and the ELF objects loaded in it, read while it runs. */
#ifndef USTCTL_INJECT_REMOTE_H
#define USTCTL_INJECT_REMOTE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ust_remote {
	pid_t pid;
	int mem; /* /proc/PID/mem, read and write */
	uint64_t interp_base, phdr, nr_phdr;
};

/* 0 or a negative errno (-EACCES, -EPERM: we may not). */
int ust_remote_open(struct ust_remote *remote, pid_t pid);
void ust_remote_close(struct ust_remote *remote);

/* All of it, or a negative errno. */
int ust_remote_read(const struct ust_remote *remote, uint64_t addr, void *buf, size_t size);
int ust_remote_write(const struct ust_remote *remote, uint64_t addr, const void *buf, size_t size);
/* A string of at most @size - 1 bytes. */
int ust_remote_string(const struct ust_remote *remote, uint64_t addr, char *buf, size_t size);

/* A loaded object's first segment, where its symbols are. */
struct ust_remote_object {
	uint64_t bias; /* difference of addresses in memory and in the file */
	unsigned char *image;
	size_t size;
	uint64_t symtab, strtab, gnu_hash; /* offsets in image */
	uint64_t tls_image, tls_filesz, tls_memsz;
	uint64_t text, text_size; /* the first executable segment */
};

/* Reads the object whose ELF header is at @base. -ENOEXEC: it does not look like one. */
int ust_remote_object_read(const struct ust_remote *remote, uint64_t base,
			   struct ust_remote_object *ret_object);
void ust_remote_object_free(struct ust_remote_object *object);

/* Address of a defined dynamic symbol, 0 if there is none. */
uint64_t ust_remote_symbol(const struct ust_remote_object *object, const char *name);

/* One of the objects in the dynamic linker's list. */
struct ust_remote_map {
	uint64_t addr; /* of the link_map */
	uint64_t bias;
	char name[512];
};

/* Calls @found for each object of the program's namespace until it returns not 0; that is the
 * result. -EAGAIN: the list is just being changed. @rtld: the dynamic linker. */
int ust_remote_maps(const struct ust_remote *remote, const struct ust_remote_object *rtld,
		    int (*found)(void *data, const struct ust_remote_map *map), void *data);

#endif /* USTCTL_INJECT_REMOTE_H */
