/* SPDX-License-Identifier: LGPL-2.1-only */
#include "call.h"

#include <dlfcn.h>
#include <link.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libust/stay/stay.h"
#include "follow.h"
#include "late.h"
#include "lookup.h"

#define MAX_WRAPPERS 512
#define MAX_LIBRARIES 16

/* A function of a table. Imports are led to it by a way, whose address the program may keep. */
struct wrapper {
	struct ust_got_hook got;
	const struct ust_preload_entry *entry;
	int is_allocator;
};

static struct ust_call_hook hooks[UST_CALL_MAX_RULES];
static unsigned int nr_hooks;
static struct wrapper wrappers[MAX_WRAPPERS];
static unsigned int nr_wrappers;
static void *libraries[MAX_LIBRARIES]; /* of "preload:", opened once each */
static unsigned int nr_libraries;
static const char variable[] = "exec:"; /* begins a line with one, see call.h */
static int is_following;
static struct ust_call_status *statuses;
static char error_text[PATH_MAX] = "no error";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct ust_call_count ust_call_counts[UST_CALL_COUNTS];

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
	if (ust_object_is_vdso(info) || ust_dynamic_read(info, &dynamic) ||
	    !ust_dynamic_is_own(&dynamic))
		return 0;
	*(void **)data = ust_dynamic_symbol(&dynamic, "vfork");
	return *(void **)data != NULL;
}

const char *ust_call_error(void)
{
	return error_text;
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

/* Leads the hook's imports to @target, by a way of its own. */
static int add_hook(struct ust_got_hook *got, const char *kind, const char *name, void *target)
{
	got->replacement = ust_stay_way(kind, name, target);
	if (!got->replacement)
		return -ENOSPC;
	ust_got_add(got);
	return 0;
}

/* What was kept of it leads to the function. */
static void lead_back(const struct ust_got_hook *got)
{
	if (got->replacement && *got->real)
		ust_stay_way_lead(got->replacement, *got->real);
}

static int make_hook(const struct ust_prototype *prototype)
{
	struct ust_call_hook *hook = &hooks[nr_hooks];
	int err;

	hook->prototype = *prototype;
	hook->index = nr_hooks;
	hook->status = statuses ? &statuses[nr_hooks] : NULL;
	hook->got.name = hook->prototype.function;
	hook->got.real = &hook->real;
	hook->got.look = look;
	hook->got.hooked = hooked;
	hook->got.is_off = 1;
	err = prototype->is_known ? ust_call_ffi_create(hook, &hook->code)
				  : ust_call_raw_create(hook, &hook->code);
	if (!err)
		err = ust_call_event_create(prototype, &hook->event);
	if (!err)
		nr_hooks++;
	return err;
}

static int hook_rule(const struct ust_prototype *prototype)
{
	struct ust_call_hook *hook;
	unsigned int i, other;
	int err = 0;

	for (i = 0; i < nr_hooks; i++) {
		if (is_same(&hooks[i].prototype, prototype))
			break;
	}
	if (i == UST_CALL_MAX_RULES) {
		snprintf(error_text, sizeof(error_text), "more than %d rules", UST_CALL_MAX_RULES);
		return -ENOSPC;
	}
	if (i == nr_hooks)
		err = make_hook(prototype);
	hook = &hooks[i];
	/* The same function with other types: the first rule has it. */
	for (other = 0; other < nr_hooks; other++)
		if (other != i && !hooks[other].got.is_off &&
		    !strcmp(hooks[other].prototype.library, prototype->library) &&
		    !strcmp(hooks[other].prototype.function, prototype->function))
			return err;
	if (!err && hook->got.is_off) {
		if (prototype->is_known)
			ust_call_ffi_lead(hook, 1);
		err = add_hook(&hook->got, prototype->library, prototype->function, hook->code);
	}
	if (err)
		snprintf(error_text, sizeof(error_text), "%s:%s cannot be hooked: error %d",
			 prototype->library, prototype->function, -err);
	return err;
}

/* @kind: of the library, the same each time. */
static int hook_table(const struct ust_preload_entry *table, const char *kind)
{
	for (; table->name; table++) {
		struct wrapper *hook = NULL;
		unsigned int i;
		int err;

		if (is_following)
			ust_follow_chain(table->name, table->real, 1);

		for (i = 0; i < nr_wrappers && !hook; i++)
			if (wrappers[i].entry == table)
				hook = &wrappers[i];
		if (hook && !hook->got.is_off)
			continue;
		if (!hook) {
			if (nr_wrappers == MAX_WRAPPERS)
				return -ENOSPC;
			hook = &wrappers[nr_wrappers++];
			hook->entry = table;
			hook->is_allocator = !strcmp(kind, "libust-malloc.so");
			hook->got.name = table->name;
			hook->got.real = table->real;
		}
		err = add_hook(&hook->got, kind, table->name, table->wrapper);
		if (err)
			return err;
	}
	return 0;
}

/* What comes along with whatever is hooked. What follows programs is hooked last, because its slots
 * are looked for first: an interposition library's wrapper then stands in front of it. */
static void hook_companions(void)
{
	static const char kind[] = UST_FOLLOW_KIND;
	void *vfork_of_ours = NULL;

	ust_preload_real(&ust_reals[REAL_dlsym]);
	if (nr_hooks && dlsym_hook.is_off)
		add_hook(&dlsym_hook, kind, "dlsym", (void *)w_dlsym);
	if (vfork_hook.is_off)
		dl_iterate_phdr(find_vfork, &vfork_of_ours);
	if (vfork_of_ours)
		add_hook(&vfork_hook, kind, "vfork", vfork_of_ours);
	if (is_following)
		hook_table(ust_follow_functions, kind);
}

/* Opened once: what is opened is closed when libust is unloaded. */
static void *open_library(const char *path)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	unsigned int i;

	for (i = 0; i < nr_libraries && handle; i++) {
		if (libraries[i] == handle) {
			dlclose(handle);
			return handle;
		}
	}
	if (handle && nr_libraries == MAX_LIBRARIES) {
		dlclose(handle);
		return NULL;
	}
	if (handle)
		libraries[nr_libraries++] = handle;
	return handle;
}

