/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks /dev/ust-trace for nonsense: random requests with random, hostile and nearly right arguments on
 * all kinds of its descriptors, from several processes at once, with events on. Nothing is expected
 * but that it answers: whoever started this looks at the kernel's log.
 *
 *	kfuzz SECONDS [SEED]
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ust/abi/kernel.h>

#define NR_PROCESSES 4
#define NR_FDS 24

static uint64_t state;
static unsigned long tried, accepted;

static uint32_t rnd(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return below ? (uint32_t)(state >> 33) % below : (uint32_t)(state >> 32);
}

static const unsigned long requests[] = {
	UST_KERNEL_VERSION,  UST_KERNEL_LIST,      UST_KERNEL_SESSION,     UST_KSESSION_CHANNEL,
	UST_KSESSION_ENABLE, UST_KSESSION_DISABLE, UST_KSESSION_FILTER,    UST_KSESSION_START,
	UST_KSESSION_STOP,   UST_KSESSION_STREAM,  UST_KSESSION_LOSS,      UST_KSTREAM_INFO,
	UST_KSTREAM_NEXT,    UST_KSTREAM_RELEASE,  UST_KSESSION_STATEDUMP,
};
#define NR_REQUESTS (sizeof(requests) / sizeof(requests[0]))

static const char *const patterns[] = {
	"*",
	"sched:*",
	"sched:sched_switch",
	"irq",
	"raw_syscalls:sys_enter",
	"*:*",
	"::",
	":",
	"",
	"[",
	"sched:[a-z]*",
	"\\",
	"x:y:z",
	"no:such",
	"*:sys_*",
	"************************a",
};

static uint64_t word(void)
{
	static const uint64_t edges[] = {
		0,          1,          2,          3,         4,          8,
		16,         64,         4095,       4096,      8192,       65535,
		65536,      262144,     16u << 20,  17u << 20, 0x7fffffff, 0x80000000,
		0xffffffff, 1ull << 32, 1ull << 63, ~0ull,
	};

	return rnd(3) ? edges[rnd(sizeof(edges) / sizeof(edges[0]))] : rnd(0);
}

/* Bytes that are an argument, or nearly, or not at all. */
static void argument(unsigned char *buf, size_t room, unsigned long request)
{
	uint32_t size = _IOC_SIZE(request), i;

	memset(buf, 0, room);
	for (i = 4; i + 8 <= size && i + 8 <= room; i += rnd(2) ? 4 : 8) {
		uint64_t v = rnd(4) ? rnd(4) : word();

		memcpy(buf + i, &v, rnd(2) ? 4 : 8);
	}
	switch (request) {
	case UST_KSESSION_CHANNEL: {
		uint64_t subbuf = 4096u << rnd(6);
		uint32_t rest[3] = {2u << rnd(3), rnd(2) * 10000, 0};

		if (rnd(4)) {
			memcpy(buf + 8, &subbuf, 8);
			memcpy(buf + 16, rest, 8);
		}
		break;
	}
	case UST_KSESSION_ENABLE:
	case UST_KSESSION_DISABLE:
		memset(buf + 4, 0, 12);
		if (rnd(6))
			strcpy((char *)buf + 16,
			       patterns[rnd(sizeof(patterns) / sizeof(patterns[0]))]);
		else
			memset(buf + 16, 'a', UST_KERNEL_PATTERN_MAX);
		break;
	case UST_KERNEL_LIST:
		memset(buf + 4, 0, 4);
		if (rnd(3))
			strcpy((char *)buf + 8,
			       patterns[rnd(sizeof(patterns) / sizeof(patterns[0]))]);
		break;
	case UST_KERNEL_SESSION:
		if (rnd(4))
			memset(buf + 4, 0, size - 4);
		break;
	case UST_KSESSION_STREAM:
		if (rnd(3))
			memset(buf + 4, 0, size - 4);
		break;
	}
	/* The size, right or wrong, with bytes behind it that nobody knows. */
	if (!rnd(6)) {
		size = rnd(2) ? size + rnd(64) : (uint32_t)word();
		if (rnd(2))
			memset(buf + _IOC_SIZE(request), rnd(256), 64);
	}
	memcpy(buf, &size, 4);
}

