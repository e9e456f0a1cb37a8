// SPDX-License-Identifier: GPL-2.0-only
/* Loads a plugin, calls it and unloads it, several times; host and plugin have events of their own.
 */
#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <ust/tracepoint.h>

/* The plugin lies beside the program. */
static void plugin_path(char *path, size_t size)
{
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[len > 0 ? len : 0] = '\0';
	snprintf(path, size, "%s/plugin.so", dirname(self));
}

int main(int argc, char **argv)
{
	int round, rounds = argc > 1 ? atoi(argv[1]) : 3;
	char path[4200];

	plugin_path(path, sizeof(path));
	for (round = 0; round < rounds; round++) {
		void *plugin = dlopen(path, RTLD_NOW);
		int (*work)(int);
		int result;

		if (!plugin) {
			fprintf(stderr, "plugin-dlopen: %s\n", dlerror());
			return 1;
		}
		*(void **)&work = dlsym(plugin, "plugin_work");
		UST_EVENT(host, loaded, round, path, UST_F(work, (void *)work));
		result = work ? work(round) : -1;
		UST_EVENT(host, result, round, result);
		dlclose(plugin);
	}
	printf("%d rounds\n", rounds);
	return 0;
}
