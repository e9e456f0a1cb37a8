/* SPDX-License-Identifier: GPL-2.0-only */
#include "ust0.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *old, *now;
} commands[] = {
	{"alloc-trace", "'ustctl create NAME'"},
	{"create-trace", "'ustctl create NAME', or 'ustctl attach PID'"},
	{"destroy-trace", "'ustctl destroy NAME'"},
	{"disable-marker", "'ustctl disable NAME CHANNEL:MARKER'"},
	{"enable-marker", "'ustctl enable NAME CHANNEL:MARKER'"},
	{"force-subbuf-switch", "'ustctl view DIR', at any time"},
	{"force-switch", "'ustctl view DIR', at any time"},
	{"get-sock-path", "'ustctl doctor'"},
	{"get-subbuf-num", "'ustctl status NAME'"},
	{"get-subbuf-size", "'ustctl status NAME'"},
	{"list-markers", "'ustctl list PID'"},
	{"list-pids", "'ustctl list'"},
	{"list-trace-events", "'ustctl list PID'"},
	{"online-pids", "'ustctl list'"},
	{"set-sock-path", "'UST_RUNTIME_DIR=DIR' in the environment"},
	{"set-subbuf-num", "'ustctl create NAME --num-subbuf N'"},
	{"set-subbuf-size", "'ustctl create NAME --subbuf-size N'"},
	{"start-trace", "'ustctl start NAME'"},
	{"stop-trace", "'ustctl stop NAME'"},
};

const char *ust_cmd_since_ust0(const char *name)
{
	size_t i;

	/* Both spellings: "list-pids", and "--list-markers" of before 0.12. */
	if (!strncmp(name, "--", 2))
		name += 2;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].old, name))
			return commands[i].now;
	return NULL;
}
