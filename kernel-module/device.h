/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UST_KERNEL_DEVICE_H
#define UST_KERNEL_DEVICE_H

int ust_kdevice_init(void);
void ust_kdevice_exit(void);

#endif /* UST_KERNEL_DEVICE_H */
