/* SPDX-License-Identifier: GPL-2.0-only */
/* The checks of "ustctl doctor". */
#ifndef USTCTL_CMD_DOCTOR_H
#define USTCTL_CMD_DOCTOR_H

#include <sys/types.h>

enum ust_doctor_state {
	UST_DOCTOR_OK,
	UST_DOCTOR_FALLBACK, /* works another way, or less well */
	UST_DOCTOR_FAIL,     /* does not work */
};

struct ust_finding {
	enum ust_doctor_state state;
	char text[512]; /* what was found */
	char todo[512]; /* what to do about it; empty for UST_DOCTOR_OK */
};

struct ust_check {
	const char *name;
	void (*run)(struct ust_finding *finding);
};

/* Of the machine and the kernel; of the user, the files and ustd. Each ends with a NULL name. */
extern const struct ust_check ust_doctor_machine[], ust_doctor_setup[];

/* Of one process, after ust_doctor_process_read(), whose result is 0 or a negative errno. */
extern const struct ust_check ust_doctor_process[];
int ust_doctor_process_read(pid_t pid);

/* The clock that sessions get; where its page is from; who tells the counter's frequency. */
void ust_doctor_clock(struct ust_finding *finding);
void ust_doctor_clock_module(struct ust_finding *finding);
void ust_doctor_clock_rate(struct ust_finding *finding);

/* Whether kernel events can be recorded by the module. */
void ust_doctor_kernel_module(struct ust_finding *finding);

/* Whether --sched works: for one's own threads, for a process. */
void ust_doctor_sched(struct ust_finding *finding);
void ust_doctor_sched_of(struct ust_finding *finding, pid_t pid);

/* Fills in a finding; @todo may be NULL. */
void ust_doctor_say(struct ust_finding *finding, enum ust_doctor_state state, const char *todo,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif /* USTCTL_CMD_DOCTOR_H */
