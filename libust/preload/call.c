/* SPDX-License-Identifier: LGPL-2.1-only */
#include "call.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "follow.h"
#include "late.h"
#include "lookup.h"

#define MAX_WRAPPERS 512

static struct ust_call_hook hooks[UST_CALL_MAX_RULES];
static unsigned int nr_hooks;
static struct ust_got_hook wrappers[MAX_WRAPPERS];
static unsigned int nr_wrappers;
static const char variable[] = "exec:"; /* begins a line with one, see call.h */
static int is_following;
static struct ust_call_status *statuses;
static char error_text[PATH_MAX] = "no error";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

enum { REAL_dlsym, REAL_vfork, NR_REALS };

static void *ust_reals[NR_REALS];

/* What a program asks for by name is led to us as well. Who asks matters for the two special
 * handles: then it is a jump. */
static void *w_dlsym(void *handle, const char *name)
{
	void *(*real)(void *, const char *) = ust_preload_real(&ust_reals[REAL_dlsym]);

	if (handle == RTLD_DEFAULT || handle == RTLD_NEXT)
		return real(handle, name);
	return ust_got_replacement(real(handle, name));
}

#define FOLLOWED(name) {#name, NULL, &ust_follow_reals[UST_FOLLOW_##name]},

const struct ust_preload_entry ust_preload_functions[] = {
	{"dlsym", (void *)(uintptr_t)w_dlsym, &ust_reals[REAL_dlsym]},
	{"vfork", NULL, &ust_reals[REAL_vfork]},
	UST_FOLLOW_FUNCTIONS(FOLLOWED) UST_FOLLOW_SHELLS(FOLLOWED){NULL, NULL, NULL},
};

static struct ust_got_hook dlsym_hook = {
	.name = "dlsym",
	.replacement = (void *)w_dlsym,
	.real = &ust_reals[REAL_dlsym],
	.is_off = 1,
};

/* libust's own, which keeps the child from recording in its parent's name: nothing leads there in a
 * process that was not started with libust. */
static struct ust_got_hook vfork_hook = {
	.name = "vfork",
	.real = &ust_reals[REAL_vfork],
	.is_off = 1,
};

static int find_vfork(struct dl_phdr_info *info, size_t size, void *data)
{
	struct ust_dynamic dynamic;

	(void)size;
	(void)data;
	if (ust_object_is_vdso(info) || ust_dynamic_read(info, &dynamic) ||
	    !ust_dynamic_is_own(&dynamic))
		return 0;
	vfork_hook.replacement = ust_dynamic_symbol(&dynamic, "vfork");
	return vfork_hook.replacement != NULL;
}

const char *ust_call_error(void)
{
	return error_text;
}

void ust_call_read_text(const char *address, char *text)
{
	struct iovec local = {text, UST_CALL_TEXT_SIZE - 1};
	/* Two pieces, so that what is in front of a hole is read. */
	size_t page = 4096, first = page - (uintptr_t)address % page;
	struct iovec remote[2] = {{(void *)(uintptr_t)address, UST_CALL_TEXT_SIZE - 1}};
	int saved = ust_errno, nr = 1;
	ssize_t got;

	if (!address) {
		strcpy(text, "(null)");
		return;
	}
	if (first < UST_CALL_TEXT_SIZE - 1) {
		remote[0].iov_len = first;
		remote[1].iov_base = (char *)(uintptr_t)address + first;
		remote[1].iov_len = UST_CALL_TEXT_SIZE - 1 - first;
		nr = 2;
	}
	got = syscall(SYS_process_vm_readv, (long)getpid(), &local, 1, remote, nr, 0);
	ust_errno = saved;
	if (got <= 0)
		strcpy(text, "(unreadable)");
	else
		text[got] = '\0';
}

/* The path of an object; the program's own is not told. */
static const char *object_path(const struct dl_phdr_info *info, char *buffer, size_t size)
{
	ssize_t len;

	if (info->dlpi_name[0])
		return info->dlpi_name;
	len = syscall(SYS_readlink, "/proc/self/exe", buffer, size - 1);
	buffer[len > 0 ? len : 0] = '\0';
	return buffer;
}

