/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Numbered injection points, empty unless a test defines them: places where a delay, a yield or a
 * signal is most likely to show a mistake. tests/stress/inject.h names them and drives each.
 *
 * UST_INJECT(n) stands between statements; UST_INJECT_ASM(n) inside the fused sequences, where only
 * a spin on a counter in memory is possible: the flags are dead there, no register is free.
 */
#ifndef UST_RING_INJECT_H
#define UST_RING_INJECT_H

#ifdef UST_INJECT_HEADER
#include UST_INJECT_HEADER
#endif

#ifndef UST_INJECT
#define UST_INJECT(n) ((void)0)
#endif

#ifndef UST_INJECT_ASM
#define UST_INJECT_ASM(n) ""
#endif

#endif /* UST_RING_INJECT_H */
