/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing text: batches, refusals, the way through /proc/self/mem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ust/abi/site.h>

#include "libust/arch/patch.h"

#define NR_SITES 10000
#define TEXT_SIZE (NR_SITES * 64)
#define TEXT_PROT (PROT_READ | PROT_EXEC)

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif

static unsigned char *text;
static struct ust_patch patches[NR_SITES];

/* Functions "test $imm32, %eax; ret" at irregular distances. */
static void make_text(void)
{
	size_t i;

	text = mmap(NULL, TEXT_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(text, MAP_FAILED);
	memset(text, 0xc3, TEXT_SIZE);
	for (i = 0; i < NR_SITES; i++) {
		patches[i].addr = text + i * 64 + i % 50;
		patches[i].addr[0] = UST_SITE_OPCODE_OFF;
		memset(patches[i].addr + 1, 0, 4);
	}
	assert_int_equal(mprotect(text, TEXT_SIZE, TEXT_PROT), 0);
}

static void set_all(uint8_t opcode)
{
	size_t i;

	for (i = 0; i < NR_SITES; i++) {
		struct ust_patch *p = &patches[(i * 7919) % NR_SITES];

		p->opcode = opcode;
		p->prot = TEXT_PROT;
	}
}

static int count(uint8_t opcode)
{
	int i, nr = 0;

	for (i = 0; i < NR_SITES; i++)
		nr += text[i * 64 + i % 50] == opcode;
	return nr;
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void test_batch(void **state)
{
	double best = 1e9;
	int i;

	(void)state;
	make_text();
	for (i = 0; i < 20; i++) {
		uint8_t opcode = i % 2 ? UST_SITE_OPCODE_OFF : UST_SITE_OPCODE_ON;
		double begin;

		set_all(opcode);
		begin = now_ms();
		assert_int_equal(ust_patch_apply(patches, NR_SITES), 0);
		if (now_ms() - begin < best)
			best = now_ms() - begin;
		assert_int_equal(count(opcode), NR_SITES);
	}
	print_message("%d sites in %.3f ms\n", NR_SITES, best);
	munmap(text, TEXT_SIZE);
}

static void test_unsorted(void **state)
{
	size_t i;

	(void)state;
	make_text();
	for (i = 0; i < NR_SITES / 2; i++) {
		struct ust_patch tmp = patches[i];
		size_t j = (i * 7919 + 13) % NR_SITES;

		patches[i] = patches[j];
		patches[j] = tmp;
	}
	set_all(UST_SITE_OPCODE_ON);
	assert_int_equal(ust_patch_apply(patches, NR_SITES), 0);
	for (i = 1; i < NR_SITES; i++)
		assert_true(patches[i].addr > patches[i - 1].addr);
	assert_int_equal(count(UST_SITE_OPCODE_ON), NR_SITES);
	munmap(text, TEXT_SIZE);
}

/* What is neither of the two opcodes is somebody else's, perhaps a breakpoint. */
static void test_other_opcode(void **state)
{
	unsigned char breakpoint = 0xcc;

	(void)state;
	make_text();
	assert_int_equal(ust_patch_write(patches[5].addr, &breakpoint, 1, TEXT_PROT), 0);
	set_all(UST_SITE_OPCODE_ON);
	assert_int_equal(ust_patch_apply(patches, NR_SITES), 1);
	assert_int_equal(patches[5].result, -EBADMSG);
	assert_int_equal(patches[6].result, 0);
	assert_int_equal(*patches[5].addr, 0xcc);
	munmap(text, TEXT_SIZE);
}

static void test_protection_is_restored(void **state)
{
	char line[256];
	int found = 0;
	FILE *maps;

	(void)state;
	make_text();
	set_all(UST_SITE_OPCODE_ON);
	assert_int_equal(ust_patch_apply(patches, NR_SITES), 0);
	maps = fopen("/proc/self/maps", "r");
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		unsigned long start, end;
		char prot[5];

		if (sscanf(line, "%lx-%lx %4s", &start, &end, prot) == 3 &&
		    start < (unsigned long)text + TEXT_SIZE && end > (unsigned long)text) {
			assert_string_equal(prot, "r-xp");
			found = 1;
		}
	}
	fclose(maps);
	assert_true(found);
	munmap(text, TEXT_SIZE);
}

/* systemd's MemoryDenyWriteExecute: mprotect refuses, the kernel's own way does not. */
static void test_write_execute_denied(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	make_text();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (prctl(PR_SET_MDWE, 1, 0, 0, 0))
			_exit(77);
		set_all(UST_SITE_OPCODE_ON);
		if (mprotect(text, 4096, TEXT_PROT | PROT_WRITE) == 0)
			_exit(1);
		if (ust_patch_apply(patches, NR_SITES))
			_exit(2);
		_exit(count(UST_SITE_OPCODE_ON) == NR_SITES ? 0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	munmap(text, TEXT_SIZE);
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* What seccomp can take away: writing to text by mprotect, and to /proc/self/mem. */
static int forbid_writes(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static volatile int stop;

/* Runs into the sites all the time: each execution must find a whole instruction. */
static void *execute(void *unused)
{
	size_t i;

	(void)unused;
	while (!stop)
		for (i = 0; i < NR_SITES; i += 97)
			((void (*)(void))(uintptr_t)(text + i * 64 + i % 50))();
	return NULL;
}

static void test_while_executing(void **state)
{
	pthread_t thread;
	int i;

	(void)state;
	make_text();
	assert_int_equal(pthread_create(&thread, NULL, execute, NULL), 0);
	for (i = 0; i < 500; i++) {
		set_all(i % 2 ? UST_SITE_OPCODE_OFF : UST_SITE_OPCODE_ON);
		assert_int_equal(ust_patch_apply(patches, NR_SITES), 0);
	}
	stop = 1;
	pthread_join(thread, NULL);
	munmap(text, TEXT_SIZE);
}

/* Text that can be written in no way is replaced by a copy, while it runs. */
static int replace_text(void)
{
	pthread_t thread;
	int i;

	stop = 0;
	if (pthread_create(&thread, NULL, execute, NULL))
		return 1;
	if (forbid_writes() || mprotect(text, 4096, TEXT_PROT) == 0)
		return 2;
	for (i = 0; i < 20; i++) {
		uint8_t opcode = i % 2 ? UST_SITE_OPCODE_OFF : UST_SITE_OPCODE_ON;

		set_all(opcode);
		if (ust_patch_apply(patches, NR_SITES))
			return 3;
		if (count(opcode) != NR_SITES)
			return 4;
	}
	stop = 1;
	pthread_join(thread, NULL);
	return 0;
}

static void test_text_that_cannot_be_written(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	make_text();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(replace_text());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	munmap(text, TEXT_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_unsorted),
		cmocka_unit_test(test_other_opcode),
		cmocka_unit_test(test_protection_is_restored),
		cmocka_unit_test(test_write_execute_denied),
		cmocka_unit_test(test_while_executing),
		cmocka_unit_test(test_text_that_cannot_be_written),
	};

	return cmocka_run_group_tests_name("libust: text patches", tests, NULL, NULL);
}
