// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/abi/packet.h>

#include "count.h"
#include "snapshot.h"

#define COPY_SIZE (1 << 20)

/* What drop() and the signal handler remove: directories behind what is in them. */
static char **made;
static unsigned int nr_made;

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

static void remove_made(void)
{
	unsigned int i;

	for (i = nr_made; i-- > 0;)
		if (unlink(made[i]) < 0)
			rmdir(made[i]);
}

static void on_signal(int sig)
{
	remove_made();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* libbabeltrace2, or GLib for it, aborts or traps on some corrupt traces, with a message. */
static void on_abort(int sig)
{
	static const char text[] = "ustctl: libbabeltrace2 gave up: the trace is corrupt\n";

	(void)sig;
	remove_made();
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

static int remember(const char *path)
{
	char **bigger = reallocarray(made, nr_made + 1, sizeof(*made));
	char *copy = strdup(path);

	if (bigger)
		made = bigger;
	if (!bigger || !copy) {
		free(copy);
		return -ENOMEM;
	}
	made[nr_made] = copy;
	__atomic_store_n(&nr_made, nr_made + 1, __ATOMIC_RELEASE);
	return 0;
}

/* Whether somebody has the file open for writing: then no read lease is given. 1, 0, or -errno when
 * the system does not tell us. */
static int is_written(int fd)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return 0;
	}
	return errno == EAGAIN ? 1 : -errno;
}

static int write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= n;
	}
	return 0;
}

/* Copies @len bytes from @offset. -EIO: there are fewer. */
static int copy_range(int from, uint64_t offset, uint64_t len, int to, char *buf)
{
	while (len) {
		ssize_t n = pread(from, buf, len < COPY_SIZE ? len : COPY_SIZE, offset);
		int r;

		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		r = write_all(to, buf, n);
		if (r < 0)
			return r;
		offset += n;
		len -= n;
	}
	return 0;
}

/* A header that is the same in two readings was not being rewritten during the second one. */
static int read_header(int fd, uint64_t offset, struct ust_packet_header *header)
{
	struct ust_packet_header again;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		if (pread(fd, header, sizeof(*header), offset) != sizeof(*header) ||
		    pread(fd, &again, sizeof(again), offset) != sizeof(again))
			return -ENODATA;
		if (!memcmp(header, &again, sizeof(again)))
			return 0;
	}
	return -EAGAIN;
}

/* The packets that are whole now. What follows the last of them is on its way. */
static int copy_stream(int from, int to, char *buf)
{
	struct ust_packet_header header;
	uint64_t offset = 0, size;
	struct stat st;
	int r;

	while (read_header(from, offset, &header) == 0 && header.magic == UST_CTF_MAGIC) {
		size = header.packet_size / 8;
		if (fstat(from, &st) < 0)
			return -errno;
		if (size < sizeof(header) || size > (uint64_t)st.st_size - offset)
			break;
		r = write_all(to, &header, sizeof(header));
		if (r == 0)
			r = copy_range(from, offset + sizeof(header), size - sizeof(header), to,
				       buf);
		if (r < 0)
			return r;
		offset += size;
	}
	return 0;
}

/* The metadata up to its last whole block, which an empty line ends. */
static int copy_metadata(int from, int to)
{
	struct stat st;
	char *text;
	ssize_t n;
	int r;

	if (fstat(from, &st) < 0)
		return -errno;
	text = malloc(st.st_size + 1);
	if (!text)
		return -ENOMEM;
	n = pread(from, text, st.st_size, 0);
	if (n < 0) {
		r = -errno;
	} else {
		while (n > 0 && !(n >= 4 && !memcmp(text + n - 4, "};\n\n", 4)))
			n--;
		r = write_all(to, text, n);
	}
	free(text);
	return r;
}

static int unnamed_file(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : memfd_create("ust-snapshot", MFD_CLOEXEC);
}

/*
 * Makes @link lead to a copy of the file @path as it is now. Also of one that nobody has open: ustd
 * may open it again. Only when there are no more descriptors for copies it leads to the file
 * itself.
 */
static int take_file(const char *path, const char *name, const char *link, char *buf)
{
	int from, to, r;
	char target[64];

	from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (from < 0)
		return errno == ENOENT ? 0 : -errno;
	to = unnamed_file();
	if (to < 0) {
		close(from);
		if (errno != EMFILE || symlink(path, link) < 0)
			return -errno;
		return remember(link);
	}
	r = strcmp(name, "metadata") == 0 ? copy_metadata(from, to) : copy_stream(from, to, buf);
	close(from);
	if (r == 0) {
		/* Stays open, without a name, until the process ends. */
		snprintf(target, sizeof(target), "/proc/%d/fd/%d", (int)getpid(), to);
		r = symlink(target, link) < 0 ? -errno : remember(link);
	}
	return r;
}

