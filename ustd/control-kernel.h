/* SPDX-License-Identifier: GPL-2.0-only */
/* Control requests about kernel events. See control.c for what handlers return. */
#ifndef USTD_CONTROL_KERNEL_H
#define USTD_CONTROL_KERNEL_H

#include "conn.h"

int ustd_control_enable_kernel(struct ustd_conn *conn, struct ust_wire_in *in);
int ustd_control_list_kernel(struct ustd_conn *conn, struct ust_wire_in *in);

#endif /* USTD_CONTROL_KERNEL_H */
