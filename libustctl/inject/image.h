/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The region of the target's memory that injection needs, prepared here byte by byte:
 *
 *	| code (one page) | arguments, strings | stack of the raw thread | TLS, thread block, dtv |
 */
#ifndef USTCTL_INJECT_IMAGE_H
#define USTCTL_INJECT_IMAGE_H

#include "remote.h"
#include "stub.h"

#define UST_IMAGE_CODE 4096
#define UST_IMAGE_ARGS_AT UST_IMAGE_CODE
#define UST_IMAGE_STRINGS_AT (UST_IMAGE_ARGS_AT + 512)
#define UST_IMAGE_UNLOAD_AT (UST_IMAGE_STACK_AT - 1024) /* struct ust_unload */
#define UST_IMAGE_STACK_AT (4 * 4096)
#define UST_IMAGE_STACK (64 << 10)
#define UST_IMAGE_TLS_AT (UST_IMAGE_STACK_AT + UST_IMAGE_STACK)
#define UST_IMAGE_MAX_TLS 512

/* What the target's C library looks like, found before anything is stopped. */
struct ust_image_libc {
	uint64_t pthread_create, pthread_self, pthread_detach;
	uint64_t dlopen, dlsym, dlerror, dlclose, pthread_join, munmap;
	uint64_t call_tls_dtors, keys; /* 0: none */
	uint64_t free, tls_memsz;
	uint32_t specific_at;              /* in its thread block */
	uint64_t malloc_begin, malloc_end; /* where its allocator's code is */
	uint64_t text, text_size;          /* its code */
	uint64_t restorer;                 /* where a signal handler returns to; 0: not found */
	uint64_t rtld_text, rtld_text_size;
	uint32_t tid_at, pthread_size; /* in its thread block */
	int64_t rseq_at;               /* 0: none */
	uint32_t modid_at, offset_at;  /* in its link_map */
};

struct ust_image_opts {
	const char *path;   /* for dlopen; with use_memfd only its beginning: the number follows */
	const char *symbol; /* int (*)(const char *argument) */
	const char *argument;
	int use_memfd;
	int is_loaded; /* the object at path */
	int unload;    /* @symbol takes a struct ust_unload instead; with is_loaded */
};

struct ust_image {
	unsigned char *bytes;
	size_t size;
	uint64_t tls_at; /* offset of the thread block, which is what the thread pointer shows */
	struct {
		uint64_t modid, offset, image, filesz;
	} tls[UST_IMAGE_MAX_TLS];
	unsigned int nr_tls, libc_tls; /* libc_tls: which of them is libc's, nr_tls: none */
	uint64_t tls_size, max_modid;
	const struct ust_image_libc *libc;
	const struct ust_remote *remote;
};

/* Result: 0, -ENOSYS with @ret_why: not a C library that we know. */
int ust_image_find_libc(const struct ust_remote *remote, struct ust_image_libc *ret_libc,
			const char **ret_why);

/* Collects the target's thread-local memory. -EAGAIN: its list of objects is just changing. */
int ust_image_init(struct ust_image *image, const struct ust_remote *remote,
		   const struct ust_image_libc *libc);
void ust_image_fini(struct ust_image *image);

/* The region as it is to be at address @at. @thread: thread pointer of a thread of the target, some
 * of whose words every thread has. */
int ust_image_make(struct ust_image *image, const struct ust_image_opts *opts, uint64_t at,
		   uint64_t thread);

#endif /* USTCTL_INJECT_IMAGE_H */
