/* SPDX-License-Identifier: LGPL-2.1-only */
/* What can be told beforehand of a process into which nothing can be injected. */
#include <stdio.h>
#include <string.h>

#include "inject.h"
#include "proc.h"

static const char *exe_refusal(const struct ust_proc *proc, char *buf, size_t size)
{
	switch (proc->exe) {
	case UST_PROC_DYNAMIC:
		return NULL;
	case UST_PROC_STATIC:
		return "its program is statically linked: no library can be loaded into it; link "
		       "it "
		       "with libust, and it can be attached to";
	case UST_PROC_MUSL:
		snprintf(buf, size,
			 "its dynamic linker is %s, not glibc's, for which libust is built",
			 proc->interp);
		return buf;
	case UST_PROC_32BIT:
		return "its program is for another machine or word size than libust.so";
	case UST_PROC_UNREADABLE:
		break;
	}
	return "its program cannot be read: it belongs to another user, or may not be traced";
}

const char *ust_inject_refusal(const struct ust_proc *proc, char *buf, size_t size)
{
	const char *why = NULL;

	if (proc->is_kernel_thread)
		why = "it is a kernel thread";
	else if (proc->state == 'Z' || proc->state == 'X')
		why = "it has ended and waits for its parent (zombie)";
	else if (proc->tracer) {
		snprintf(buf, size, "it is traced already, by process %d (%s): end that first",
			 (int)proc->tracer, proc->tracer_name);
		return buf;
	} else if (proc->state == 'T')
		why = "it is stopped (SIGSTOP, SIGTSTP): continue it first, with: kill -CONT";
	else if (proc->seccomp == 1)
		why = "it is in seccomp's strict mode, which kills for any other system call than "
		      "read, write and exit";
	else
		why = exe_refusal(proc, buf, size);
	if (!why && proc->other_root && !proc->has_proc && !proc->has_libust)
		why = "it sees another root directory, with no /proc in it, through which libust "
		      "would be handed to it: mount one there";
	if (why && why != buf)
		snprintf(buf, size, "%s", why);
	return why ? buf : NULL;
}
