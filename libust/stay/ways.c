/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A way is 16 bytes of code for 16 bytes of data: "jump to what is in my slot". The program may keep its
 * address for ever, so a way is never given to another function.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "stay.h"

#define NR_WAYS 1024
#define WAY_SIZE 16
#define NAME_SIZE 256
#define STRING_(x) #x
#define STRING(x) STRING_(x)

struct slot {
	void *target;
	void *unused; /* as large as the code, so that all of it is alike */
};

_Static_assert(sizeof(struct slot) == WAY_SIZE, "used below");

extern struct slot ust_stay_slots[NR_WAYS] __attribute__((visibility("hidden")));
extern const unsigned char ust_stay_ways[] __attribute__((visibility("hidden")));

struct slot ust_stay_slots[NR_WAYS];
static char names[NR_WAYS][NAME_SIZE];
static unsigned int nr_ways;

/* clang-format off */
__asm__(".pushsection .text\n"
	".balign 16\n"
	".globl ust_stay_ways\n"
	".hidden ust_stay_ways\n"
	".type ust_stay_ways, @function\n"
	"ust_stay_ways:\n\t"
	".cfi_startproc\n\t"
	".set ust_stay_at, 0\n\t"
	".rept " STRING(NR_WAYS) "\n\t"
#ifdef __x86_64__
	"endbr64\n\t"
	"jmp *(ust_stay_slots + ust_stay_at)(%rip)\n\t"
#else
	"hint #34\n\t" /* bti c */
	"adrp x16, ust_stay_slots + ust_stay_at\n\t"
	"ldr x16, [x16, :lo12:ust_stay_slots + ust_stay_at]\n\t"
	"br x16\n\t"
#endif
	".balign 16\n\t"
	".set ust_stay_at, ust_stay_at + 16\n\t"
	".endr\n\t"
	".cfi_endproc\n"
	".size ust_stay_ways, . - ust_stay_ways\n"
	".popsection\n");
/* clang-format on */

void *ust_stay_way(const char *kind, const char *name, void *target)
{
	char key[NAME_SIZE];
	unsigned int i;

	if (snprintf(key, sizeof(key), "%s:%s", kind, name) >= NAME_SIZE)
		return NULL;
	for (i = 0; i < nr_ways; i++)
		if (!strcmp(names[i], key))
			break;
	if (i == NR_WAYS)
		return NULL;
	if (i == nr_ways) {
		memcpy(names[i], key, sizeof(key));
		nr_ways++;
	}
	__atomic_store_n(&ust_stay_slots[i].target, target, __ATOMIC_RELEASE);
	return (void *)(uintptr_t)(ust_stay_ways + i * WAY_SIZE);
}

void ust_stay_way_lead(void *way, void *target)
{
	size_t i = (size_t)((const unsigned char *)way - ust_stay_ways) / WAY_SIZE;

	__atomic_store_n(&ust_stay_slots[i].target, target, __ATOMIC_RELEASE);
}
