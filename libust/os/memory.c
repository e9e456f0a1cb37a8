/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Blocks of powers of two, cut from chunks that are never given back, and mappings of their own for
 * what is larger. Each block has a 16-byte header that remembers its class.
 */
#include "memory.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_SIZE (256 << 10)
#define CLASS_MIN 6  /* 64 bytes */
#define CLASS_MAX 15 /* 32 KiB; larger blocks are mapped */
#define CLASS_MAPPED 0xff

struct block {
	uint64_t class;
	struct block *next; /* while free */
};

/* In front of each chunk, and of each block that has a mapping of its own. */
struct mapping {
	struct mapping *next, **at; /* at: what leads here */
	size_t size, unused;
};

static struct block *free_blocks[CLASS_MAX + 1];
static unsigned char *chunk, *chunk_end;
static struct mapping *mappings;
static size_t mapped;

static void *map(size_t size)
{
	struct mapping *mapping;

	size += sizeof(*mapping);
	mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapping == MAP_FAILED)
		return NULL;
	mapped += size;
	mapping->size = size;
	mapping->next = mappings;
	mapping->at = &mappings;
	if (mappings)
		mappings->at = &mapping->next;
	mappings = mapping;
	return mapping + 1;
}

static void unmap(void *p)
{
	struct mapping *mapping = (struct mapping *)p - 1;

	*mapping->at = mapping->next;
	if (mapping->next)
		mapping->next->at = mapping->at;
	mapped -= mapping->size;
	munmap(mapping, mapping->size);
}

static struct block *cut(unsigned int class)
{
	size_t size = (size_t)1 << class;
	struct block *block;

	if ((size_t)(chunk_end - chunk) < size) {
		unsigned char *fresh = map(CHUNK_SIZE - sizeof(struct mapping));

		if (!fresh)
			return NULL;
		chunk = fresh;
		chunk_end = fresh + CHUNK_SIZE - sizeof(struct mapping);
	}
	block = (struct block *)chunk;
	chunk += size;
	return block;
}

void *ust_memory_alloc(size_t size)
{
	unsigned int class = CLASS_MIN;
	struct block *block;

	if (size > SIZE_MAX / 2)
		return NULL;
	size += sizeof(*block);
	if (size > (size_t)1 << CLASS_MAX) {
		block = map(size);
		if (!block)
			return NULL;
		block->class = CLASS_MAPPED;
		return block + 1;
	}
	while ((size_t)1 << class < size)
		class ++;
	block = free_blocks[class];
	if (block) {
		free_blocks[class] = block->next;
		memset(block + 1, 0, ((size_t)1 << class) - sizeof(*block));
	} else {
		block = cut(class);
		if (!block)
			return NULL;
	}
	block->class = class;
	return block + 1;
}

void ust_memory_free(void *ptr)
{
	struct block *block = ptr;

	if (!ptr)
		return;
	block--;
	if (block->class == CLASS_MAPPED) {
		unmap(block);
		return;
	}
	block->next = free_blocks[block->class];
	free_blocks[block->class] = block;
}

int ust_memory_grow(void **array, size_t *capacity, size_t nr, size_t size)
{
	size_t want = *capacity ? *capacity : 16;
	void *fresh;

	if (nr <= *capacity)
		return 0;
	while (want < nr)
		want *= 2;
	fresh = ust_memory_alloc(want * size);
	if (!fresh)
		return -ENOMEM;
	if (*array)
		memcpy(fresh, *array, *capacity * size);
	ust_memory_free(*array);
	*array = fresh;
	*capacity = want;
	return 0;
}

void ust_memory_fini(void)
{
	while (mappings)
		unmap(mappings + 1);
	memset(free_blocks, 0, sizeof(free_blocks));
	chunk = chunk_end = NULL;
}

size_t ust_memory_mapped(void)
{
	return mapped;
}
