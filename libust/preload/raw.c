/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Functions of which nothing is known: their arguments are wherever the caller put them. Every
 * register that can hold one is kept, and what lies on the stack is copied for the call, so that the
 * function finds everything where it would be; then rax, rdx, xmm0 and xmm1 are kept for the caller.
 * The x87 registers are not touched at all.
 */
#include "call.h"

#ifdef __x86_64__
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

/* As the assembly lays them out. */
struct registers {
	uint64_t ints[6]; /* rdi rsi rdx rcx r8 r9 */
	uint64_t rax, r10;
	unsigned char vectors[8][16];
	uint64_t start; /* when the call began */
	uint64_t copy;  /* bytes of the stack to be copied */
	void *real;
	uint64_t index;
};

_Static_assert(offsetof(struct registers, vectors) == 64, "used below");
_Static_assert(offsetof(struct registers, start) == 192, "used below");
_Static_assert(offsetof(struct registers, copy) == 200, "used below");
_Static_assert(offsetof(struct registers, real) == 208, "used below");
_Static_assert(offsetof(struct registers, index) == 216, "used below");
_Static_assert(sizeof(struct registers) == 224, "used below");

static struct ust_call_hook *hooks[UST_CALL_MAX_RULES];

/* Result: whether the call is recorded. */
int ust_call_raw_enter(struct registers *regs, uintptr_t stack)
	__attribute__((visibility("hidden")));
void ust_call_raw_leave(struct registers *regs, uint64_t result)
	__attribute__((visibility("hidden")));

/*
 * The end of a stack may be near: what is not there is no argument. What is mapped need not be
 * readable (a guard page), so the kernel is asked to read: it takes the set of signals first, and
 * then refuses what to do with it.
 */
static __attribute__((noinline)) uint64_t bytes_there(uintptr_t stack)
{
	uintptr_t next = (stack + PAGE) & ~(uintptr_t)(PAGE - 1);
	int saved = ust_errno;
	uint64_t bytes = UST_CALL_STACK;

	syscall(SYS_rt_sigprocmask, -1, next, NULL, sizeof(uint64_t));
	if (ust_errno == EFAULT)
		bytes = (next - stack) & ~15ul;
	ust_errno = saved;
	return bytes;
}

int ust_call_raw_enter(struct registers *regs, uintptr_t stack)
{
	struct ust_call_hook *hook = hooks[regs->index];

	ust_call_note(hook, UST_CALL_CALLED);
	regs->real = hook->real;
	if (!ust_call_event_is_on(&hook->event))
		return 0;
	regs->copy = UST_CALL_STACK;
	if (stack % PAGE > PAGE - UST_CALL_STACK)
		regs->copy = bytes_there(stack);
	ust_call_count(1);
	regs->start = ust_preload_now();
	return 1;
}

void ust_call_raw_leave(struct registers *regs, uint64_t result)
{
	struct ust_call_hook *hook = hooks[regs->index];
	uint64_t end = ust_preload_now();
	struct ust_arg fields[UST_CALL_MAX_FIELDS];
	int i;

	for (i = 0; i < 6; i++)
		fields[i].bits = regs->ints[i];
	fields[6].bits = result;
	fields[7].bits = end > regs->start ? end - regs->start : 0;
	ust_call_event_record(&hook->event, fields, hook->real);
	ust_call_count(-1);
}

#define STUB_SIZE 16

extern const unsigned char ust_call_raw_stubs[] __attribute__((visibility("hidden")));

#define VECTORS(how)                                                                               \
	how(0, 64) how(1, 80) how(2, 96) how(3, 112) how(4, 128) how(5, 144) how(6, 160) how(7, 176)
#define SAVE(i, at) "movaps %xmm" #i ", " #at "(%rsp)\n\t"
#define LOAD(i, at) "movaps " #at "(%rbx), %xmm" #i "\n\t"
#define LOAD_INTS                                                                                  \
	"movq (%rbx), %rdi\n\t"                                                                    \
	"movq 8(%rbx), %rsi\n\t"                                                                   \
	"movq 16(%rbx), %rdx\n\t"                                                                  \
	"movq 24(%rbx), %rcx\n\t"                                                                  \
	"movq 32(%rbx), %r8\n\t"                                                                   \
	"movq 40(%rbx), %r9\n\t"                                                                   \
	"movq 48(%rbx), %rax\n\t"                                                                  \
	"movq 56(%rbx), %r10\n\t"

