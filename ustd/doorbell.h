/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The doorbell: traced processes ring it through shared memory (struct ust_doorbell_shm). A thread
 * sleeps on its futex and turns each ring into a readable descriptor for the loop.
 */
#ifndef USTD_DOORBELL_H
#define USTD_DOORBELL_H

/* Makes the page and starts the thread; @rung is called in the loop. 0 or negative errno. */
int ustd_doorbell_init(void (*rung)(void));
/* The page's memfd, to be sent to processes. */
int ustd_doorbell_fd(void);

#endif /* USTD_DOORBELL_H */
