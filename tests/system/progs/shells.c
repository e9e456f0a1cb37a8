/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shells PROGRAM: for each line of standard input runs shells by system() and popen(), PROGRAM for
 * 0.01 in two of them, and prints all that a program can tell of it, ending with "end". What it
 * prints is the same each time.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST (128 << 10) /* what the kernel takes as one argument, its end included */

static const char *const commands[] = {
	"echo $0 $# $-; tr '\\0' '|' < /proc/$$/cmdline; echo",
	"cat /proc/$$/comm; readlink /proc/$$/exe",
	"env | grep -v '^LD_PRELOAD=\\|^UST_RUNTIME_DIR='",
	"sed -n 's/^\\(Sig[BIC]..\\).*\\(.\\{7\\}\\)$/\\1 \\2/p' /proc/self/status",
	"ls /proc/self/fd",
	"true",
	"test $PPID = $SHELLS_PID && echo child",
	"exit 3",
	"kill -9 $$",
	"kill -INT $$",
	"nowhere --to be found",
	"echo before; echo (",
	"echo \"a b\" 'c  d' \"it's\" '\\''' \\\" `echo x` $((1+2))\necho second; : # '",
	"cat <<'.'\nquoted ' \" $0\n.\n",
	"",
	" ",
	"-c true",
	"set -- x y; trap 'echo bye $1' EXIT; exit 4",
};

static void print_status(const char *what, int status, int err)
{
	printf("%s: %#x, errno %d\n", what, (unsigned int)status, err);
	fflush(stdout);
}

static void run_system(const char *command)
{
	int status;

	errno = 77;
	status = system(command);
	print_status("system", status, errno);
}

static void run_popen(const char *command, const char *mode)
{
	char buffer[512];
	size_t len, sum = 0, i;
	FILE *file;

	errno = 77;
	file = popen(command, mode);
	if (!file) {
		print_status("popen", -1, errno);
		return;
	}
	while (*mode == 'r' && (len = fread(buffer, 1, sizeof(buffer), file)) > 0)
		for (i = 0; i < len; i++)
			sum = sum * 31 + (unsigned char)buffer[i];
	printf("read %zu\n", sum);
	print_status("pclose", pclose(file), errno);
}

/* Every byte there is, as the argument of an echo, and what is as long as can be. */
static void run_bytes(void)
{
	static char text[2 * LONGEST];
	char *at;
	int byte;

	at = stpcpy(text, "printf %s '");
	for (byte = 1; byte < 256; byte++)
		if (byte != '\'')
			*at++ = (char)byte;
	strcpy(at, "' | od -An -tx1");
	run_system(text);
	at = stpcpy(text, "printf %s \"");
	for (byte = 255; byte > 0; byte--)
		if (!strchr("\"\\$`", byte))
			*at++ = (char)byte;
	strcpy(at, "\" | od -An -tx1");
	run_popen(text, "r");
	for (byte = LONGEST - 2; byte < LONGEST + 1; byte++) {
		strcpy(text, "echo $# #");
		memset(text + strlen(text), byte % 2 ? '\'' : 'x', (size_t)byte - strlen(text));
		text[byte] = '\0';
		run_system(text);
	}
	memset(text + 9, '\'', 60000);
	text[60009] = '\0';
	run_system(text);
}

static void *sleeper(void *data)
{
	system("exec sleep 1000");
	return data;
}

/* Whoever is cancelled in system() takes the shell along. */
static void run_cancelled(void)
{
	struct sigaction action;
	pthread_t thread;
	void *result = NULL;

	pthread_create(&thread, NULL, sleeper, NULL);
	do
		sigaction(SIGINT, NULL, &action);
	while (action.sa_handler != SIG_IGN);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	printf("cancelled %d", result == PTHREAD_CANCELED);
	sigaction(SIGINT, NULL, &action);
	printf(", SIGINT as before %d", action.sa_handler == SIG_DFL);
	printf(", children %d\n", waitpid(-1, NULL, 0) == -1 ? 0 : 1);
}

static void run_pipes(void)
{
	FILE *first = popen("cat", "w"), *second = popen("ls /proc/self/fd | wc -l; cat", "w");

	fputs("second\n", second);
	print_status("second", pclose(second), 0);
	fputs("first\n", first);
	print_status("first", pclose(first), 0);
}

/* In a child, whose environment is none at all. */
static void run_bare(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		clearenv();
		run_system("env | grep -v '^LD_PRELOAD=\\|^UST_RUNTIME_DIR='");
		run_popen("exit 5", "r");
		_exit(environ != NULL);
	}
	waitpid(pid, &status, 0);
	print_status("without an environment", status, 0);
}

int main(int argc, char **argv)
{
	char line[256], pid[16];
	const char *preload;
	char **variables;
	size_t i;

	if (argc != 2)
		return 2;
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("SHELLS_PID", pid, 1);
	setenv("_", "under'score", 1);
	variables = environ;
	preload = getenv("LD_PRELOAD");
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
			run_system(commands[i]);
			run_popen(commands[i], i % 2 ? "w" : "re");
		}
		run_popen("true", "x");
		printf("a shell: %d\n", system(NULL) != 0);
		run_bytes();
		run_cancelled();
		run_pipes();
		run_bare();
		snprintf(line, sizeof(line), "%s 0.01", argv[1]);
		run_system(line);
		run_popen(line, "r");
		printf("environment untouched %d\n",
		       variables == environ && preload == getenv("LD_PRELOAD"));
		puts("end");
		fflush(stdout);
	}
	return 0;
}
