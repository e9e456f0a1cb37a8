// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls. Two tracepoints tell of all of them, sys_enter and sys_exit; each call is an event
 * of its own here, syscalls:sys_enter_openat and syscalls:sys_exit_openat, as it is for the kernel.
 * A number without a call, and all calls of 32-bit programs, are sys_enter_unknown and
 * sys_exit_unknown, which carry the number.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>

#include "../compat/syscall-args.h"
#include "../compat/syscall-table.h"
#include "generated.h"
#include "methods.h"
#include "syscalls.h"

#define NR_CALLS ((u32)ARRAY_SIZE(ust_syscall_symbols))

/* One for each number, and behind them the unknown. */
static struct ust_ksyscall **calls;
static struct tracepoint *enter_tp, *exit_tp;
static u32 nr_entering, nr_exiting; /* instances attached */

struct strings {
	char text[UST_KSYSCALL_STRINGS][UST_KSYSCALL_STRING];
};
static struct strings __percpu *scratch;

/*
 * Where the strings are copied to before their lengths are known. The CPU's own: a probe is not
 * moved to another, and nothing that interrupts it makes a system call.
 */
static notrace u32 copy_string(char *dst, unsigned long address)
{
	long len;

	if (!address) {
		memcpy(dst, "(null)", 7);
		return 7;
	}
	pagefault_disable();
	len = strncpy_from_user(dst, (const char __user *)address, UST_KSYSCALL_STRING);
	pagefault_enable();
	if (len < 0) {
		memcpy(dst, "(fault)", 8);
		return 8;
	}
	if (len == UST_KSYSCALL_STRING)
		len--;
	dst[len] = '\0';
	return len + 1;
}

static __always_inline u8 *put_value(u8 *p, u64 value, u8 size)
{
	if (size == 8)
		put_unaligned(value, (u64 *)p);
	else if (size == 4)
		put_unaligned((u32)value, (u32 *)p);
	else
		put_unaligned((u16)value, (u16 *)p);
	return p + size;
}

static notrace noinline void enter_with_strings(struct ust_kinst *inst, struct ust_ksyscall *call,
						const struct pt_regs *regs)
{
	struct strings *strings = this_cpu_ptr(scratch);
	u32 lengths[UST_KSYSCALL_STRINGS], size = call->fixed_size, i, s = 0;
	struct ust_kctx ctx;
	u8 *p;

	if (!ust_kprobe_wanted(inst))
		return;
	for (i = 0; i < call->nr_args; i++) {
		if (call->strings & (1 << i)) {
			lengths[s] = copy_string(strings->text[s], ust_syscall_arg(regs, i));
			size += lengths[s++];
		}
	}
	p = ust_kprobe_reserve(inst, &ctx, size);
	if (!p)
		return;
	for (i = 0, s = 0; i < call->nr_args; i++) {
		if (call->strings & (1 << i)) {
			memcpy(p, strings->text[s], lengths[s]);
			p += lengths[s++];
		} else {
			p = put_value(p, ust_syscall_arg(regs, i), call->sizes[i]);
		}
	}
	ust_kprobe_commit(&ctx);
}

/* The arguments of a 32-bit program's call are in other registers. */
static notrace noinline void enter_unknown(struct ust_kinst *inst, struct pt_regs *regs,
					   long number)
{
	unsigned long args[UST_KSYSCALL_ARGS];
	struct ust_kctx ctx;
	u8 *p = ust_kprobe_reserve(inst, &ctx, sizeof(u64) + sizeof(args));

	if (!p)
		return;
	syscall_get_arguments(current, regs, args);
	p = put_value(p, number, sizeof(u64));
	memcpy(p, args, sizeof(args));
	ust_kprobe_commit(&ctx);
}

static __always_inline void enter_call(struct ust_kinst *inst, const struct ust_ksyscall *call,
				       const struct pt_regs *regs)
{
	struct ust_kctx ctx;
	u8 *p = ust_kprobe_reserve_small(inst, &ctx, call->fixed_size);
	u32 i;

	if (!p)
		return;
	for (i = 0; i < call->nr_args; i++)
		p = put_value(p, ust_syscall_arg(regs, i), call->sizes[i]);
	ust_kprobe_commit(&ctx);
}

static __always_inline struct ust_ksyscall *call_of(long number)
{
	struct ust_ksyscall *call = NULL;

	if (likely((unsigned long)number < NR_CALLS && !ust_syscall_is_compat()))
		call = calls[number];
	return likely(call) ? call : calls[NR_CALLS];
}

static notrace void probe_enter(void *data, struct pt_regs *regs, long number)
{
	struct ust_ksyscall *call = call_of(number);
	struct ust_kinst *inst = rcu_dereference_sched(call->entering);

	for (; inst; inst = READ_ONCE(inst->next)) {
		if (call->strings)
			enter_with_strings(inst, call, regs);
		else if (unlikely(call->with_number))
			enter_unknown(inst, regs, number);
		else
			enter_call(inst, call, regs);
	}
}