static int look_in(struct dl_phdr_info *info, size_t size, void *data)
{
	struct ust_call_hook *hook = data;
	struct ust_dynamic dynamic;
	char buffer[PATH_MAX];
	const char *path;
	void *found;

	(void)size;
	if (ust_object_is_vdso(info) || ust_late_is_pending(info) ||
	    ust_dynamic_read(info, &dynamic))
		return 0;
	path = object_path(info, buffer, sizeof(buffer));
	if (!ust_prototype_is_library(&hook->prototype, path) &&
	    !(dynamic.soname && ust_prototype_is_library(&hook->prototype, dynamic.soname)))
		return 0;
	if (hook->status && !(hook->status->flags & UST_CALL_LIBRARY))
		snprintf(hook->status->path, sizeof(hook->status->path), "%.*s",
			 (int)sizeof(hook->status->path) - 1, path);
	ust_call_note(hook, UST_CALL_LIBRARY);
	found = ust_dynamic_symbol(&dynamic, hook->prototype.function);
	if (!found)
		return 0;
	ust_call_note(hook, UST_CALL_FUNCTION);
	hook->real = found;
	return 1;
}

static void look(struct ust_got_hook *got)
{
	dl_iterate_phdr(look_in, got);
}

static void hooked(struct ust_got_hook *got)
{
	ust_call_note((struct ust_call_hook *)got, UST_CALL_HOOKED);
}

static int is_same(const struct ust_prototype *a, const struct ust_prototype *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static int hook_rule(const struct ust_prototype *prototype)
{
	struct ust_call_hook *hook;
	unsigned int i;
	int err;

	for (i = 0; i < nr_hooks; i++) {
		if (is_same(&hooks[i].prototype, prototype))
			break;
	}
	if (i < nr_hooks) {
		if (hooks[i].got.is_off)
			ust_got_add(&hooks[i].got);
		return 0;
	}
	if (nr_hooks == UST_CALL_MAX_RULES) {
		snprintf(error_text, sizeof(error_text), "more than %d rules", UST_CALL_MAX_RULES);
		return -ENOSPC;
	}
	hook = &hooks[nr_hooks];
	hook->prototype = *prototype;
	hook->index = nr_hooks;
	hook->status = statuses ? &statuses[nr_hooks] : NULL;
	hook->got.name = hook->prototype.function;
	hook->got.real = &hook->real;
	hook->got.look = look;
	hook->got.hooked = hooked;
	err = prototype->is_known ? ust_call_ffi_create(hook, &hook->got.replacement)
				  : ust_call_raw_create(hook, &hook->got.replacement);
	if (!err)
		err = ust_call_event_create(prototype, &hook->event);
	if (err) {
		snprintf(error_text, sizeof(error_text), "%s:%s cannot be hooked: error %d",
			 prototype->library, prototype->function, -err);
		return err;
	}
	nr_hooks++;
	ust_got_add(&hook->got);
	return 0;
}

static int hook_table(const struct ust_preload_entry *table)
{
	for (; table->name; table++) {
		struct ust_got_hook *hook = NULL;
		unsigned int i;

		if (is_following)
			ust_follow_chain(table->name, table->real, 1);

		for (i = 0; i < nr_wrappers && !hook; i++)
			if (wrappers[i].replacement == table->wrapper &&
			    !strcmp(wrappers[i].name, table->name))
				hook = &wrappers[i];
		if (hook && !hook->is_off)
			continue;
		if (!hook) {
			if (nr_wrappers == MAX_WRAPPERS)
				return -ENOSPC;
			hook = &wrappers[nr_wrappers++];
			hook->name = table->name;
			hook->replacement = table->wrapper;
			hook->real = table->real;
		}
		ust_got_add(hook);
	}
	return 0;
}

/* What comes along with whatever is hooked. What follows programs is hooked last, because its slots
 * are looked for first: an interposition library's wrapper then stands in front of it. */
static void hook_companions(void)
{
	ust_preload_real(&ust_reals[REAL_dlsym]);
	if (nr_hooks && dlsym_hook.is_off)
		ust_got_add(&dlsym_hook);
	if (!vfork_hook.replacement)
		dl_iterate_phdr(find_vfork, NULL);
	if (vfork_hook.replacement && vfork_hook.is_off)
		ust_got_add(&vfork_hook);
	if (is_following)
		hook_table(ust_follow_functions);
}

static int hook_preload(const char *path)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct ust_preload_entry *table = handle ? dlsym(handle, "ust_preload_table") : NULL;

	if (table)
		return hook_table(table);
	snprintf(error_text, sizeof(error_text), "no preload library: %.*s", PATH_MAX - 32, path);
	return -ENOENT;
}

