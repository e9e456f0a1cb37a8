/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Thread-local memory. Where libust was injected it is in a library that is loaded once: glibc does not
 * always take the room in the static block back when a library is closed, and has little of it.
 */
#include "../os/thread.h"

#include "stay.h"

__thread struct ust_thread ust_thread __attribute__((tls_model("initial-exec")));
__thread struct ust_stay_thread ust_stay_thread __attribute__((tls_model("initial-exec")));
__thread struct ust_stay_rseq ust_stay_no_rseq
	__attribute__((tls_model("initial-exec"), aligned(32))) = {
		.cpu_id = UINT32_MAX,
};

uint32_t ust_stay_nr_slots;
uint32_t ust_stay_leaving;
