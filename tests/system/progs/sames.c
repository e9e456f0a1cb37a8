/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program can notice of wrappers around libc: prints what it finds, which has to be the same
 * with and without them. Compiled with _FORTIFY_SOURCE.
 *
 *	sames DIRECTORY
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sames.h"

/* Not known to the compiler, so that nothing is folded. */
static void *volatile bad = (void *)16;
static volatile size_t some = 5;

static void errnos(void)
{
	char buf[8];
	int fds[2];

	if (pipe(fds))
		abort();
	errno = 77;
	say("write", write(fds[1], "hello", some));
	say("read", read(fds[0], buf, some));
	say("open", open("/nonexistent", O_RDONLY));
	errno = 77;
	say("close", close(fds[0]));
	say("close again", close(fds[0]));
	signal(SIGPIPE, SIG_IGN);
	say("write to nobody", write(fds[1], "x", 1));
	close(fds[1]);
}

static void addresses(void)
{
	struct iovec iov = {bad, 3};
	char *name = memset(malloc(8192), 'x', 8192);

	say("open", open(bad, O_RDONLY));
	say("openat", openat(AT_FDCWD, bad, O_RDONLY));
	name[8191] = 0;
	say("open long", open(name, O_RDONLY));
	say("read", read(open("/dev/zero", O_RDONLY), bad, some));
	say("writev", writev(1, &iov, 1));
	say("writev vector", writev(1, bad, 1));
	say("connect", connect(socket(AF_INET, SOCK_STREAM, 0), bad, 16));
	say("execv", execv(bad, (char *[]){NULL}));
	say("nanosleep", nanosleep(bad, NULL));
	free(name);
}

static void variable_arguments(const char *dir)
{
	char path[4096];
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat st;
	int fd, fds[2], nr = -1;

	umask(022);
	snprintf(path, sizeof(path), "%s/made", dir);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0640);
	fstat(fd, &st);
	printf("mode %o\n", st.st_mode & 07777);
	printf("F_DUPFD %d\n", fcntl(fd, F_DUPFD, 50));
	say("F_SETFD", fcntl(fd, F_SETFD, FD_CLOEXEC));
	say("F_GETFD", fcntl(fd, F_GETFD));
	printf("F_SETLK %d\n", fcntl(fd, F_SETLK, &lock));
	say("F_SETFL", fcntl(fd, F_SETFL, O_APPEND));
	say("F_GETFL", fcntl(fd, F_GETFL) & O_APPEND);
	close(openat(AT_FDCWD, dir, O_TMPFILE | O_RDWR, 0600));
	if (pipe(fds) || write(fds[1], "abc", 3) != 3)
		abort();
	say("FIONREAD", ioctl(fds[0], FIONREAD, &nr));
	printf("%d\n", nr);
	unlink(path);
}

static void fortified(void)
{
	struct pollfd fds[2] = {{.fd = -1}, {.fd = -1}};
	char buf[8];
	pid_t pid;

	printf("read %zd\n", read(open("/dev/zero", O_RDONLY), buf, some));
	printf("pread %zd\n", pread(open("/dev/zero", O_RDONLY), buf, some, 0));
	printf("poll %d\n", poll(fds, some - 3, 0));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(2);
		_exit((int)read(open("/dev/zero", O_RDONLY), buf, some * 4));
	}
	printf("overflow: status %#x\n", ended(pid));
}

