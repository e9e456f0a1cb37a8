/* SPDX-License-Identifier: GPL-2.0-only */
/* What the user, the file system and the installation let us do. */
#include "doctor.h"

#include "paths.h"
#include "preloads.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ust/abi/control.h>
#include <ust/ctl.h>

#define LOW_SPACE (256ull << 20)

static void check_permissions(struct ust_finding *finding)
{
	struct rlimit limit;

	/* ustd holds two descriptors for each traced process. */
	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_max < 512)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "raise the limit: ulimit -Hn 4096, or in /etc/security/limits.conf",
			       "user %d, but only %llu open files are allowed", (int)getuid(),
			       (unsigned long long)limit.rlim_max);
	else if (getuid() != geteuid() || getgid() != getegid())
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, "run ustctl without set-user-ID",
			       "real and effective user differ (%d, %d)", (int)getuid(),
			       (int)geteuid());
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "user %d; processes of this user can be traced", (int)getuid());
}

static void check_runtime_dir(struct ust_finding *finding)
{
	char dir[PATH_MAX], parent[PATH_MAX], *slash;
	struct stat st;

	if (ust_ctl_runtime_dir(dir, sizeof(dir) - 16) || strlen(dir) > 90) {
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "set UST_RUNTIME_DIR to a shorter path",
			       "the path is too long for sockets");
		return;
	}
	if (!lstat(dir, &st)) {
		if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
			ust_doctor_say(
				finding, UST_DOCTOR_FAIL,
				"remove it, or set UST_RUNTIME_DIR to a directory of your own "
				"with mode 0700",
				"%s is no directory of user %d, or others may write to it", dir,
				(int)geteuid());
		else if (access(dir, W_OK | X_OK))
			ust_doctor_say(finding, UST_DOCTOR_FAIL,
				       "correct its permissions: chmod 700", "%s: %s", dir,
				       strerror(errno));
		else
			ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s", dir);
		return;
	}
	memcpy(parent, dir, sizeof(parent));
	slash = strrchr(parent, '/');
	if (slash)
		slash[slash == parent] = '\0';
	if (access(parent, W_OK | X_OK))
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "set XDG_RUNTIME_DIR or UST_RUNTIME_DIR to a directory of your own",
			       "%s is not there and cannot be made: %s", dir, strerror(errno));
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s, made when needed", dir);
}

static void check_daemon(struct ust_finding *finding)
{
	struct ust_ctl *ctl;
	int ran = !ust_ctl_open(0, &ctl);

	if (!ran && ust_ctl_open(UST_CTL_SPAWN, &ctl)) {
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "without ustd nothing is recorded", "%s",
			       ust_ctl_error(NULL));
		return;
	}
	ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s, pid %d", ran ? "runs" : "started",
		       (int)ust_ctl_daemon_pid(ctl));
	ust_ctl_close(ctl);
}

/* Runs a program that does nothing with a library preloaded; ld.so complains on stderr and goes on.
 * Result: 0 if it was quiet, otherwise @said has its words. */
