/* SPDX-License-Identifier: LGPL-2.1-only */
/* In the shared library only: in a static program a reference to dlopen makes the linker complain.
 */
#include "hook.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "thread.h"

#define STACK_SIZE (1 << 20)

static void *library; /* libust-call.so; NULL: not opened yet */
static int (*call_hook)(const char *rules);
static void (*call_unhook)(void);
static const char *(*call_error)(void);
static int (*call_close)(struct ust_unload *unload);

struct work {
	const char *text;
	char *why;
	size_t size;
	int result;
};

static int open_library(const char *text, struct work *work)
{
	char path[PATH_MAX];
	void *handle;

	snprintf(path, sizeof(path), "%.*s", (int)strcspn(text, "\n"), text);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		snprintf(work->why, work->size, "%s", dlerror());
		return -ELIBACC;
	}
	call_hook = (int (*)(const char *))dlsym(handle, "ust_call_hook");
	call_unhook = (void (*)(void))dlsym(handle, "ust_call_unhook_all");
	call_error = (const char *(*)(void))dlsym(handle, "ust_call_error");
	call_close = (int (*)(struct ust_unload *))dlsym(handle, "ust_call_close");
	library = handle;
	if (call_hook && call_unhook && call_error && call_close)
		return 0;
	snprintf(work->why, work->size, "%s is no libust-call.so", path);
	call_hook = NULL;
	library = NULL;
	dlclose(handle);
	return -ELIBACC;
}

static void *run(void *data)
{
	struct work *work = data;
	const char *rules = strchr(work->text, '\n');

	ust_thread_mute();
	if (!call_hook)
		work->result = open_library(work->text, work);
	if (!work->result) {
		work->result = call_hook(rules ? rules + 1 : "");
		if (work->result > 0)
			work->result = 0;
		if (work->result)
			snprintf(work->why, work->size, "%s", call_error());
	}
	return NULL;
}

/* The parked thread's stack is small, and what dlopen runs is not ours: a thread for it. */
int ust_hook_apply(const char *text, char *why, size_t size)
{
	struct work work = {.text = text, .why = why, .size = size};
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	why[0] = '\0';
	if (!text[0]) {
		ust_hook_remove();
		return 0;
	}
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	err = -pthread_create(&thread, &attr, run, &work);
	pthread_attr_destroy(&attr);
	if (err)
		return err;
	pthread_join(thread, NULL);
	return work.result;
}

void ust_hook_remove(void)
{
	if (call_hook)
		call_unhook();
}

int ust_hook_close(struct ust_unload *unload)
{
	int err = call_hook ? call_close(unload) : 0;

	if (library && unload->nr_handles == UST_UNLOAD_MAX)
		return -ENOSPC;
	if (library)
		unload->handles[unload->nr_handles++] = (uintptr_t)library;
	return err;
}
