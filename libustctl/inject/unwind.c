/* SPDX-License-Identifier: LGPL-2.1-only */
#include "unwind.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pid_t next_thread(Dwfl *dwfl, void *data, void **thread_data)
{
	struct ust_unwind *unwind = data;

	(void)dwfl;
	if (*thread_data)
		return 0;
	*thread_data = unwind;
	return unwind->tid;
}

/* What is not in the copy may have changed since. */
static bool read_memory(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *result, void *data)
{
	const struct ust_unwind *unwind = data;

	(void)dwfl;
	if (addr < unwind->stack_at || unwind->stack_size < sizeof(*result) ||
	    addr - unwind->stack_at > unwind->stack_size - sizeof(*result))
		return false;
	memcpy(result, unwind->stack + (addr - unwind->stack_at), sizeof(*result));
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *data)
{
	const struct user_regs_struct *regs = &((const struct ust_unwind *)data)->regs;
	/* As DWARF numbers them. */
	const Dwarf_Word words[] = {regs->rax, regs->rdx, regs->rcx, regs->rbx, regs->rsi,
				    regs->rdi, regs->rbp, regs->rsp, regs->r8,  regs->r9,
				    regs->r10, regs->r11, regs->r12, regs->r13, regs->r14,
				    regs->r15, regs->rip};

	return dwfl_thread_state_registers(thread, 0, sizeof(words) / sizeof(words[0]), words);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

/* What is there for exceptions is in the object itself. */
static int find_no_debuginfo(Dwfl_Module *module, void **userdata, const char *name,
			     Dwarf_Addr base, const char *file, const char *link, GElf_Word crc,
			     char **ret_name)
{
	(void)module;
	(void)userdata;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)ret_name;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = find_no_debuginfo,
};

/* Elsewhere libdw would guess by the frame pointer, and could pass over something. */
static int has_table(Dwfl_Module *module, Dwarf_Addr pc)
{
	Dwarf_Frame *frame;
	Dwarf_Addr bias;
	Dwarf_CFI *cfi = module ? dwfl_module_eh_cfi(module, &bias) : NULL;

	if (!cfi || dwarf_cfi_addrframe(cfi, pc - bias, &frame))
		return 0;
	free(frame);
	return 1;
}

static int is_inside(struct ust_unwind *unwind, Dwfl_Module *module, Dwarf_Addr pc)
{
	const char *name;

	if (!ust_unload_has(unwind->unload, pc))
		return 0;
	name = module ? dwfl_module_addrname(module, pc) : NULL;
	snprintf(unwind->function, sizeof(unwind->function), "%s", name ? name : "");
	unwind->inside = pc;
	return 1;
}

struct walk {
	struct ust_unwind *unwind;
	Dwfl *dwfl;
	int result;
};

static int look_at_frame(Dwfl_Frame *state, void *data)
{
	struct walk *walk = data;
	Dwfl_Module *module;
	bool is_activation;
	Dwarf_Addr pc;

	walk->result = -ENODATA;
	if (!dwfl_frame_pc(state, &pc, &is_activation))
		return DWARF_CB_ABORT;
	/* The call, not what follows it, which may be another function. */
	pc -= !is_activation;
	module = dwfl_addrmodule(walk->dwfl, pc);
	if (is_inside(walk->unwind, module, pc)) {
		walk->result = 1;
		return DWARF_CB_ABORT;
	}
	if (!has_table(module, pc))
		return DWARF_CB_ABORT;
	walk->result = 0;
	return DWARF_CB_OK;
}

int ust_unwind(struct ust_unwind *unwind)
{
	struct walk walk = {.unwind = unwind, .dwfl = dwfl_begin(&callbacks), .result = -ENODATA};
	int ret = -1;

	if (!walk.dwfl)
		return -ENOMEM;
	if (!dwfl_linux_proc_report(walk.dwfl, unwind->pid) &&
	    !dwfl_report_end(walk.dwfl, NULL, NULL) &&
	    dwfl_attach_state(walk.dwfl, NULL, unwind->pid, &thread_callbacks, unwind))
		ret = dwfl_getthread_frames(walk.dwfl, unwind->tid, look_at_frame, &walk);
	dwfl_end(walk.dwfl);
	/* Not 0: the last frame that was looked at is not the first of the thread. */
	return ret && walk.result == 0 ? -ENODATA : walk.result;
}
