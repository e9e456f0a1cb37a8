/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Everything a wrapper needs is in its frame: the child of vfork() runs in its parent's memory, and
 * a signal handler may execute a program, too.
 */
#include "follow.h"

#include <alloca.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libust/stay/stay.h"
#include "program-kind.h"

#define TEXT_SIZE 60000
#define MAX_VARIABLES 8
#define MAX_ENVIRONMENT 16384 /* variables of a program whose environment is left alone */
#define MAX_VALUE (64 << 10)  /* of an LD_PRELOAD that is left alone */
#define PRELOAD "LD_PRELOAD="

/* Variables, one behind the other. Never changed nor freed: a thread may be on its way to exec. */
struct ust_follow_set {
	struct ust_follow_set *next;
	size_t size;
	char text[];
};

static struct ust_follow_set *sets;
static const struct ust_follow_set *current; /* NULL: nothing is given along */

/* What is being collected, and where its last variable begins. */
static char collected[TEXT_SIZE];
static size_t collected_size, last_at;

static size_t name_size(const char *variable)
{
	return strcspn(variable, "=") + 1;
}

int ust_follow_add(const char *line, size_t len)
{
	size_t name = name_size(line);

	if (collected_size + len + 1 > sizeof(collected))
		return -ENOSPC;
	if (collected_size && !strncmp(collected + last_at, line, name)) {
		collected[collected_size - 1] = '\n';
		line += name;
		len -= name;
	} else {
		last_at = collected_size;
	}
	memcpy(collected + collected_size, line, len);
	collected[collected_size + len] = '\0';
	collected_size += len + 1;
	return 0;
}

int ust_follow_start(void)
{
	size_t size = collected_size;
	struct ust_follow_set *set;

	collected_size = 0;
	if (!size)
		return 0;
	for (set = sets; set; set = set->next)
		if (set->size == size && !memcmp(set->text, collected, size))
			break;
	if (!set) {
		/* Not malloc(), which may be hooked. */
		set = mmap(NULL, sizeof(*set) + size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (set == MAP_FAILED)
			return 0;
		set->size = size;
		memcpy(set->text, collected, size);
		set->next = sets;
		sets = set;
	}
	__atomic_store_n(&current, set, __ATOMIC_RELEASE);
	return 1;
}

void ust_follow_stop(void)
{
	__atomic_store_n(&current, NULL, __ATOMIC_RELEASE);
}

static __attribute__((destructor)) void fini(void)
{
	while (ust_stay_leaving && sets) {
		struct ust_follow_set *set = sets;

		sets = set->next;
		munmap(set, sizeof(*set) + set->size);
	}
}

struct ust_follow_environment ust_follow_measure(char *const envp[], int takes)
{
	const struct ust_follow_set *set = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
	struct ust_follow_environment env = {.set = set, .theirs = envp};
	size_t len = 0;

	if (!set || !takes)
		return env;
	for (; envp && envp[env.nr]; env.nr++)
		if (!strncmp(envp[env.nr], PRELOAD, strlen(PRELOAD)))
			env.preload = envp[env.nr] + strlen(PRELOAD);
	if (env.preload)
		len = strlen(env.preload);
	if (env.nr <= MAX_ENVIRONMENT && len <= MAX_VALUE)
		env.size = (env.nr + MAX_VARIABLES + 1) * sizeof(char *) + set->size + len + 1;
	return env;
}

/* Whether one of ours stands in for this variable. */
static int is_replaced(const struct ust_follow_set *set, const char *variable)
{
	const char *ours;

	for (ours = set->text; ours < set->text + set->size; ours += strlen(ours) + 1)
		if (!strncmp(ours, variable, name_size(ours)))
			return 1;
	return 0;
}

/* "LD_PRELOAD=ours:theirs", unless theirs begins with ours: it was given by us then. */
static char *join(char *at, const char *ours, const char *theirs)
{
	size_t len = strlen(ours), value = len - strlen(PRELOAD);

	if (!strncmp(theirs, ours + strlen(PRELOAD), value) &&
	    (theirs[value] == ':' || !theirs[value])) {
		memcpy(at, PRELOAD, strlen(PRELOAD));
		return stpcpy(at + strlen(PRELOAD), theirs) + 1;
	}
	memcpy(at, ours, len);
	at[len] = ':';
	return stpcpy(at + len + 1, theirs) + 1;
}

char *const *ust_follow_make(struct ust_follow_environment *env, void *memory)
{
	const struct ust_follow_set *set = env->set;
	char **ours = memory, *at;
	const char *variable;
	size_t i, nr = 0;

	if (!env->size)
		return env->theirs;
	at = (char *)(ours + env->nr + MAX_VARIABLES + 1);
	for (i = 0; i < env->nr; i++)
		if (!is_replaced(set, env->theirs[i]))
			ours[nr++] = env->theirs[i];
	env->nr_kept = nr;
	for (i = 0, variable = set->text; i < MAX_VARIABLES && variable < set->text + set->size;
	     i++) {
		ours[nr] = (char *)(uintptr_t)variable;
		if (env->preload && *env->preload && !strncmp(variable, PRELOAD, strlen(PRELOAD))) {
			ours[nr] = at;
			at = join(at, variable, env->preload);
		}
		variable += strlen(variable) + 1;
		nr++;
	}
	ours[nr] = NULL;
	return ours;
}

/* The environment for a program that libust gets into, else theirs. Its memory is the caller's. */
#define FOLLOWED(envp, takes)                                                                      \
	({                                                                                         \
		int takes_ = __atomic_load_n(&current, __ATOMIC_RELAXED) && (takes);               \
		struct ust_follow_environment env_ = ust_follow_measure((envp), takes_);           \
		ust_follow_make(&env_, env_.size ? alloca(env_.size) : NULL);                      \
	})

/*
 * Makes @call with the environment in @given. Ours may make too much of what the kernel takes just so:
 * then it is made once more with theirs.
 */
#define FOLLOWING(envp, takes, is_too_much, call)                                                  \
	({                                                                                         \
		char *const *theirs_ = (envp), *const *given = FOLLOWED(theirs_, takes);           \
		int ret = (call);                                                                  \
                                                                                                   \
		if (given != theirs_ && (is_too_much)) {                                           \
			given = theirs_;                                                           \
			ret = (call);                                                              \
		}                                                                                  \
		ret;                                                                               \
	})

/* A call that comes back has failed. */
#define EXECUTE(envp, takes, call) FOLLOWING(envp, takes, ust_errno == E2BIG, call)
#define SPAWN(envp, takes, call) FOLLOWING(envp, takes, ret == E2BIG, call)

void *ust_follow_reals[UST_FOLLOW_NR];

static int w_execve(const char *path, char *const argv[], char *const envp[])
{
	return EXECUTE(envp, ust_program_takes(AT_FDCWD, path),
		       UST_FOLLOW_REAL(execve)(path, argv, given));
}

static int w_execv(const char *path, char *const argv[])
{
	return w_execve(path, argv, environ);
}

static int w_execvpe(const char *file, char *const argv[], char *const envp[])
{
	return EXECUTE(envp, ust_program_in_path_takes(file),
		       UST_FOLLOW_REAL(execvpe)(file, argv, given));
}

static int w_execvp(const char *file, char *const argv[])
{
	return w_execvpe(file, argv, environ);
}

static int w_execveat(int dirfd, const char *path, char *const argv[], char *const envp[],
		      int flags)
{
	int takes = path && *path ? ust_program_takes(dirfd, path) : ust_program_fd_takes(dirfd);

	return EXECUTE(envp, takes, UST_FOLLOW_REAL(execveat)(dirfd, path, argv, given, flags));
}

static int w_fexecve(int fd, char *const argv[], char *const envp[])
{
	return EXECUTE(envp, ust_program_fd_takes(fd), UST_FOLLOW_REAL(fexecve)(fd, argv, given));
}

static int w_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
			 const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	return SPAWN(envp, ust_program_takes(AT_FDCWD, path),
		     UST_FOLLOW_REAL(posix_spawn)(pid, path, actions, attr, argv, given));
}

