// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

static struct ust_name *slot_of(struct ust_name *slots, unsigned int size, int64_t tid)
{
	unsigned int i = ((uint64_t)tid * UINT64_C(0x9E3779B97F4A7C15)) >> 40 & (size - 1);

	while (slots[i].text[0] && slots[i].tid != tid)
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static int grow(struct ust_names *names)
{
	unsigned int i, size = names->size ? 2 * names->size : 64;
	struct ust_name *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (i = 0; i < names->size; i++)
		if (names->slots[i].text[0])
			*slot_of(slots, size, names->slots[i].tid) = names->slots[i];
	free(names->slots);
	names->slots = slots;
	names->size = size;
	names->latest = NULL;
	return 0;
}

static struct ust_name *find(struct ust_names *names, int64_t tid)
{
	if (names->latest && names->latest->tid == tid)
		return names->latest;
	return slot_of(names->slots, names->size, tid);
}

int ust_names_tell(struct ust_names *names, int64_t tid, int64_t pid, const char *text)
{
	struct ust_name *name;

	if (!text[0])
		return 0;
	name = names->latest;
	if (name && name->tid == tid && name->pid == pid && !strcmp(name->text, text))
		return 0;
	if (2 * names->nr >= names->size && grow(names) < 0)
		return -ENOMEM;
	name = find(names, tid);
	if (!name->text[0]) {
		names->nr++;
		name->tid = tid;
		name->pid = -1;
	}
	names->latest = name;
	if (pid < 0 && name->pid >= 0)
		return 0;
	name->pid = pid;
	snprintf(name->text, sizeof(name->text), "%s", text);
	return 0;
}

void ust_names_forget(struct ust_names *names, int64_t tid)
{
	struct ust_name *name = names->size ? find(names, tid) : NULL;

	if (name && name->text[0])
		name->pid = -1;
}

const struct ust_name *ust_names_find(struct ust_names *names, int64_t tid)
{
	struct ust_name *name = names->size ? find(names, tid) : NULL;

	if (!name || !name->text[0])
		return NULL;
	names->latest = name;
	return name;
}

void ust_names_fini(struct ust_names *names)
{
	free(names->slots);
	memset(names, 0, sizeof(*names));
}
