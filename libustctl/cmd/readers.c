/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What reads traces and debug information needs libbabeltrace2, libdw and ten libraries that these
 * need, which took half of the time in which ustctl starts. It is a module; the functions here have
 * the names of those in it and load it when one is called.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libustctl/inject/signature.h"
#include "libustctl/inject/unwind.h"
#include "libustctl/view/graph.h"
#include "libustctl/view/view.h"

#define MODULE "ustctl-readers.so"

#ifndef UST_LIBEXECDIR
#define UST_LIBEXECDIR "/usr/local/libexec/ust"
#define UST_BIN_TO_LIBEXEC "../libexec/ust"
#endif

/* Beside us in the build tree; where an installed tree has it, also one that was moved. */
static void *load(void)
{
	static const char *const places[] = {"", UST_BIN_TO_LIBEXEC "/"};
	char exe[PATH_MAX], path[PATH_MAX + 64], *slash;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	unsigned int i;

	exe[len > 0 ? len : 0] = '\0';
	slash = strrchr(exe, '/');
	for (i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%.*s/%s" MODULE, (int)(slash - exe), exe, places[i]);
		if (!access(path, R_OK))
			return dlopen(path, RTLD_NOW);
	}
	return dlopen(UST_LIBEXECDIR "/" MODULE, RTLD_NOW);
}

/* The module's function, or NULL: why is on standard error. */
static void *find(const char *name)
{
	static void *module;
	void *function;

	if (!module)
		module = load();
	function = module ? dlsym(module, name) : NULL;
	if (!function)
		fprintf(stderr, "ustctl: %s; install UST and the libraries that it needs again\n",
			dlerror());
	return function;
}

int ust_view_trace(const struct ust_view_opts *opts)
{
	int (*function)(const struct ust_view_opts *) = find(__func__);

	return function ? function(opts) : 1;
}

int ust_view_stats(const char *dir, int json)
{
	int (*function)(const char *, int) = find(__func__);

	return function ? function(dir, json) : 1;
}

int ust_graph_count(const char *dir, uint64_t *ret_events, uint64_t *ret_losses, char *error,
		    size_t size)
{
	int (*function)(const char *, uint64_t *, uint64_t *, char *, size_t) = find(__func__);

	if (function)
		return function(dir, ret_events, ret_losses, error, size);
	snprintf(error, size, "%s cannot be loaded", MODULE);
	return -ENOSYS;
}

int ust_signature_find(const char *path, const char *function, char *text, size_t size,
		       size_t *ret_stack)
{
	int (*real)(const char *, const char *, char *, size_t, size_t *) = find(__func__);

	*ret_stack = 0;
	return real ? real(path, function, text, size, ret_stack) : -ENODATA;
}

int ust_signature_exports(const char *path, int (*found)(void *data, const char *name), void *data)
{
	int (*real)(const char *, int (*)(void *, const char *), void *) = find(__func__);

	return real ? real(path, found, data) : -ENODATA;
}

int ust_unwind(struct ust_unwind *unwind)
{
	int (*function)(struct ust_unwind *) = find(__func__);

	return function ? function(unwind) : -ENOSYS;
}
