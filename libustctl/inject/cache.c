/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Nobody but the thread knew of its cache, by a word of libc's thread-local memory that changed. Which one
 * it is libc tells nobody; what it points to is known by its size, and by being empty, because the thread
 * has freed nothing. Read from outside: a word that is no pointer does no harm.
 */
#include "cache.h"

#define NR_WORDS 256
#define CACHE_CHUNK 0x290 /* with malloc's header */
#define CACHE_COUNTS 16   /* words with how many blocks of each size are in it */

static int is_cache(const struct ust_remote *remote, uint64_t at)
{
	uint64_t head[1 + CACHE_COUNTS], any = 0;
	unsigned int i;

	if (!at || at % 16 || ust_remote_read(remote, at - 8, head, sizeof(head)) ||
	    (head[0] & ~7ull) != CACHE_CHUNK)
		return 0;
	for (i = 1; i <= CACHE_COUNTS; i++)
		any |= head[i];
	return !any;
}

uint64_t ust_cache_find(const struct ust_remote *remote, const struct ust_stub_args *args)
{
	uint64_t now[NR_WORDS], before[NR_WORDS] = {0}, size = args->libc_tls_size / 8 * 8, i;

	if (!args->free || !size || size > sizeof(now) || args->libc_tls_filesz > size ||
	    ust_remote_read(remote, args->libc_tls, now, size) ||
	    ust_remote_read(remote, args->libc_tls_image, before, args->libc_tls_filesz))
		return 0;
	for (i = 0; i < size / 8; i++)
		if (now[i] != before[i] && is_cache(remote, now[i]))
			return now[i];
	return 0;
}
