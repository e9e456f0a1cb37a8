/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The code that runs in the target, and the block of memory through which it is told what to do and
 * tells what became of it. See docs/attach.md.
 */
#ifndef USTCTL_INJECT_STUB_H
#define USTCTL_INJECT_STUB_H

#include <stddef.h>
#include <stdint.h>

enum ust_stub_state {
	UST_STUB_NEW,
	UST_STUB_CREATED,   /* the real thread exists */
	UST_STUB_WANT_FILE, /* result is a memfd that is to be filled: ack when done */
	UST_STUB_DONE,      /* result: a descriptor, or the function's negative errno */
	UST_STUB_NO_THREAD, /* result: what pthread_create returned */
	UST_STUB_NO_FILE,   /* result: memfd_create's negative errno */
	UST_STUB_NO_OBJECT, /* error: dlopen's, where dlerror put it */
	UST_STUB_NO_SYMBOL, /* likewise of dlsym */
	UST_STUB_CLOSED,    /* what struct ust_unload names is closed */
};

enum ust_stub_ack {
	UST_STUB_ACK_FILE = 1,
	UST_STUB_ACK_END = 2,   /* we have what we wanted: clean up and end */
	UST_STUB_ACK_CLOSE = 3, /* close the libraries: no thread is inside */
	UST_STUB_ACK_CLOSED = 4,
};

struct ust_stub_args {
	/* Addresses in the target. */
	uint64_t pthread_create, pthread_self, pthread_detach;
	uint64_t dlopen, dlsym, dlerror, pthread_join, munmap;
	uint64_t real_entry;
	uint64_t region, region_size; /* what the last instruction unmaps */
	uint64_t raw_tid;             /* the kernel clears it when the first thread is gone */
	/* Of the raw thread: what a thread's end has to destroy. 0: libc does not tell. */
	uint64_t call_tls_dtors, keys, specific, first_block;
	/* libc's thread-local memory of the raw thread, what it began as, free(). 0: not found. */
	uint64_t libc_tls, libc_tls_size, libc_tls_image, libc_tls_filesz, free;
	uint64_t
		cache; /* what malloc made for the raw thread, for the real one to free; 0: nothing */
	/* What to do. */
	uint64_t use_memfd; /* path is completed with the number of a memfd */
	uint64_t is_loaded; /* the object at path: it is not loaded anew */
	uint64_t unload;    /* argument is a struct ust_unload, which the function fills in */
	uint64_t dlclose;
	uint64_t thread_name;
	uint64_t path, symbol, argument;
	uint64_t path_number; /* where the digits go */
	/* What became of it. */
	uint64_t thread, handle, error;
	uint64_t loader_entry, loader;
	int64_t result;
	uint32_t state, ack;
};

/* The code as it is in this program: copied as bytes, runs anywhere. */
const char *ust_stub_code(size_t *ret_size);
/* Offsets of entry points. */
size_t ust_stub_clone_at(void); /* "syscall", behind which the new thread goes its own way */
size_t ust_stub_real_at(void);  /* the start routine of the real thread */
size_t ust_stub_loader_at(void);

#endif /* USTCTL_INJECT_STUB_H */