static notrace void probe_exit(void *data, struct pt_regs *regs, long result)
{
	long number = syscall_get_nr(current, regs);
	struct ust_ksyscall *call = call_of(number);
	struct ust_kinst *inst = rcu_dereference_sched(call->exiting);

	for (; inst; inst = READ_ONCE(inst->next)) {
		struct ust_kctx ctx;
		u8 *p = ust_kprobe_reserve_small(
			inst, &ctx, sizeof(u64) + (call->with_number ? sizeof(u64) : 0));

		if (!p)
			continue;
		if (unlikely(call->with_number))
			p = put_value(p, number, sizeof(u64));
		put_value(p, result, sizeof(u64));
		ust_kprobe_commit(&ctx);
	}
}

static struct ust_ksyscall *call_of_event(struct ust_kevent *event)
{
	return event->private;
}

int ust_ksyscalls_attach(struct ust_kinst *inst)
{
	struct ust_ksyscall *call = call_of_event(inst->event);
	bool enter = inst->event == &call->enter;
	struct ust_kinst __rcu **list = enter ? &call->entering : &call->exiting;
	u32 *nr = enter ? &nr_entering : &nr_exiting;
	int ret = 0;

	lockdep_assert_held(&ust_kevents_mutex);
	if (!*nr)
		ret = tracepoint_probe_register(enter ? enter_tp : exit_tp,
						enter ? (void *)probe_enter : (void *)probe_exit,
						NULL);
	if (ret)
		return ret;
	++*nr;
	inst->next = rcu_dereference_protected(*list, lockdep_is_held(&ust_kevents_mutex));
	rcu_assign_pointer(*list, inst);
	return 0;
}

/* inst->next stays, for a probe that stands on inst. */
void ust_ksyscalls_detach(struct ust_kinst *inst)
{
	struct ust_ksyscall *call = call_of_event(inst->event);
	bool enter = inst->event == &call->enter;
	struct ust_kinst **at = (struct ust_kinst **)(enter ? &call->entering : &call->exiting);
	u32 *nr = enter ? &nr_entering : &nr_exiting;

	lockdep_assert_held(&ust_kevents_mutex);
	while (*at != inst)
		at = &(*at)->next;
	WRITE_ONCE(*at, inst->next);
	if (!--*nr)
		WARN_ON_ONCE(tracepoint_probe_unregister(
			enter ? enter_tp : exit_tp,
			enter ? (void *)probe_enter : (void *)probe_exit, NULL));
}

static void list_call(struct ust_ksyscall *call)
{
	static const struct ust_kfield number_field = {.name = "number",
						       .word = UST_FIELD_WORD(UST_TYPE_S64, 0, 0)};
	static const struct ust_kfield exit_fields[] = {
		{.name = "number", .word = UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},
		{.name = "ret", .word = UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},
	};

	if (call->with_number) {
		call->fields[0] = number_field;
		call->fixed_size += sizeof(u64);
	}
	call->enter = (struct ust_kevent){
		.system = "syscalls",
		.name = call->enter_name,
		.fields = call->fields,
		.nr_fields = call->with_number + call->nr_args,
		.method = UST_KMETHOD_SYSCALL,
		.tp = enter_tp,
		.private = call,
	};
	call->exit = call->enter;
	call->exit.name = call->exit_name;
	call->exit.fields = exit_fields + !call->with_number;
	call->exit.nr_fields = 1 + call->with_number;
	call->exit.tp = exit_tp;
	ust_kevents_add(&call->enter);
	ust_kevents_add(&call->exit);
}

/* symbol: "sys_openat" or, with what the architecture puts in front, "__x64_sys_openat". */
static int add_call(u32 index, const char *symbol)
{
	struct ust_ksyscall *call;
	const char *name = symbol ? strstr(symbol, "sys_") : NULL;

	if (symbol && (!name || !strcmp(name, "sys_ni_syscall")))
		return 0;
	call = kzalloc(sizeof(*call), GFP_KERNEL);
	if (!call)
		return -ENOMEM;
	calls[index] = call;
	call->with_number = !name;
	name = name ? name + strlen("sys_") : "unknown";
	snprintf(call->enter_name, sizeof(call->enter_name), "sys_enter_%s", name);
	snprintf(call->exit_name, sizeof(call->exit_name), "sys_exit_%s", name);
	ust_ksyscall_describe(call, symbol);
	return 0;
}

int ust_ksyscalls_init(void)
{
	u32 i;
	int ret = 0;

	enter_tp = ust_kevents_tracepoint("sys_enter");
	exit_tp = ust_kevents_tracepoint("sys_exit");
	if (!enter_tp || !exit_tp)
		return 0; /* a kernel without CONFIG_HAVE_SYSCALL_TRACEPOINTS */
	calls = kvcalloc(NR_CALLS + 1, sizeof(*calls), GFP_KERNEL);
	scratch = alloc_percpu(struct strings);
	if (!calls || !scratch)
		return -ENOMEM;
	for (i = 0; i < NR_CALLS && !ret; i++)
		if (ust_syscall_symbols[i])
			ret = add_call(i, ust_syscall_symbols[i]);
	if (!ret)
		ret = add_call(NR_CALLS, NULL);
	if (ret)
		return ret;
	for (i = 0; i <= NR_CALLS; i++)
		if (calls[i])
			list_call(calls[i]);
	return 0;
}

void ust_ksyscalls_exit(void)
{
	u32 i;

	for (i = 0; calls && i <= NR_CALLS; i++)
		kfree(calls[i]);
	kvfree(calls);
	free_percpu(scratch);
	calls = NULL;
	scratch = NULL;
}
