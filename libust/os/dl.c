/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * _dl_debug_state() of glibc is a return instruction with padding behind it:
 *
 *	ret                  becomes    jmp *0(%rip)     6 bytes
 *	14 bytes of nops                .quad trampoline 8 bytes
 *
 * or, where endbr64 leaves less room, "endbr64; jmp rel32" if the distance allows.
 */
#include "dl.h"

#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "../arch/patch.h"
#include "debug.h"
#include "elf.h"

#define OPCODE_RET 0xc3
#define ENDBR64_SIZE 4
#define SLOT 16 /* alignment of functions */
#define JUMP_FAR 14
#define JUMP_NEAR 5

/* Stands in front of the trampoline: another copy of libust in the process knows it by that. */
#define HOOK_MAGIC 0x314b4f4f48545355
#define STRING_(x) #x
#define STRING(x) STRING_(x)

static struct r_debug *debug;
/* Where the jump is, and what was there; size 0: nothing is installed. */
static struct {
	unsigned char *at;
	size_t size;
	unsigned char bytes[JUMP_FAR];
} jumped;
/* Read by the trampoline. */
__attribute__((visibility("hidden"))) extern void (*ust_dl_hook)(void);
void (*ust_dl_hook)(void);

/* Saves what a caller that knows the empty function might count on, then runs the hook. */
void ust_dl_trampoline(void) __attribute__((visibility("hidden")));

__asm__(".pushsection .text\n"
	".balign 16\n\t"
	".quad 0\n\t"
	".quad " STRING(HOOK_MAGIC) "\n"
				    ".globl ust_dl_trampoline\n"
				    ".hidden ust_dl_trampoline\n"
				    ".type ust_dl_trampoline, @function\n"
				    "ust_dl_trampoline:\n\t"
				    ".cfi_startproc\n\t"
				    "endbr64\n\t"
				    "pushq %rbp\n\t"
				    ".cfi_def_cfa_offset 16\n\t"
				    ".cfi_offset %rbp, -16\n\t"
				    "movq %rsp, %rbp\n\t"
				    ".cfi_def_cfa_register %rbp\n\t"
				    "pushq %rax\n\t"
				    "pushq %rcx\n\t"
				    "pushq %rdx\n\t"
				    "pushq %rsi\n\t"
				    "pushq %rdi\n\t"
				    "pushq %r8\n\t"
				    "pushq %r9\n\t"
				    "pushq %r10\n\t"
				    "pushq %r11\n\t"
				    "andq $-16, %rsp\n\t"
				    "call *ust_dl_hook(%rip)\n\t"
				    "leaq -72(%rbp), %rsp\n\t"
				    "popq %r11\n\t"
				    "popq %r10\n\t"
				    "popq %r9\n\t"
				    "popq %r8\n\t"
				    "popq %rdi\n\t"
				    "popq %rsi\n\t"
				    "popq %rdx\n\t"
				    "popq %rcx\n\t"
				    "popq %rax\n\t"
				    "popq %rbp\n\t"
				    ".cfi_def_cfa %rsp, 8\n\t"
				    "ret\n\t"
				    ".cfi_endproc\n"
				    ".size ust_dl_trampoline, . - ust_dl_trampoline\n"
				    ".popsection\n");

/* Length of the nop at @p, or 0: the forms that assemblers pad with. */
static size_t nop_length(const unsigned char *p, size_t room)
{
	/* By number of operand-size prefixes: [66...] [2e] 0f 1f modrm [sib] [displacement] */
	size_t i = 0;

	if (room && (*p == 0x90 || *p == 0xcc))
		return 1;
	while (i < room && p[i] == 0x66)
		i++;
	if (i < room && i && p[i] == 0x90)
		return i + 1;
	if (i < room && p[i] == 0x2e)
		i++;
	if (room - i < 3 || p[i] != 0x0f || p[i + 1] != 0x1f)
		return 0;
	switch (p[i + 2]) {
	case 0x00:
		return i + 3;
	case 0x40:
		return i + 4;
	case 0x44:
		return i + 5;
	case 0x80:
		return i + 7;
	case 0x84:
		return i + 8;
	}
	return 0;
}

/* Bytes of padding from @p to the end of its slot, or 0 if something else is there. */
static size_t padding(const unsigned char *p)
{
	const unsigned char *end =
		(const unsigned char *)(((uintptr_t)p + SLOT - 1) & ~(uintptr_t)(SLOT - 1));
	size_t room = (size_t)(end - p);

	while (p < end) {
		size_t len = nop_length(p, (size_t)(end - p));

		/* A nop may reach over the end only if it ends there. */
		if (!len || len > (size_t)(end - p))
			return 0;
		p += len;
	}
	return room;
}

