/* SPDX-License-Identifier: GPL-2.0-only */
/* What the machine and its kernel let us do. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/rseq.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* glibc from 2.35 on registers rseq and tells where; older ones have no such symbols. */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static void check_kernel(struct ust_finding *finding)
{
	struct utsname uts;
	unsigned int major = 0, minor = 0;

	uname(&uts);
	sscanf(uts.release, "%u.%u", &major, &minor);
	if (major < 4 || (major == 4 && minor < 18))
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "Linux 4.18 and newer have rseq, which makes recording several "
			       "times faster",
			       "Linux %s, %s", uts.release, uts.machine);
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "Linux %s, %s", uts.release,
			       uts.machine);
	if (strcmp(uts.machine, "x86_64"))
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "only x86_64 is supported",
			       "the machine is %s", uts.machine);
}

static void check_rseq(struct ust_finding *finding)
{
	static const char slower[] =
		"events are recorded by reserve/commit then, which takes several times as long";
	const char *tunables = getenv("GLIBC_TUNABLES");
	const struct rseq *rseq;

	if (!&__rseq_size) {
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, slower,
			       "this libc does not register rseq (glibc does from 2.35 on)");
		return;
	}
	if (!__rseq_size) {
		if (tunables && strstr(tunables, "glibc.pthread.rseq=0"))
			ust_doctor_say(finding, UST_DOCTOR_FALLBACK, slower,
				       "switched off by GLIBC_TUNABLES=%s", tunables);
		else
			ust_doctor_say(finding, UST_DOCTOR_FALLBACK, slower,
				       "not registered: the kernel or a seccomp filter refused it");
		return;
	}
	rseq = (const void *)((char *)__builtin_thread_pointer() + __rseq_offset);
	if ((int)__atomic_load_n(&rseq->cpu_id, __ATOMIC_RELAXED) < 0)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, slower,
			       "glibc registered it, but the kernel does not serve it");
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "registered by glibc for every thread");
}

/* A page of text of our own, which nothing else runs through. */
__attribute__((noinline, aligned(4096), section(".text.doctor"))) static int patched(int x)
{
	return x + 1;
}

static int write_by_mprotect(unsigned char *at, unsigned char byte)
{
	void *page = (void *)((uintptr_t)at & ~4095ul);

	if (mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC))
		return -errno;
	*(volatile unsigned char *)at = byte;
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
	return 0;
}

static int write_by_mem(unsigned char *at, unsigned char byte)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	ssize_t done;
	int err;

	if (fd < 0)
		return -errno;
	done = pwrite(fd, &byte, 1, (off_t)(uintptr_t)at);
	err = done == 1 ? 0 : done < 0 ? -errno : -EIO;
	close(fd);
	return err;
}

/* In a child, because a filter may kill for it. The function's first byte becomes that of "ret".
 * Result: the errno of the failure, 0, or -1 for a killed child. */
static int try_patch(int (*write_text)(unsigned char *, unsigned char))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return errno;
	if (pid == 0) {
		int (*volatile function)(int) = patched;
		int err = write_text((unsigned char *)(uintptr_t)function, 0xc3);

		/* Without the addition the result is what was in the register before. */
		if (!err && *(volatile unsigned char *)(uintptr_t)function != 0xc3)
			err = -EIO;
		if (!err)
			function(1);
		_exit(-err);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *failure(int err)
{
	return err < 0 ? "killed" : strerror(err);
}

static void check_patching(struct ust_finding *finding)
{
	int by_mprotect = try_patch(write_by_mprotect), by_mem;

	if (!by_mprotect) {
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "code can be patched (mprotect)");
		return;
	}
	by_mem = try_patch(write_by_mem);
	if (!by_mem)
		ust_doctor_say(
			finding, UST_DOCTOR_FALLBACK, "nothing to do; enabling takes longer",
			"mprotect of code is refused (%s); patching through /proc/self/mem works",
			failure(by_mprotect));
	else
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "events cannot be switched on; allow execmem/execmod for the traced "
			       "programs (SELinux, systemd's MemoryDenyWriteExecute=)",
			       "code cannot be patched: mprotect: %s; /proc/self/mem: %s",
			       failure(by_mprotect), failure(by_mem));
}

static void check_membarrier(struct ust_finding *finding)
{
	long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	if (commands < 0)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "switching events off waits for every thread in another way",
			       "not available: %s", strerror(errno));
	else if (!(commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE))
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "a CPU may execute a patched site as it was for some microseconds",
			       "sync-core is missing (commands %#lx)", commands);
	else if (!(commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ))
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "switching events off waits longer (Linux 5.10 has it)",
			       "rseq is missing (commands %#lx)", commands);
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "sync-core and rseq");
}

static void check_memfd(struct ust_finding *finding)
{
	int fd = memfd_create("ustctl-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *map = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, 4096))
		map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "buffers are memfds: allow memfd_create and shared mappings",
			       "cannot make shared memory: %s", strerror(errno));
	} else {
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "sealed memfds");
		munmap(map, 4096);
	}
	if (fd >= 0)
		close(fd);
}

const struct ust_check ust_doctor_machine[] = {
	{"kernel", check_kernel},
	{"rseq", check_rseq},
	{"text patching", check_patching},
	{"clock", ust_doctor_clock},
	{"clock module", ust_doctor_clock_module},
	{"clock rate", ust_doctor_clock_rate},
	{"kernel module", ust_doctor_kernel_module},
	{"scheduling", ust_doctor_sched},
	{"membarrier", check_membarrier},
	{"shared memory", check_memfd},
	{NULL, NULL},
};
