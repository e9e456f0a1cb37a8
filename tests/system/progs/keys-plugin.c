/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

extern unsigned int keys_nr;
unsigned int keys_nr = KEYS_NR;

KEYS_FUNCTION(run_plugin)
