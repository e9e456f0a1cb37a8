/* SPDX-License-Identifier: LGPL-2.1-only */
#include "proc.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__aarch64__)
#define OUR_MACHINE EM_AARCH64
#else
#define OUR_MACHINE EM_X86_64
#endif

static FILE *open_file(pid_t pid, const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return fopen(path, "re");
}

static void status_line(struct ust_proc *proc, const char *line)
{
	const char *value = strchr(line, ':');
	const char *last;
	int number;

	if (!value)
		return;
	value++;
	number = atoi(value);
	if (!strncmp(line, "State:", 6))
		proc->state = value[strspn(value, " \t")];
	else if (!strncmp(line, "Tgid:", 5))
		proc->tgid = number;
	else if (!strncmp(line, "TracerPid:", 10))
		proc->tracer = number;
	else if (!strncmp(line, "Uid:", 4))
		proc->uid = (uid_t)strtoul(value, NULL, 10);
	else if (!strncmp(line, "Threads:", 8))
		proc->nr_threads = (unsigned int)number;
	else if (!strncmp(line, "Seccomp:", 8))
		proc->seccomp = number;
	else if (!strncmp(line, "NoNewPrivs:", 11))
		proc->no_new_privs = number;
	else if (!strncmp(line, "PPid:", 5))
		proc->parent = number;
	else if (!strncmp(line, "VmSize:", 7))
		proc->has_memory = 1;
	else if (!strncmp(line, "NSpid:", 6)) {
		last = strrchr(value, '\t');
		proc->pid_inside = atoi(last ? last + 1 : value);
	}
}

static int read_status(struct ust_proc *proc)
{
	FILE *file = open_file(proc->pid, "status");
	char line[512];

	if (!file)
		return errno == ENOENT ? -ESRCH : -errno;
	while (fgets(line, sizeof(line), file))
		status_line(proc, line);
	fclose(file);
	/* Kernel threads are kthreadd's children. Others without memory are on their way out. */
	proc->is_kernel_thread = !proc->has_memory && (proc->pid == 2 || proc->parent == 2);
	if (proc->state && !proc->has_memory && !proc->is_kernel_thread)
		proc->state = 'Z';
	return proc->state ? 0 : -ESRCH;
}

/* Whether a namespace of the process is not ours. */
static int differs(pid_t pid, const char *name)
{
	char theirs_path[64], ours_path[64], theirs[64], ours[64];
	ssize_t a, b;

	snprintf(theirs_path, sizeof(theirs_path), "/proc/%d/ns/%s", (int)pid, name);
	snprintf(ours_path, sizeof(ours_path), "/proc/self/ns/%s", name);
	a = readlink(theirs_path, theirs, sizeof(theirs));
	b = readlink(ours_path, ours, sizeof(ours));
	if (a < 0 || b < 0)
		return -1;
	return a != b || memcmp(theirs, ours, (size_t)a) != 0;
}

/* Whether its root directory is another than ours; in another mount namespace nobody asks. */
static int has_other_root(pid_t pid)
{
	struct stat theirs, ours;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root/", (int)pid);
	if (stat(path, &theirs) || stat("/", &ours))
		return -1;
	return theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino;
}

/* Its "self" leads nowhere for us if the /proc is another PID namespace's, but is there. */
static int has_proc(pid_t pid)
{
	struct stat self;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root/proc/self", (int)pid);
	return !lstat(path, &self) || errno == EACCES || errno == EPERM;
}

/* The executable's kind, by its program headers. */
static void read_exe(struct ust_proc *proc)
{
	unsigned char head[4096];
	const Elf64_Ehdr *ehdr = (const void *)head;
	char path[64];
	unsigned int i;
	ssize_t len;
	int fd;

	proc->exe = UST_PROC_UNREADABLE;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)proc->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	len = read(fd, head, sizeof(head));
	if (len < (ssize_t)sizeof(*ehdr) || memcmp(head, ELFMAG, SELFMAG))
		goto out;
	proc->exe = UST_PROC_32BIT;
	if (ehdr->e_ident[EI_CLASS] != ELFCLASS64 || ehdr->e_machine != OUR_MACHINE)
		goto out;
	proc->exe = UST_PROC_STATIC;
	for (i = 0; i < ehdr->e_phnum && ehdr->e_phentsize == sizeof(Elf64_Phdr); i++) {
		Elf64_Phdr phdr;
		off_t at = (off_t)(ehdr->e_phoff + i * sizeof(phdr));

		if (pread(fd, &phdr, sizeof(phdr), at) != sizeof(phdr))
			break;
		if (phdr.p_type != PT_INTERP)
			continue;
		len = pread(fd, proc->interp, sizeof(proc->interp) - 1, (off_t)phdr.p_offset);
		proc->interp[len < 0 ? 0 : len] = '\0';
		proc->exe = strstr(proc->interp, "ld-linux") ? UST_PROC_DYNAMIC : UST_PROC_MUSL;
	}
