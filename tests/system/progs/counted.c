/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls whose number is known, for counting them in other ways. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;

static void *thread(void *arg)
{
	return arg;
}

static void io(const char *path)
{
	struct iovec iov[2];
	struct pollfd poll_fd;
	struct epoll_event event;
	char buf[64];
	int fd, fds[2], epfd, i;

	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	memset(buf, 'x', sizeof(buf));
	for (i = 0; i < 100; i++)
		(void)!write(fd, buf, sizeof(buf));
	for (i = 0; i < 40; i++)
		(void)!pread(fd, buf, 10, i);
	for (i = 0; i < 30; i++)
		(void)!pwrite(fd, buf, 10, i);
	for (i = 0; i < 7; i++)
		lseek(fd, 0, SEEK_SET);
	for (i = 0; i < 50; i++)
		(void)!read(fd, buf, 32);
	iov[0] = iov[1] = (struct iovec){buf, 16};
	for (i = 0; i < 12; i++)
		(void)!readv(fd, iov, 2);
	for (i = 0; i < 11; i++)
		(void)!writev(fd, iov, 2);
	for (i = 0; i < 3; i++)
		fdatasync(fd);
	fsync(fd);
	for (i = 0; i < 9; i++)
		close(open("/dev/null", O_RDONLY));
	for (i = 0; i < 6; i++)
		close(-1);
	close(fd);
	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	for (i = 0; i < 20; i++)
		send(fds[0], buf, 5, 0);
	for (i = 0; i < 20; i++)
		recv(fds[1], buf, 5, 0);
	poll_fd = (struct pollfd){.fd = fds[1], .events = POLLIN};
	for (i = 0; i < 8; i++)
		poll(&poll_fd, 1, 0);
	epfd = epoll_create1(0);
	event = (struct epoll_event){.events = EPOLLIN};
	epoll_ctl(epfd, EPOLL_CTL_ADD, fds[1], &event);
	for (i = 0; i < 13; i++)
		epoll_wait(epfd, &event, 1, 0);
	for (i = 0; i < 5; i++)
		fcntl(fds[0], F_GETFD);
}

static void locks(void)
{
	struct timespec now;
	pthread_t self;
	int i;

	sem_init(&sem, 0, 0);
	for (i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
	for (i = 0; i < 60; i++) {
		pthread_rwlock_rdlock(&rwlock);
		pthread_rwlock_unlock(&rwlock);
	}
	for (i = 0; i < 30; i++) {
		sem_post(&sem);
		sem_wait(&sem);
	}
	for (i = 0; i < 5; i++) {
		pthread_create(&self, NULL, thread, NULL);
		pthread_join(self, NULL);
	}
	for (i = 0; i < 25; i++)
		clock_gettime(CLOCK_REALTIME, &now);
}

int main(int argc, char **argv)
{
	io(argc > 1 ? argv[1] : "counted.data");
	locks();
	return 0;
}
