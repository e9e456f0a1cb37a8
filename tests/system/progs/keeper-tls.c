/* SPDX-License-Identifier: GPL-2.0-only */
/* A library of the program's with thread-local memory in the static block, of which there is little. */
static __thread char bytes[96] __attribute__((tls_model("initial-exec")));

char *keeper_bytes(void);
char *keeper_bytes(void)
{
	return bytes;
}