static int w_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
			  const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	return SPAWN(envp, ust_program_in_path_takes(file),
		     UST_FOLLOW_REAL(posix_spawnp)(pid, file, actions, attr, argv, given));
}

/* The variable arguments up to the null, as an array in the caller's frame; @list is behind it. */
#define ARRAY(first, list, copy)                                                                   \
	({                                                                                         \
		char **argv_;                                                                      \
		size_t nr_ = 0, i_;                                                                \
                                                                                                   \
		if (first)                                                                         \
			for (nr_ = 1; va_arg(copy, char *); nr_++)                                 \
				;                                                                  \
		argv_ = alloca((nr_ + 1) * sizeof(*argv_));                                        \
		argv_[0] = (char *)(uintptr_t)(first);                                             \
		for (i_ = 1; i_ <= nr_; i_++)                                                      \
			argv_[i_] = va_arg(list, char *);                                          \
		argv_;                                                                             \
	})

static int w_execl(const char *path, const char *first, ...)
{
	va_list list, copy;
	char **argv;

	va_start(list, first);
	va_copy(copy, list);
	argv = ARRAY(first, list, copy);
	va_end(copy);
	va_end(list);
	return w_execv(path, argv);
}

static int w_execlp(const char *file, const char *first, ...)
{
	va_list list, copy;
	char **argv;

	va_start(list, first);
	va_copy(copy, list);
	argv = ARRAY(first, list, copy);
	va_end(copy);
	va_end(list);
	return w_execvp(file, argv);
}

static int w_execle(const char *path, const char *first, ...)
{
	va_list list, copy;
	char **argv, *const *envp;

	va_start(list, first);
	va_copy(copy, list);
	argv = ARRAY(first, list, copy);
	envp = va_arg(list, char *const *);
	va_end(copy);
	va_end(list);
	return w_execve(path, argv, envp);
}

#define ENTRY(name, function)                                                                      \
	{#name, (void *)(uintptr_t)(function), &ust_follow_reals[UST_FOLLOW_##name]},
#define EXEC(name) ENTRY(name, w_##name)
#define SHELL(name) ENTRY(name, ust_follow_##name)

const struct ust_preload_entry ust_follow_functions[] = {
	UST_FOLLOW_FUNCTIONS(EXEC) UST_FOLLOW_SHELLS(SHELL){NULL, NULL, NULL},
};

void ust_follow_chain(const char *name, void **real, int on)
{
	const struct ust_preload_entry *entry;

	for (entry = ust_follow_functions; entry->name; entry++) {
		void *next = NULL;

		if (entry->real == real || strcmp(entry->name, name))
			continue;
		if (on)
			next = ust_stay_way(UST_FOLLOW_KIND, name, entry->wrapper);
		__atomic_store_n(real, next ? next : ust_preload_real(entry->real),
				 __ATOMIC_RELAXED);
	}
}