static int hook_line(const char *line, size_t len)
{
	static const char preload[] = "preload:", shell[] = "shell:";
	struct ust_prototype prototype;
	char path[PATH_MAX];

	if (len > sizeof(preload) - 1 && !strncmp(line, preload, sizeof(preload) - 1)) {
		snprintf(path, sizeof(path), "%.*s", (int)(len - sizeof(preload) + 1),
			 line + sizeof(preload) - 1);
		return hook_preload(path);
	}
	if (!strncmp(line, variable, strlen(variable)))
		return ust_follow_add(line + strlen(variable), len - strlen(variable));
	if (len > strlen(shell) && !strncmp(line, shell, strlen(shell)))
		return ust_follow_use_shell(line + strlen(shell), len - strlen(shell));
	/* Compared as bytes: what is not set has to be the same. */
	memset(&prototype, 0, sizeof(prototype));
	if (ust_prototype_parse(line, len, &prototype, error_text, sizeof(error_text)))
		return -EINVAL;
	return hook_rule(&prototype);
}

/* Result: a negative errno or how many there are. */
static int hook_lines(const char *rules, int are_variables)
{
	int nr = 0, err = 0;

	while (*rules && !err) {
		size_t len = strcspn(rules, "\n");

		if (len && !strncmp(rules, variable, strlen(variable)) == !!are_variables) {
			err = hook_line(rules, len);
			nr++;
		}
		rules += len + (rules[len] == '\n');
	}
	return err ? err : nr;
}

int ust_call_hook(const char *rules)
{
	int nr, ret;

	pthread_mutex_lock(&lock);
	ust_late_start();
	nr = hook_lines(rules, 1);
	is_following |= ust_follow_start();
	ret = hook_lines(rules, 0);
	hook_companions();
	ust_got_scan();
	pthread_mutex_unlock(&lock);
	if (nr < 0)
		return nr;
	return ret < 0 ? ret : ret + nr;
}

int ust_call_hook_table(const struct ust_preload_entry *table)
{
	int err;

	pthread_mutex_lock(&lock);
	ust_late_start();
	err = hook_table(table);
	hook_companions();
	ust_got_scan();
	pthread_mutex_unlock(&lock);
	return err;
}

void ust_call_unhook_all(void)
{
	unsigned int i;

	pthread_mutex_lock(&lock);
	ust_late_stop();
	for (i = 0; i < nr_hooks; i++)
		hooks[i].got.is_off = 1;
	for (i = 0; i < nr_wrappers; i++)
		wrappers[i].is_off = 1;
	ust_follow_stop();
	dlsym_hook.is_off = 1;
	vfork_hook.is_off = 1;
	ust_got_sweep();
	for (i = 0; i < nr_wrappers && is_following; i++)
		ust_follow_chain(wrappers[i].name, wrappers[i].real, 0);
	is_following = 0;
	pthread_mutex_unlock(&lock);
}

static void open_status(const char *path)
{
	size_t size = UST_CALL_MAX_RULES * sizeof(*statuses);
	/* Not by libc's names, which may be traced. */
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	void *map;

	if (fd < 0)
		return;
	if (syscall(SYS_lseek, fd, 0, SEEK_END) >= (long)size) {
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (map != MAP_FAILED)
			statuses = map;
	}
	syscall(SYS_close, fd);
}

static __attribute__((constructor)) void init(void)
{
	const char *rules = getenv(UST_ENV_CALL), *status = getenv(UST_ENV_CALL_STATUS);
	int saved = ust_errno;

	if (rules && *rules) {
		if (status)
			open_status(status);
		ust_call_hook(rules);
	}
	ust_errno = saved;
}
