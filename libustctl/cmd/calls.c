/* SPDX-License-Identifier: GPL-2.0-only */
#include "calls.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libustctl/inject/signature.h"
#include "cmd.h"
#include "near.h"

#define STATUS_SIZE (UST_CALL_MAX_RULES * sizeof(struct ust_call_status))

int ust_calls_take(const char *command, const char *rule, struct ust_calls *calls)
{
	struct ust_prototype *prototype = &calls->prototypes[calls->nr];
	char why[256];
	unsigned int i;

	if (calls->nr == UST_CALL_MAX_RULES) {
		fprintf(stderr, "%s: more than %d functions with --call\n", command,
			UST_CALL_MAX_RULES);
		return -EINVAL;
	}
	if (strchr(rule, '\n') ||
	    ust_prototype_parse(rule, strlen(rule), prototype, why, sizeof(why))) {
		fprintf(stderr,
			"%s: --call '%s': %s\n"
			"A rule is LIBRARY:FUNCTION or LIBRARY:FUNCTION(TYPE NAME, ...) -> TYPE.\n",
			command, rule, strchr(rule, '\n') ? "it has more than one line" : why);
		return -EINVAL;
	}
	for (i = 0; i < calls->nr; i++) {
		if (strcmp(calls->prototypes[i].library, prototype->library) ||
		    strcmp(calls->prototypes[i].function, prototype->function))
			continue;
		fprintf(stderr, "%s: --call names %s:%s twice\n", command, prototype->library,
			prototype->function);
		return -EINVAL;
	}
	calls->rules[calls->nr] = strdup(rule);
	if (!calls->rules[calls->nr])
		return -EINVAL;
	calls->nr++;
	return 0;
}

/* The program itself, by the name that a rule gives. */
static int is_program(const struct ust_prototype *prototype, const struct ust_program *program)
{
	return program && ust_prototype_is_library(prototype, program->binary);
}

static int try_pattern(const struct ust_prototype *prototype, const char *dir, size_t len,
		       char *path)
{
	char pattern[PATH_MAX];
	glob_t found;
	int err = -ENOENT;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%.*s/%s*", (int)len, dir, prototype->library);
	if (glob(pattern, 0, NULL, &found))
		return -ENOENT;
	for (i = 0; i < found.gl_pathc && err; i++) {
		if (!ust_prototype_is_library(prototype, found.gl_pathv[i]) ||
		    strlen(found.gl_pathv[i]) >= PATH_MAX)
			continue;
		strcpy(path, found.gl_pathv[i]);
		err = 0;
	}
	globfree(&found);
	return err;
}

static int try_list(const struct ust_prototype *prototype, const char *dirs, char *path)
{
	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");

		if (len && !try_pattern(prototype, dirs, len, path))
			return 0;
		dirs += len + (dirs[len] == ':');
	}
	return -ENOENT;
}

/* The file that the dynamic linker will most likely load. */
static int find_library(const struct ust_prototype *prototype, const struct ust_program *program,
			char *path)
{
	static const char dirs[] = "/usr/local/lib:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:"
				   "/lib/aarch64-linux-gnu:/usr/lib/aarch64-linux-gnu:"
				   "/lib64:/usr/lib64:/lib:/usr/lib";
	const char *slash = program ? strrchr(program->binary, '/') : NULL;

	if (strchr(prototype->library, '/') || is_program(prototype, program)) {
		snprintf(path, PATH_MAX, "%s",
			 is_program(prototype, program) ? program->binary : prototype->library);
		return 0;
	}
	if (!try_list(prototype, getenv("LD_LIBRARY_PATH"), path))
		return 0;
	if (slash &&
	    !try_pattern(prototype, program->binary, (size_t)(slash - program->binary), path))
		return 0;
	return try_list(prototype, dirs, path);
}

