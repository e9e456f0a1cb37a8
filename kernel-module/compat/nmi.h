/* SPDX-License-Identifier: GPL-2.0-only */
/* Sending an NMI to a CPU, for selftests. UST_COMPAT_NMI is defined where it is possible. */
#ifndef UST_KERNEL_COMPAT_NMI_H
#define UST_KERNEL_COMPAT_NMI_H

#if defined(CONFIG_X86_LOCAL_APIC) && defined(CONFIG_SMP)

#include <linux/cpumask.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#define UST_COMPAT_NMI 1

static inline void ust_compat_send_nmi(int cpu)
{
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
}

#endif

#endif /* UST_KERNEL_COMPAT_NMI_H */