out:
	close(fd);
}

static void read_maps(struct ust_proc *proc)
{
	FILE *file = open_file(proc->pid, "maps");
	char line[PATH_MAX + 128], *path, *name, *deleted;

	while (file && fgets(line, sizeof(line), file)) {
		path = strchr(line, '/');
		if (!path)
			continue;
		path[strcspn(path, "\n")] = '\0';
		name = strrchr(path, '/') + 1;
		if (strncmp(name, "libust.so", 9) && strncmp(name, "libust-attach.so", 16) &&
		    strncmp(path, "/memfd:libust-attach", 20))
			continue;
		/* Its file may have been replaced; the dynamic linker knows it by its name. */
		deleted = strstr(path, " (deleted)");
		if (deleted)
			*deleted = '\0';
		proc->has_libust = 1;
		snprintf(proc->libust, sizeof(proc->libust), "%s", path);
		break;
	}
	if (file)
		fclose(file);
}

int ust_proc_map_at(pid_t pid, uint64_t at, struct ust_proc_map *ret_map)
{
	FILE *file = open_file(pid, "maps");
	char line[PATH_MAX + 128], *path;
	uint64_t begin, end, offset;
	int err = -ENOENT;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx %*s %lx", &begin, &end, &offset) != 3 || at < begin ||
		    at >= end)
			continue;
		path = strrchr(line, '/');
		if (!path)
			break;
		path[strcspn(path, "\n")] = '\0';
		snprintf(ret_map->name, sizeof(ret_map->name), "%s", path + 1);
		ret_map->base = begin - offset;
		err = 0;
		break;
	}
	if (file)
		fclose(file);
	return err;
}

static void read_tracer(struct ust_proc *proc)
{
	FILE *file = open_file(proc->tracer, "comm");

	if (file && fgets(proc->tracer_name, sizeof(proc->tracer_name), file))
		proc->tracer_name[strcspn(proc->tracer_name, "\n")] = '\0';
	if (file)
		fclose(file);
}

int ust_proc_read(pid_t pid, struct ust_proc *ret_proc)
{
	int err;

	memset(ret_proc, 0, sizeof(*ret_proc));
	ret_proc->pid = pid;
	err = read_status(ret_proc);
	if (err || ret_proc->is_kernel_thread || ret_proc->state == 'Z')
		return err;
	ret_proc->other_mount_ns = differs(pid, "mnt");
	ret_proc->other_root = ret_proc->other_mount_ns || has_other_root(pid);
	ret_proc->has_proc = has_proc(pid);
	ret_proc->other_pid_ns = differs(pid, "pid");
	ret_proc->other_user_ns = differs(pid, "user");
	read_exe(ret_proc);
	read_maps(ret_proc);
	if (ret_proc->tracer)
		read_tracer(ret_proc);
	return 0;
}

/* What stands behind the name in a thread's stat, or "". */
static const char *read_stat(pid_t pid, pid_t tid, char *line, size_t size)
{
	const char *end = NULL;
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "task/%d/stat", (int)tid);
	file = open_file(pid, name);
	if (!file)
		return "";
	if (fgets(line, (int)size, file))
		end = strrchr(line, ')');
	fclose(file);
	return end && end[1] == ' ' ? end + 2 : "";
}

char ust_proc_task_state(pid_t pid, pid_t tid)
{
	char line[512];

	return read_stat(pid, tid, line, sizeof(line))[0];
}

uint64_t ust_proc_task_start(pid_t pid, pid_t tid)
{
	char line[512];
	const char *at = read_stat(pid, tid, line, sizeof(line));
	int field;

	/* The state is the third, this is the 22nd. */
	for (field = 3; field < 22 && at; field++) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	return at ? strtoull(at, NULL, 10) : 0;
}

int ust_proc_task_wait(pid_t pid, pid_t tid, struct ust_proc_wait *ret_wait)
{
	char name[64], line[256] = "", *pc, *sp;
	FILE *file;

	snprintf(name, sizeof(name), "task/%d/syscall", (int)tid);
	file = open_file(pid, name);
	if (!file)
		return -EAGAIN;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	/* "NUMBER ARGUMENT... SP PC", "-1 SP PC" where it waits for a page, or "running". */
	pc = strrchr(line, ' ');
	if (!pc || line[0] < '0' || line[0] > '9')
		return -EAGAIN;
	*pc++ = '\0';
	sp = strrchr(line, ' ');
	if (!sp)
		return -EAGAIN;
	ret_wait->pc = strtoull(pc, NULL, 16);
	ret_wait->sp = strtoull(sp, NULL, 16);
	ret_wait->nr = strtol(line, NULL, 10);
	return 0;
}

int ust_proc_tasks(pid_t pid, pid_t *tids, int max)
{
	struct dirent *entry;
	char path[64];
	int nr = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (nr < max && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			tids[nr++] = atoi(entry->d_name);
	closedir(dir);
	return nr;
}