static int pipe_fds[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static char cleaned[64];

static void clean(void *what)
{
	strcat(cleaned, what);
}

static void *blocked_in_read(void *arg)
{
	char c;

	(void)arg;
	pthread_cleanup_push(clean, (void *)"read ");
	(void)!read(pipe_fds[0], &c, 1);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *blocked_in_cond(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push((void (*)(void *))(void *)pthread_mutex_unlock, &mutex);
	pthread_cleanup_push(clean, (void *)"cond ");
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *blocked_in_sleep(void *arg)
{
	(void)arg;
	pthread_cleanup_push(clean, (void *)"sleep ");
	sleep(1000);
	pthread_cleanup_pop(0);
	return NULL;
}

/* A semaphore that is there is no reason not to be cancelled. */
static void *at_a_free_semaphore(void *arg)
{
	(void)arg;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_wait(&sem);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_cleanup_push(clean, (void *)"sem ");
	sem_wait(&sem);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(void *(*start)(void *))
{
	pthread_t thread;
	void *value = NULL;
	int created = pthread_create(&thread, NULL, start, NULL);

	usleep(20000);
	printf("create %d cancel %d", created, pthread_cancel(thread));
	if (start == at_a_free_semaphore) {
		sem_post(&sem);
		sem_post(&sem);
	}
	printf(" join %d", pthread_join(thread, &value));
	printf(" cancelled %d cleaned %s\n", value == PTHREAD_CANCELED, cleaned);
}

static void cancellation(void)
{
	int value = -1;

	if (pipe(pipe_fds) || sem_init(&sem, 0, 0))
		abort();
	cancel(blocked_in_read);
	cancel(blocked_in_cond);
	printf("mutex %d\n", pthread_mutex_trylock(&mutex));
	pthread_mutex_unlock(&mutex);
	cancel(blocked_in_sleep);
	cancel(at_a_free_semaphore);
	sem_getvalue(&sem, &value);
	printf("semaphore %d\n", value);
}

static pthread_mutex_t robust;

static void *die_with_it(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&robust);
	return NULL;
}

static void locks(void)
{
	struct timespec past = {1, 0}, wrong = {1, -1};
	pthread_mutexattr_t attr;
	pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
	pthread_mutex_t checked, recursive;
	pthread_t thread;
	int i;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&checked, &attr);
	printf("lock %d", pthread_mutex_lock(&checked));
	printf(" again %d", pthread_mutex_lock(&checked));
	printf(" try %d", pthread_mutex_trylock(&checked));
	printf(" timed %d", pthread_mutex_timedlock(&checked, &past));
	printf(" unlock %d", pthread_mutex_unlock(&checked));
	printf(" again %d\n", pthread_mutex_unlock(&checked));
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attr);
	for (i = 0; i < 3; i++)
		printf("recursive %d ", pthread_mutex_lock(&recursive));
	for (i = 0; i < 4; i++)
		printf("%d ", pthread_mutex_unlock(&recursive));
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &attr);
	pthread_create(&thread, NULL, die_with_it, NULL);
	pthread_join(thread, NULL);
	printf("robust %d", pthread_mutex_lock(&robust));
	printf(" consistent %d\n", pthread_mutex_consistent(&robust));
	printf("wrlock %d", pthread_rwlock_wrlock(&rwlock));
	printf(" rdlock %d", pthread_rwlock_rdlock(&rwlock));
	printf(" tryrd %d", pthread_rwlock_tryrdlock(&rwlock));
	printf(" timed %d", pthread_rwlock_timedwrlock(&rwlock, &past));
	printf(" unlock %d", pthread_rwlock_unlock(&rwlock));
	printf(" wrong %d\n", pthread_rwlock_timedrdlock(&rwlock, &wrong));
	pthread_mutex_lock(&mutex);
	printf("timedwait %d\n", pthread_cond_timedwait(&cond, &mutex, &past));
	pthread_mutex_unlock(&mutex);
	errno = 77;
	sem_post(&sem);
	say("sem_wait", sem_wait(&sem));
	say(" sem_trywait", sem_trywait(&sem));
	say(" sem_timedwait", sem_timedwait(&sem, &past));
	say(" wrong", sem_timedwait(&sem, &wrong));
}

static volatile int nr_signals;
static sigjmp_buf back;

static void on_signal(int signal)
{
	char c = 'x';
	int saved = errno;

	(void)signal;
	/* The same functions as those it interrupts. */
	if (write(pipe_fds[1], &c, 1) == 1 && read(pipe_fds[0], &c, 1) == 1)
		nr_signals++;
	errno = saved;
}

static void on_jump(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

static void set(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigaction(signal, &action, NULL);
}

static void signals(void)
{
	struct itimerval often = {{0, 200}, {0, 200}}, once = {{0, 0}, {0, 20000}},
			 never = {{0, 0}, {0, 0}};
	int fds[2], wrong = 0, i;
	char c;

	if (pipe(pipe_fds) || pipe(fds))
		abort();
	set(SIGALRM, on_signal, SA_RESTART);
	setitimer(ITIMER_REAL, &often, NULL);
	for (i = 0; i < 20000 || nr_signals < 10; i++) {
		errno = 78;
		wrong += write(fds[1], "y", 1) != 1 || read(fds[0], &c, 1) != 1 || c != 'y' ||
			 errno != 78;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("under signals: %d wrong\n", wrong);
	set(SIGALRM, on_signal, 0);
	setitimer(ITIMER_REAL, &once, NULL);
	say("interrupted read", read(fds[0], &c, 1));
	set(SIGALRM, on_jump, SA_NODEFER);
	if (!sigsetjmp(back, 1)) {
		setitimer(ITIMER_REAL, &once, NULL);
		(void)!read(fds[0], &c, 1);
	} else {
		printf("jumped out of read\n");
	}
	printf("handler %d\n", signal(SIGUSR2, SIG_IGN) == SIG_DFL);
	printf("handler %d\n", signal(SIGUSR2, SIG_DFL) == SIG_IGN);
	say("wrong signal", signal(1000, SIG_IGN) == SIG_ERR);
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : ".", *objects_dir = argc > 2 ? argv[2] : ".";

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	errnos();
	addresses();
	variable_arguments(dir);
	fortified();
	cancellation();
	locks();
	signals();
#ifdef __x86_64__
	versions(dir);
#endif
	processes();
	objects(objects_dir);
	fflush(stdout);
	return 3;
}