static int hook_preload(const char *path)
{
	void *handle = open_library(path);
	const struct ust_preload_entry *table = handle ? dlsym(handle, "ust_preload_table") : NULL;
	const char *name = strrchr(path, '/');

	if (table)
		return hook_table(table, name ? name + 1 : path);
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
	err = hook_table(table, "table");
	hook_companions();
	ust_got_scan();
	pthread_mutex_unlock(&lock);
	return err;
}

static void unhook_all(void)
{
	unsigned int i;

	ust_late_stop();
	for (i = 0; i < nr_hooks; i++)
		hooks[i].got.is_off = 1;
	for (i = 0; i < nr_wrappers; i++)
		wrappers[i].got.is_off = 1;
	ust_follow_stop();
	dlsym_hook.is_off = 1;
	vfork_hook.is_off = 1;
	ust_got_sweep();
	for (i = 0; i < nr_wrappers && is_following; i++)
		ust_follow_chain(wrappers[i].got.name, wrappers[i].got.real, 0);
	is_following = 0;
	for (i = 0; i < nr_hooks; i++) {
		lead_back(&hooks[i].got);
		if (hooks[i].prototype.is_known && hooks[i].real)
			ust_call_ffi_lead(&hooks[i], 0);
	}
	for (i = 0; i < nr_wrappers; i++)
		lead_back(&wrappers[i].got);
	lead_back(&dlsym_hook);
	lead_back(&vfork_hook);
}

void ust_call_unhook_all(void)
{
	pthread_mutex_lock(&lock);
	unhook_all();
	pthread_mutex_unlock(&lock);
}

/* libc's functions come back to their callers, and so do those of an allocator. */
static int may_leave_caller(const struct wrapper *wrapper)
{
	const void *real = *wrapper->got.real;

	return real && !wrapper->is_allocator && !ust_object_is_libc((uintptr_t)real);
}

int ust_call_close(struct ust_unload *unload)
{
	unsigned int i;
	int err = 0;

	pthread_mutex_lock(&lock);
	unhook_all();
	ust_got_close();
	ust_late_close();
	unload->calls = (uintptr_t)ust_call_counts;
	unload->nr_calls = UST_CALL_COUNTS;
	for (i = 0; i < nr_libraries; i++)
		unload->handles[unload->nr_handles++] = (uintptr_t)libraries[i];
	for (i = 0; i < nr_wrappers && !err; i++)
		if (may_leave_caller(&wrappers[i]))
			err = -ENOTSUP;
	pthread_mutex_unlock(&lock);
	return err;
}

static __attribute__((constructor)) void init(void)
{
	const char *rules = getenv(UST_ENV_CALL), *status = getenv(UST_ENV_CALL_STATUS);
	int saved = ust_errno;

	if (rules && *rules) {
		if (status)
			statuses = ust_call_open_status(status);
		ust_call_hook(rules);
	}
	ust_errno = saved;
}