static int find_debug(struct dl_phdr_info *info, size_t size, void *data)
{
	struct ust_elf_object program;
	const ElfW(Dyn) * dyn;

	(void)size;
	ust_elf_object_init(info, &program);
	dyn = ust_elf_dynamic(&program, DT_DEBUG);
	if (dyn)
		*(struct r_debug **)data = (struct r_debug *)dyn->d_un.d_ptr;
	return 1; /* the first object is the program */
}

static const unsigned char far[6] = {0xff, 0x25};

/* Whether the jump at @at, if it is one, leads into another libust. */
static int is_ours(const unsigned char *at)
{
	uint64_t magic;
	uintptr_t target;

	if (!memcmp(at, far, sizeof(far))) {
		memcpy(&target, at + sizeof(far), sizeof(target));
	} else if (*at == 0xe9) {
		int32_t rel;

		memcpy(&rel, at + 1, sizeof(rel));
		target = (uintptr_t)at + JUMP_NEAR + (uintptr_t)(intptr_t)rel;
	} else {
		return 0;
	}
	memcpy(&magic, (const void *)(target - sizeof(magic)), sizeof(magic));
	return magic == HOOK_MAGIC;
}

/* Writes the jump over the return at @at. */
static int write_jump(unsigned char *at, size_t room)
{
	unsigned char jump[JUMP_FAR];
	uintptr_t target = (uintptr_t)ust_dl_trampoline;
	intptr_t distance = (intptr_t)(target - ((uintptr_t)at + JUMP_NEAR));
	size_t size;
	int err;

	if (room >= JUMP_FAR) {
		size = JUMP_FAR;
		memcpy(jump, far, sizeof(far));
		memcpy(jump + sizeof(far), &target, sizeof(target));
	} else if (room >= JUMP_NEAR && distance == (int32_t)distance) {
		int32_t rel = (int32_t)distance;

		size = JUMP_NEAR;
		jump[0] = 0xe9;
		memcpy(jump + 1, &rel, sizeof(rel));
	} else {
		return -1;
	}
	/* Nobody runs into it half done: what is behind the return is written first. */
	memcpy(jumped.bytes, at, size);
	err = ust_patch_write(at, jump, size, PROT_READ | PROT_EXEC);
	ust_patch_sync();
	if (!err) {
		jumped.at = at;
		jumped.size = size;
	}
	return err;
}

void ust_dl_hook_remove(void)
{
	if (!jumped.size)
		return;
	/* The return first, alone: from then on nobody runs into what is behind it. */
	if (ust_patch_write(jumped.at, jumped.bytes, 1, PROT_READ | PROT_EXEC))
		return;
	ust_patch_sync();
	ust_patch_write(jumped.at + 1, jumped.bytes + 1, jumped.size - 1, PROT_READ | PROT_EXEC);
	ust_patch_sync();
	jumped.size = 0;
}

int ust_dl_hook_install(void (*hook)(void))
{
	static const unsigned char endbr64[ENDBR64_SIZE] = {0xf3, 0x0f, 0x1e, 0xfa};
	unsigned char *at;
	size_t room;

	dl_iterate_phdr(find_debug, &debug);
	if (!debug || !debug->r_brk)
		return 0;
	at = (unsigned char *)debug->r_brk;
	if ((uintptr_t)at % SLOT)
		goto refuse;
	if (!memcmp(at, endbr64, sizeof(endbr64)))
		at += sizeof(endbr64);
	if (is_ours(at))
		return -EALREADY;
	if (*at != OPCODE_RET)
		goto refuse;
	room = 1 + padding(at + 1);
	ust_dl_hook = hook;
	if (write_jump(at, room))
		goto refuse;
	return 1;

refuse:
	ust_debug("the dynamic linker cannot be followed: new objects are found later");
	return 0;
}

static struct ust_dl_watch *watches;

void ust_dl_watch(struct ust_dl_watch *watch)
{
	struct ust_dl_watch *first = __atomic_load_n(&watches, __ATOMIC_RELAXED);

	do {
		watch->next = first;
	} while (!__atomic_compare_exchange_n(&watches, &first, watch, 0, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED));
}

void ust_dl_tell(void)
{
	struct ust_dl_watch *watch;

	for (watch = __atomic_load_n(&watches, __ATOMIC_ACQUIRE); watch; watch = watch->next)
		watch->changed();
}

int ust_dl_state(void)
{
	return debug ? (int)__atomic_load_n(&debug->r_state, __ATOMIC_RELAXED) : RT_CONSISTENT;
}