static int complete(struct ust_prototype *prototype, const struct ust_program *program, char **rule)
{
	char path[PATH_MAX], signature[1024], why[128], *grown;
	struct ust_prototype known;
	size_t stack;
	int err;

	if (prototype->is_known || find_library(prototype, program, path))
		return 0;
	err = ust_signature_find(path, prototype->function, signature, sizeof(signature), &stack);
	if (stack > UST_CALL_STACK)
		return ust_cmd_error("--call '%s': its parameters take %zu bytes of the stack, of "
				     "which only %d can be passed on",
				     *rule, stack, UST_CALL_STACK);
	if (err ||
	    asprintf(&grown, "%s:%s%s", prototype->library, prototype->function, signature) < 0)
		return 0;
	/* More parameters than a rule can have: the registers are recorded. */
	if (ust_prototype_parse(grown, strlen(grown), &known, why, sizeof(why))) {
		free(grown);
		return 0;
	}
	free(*rule);
	*rule = grown;
	*prototype = known;
	return 0;
}

int ust_calls_complete(struct ust_calls *calls, const struct ust_program *program)
{
	unsigned int i;
	void *map;

	calls->status_fd = -1;
	if (!calls->nr)
		return 0;
	for (i = 0; i < calls->nr; i++) {
		int status = complete(&calls->prototypes[i], program, &calls->rules[i]);

		if (status)
			return status;
	}
	calls->status_fd = memfd_create("ustctl-call", MFD_CLOEXEC);
	if (calls->status_fd < 0 || ftruncate(calls->status_fd, STATUS_SIZE))
		return 0;
	map = mmap(NULL, STATUS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, calls->status_fd, 0);
	if (map != MAP_FAILED)
		calls->status = map;
	return 0;
}

char *ust_calls_rules(const struct ust_calls *calls)
{
	char *all = strdup(UST_ENV_CALL "="), *grown;
	unsigned int i;

	for (i = 0; i < calls->nr && all; i++) {
		if (asprintf(&grown, "%s%s\n", all, calls->rules[i]) < 0)
			grown = NULL;
		free(all);
		all = grown;
	}
	return all;
}

char *ust_calls_status(const struct ust_calls *calls)
{
	char *text;

	if (asprintf(&text, UST_ENV_CALL_STATUS "=/proc/%d/fd/%d", (int)getpid(),
		     calls->status_fd) < 0)
		return NULL;
	return text;
}

struct nearest {
	const char *word;
	char name[128];
	unsigned int distance;
};

static int compare_name(void *data, const char *name)
{
	struct nearest *nearest = data;
	unsigned int distance = ust_near_distance(nearest->word, name);

	if (distance < nearest->distance && strlen(name) < sizeof(nearest->name)) {
		nearest->distance = distance;
		strcpy(nearest->name, name);
	}
	return 0;
}

static void explain_function(const struct ust_prototype *prototype, const char *path,
			     struct ust_why *why)
{
	struct nearest nearest = {.word = prototype->function,
				  .distance = (unsigned int)strlen(prototype->function) / 3 + 2};

	ust_signature_exports(path, compare_name, &nearest);
	if (nearest.name[0])
		ust_why_add(why, "--call: %s defines no function %s for others; did you mean %s?",
			    path, prototype->function, nearest.name);
	else
		ust_why_add(why, "--call: %s defines no function %s for others", path,
			    prototype->function);
}

void ust_calls_explain(const struct ust_calls *calls, struct ust_why *why)
{
	unsigned int i;

	for (i = 0; i < calls->nr && calls->status; i++) {
		const struct ust_prototype *prototype = &calls->prototypes[i];
		struct ust_call_status status = calls->status[i];

		status.path[sizeof(status.path) - 1] = '\0';
		if (status.flags & UST_CALL_CALLED)
			continue;
		if (!(status.flags & UST_CALL_LIBRARY))
			ust_why_add(why, "--call: no process loaded %s", prototype->library);
		else if (!(status.flags & UST_CALL_FUNCTION))
			explain_function(prototype, status.path, why);
		else if (!(status.flags & UST_CALL_HOOKED))
			ust_why_add(why,
				    "--call: nothing imports %s from %s; calls inside of the "
				    "library and through pointers are not seen",
				    prototype->function, status.path);
		else
			ust_why_add(why,
				    "--call: %s was never called through an import; calls inside "
				    "of %s and through pointers are not seen",
				    prototype->function, status.path);
	}
}

void ust_calls_fini(struct ust_calls *calls)
{
	unsigned int i;

	for (i = 0; i < calls->nr; i++)
		free(calls->rules[i]);
	if (calls->status)
		munmap(calls->status, STATUS_SIZE);
	if (calls->nr && calls->status_fd >= 0)
		close(calls->status_fd);
	calls->nr = 0;
}