static int try_preload(const char *path, char *said, size_t size)
{
	char *argv[] = {(char *)"true", NULL};
	char preload[PATH_MAX + 16], listen[] = UST_ENV_LISTEN "=0";
	char *envp[] = {preload, listen, NULL};
	int log = memfd_create("ustctl-doctor", MFD_CLOEXEC), status = -1, err;
	posix_spawn_file_actions_t actions;
	ssize_t len;
	pid_t pid;

	if (log < 0)
		return 0;
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", path);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, log, 2);
	err = posix_spawnp(&pid, "true", &actions, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	if (!err)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	len = pread(log, said, size - 1, 0);
	close(log);
	said[len > 0 ? len : 0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	if (err || (status == 0 && len <= 0))
		return 0;
	if (len <= 0)
		snprintf(said, size, "a program with it ended with status %#x", status);
	return -1;
}

static void check_library(struct ust_finding *finding, const char *name,
			  enum ust_doctor_state state, const char *todo)
{
	char path[PATH_MAX], said[300];

	if (ust_path_library(name, path, sizeof(path)))
		ust_doctor_say(finding, state, todo, "not found (looked for %s)", path);
	else if (strpbrk(path, " :"))
		ust_doctor_say(
			finding, state,
			"LD_PRELOAD cannot hold it; set UST_LIBDIR to a link to its directory",
			"the path %s has a space or a ':' in it", path);
	else if (try_preload(path, said, sizeof(said)))
		ust_doctor_say(finding, state, todo, "%s does not load: %s", path, said);
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s", path);
}

static void check_libust(struct ust_finding *finding)
{
	check_library(finding, "libust.so", UST_DOCTOR_FAIL,
		      "install it, or set UST_LIBDIR to the directory it is in");
}

static void check_preloads(struct ust_finding *finding)
{
	char names[200] = "";
	const struct ust_preload *preload;
	size_t len = 0;

	for (preload = ust_preloads; preload->name; preload++) {
		check_library(finding, preload->file, UST_DOCTOR_FALLBACK,
			      "only record -p needs it; install it, or set UST_LIBDIR");
		if (finding->state != UST_DOCTOR_OK)
			return;
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", len ? ", " : "",
					preload->name);
	}
	ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s", names);
}

static void check_babeltrace(struct ust_finding *finding)
{
	const char *dirs = getenv("PATH");
	char path[PATH_MAX];

	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");

		if (snprintf(path, sizeof(path), "%.*s/babeltrace2", (int)len, dirs) <
			    (int)sizeof(path) &&
		    !access(path, X_OK)) {
			ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s", path);
			return;
		}
		dirs += len + (dirs[len] == ':');
	}
	ust_doctor_say(
		finding, UST_DOCTOR_FALLBACK,
		"ustctl view and stats read traces without it; on Debian: apt install babeltrace2",
		"the program babeltrace2 is not in PATH");
}

static void check_disk(struct ust_finding *finding)
{
	unsigned long long space;
	struct statvfs st;

	if (access(".", W_OK)) {
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "say where traces go: record -o DIR, create --output DIR",
			       "the current directory is not writable: %s", strerror(errno));
		return;
	}
	if (statvfs(".", &st)) {
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, "say where traces go: record -o DIR",
			       "unknown: %s", strerror(errno));
		return;
	}
	space = (unsigned long long)st.f_bavail * st.f_frsize;
	ust_doctor_say(finding, space < LOW_SPACE ? UST_DOCTOR_FALLBACK : UST_DOCTOR_OK,
		       space < LOW_SPACE
			       ? "a trace may fill it; use record -o DIR with another disk"
			       : NULL,
		       "%llu MiB free here", space >> 20);
}

static void check_memory(struct ust_finding *finding)
{
	unsigned long long available = 0;
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %llu", &available) == 1)
			break;
	if (file)
		fclose(file);
	if (!available)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, "mount /proc", "unknown");
	else
		ust_doctor_say(finding,
			       available < LOW_SPACE >> 10 ? UST_DOCTOR_FALLBACK : UST_DOCTOR_OK,
			       available < LOW_SPACE >> 10
				       ? "use smaller buffers: --subbuf-size, --num-subbuf"
				       : NULL,
			       "%llu MiB available", available >> 10);
}

/* Variables that change what we do are easily forgotten. */
static void check_environment(struct ust_finding *finding)
{
	static const char *const names[] = {"UST_RUNTIME_DIR", "UST_USTD",       "UST_LIBDIR",
					    "UST_LISTEN",      "UST_SCOPE",      "UST_DEBUG",
					    "LD_PRELOAD",      "LD_LIBRARY_PATH"};
	char text[400] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && len < sizeof(text); i++)
		if (getenv(names[i]))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s=%s",
						len ? " " : "", names[i], getenv(names[i]));
	if (getenv(UST_ENV_LISTEN) && !strcmp(getenv(UST_ENV_LISTEN), "0"))
		ust_doctor_say(
			finding, UST_DOCTOR_FALLBACK,
			"unset UST_LISTEN: programs started with it are reached only if ustd "
			"runs before them",
			"%s", text);
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "%s", len ? text : "nothing special");
}

const struct ust_check ust_doctor_setup[] = {
	{"permissions", check_permissions}, {"environment", check_environment},
	{"runtime dir", check_runtime_dir}, {"ustd", check_daemon},
	{"libust", check_libust},           {"preload", check_preloads},
	{"babeltrace2", check_babeltrace},  {"disk", check_disk},
	{"memory", check_memory},           {NULL, NULL},
};
