/* SPDX-License-Identifier: GPL-2.0-only */
/* Opens a plugin, calls it, closes it, several times. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	int all = 0, times = argc > 2 ? atoi(argv[2]) : 1;

	while (argc > 1 && times--) {
		void *handle = dlopen(argv[1], RTLD_LAZY | RTLD_LOCAL);
		int (*run)(int) = handle ? (int (*)(int))dlsym(handle, "run") : NULL;

		if (!run)
			return 1;
		all += run(10);
		dlclose(handle);
	}
	printf("%d\n", all);
	return 0;
}
