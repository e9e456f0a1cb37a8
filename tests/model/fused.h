/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_FUSED_H
#define MODEL_FUSED_H

#include "libust/ring/section.h"

int fused_record(const struct ust_event_inst *inst, __u32 tid, const __u64 *words, __u64 len);

/* memory.c: the second half of a load and of a clock read, behind the wait. */
__u64 model_loaded(const void *p);
__u64 model_ticks(void);

#endif /* MODEL_FUSED_H */