/*
 * A stub for each rule leaves its number in r11, which belongs to nobody at a call. rbx points to
 * the registers; it is the caller's and is kept below rbp.
 */
/* clang-format off */
__asm__(".pushsection .text\n"
	".balign 16\n"
	".globl ust_call_raw_stubs\n"
	".hidden ust_call_raw_stubs\n"
	".type ust_call_raw_stubs, @function\n"
	"ust_call_raw_stubs:\n\t"
	".cfi_startproc\n\t"
	".set ust_index, 0\n\t"
	".rept 64\n\t"
	"endbr64\n\t"
	"movl $ust_index, %r11d\n\t"
	"jmp ust_call_raw\n\t"
	".balign 16\n\t"
	".set ust_index, ust_index + 1\n\t"
	".endr\n"
	".type ust_call_raw, @function\n"
	"ust_call_raw:\n\t"
	"pushq %rbp\n\t"
	".cfi_def_cfa_offset 16\n\t"
	".cfi_offset %rbp, -16\n\t"
	"movq %rsp, %rbp\n\t"
	".cfi_def_cfa_register %rbp\n\t"
	"pushq %rbx\n\t"
	".cfi_offset %rbx, -24\n\t"
	"subq $232, %rsp\n\t"
	"movq %rdi, (%rsp)\n\t"
	"movq %rsi, 8(%rsp)\n\t"
	"movq %rdx, 16(%rsp)\n\t"
	"movq %rcx, 24(%rsp)\n\t"
	"movq %r8, 32(%rsp)\n\t"
	"movq %r9, 40(%rsp)\n\t"
	"movq %rax, 48(%rsp)\n\t"
	"movq %r10, 56(%rsp)\n\t"
	"movq %r11, 216(%rsp)\n\t"
	VECTORS(SAVE)
	"movq %rsp, %rbx\n\t"
	"movq %rsp, %rdi\n\t"
	"leaq 16(%rbp), %rsi\n\t"
	"call ust_call_raw_enter\n\t"
	"testl %eax, %eax\n\t"
	"jne 1f\n\t"
	/* As if we had not been here. */
	LOAD_INTS
	VECTORS(LOAD)
	"movq 208(%rbx), %r11\n\t"
	"movq -8(%rbp), %rbx\n\t"
	".cfi_remember_state\n\t"
	".cfi_restore %rbx\n\t"
	"leave\n\t"
	".cfi_def_cfa %rsp, 8\n\t"
	"jmp *%r11\n"
	"1:\t.cfi_restore_state\n\t"
	"movq 200(%rbx), %rcx\n\t"
	"subq %rcx, %rsp\n\t"
	"leaq 16(%rbp), %rsi\n\t"
	"movq %rsp, %rdi\n\t"
	"shrq $3, %rcx\n\t"
	"cld\n\t"
	"rep movsq\n\t"
	LOAD_INTS
	VECTORS(LOAD)
	"call *208(%rbx)\n\t"
	/* The results go where the arguments were not: ints stay for the event. */
	"movq %rax, 48(%rbx)\n\t"
	"movq %rdx, 56(%rbx)\n\t"
	"movaps %xmm0, 64(%rbx)\n\t"
	"movaps %xmm1, 80(%rbx)\n\t"
	"movq %rbx, %rsp\n\t"
	"movq %rbx, %rdi\n\t"
	"movq %rax, %rsi\n\t"
	"call ust_call_raw_leave\n\t"
	"movq 48(%rbx), %rax\n\t"
	"movq 56(%rbx), %rdx\n\t"
	"movaps 64(%rbx), %xmm0\n\t"
	"movaps 80(%rbx), %xmm1\n\t"
	"movq -8(%rbp), %rbx\n\t"
	".cfi_restore %rbx\n\t"
	"leave\n\t"
	".cfi_def_cfa %rsp, 8\n\t"
	"ret\n\t"
	".cfi_endproc\n"
	".size ust_call_raw_stubs, . - ust_call_raw_stubs\n"
	".popsection\n");
/* clang-format on */

int ust_call_raw_create(struct ust_call_hook *hook, void **ret_code)
{
	hooks[hook->index] = hook;
	*ret_code = (void *)(uintptr_t)(ust_call_raw_stubs + hook->index * STUB_SIZE);
	return 0;
}
#else
int ust_call_raw_create(struct ust_call_hook *hook, void **ret_code)
{
	(void)hook;
	(void)ret_code;
	return -ENOTSUP;
}
#endif
