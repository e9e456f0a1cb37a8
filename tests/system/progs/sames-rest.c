/* SPDX-License-Identifier: GPL-2.0-only */
/* The half of sames that is about symbol versions, processes and objects. */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sames.h"

extern char **environ;

#ifdef __x86_64__
/* Programs of before glibc 2.3.2 have conditions that are a pointer; those of before 2.15 have
 * scripts without a first line spawned. */
int old_wait(void *cond, pthread_mutex_t *mutex);
int old_signal(void *cond);
int old_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
	      char *const[], char *const[]);
__asm__(".symver old_wait, pthread_cond_wait@GLIBC_2.2.5");
__asm__(".symver old_signal, pthread_cond_signal@GLIBC_2.2.5");
__asm__(".symver old_spawn, posix_spawn@GLIBC_2.2.5");

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct {
	void *cond;
	char behind[64];
} old;
static int old_done;

static void *wake_old(void *arg)
{
	(void)arg;
	usleep(10000);
	pthread_mutex_lock(&mutex);
	old_done = 1;
	old_signal(&old.cond);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

void versions(const char *dir)
{
	char path[4096], zeros[sizeof(old.behind)] = {0};
	pthread_t thread;
	pid_t pid = -1;
	FILE *script;
	int result;

	pthread_create(&thread, NULL, wake_old, NULL);
	pthread_mutex_lock(&mutex);
	while (!old_done)
		old_wait(&old.cond, &mutex);
	pthread_mutex_unlock(&mutex);
	pthread_join(thread, NULL);
	printf("old condition %d\n", memcmp(old.behind, zeros, sizeof(zeros)));
	snprintf(path, sizeof(path), "%s/script", dir);
	script = fopen(path, "w");
	fputs("exit 7\n", script);
	fchmod(fileno(script), 0700);
	fclose(script);
	fflush(stdout);
	result = posix_spawn(&pid, path, NULL, NULL, (char *[]){path, NULL}, environ);
	printf("spawn %d", result);
	result = old_spawn(&pid, path, NULL, NULL, (char *[]){path, NULL}, environ);
	printf(" old %d status %#x\n", result, result ? 0 : ended(pid));
	unlink(path);
}
#endif

void processes(void)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 5", NULL};
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid)
		execv("/bin/sh", argv);
	printf("execv %#x\n", ended(pid));
	fflush(stdout);
	pid = fork();
	if (!pid)
		execl("/bin/sh", "sh", "-c", "exit $#", "a", "b", "c", (char *)NULL);
	printf("execl %#x\n", ended(pid));
	fflush(stdout);
	pid = fork();
	if (!pid)
		execle("/bin/sh", "sh", "-c", "exit $X", (char *)NULL,
		       (char *[]){(char *)"X=9", NULL});
	printf("execle %#x\n", ended(pid));
	pid = vfork();
	if (!pid) {
		execlp("sh", "sh", "-c", "exit 6", (char *)NULL);
		_exit(1);
	}
	printf("vfork execlp %#x\n", ended(pid));
	status = posix_spawnp(&pid, "sh", NULL, NULL, argv, environ);
	printf("posix_spawnp %d %#x\n", status, ended(pid));
	printf("system %#x\n", system("exit 3"));
	fflush(stdout);
	pid = fork();
	if (!pid)
		abort();
	printf("abort %#x\n", ended(pid) & 0x7f);
	fflush(stdout);
	pid = fork();
	if (!pid)
		quick_exit(4);
	printf("quick_exit %#x\n", ended(pid));
	say("kill", kill(getpid(), 1000));
	say("wait", (int)wait(NULL));
}

void objects(const char *dir)
{
	void *(*opened)(void);
	char path[4096];
	void *handle;

	/* sames-opener.so opens sames-inner.so, which only its own RUNPATH leads to. */
	snprintf(path, sizeof(path), "%s/sames-opener.so", dir);
	handle = dlopen(path, RTLD_NOW);
	opened = handle ? (void *(*)(void))dlsym(handle, "open_inner") : NULL;
	printf("opener %d inner %d\n", handle != NULL, opened && opened());
	printf("close %d\n", handle ? dlclose(handle) : -1);
	printf("none %d", dlopen("libnone-such.so", RTLD_NOW) != NULL);
	printf(" %s\n", dlerror());
	printf("symbol %d", dlsym(RTLD_DEFAULT, "none_such") != NULL);
	printf(" %d", dlerror() != NULL);
	printf(" %d\n", dlerror() != NULL);
	printf("default %d\n", dlsym(RTLD_DEFAULT, "main") != NULL || dlsym(RTLD_DEFAULT, "puts"));
}
