/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of a class are defined once, for the sources of either language. */
#ifndef MILL_H
#define MILL_H

#include <ust/class.h>
#include <ust/span.h>

UST_EVENT_CLASS(sack, (int number, const char *grain), number, UST_STR(grain, grain));

#endif /* MILL_H */