/* The metadata last: it describes at least what the streams hold. */
static int metadata_last(const struct dirent **a, const struct dirent **b)
{
	return (strcmp((*a)->d_name, "metadata") == 0) - (strcmp((*b)->d_name, "metadata") == 0);
}

static int is_wanted(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "metadata.new") != 0;
}

static int take_dir(const char *dir, const char *to)
{
	char path[4096], link[4096], *buf = malloc(COPY_SIZE);
	struct dirent **names = NULL;
	int i, n, r = buf ? 0 : -ENOMEM;

	n = scandir(dir, &names, is_wanted, metadata_last);
	if (n < 0)
		r = -errno;
	for (i = 0; i < n; i++) {
		if (r == 0 &&
		    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name) <
			    sizeof(path) &&
		    (size_t)snprintf(link, sizeof(link), "%s/%s", to, names[i]->d_name) <
			    sizeof(link))
			r = take_file(path, names[i]->d_name, link, buf);
		free(names[i]);
	}
	free(names);
	free(buf);
	return r;
}

/* A directory of links for the trace in *@path, which it replaces. */
static int take(char **path)
{
	const char *tmp = getenv("TMPDIR");
	char to[4096], *absolute;
	struct rlimit files;
	unsigned int i;
	int r;

	/* Each copied stream stays open. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if ((size_t)snprintf(to, sizeof(to), "%s/ust-view-XXXXXX", tmp ? tmp : "/tmp") >=
	    sizeof(to))
		return -ENAMETOOLONG;
	for (i = 0; i < sizeof(ending_signals) / sizeof(ending_signals[0]); i++)
		signal(ending_signals[i], on_signal);
	absolute = realpath(*path, NULL);
	if (!absolute || !mkdtemp(to)) {
		r = -errno;
		free(absolute);
		return r;
	}
	r = remember(to);
	if (r == 0)
		r = take_dir(absolute, to);
	free(absolute);
	absolute = r == 0 ? strdup(to) : NULL;
	if (absolute) {
		free(*path);
		*path = absolute;
	}
	return r == 0 && !absolute ? -ENOMEM : r;
}

/* The metadata stays open from a session's first to its last moment. */
static int is_live(const char *dir)
{
	char path[4096];
	int fd, r;

	snprintf(path, sizeof(path), "%s/metadata", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return 0;
	r = is_written(fd);
	close(fd);
	return r;
}

/* One trace: checks it, on a copy that keeps still if it is being written. */
static int take_trace(char **path, char *error, size_t size)
{
	int live = is_live(*path), r = 0;
	struct ust_count count;

	if (live <= 0) {
		r = ust_count_check(*path, &count);
		ust_count_fini(&count);
		/* Not sure whether it is: a trace that is not whole may be. */
		if (r != -EBADMSG || (live == 0 && !count.is_cut))
			goto out;
		if (live == 0)
			fprintf(stderr, "ustctl: %s; what is whole is read\n", count.error);
	}
	if (ust_count_is_ours(*path)) {
		r = take(path);
		if (r < 0) {
			snprintf(error, size, "%s: copying what is being written: %s", *path,
				 strerror(-r));
			return r;
		}
	}
	r = ust_count_check(*path, &count);
	ust_count_fini(&count);
out:
	if (r == -EBADMSG)
		snprintf(error, size, "%s", count.error);
	/* What else is wrong, the reader will find. */
	return r == -EBADMSG ? r : 0;
}

int ust_snapshot_take(struct ust_dirs *dirs, char *error, size_t size)
{
	unsigned int i;
	int r;

	signal(SIGABRT, on_abort);
	signal(SIGTRAP, on_abort);
	for (i = 0; i < dirs->nr; i++) {
		r = take_trace(&dirs->paths[i], error, size);
		if (r < 0)
			return r;
	}
	return 0;
}

void ust_snapshot_drop(void)
{
	unsigned int i;

	remove_made();
	signal(SIGABRT, SIG_DFL);
	signal(SIGTRAP, SIG_DFL);
	for (i = 0; i < nr_made; i++)
		free(made[i]);
	free(made);
	made = NULL;
	nr_made = 0;
}
