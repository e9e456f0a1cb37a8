// SPDX-License-Identifier: GPL-2.0-only
// Calls everything in called.cpp and prints what comes back; with an argument, once more through
// dlopen and dlsym of the library there.
#include "called.h"

#include <cstdio>
#include <dlfcn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <ucontext.h>

static void by_name(const char *path)
{
	void *handle = dlopen(path, RTLD_NOW);
	int (*function)(int) =
		handle ? reinterpret_cast<int (*)(int)>(dlsym(handle, "thrower")) : nullptr;

	printf("by name %d\n", function ? function(1) : -1);
}

static ucontext_t main_context, other;

static void at_the_top()
{
	printf("%d\n", sum(1, 7));
}

/* Where a stack ends, and a page begins that is mapped and cannot be read. */
static void on_a_stack_of_its_own()
{
	const size_t size = 1 << 16, page = 4096;
	void *stack = mmap(nullptr, size + page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(static_cast<char *>(stack) + size, page, PROT_NONE);
	getcontext(&other);
	other.uc_stack.ss_sp = stack;
	other.uc_stack.ss_size = size;
	other.uc_link = &main_context;
	makecontext(&other, at_the_top, 0);
	swapcontext(&main_context, &other);
	munmap(stack, size + page);
}

int main(int argc, char **argv)
{
	large large = {{1, 2, 3, 4, 5}};
	pair pair = {1.5, 3};
	char text[] = "text";

	printf("%f\n", mixed(1, 2.5, 3.5F, "A", 4, 5, 6, 7, -8, true));
	for (int i = 0; i < 4; i++) {
		try {
			printf("%d\n", thrower(i));
		} catch (const std::exception &error) {
			printf("caught %s\n", error.what());
		}
	}
	printf("%d\n", sum(10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
	printf("%f\n", sum_of_doubles(10, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.));
	large = by_value(large, 10);
	printf("%ld %ld\n", large.values[0], large.values[4]);
	pair = in_registers(pair);
	printf("%f %ld\n", pair.number, pair.count);
	on_a_stack_of_its_own();
	printf("%d\n", small(250, -3));
	nothing();
	printf("%ld\n", assembled(20, 2));
	printf("%u\n", painted(GREEN));
	printf("%s\n", text_of(text));
	printf("%Lf\n", extended(1.5L));
	if (argc > 2)
		never(0);
	else if (argc > 1)
		by_name(argv[1]);
	return 0;
}
