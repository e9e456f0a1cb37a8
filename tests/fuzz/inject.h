/* SPDX-License-Identifier: GPL-2.0-only */
/* For <ust/ring/inject.h>: the hostile process writes while the reader reads. */
void fuzz_inject(void);
#define UST_INJECT(n) fuzz_inject()