static int fds[NR_FDS];

static void keep(int fd)
{
	uint32_t place = 1 + rnd(NR_FDS - 1);

	if (fds[place] >= 0)
		close(fds[place]);
	fds[place] = fd;
}

static void try_ioctl(int fd)
{
	static unsigned char buf[8192];
	unsigned long request = requests[rnd(NR_REQUESTS)];
	void *arg = buf;
	int ret;

	argument(buf, 4096, request);
	if (!rnd(20))
		request ^= 1ul << rnd(32);
	if (!rnd(20))
		arg = (void *)(uintptr_t)(rnd(2) ? word() : (uintptr_t)buf + rnd(8));
	ret = ioctl(fd, request, arg);
	tried++;
	accepted += ret >= 0;
	if (ret > 2 && (request == UST_KERNEL_LIST || request == UST_KERNEL_SESSION ||
			request == UST_KSESSION_STREAM))
		keep(ret);
}

static void try_rest(int fd)
{
	static char buf[70000];
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t len = 4096u << rnd(8);
	int prot = rnd(3) ? PROT_READ : (int)rnd(8);
	void *map;
	int pipes[2];

	switch (rnd(5)) {
	case 0:
		if (read(fd, rnd(8) ? buf : (void *)word(), rnd(2) ? sizeof(buf) : rnd(300)) < 0)
			errno = 0;
		break;
	case 1:
		if (write(fd, buf, rnd(300)) < 0)
			errno = 0;
		break;
	case 2:
		poll(&p, 1, 0);
		break;
	case 3:
		map = mmap(NULL, len, prot, rnd(2) ? MAP_SHARED : MAP_PRIVATE, fd,
			   rnd(3) ? 0 : (off_t)4096 * rnd(9));
		if (map != MAP_FAILED) {
			if (prot & PROT_READ && *(volatile char *)map == 1)
				errno = 0;
			mprotect(map, 4096, PROT_READ | (int)rnd(8));
			munmap(map, len);
		}
		break;
	default:
		if (pipe2(pipes, O_NONBLOCK))
			return;
		if (splice(fd, NULL, pipes[1], NULL, 1 << rnd(20), SPLICE_F_NONBLOCK) < 0)
			errno = 0;
		close(pipes[0]);
		close(pipes[1]);
		break;
	}
}

/* One of each kind to begin with. */
static void open_good(void)
{
	struct ust_kernel_session session = {.size = sizeof(session)};
	struct ust_kernel_channel channel = {
		.size = sizeof(channel), .subbuf_size = 8192, .nr_subbufs = 4, .wake_us = 10000};
	struct ust_kernel_stream stream = {.size = sizeof(stream)};

	fds[0] = open(UST_KERNEL_DEVICE, O_RDWR);
	if (fds[0] < 0)
		_exit(1);
	fds[1] = ioctl(fds[0], UST_KERNEL_SESSION, &session);
	if (ioctl(fds[1], UST_KSESSION_CHANNEL, &channel))
		_exit(1);
	fds[2] = ioctl(fds[1], UST_KSESSION_STREAM, &stream);
}

static void one_process(time_t until)
{
	int i;

	for (i = 0; i < NR_FDS; i++)
		fds[i] = -1;
	open_good();
	while (time(NULL) < until) {
		for (i = 0; i < 200; i++) {
			uint32_t place = rnd(NR_FDS);

			if (fds[place] < 0)
				place = 0;
			if (rnd(4))
				try_ioctl(fds[place]);
			else
				try_rest(fds[place]);
			if (place && !rnd(30)) {
				close(fds[place]);
				fds[place] = -1;
			}
		}
	}
	printf("tried %lu accepted %lu\n", tried, accepted);
	exit(accepted ? 0 : 1);
}

int main(int argc, char **argv)
{
	time_t until = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	int i, status, bad = 0;

	for (i = 0; i < NR_PROCESSES; i++) {
		if (!fork()) {
			state = seed * 1000003 + (uint64_t)i;
			one_process(until);
		}
	}
	for (i = 0; i < NR_PROCESSES; i++)
		bad |= wait(&status) < 0 || status;
	return bad;
}
