/* SPDX-License-Identifier: GPL-2.0-only */
/* sleeper: sleeps until its standard input ends. Also for another libc. */
#include <unistd.h>

int main(void)
{
	char byte;

	if (write(1, "ready\n", 6) != 6)
		return 1;
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
