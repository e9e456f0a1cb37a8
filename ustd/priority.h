/* SPDX-License-Identifier: GPL-2.0-only */
/* ustd's place in the scheduler's queue. */
#ifndef USTD_PRIORITY_H
#define USTD_PRIORITY_H

#include <stdbool.h>

/*
 * A fast producer fills its buffers in some milliseconds: the reader has to get a CPU by then, on a
 * busy machine too. Asks for it as far as ustd may; @own_session: ustd leads a session (setsid) of
 * its own. Call it behind setsid(), with one thread.
 */
void ustd_priority_raise(bool own_session);

#endif /* USTD_PRIORITY_H */
