/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef USTCTL_CMD_UST0_H
#define USTCTL_CMD_UST0_H

/* What does the work of a command of UST 0.x today: "'ustctl list PID'"; NULL: no such command. */
const char *ust_cmd_since_ust0(const char *name);

#endif /* USTCTL_CMD_UST0_H */
