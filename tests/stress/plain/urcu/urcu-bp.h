/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands for liburcu where it is not installed for the architecture: the stress tests never tear a
 * channel down while it is written to.
 */
#ifndef UST_STRESS_URCU_BP_H
#define UST_STRESS_URCU_BP_H

static inline void urcu_bp_read_lock(void)
{
}

static inline void urcu_bp_read_unlock(void)
{
}

static inline void urcu_bp_synchronize_rcu(void)
{
}

#endif /* UST_STRESS_URCU_BP_H */
