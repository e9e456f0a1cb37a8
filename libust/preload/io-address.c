/* SPDX-License-Identifier: LGPL-2.1-only */
/* A socket's address as text, without stdio: wrappers may run in signal handlers. */
#include "io.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

static char *put_number(char *p, unsigned int value, unsigned int base)
{
	char digits[12];
	int nr = 0;

	do {
		digits[nr++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (nr)
		*p++ = digits[--nr];
	return p;
}

static void put_ipv4(char *p, const struct sockaddr_in *in)
{
	uint32_t address = ntohl(in->sin_addr.s_addr);
	int shift;

	for (shift = 24; shift >= 0; shift -= 8) {
		p = put_number(p, address >> shift & 0xff, 10);
		*p++ = shift ? '.' : ':';
	}
	*put_number(p, ntohs(in->sin_port), 10) = '\0';
}

static void put_ipv6(char *p, const struct sockaddr_in6 *in6)
{
	int i;

	*p++ = '[';
	for (i = 0; i < 16; i += 2) {
		p = put_number(p,
			       (unsigned int)in6->sin6_addr.s6_addr[i] << 8 |
				       in6->sin6_addr.s6_addr[i + 1],
			       16);
		*p++ = i < 14 ? ':' : ']';
	}
	*p++ = ':';
	*put_number(p, ntohs(in6->sin6_port), 10) = '\0';
}

static void put_unix(char *p, const struct sockaddr_un *un, size_t len)
{
	size_t path_len = len - offsetof(struct sockaddr_un, sun_path);

	if (path_len > sizeof(un->sun_path))
		path_len = sizeof(un->sun_path);
	memcpy(p, un->sun_path, path_len);
	p[path_len] = '\0';
	if (path_len && !*p)
		*p = '@';
}

const char *ust_io_address(char *text, const struct sockaddr *addr, socklen_t len, int err)
{
	sa_family_t family;

	/* After EFAULT or EINVAL the kernel has not read it, or not as much as the length says. */
	if (!addr || err == EFAULT || err == EINVAL || err == EBADF || err == ENOTSOCK ||
	    len < sizeof(family))
		return "";
	memcpy(&family, addr, sizeof(family));
	if (family == AF_INET && len >= sizeof(struct sockaddr_in))
		put_ipv4(text, (const void *)addr);
	else if (family == AF_INET6 && len >= offsetof(struct sockaddr_in6, sin6_scope_id))
		put_ipv6(text, (const void *)addr);
	else if (family == AF_UNIX)
		put_unix(text, (const void *)addr, len);
	else
		*put_number(strcpy(text, "family ") + 7, family, 10) = '\0';
	return text;
}

const char *ust_io_peer(char *text, const struct sockaddr *addr, const socklen_t *len, int result)
{
	return result < 0 || !addr || !len ? "" : ust_io_address(text, addr, *len, 0);
}
