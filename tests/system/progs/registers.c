/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * registers: until its standard input ends, looks whether a register, a flag, the red zone, the
 * signal mask or a timer's signals change or stop for nothing. Prints "right" and the number of
 * rounds, or what was wrong.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#if defined(__x86_64__)

#define NR_REGISTERS 16 /* all but rsp, and the flags */

/* Fills the registers from @in, spends some microseconds, and stores them to @out; below the stack
 * pointer, too, there is something that must stay. Result: what is there after. */
uint64_t registers_spend(const uint64_t *in, uint64_t *out);

__asm__(".pushsection .text\n"
	"registers_spend:\n\t"
	"pushq %rbx\n\tpushq %rbp\n\tpushq %r12\n\tpushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
	"pushq %rsi\n\t"
	"pushq 120(%rdi)\n\tpopfq\n\t"
	"movq $0x12345678, -120(%rsp)\n\t"
	"movq (%rdi), %rax\n\tmovq 8(%rdi), %rbx\n\tmovq 16(%rdi), %rcx\n\t"
	"movq 24(%rdi), %rdx\n\tmovq 32(%rdi), %rsi\n\tmovq 48(%rdi), %rbp\n\t"
	"movq 56(%rdi), %r8\n\tmovq 64(%rdi), %r9\n\tmovq 72(%rdi), %r10\n\t"
	"movq 80(%rdi), %r11\n\tmovq 88(%rdi), %r12\n\tmovq 96(%rdi), %r13\n\t"
	"movq 104(%rdi), %r14\n\tmovq 112(%rdi), %r15\n\tmovq 40(%rdi), %rdi\n\t"
	".rept 20000\n\tnop\n\t.endr\n\t"
	"xchgq %rdi, (%rsp)\n\t" /* out; what was in rdi is on the stack now */
	"movq %rax, (%rdi)\n\tmovq %rbx, 8(%rdi)\n\tmovq %rcx, 16(%rdi)\n\t"
	"movq %rdx, 24(%rdi)\n\tmovq %rsi, 32(%rdi)\n\tmovq %rbp, 48(%rdi)\n\t"
	"movq %r8, 56(%rdi)\n\tmovq %r9, 64(%rdi)\n\tmovq %r10, 72(%rdi)\n\t"
	"movq %r11, 80(%rdi)\n\tmovq %r12, 88(%rdi)\n\tmovq %r13, 96(%rdi)\n\t"
	"movq %r14, 104(%rdi)\n\tmovq %r15, 112(%rdi)\n\t"
	"movq -120(%rsp), %rax\n\t"
	"pushfq\n\tpopq 120(%rdi)\n\t"
	"popq 40(%rdi)\n\t"
	"popq %r15\n\tpopq %r14\n\tpopq %r13\n\tpopq %r12\n\tpopq %rbp\n\tpopq %rbx\n\t"
	"ret\n"
	".popsection\n");

static volatile sig_atomic_t ticks;

static void tick(int signal)
{
	(void)signal;
	ticks++;
}

static int wrong(const char *what, uint64_t is, uint64_t was)
{
	printf("wrong: %s is %#llx, was %#llx\n", what, (unsigned long long)is,
	       (unsigned long long)was);
	return 1;
}

static int round_of(unsigned long number)
{
	uint64_t in[NR_REGISTERS], out[NR_REGISTERS], red, mask;
	char name[16];
	int i;

	for (i = 0; i < NR_REGISTERS; i++)
		in[i] = 0x9e3779b97f4a7c15 * (number * NR_REGISTERS + (unsigned int)i + 1);
	/* Carry, parity, adjust, zero, sign, overflow: by turns all or none; interrupts on. */
	in[15] = number % 2 ? 0xad7 : 0x202;
	red = registers_spend(in, out);
	__asm__ __volatile__("cld");
	for (i = 0; i < NR_REGISTERS; i++) {
		snprintf(name, sizeof(name), "register %d", i);
		if (in[i] != out[i])
			return wrong(name, out[i], in[i]);
	}
	if (red != 0x12345678)
		return wrong("the red zone", red, 0x12345678);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, 8);
	return mask != 1ul << (SIGUSR1 - 1) ? wrong("the mask", mask, 1ul << (SIGUSR1 - 1)) : 0;
}

int main(void)
{
	struct itimerval timer = {{0, 1000}, {0, 1000}};
	struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
	unsigned long number = 0;
	sigset_t set;
	int before;
	char byte;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	puts("ready");
	fflush(stdout);
	fcntl(0, F_SETFL, O_NONBLOCK);
	while (read(0, &byte, 1) != 0)
		if (round_of(number++))
			return 1;
	/* Its signals still come. */
	for (before = ticks; ticks == before;)
		;
	printf("right %d\n", number > 0);
	return 0;
}

#endif
