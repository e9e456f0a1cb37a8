// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names and types of the arguments of system calls: the kernel keeps them as text for its own
 * events syscalls:sys_enter_*, whose data is the call's struct syscall_metadata.
 */
#include <linux/err.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <trace/syscall.h>

#include "generated.h"
#include "syscalls.h"

/* Types whose values are not what 64 bits of the register show best. */
static const struct {
	const char *name;
	u32 word;
} types[] = {
	{"int", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"unsigned int", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"unsigned", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"long", UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},
	{"unsigned long", UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
	{"size_t", UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
	{"ssize_t", UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},
	{"off_t", UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},
	{"loff_t", UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},
	{"pid_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"uid_t", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"gid_t", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"qid_t", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"umode_t", UST_FIELD_WORD(UST_TYPE_U16, 0, 0)},
	{"mode_t", UST_FIELD_WORD(UST_TYPE_U16, 0, 0)},
	{"key_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"key_serial_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"timer_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"clockid_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"const clockid_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"mqd_t", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"rwf_t", UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_HEX, 0)},
	{"const int", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"u32", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"__u32", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"const __u32", UST_FIELD_WORD(UST_TYPE_U32, 0, 0)},
	{"__s32", UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},
	{"u64", UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
	{"__u64", UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
	{"aio_context_t", UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0)},
	{"cap_user_header_t", UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0)},
	{"cap_user_data_t", UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0)},
	{"const cap_user_data_t", UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0)},
	{"__sighandler_t", UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0)},
};

static bool is_one_of(const char *name, const char *const *list, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

/*
 * A const char * is a string, unless it is what a call writes to a file or sets as an option. Of
 * the pointers to writable characters, which mostly are buffers to be filled, only mount()'s are.
 */
static bool is_string(const char *type, const char *name)
{
	static const char *const buffers[] = {"buf", "optval"};
	static const char *const writable[] = {"dev_name", "dir_name", "type"};

	if (strchr(type, '*') != strrchr(type, '*'))
		return false;
	if (!strncmp(type, "const char ", 11))
		return !is_one_of(name, buffers, ARRAY_SIZE(buffers));
	return !strncmp(type, "char ", 5) && is_one_of(name, writable, ARRAY_SIZE(writable));
}

static u32 word_of(const char *type)
{
	u32 i;

	if (strchr(type, '*'))
		return UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, type))
			return types[i].word;
	return UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0);
}

static u8 size_of(u32 word)
{
	switch (UST_FIELD_WORD_TYPE(word)) {
	case UST_TYPE_U16:
		return 2;
	case UST_TYPE_S32:
	case UST_TYPE_U32:
		return 4;
	default:
		return 8;
	}
}

/* The kernel keeps these for as long as it runs. */
static const struct syscall_metadata *metadata_of(const char *name)
{
	struct trace_event_file *file = trace_get_event_file(NULL, "syscalls", name);
	const struct syscall_metadata *metadata;

	if (IS_ERR(file))
		return NULL;
	metadata = file->event_call->data;
	trace_put_event_file(file);
	return metadata;
}

static void add_argument(struct ust_ksyscall *call, const char *name, u32 word, bool string)
{
	u32 i = call->nr_args++;
	struct ust_kfield *field = &call->fields[call->with_number + i];

	field->name = name;
	field->word = string ? UST_FIELD_WORD(UST_TYPE_STRING, 0, 0) : word;
	if (string) {
		call->strings |= 1 << i;
	} else {
		call->sizes[i] = size_of(word);
		call->fixed_size += call->sizes[i];
	}
}

void ust_ksyscall_describe(struct ust_ksyscall *call, const char *symbol)
{
	static const char *const names[] = {"arg0", "arg1", "arg2", "arg3", "arg4", "arg5"};
	const struct syscall_metadata *metadata = symbol ? metadata_of(call->enter_name) : NULL;
	u32 i;

	if (!metadata) {
		for (i = 0; i < UST_KSYSCALL_ARGS; i++)
			add_argument(call, names[i], UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0),
				     false);
		return;
	}
	for (i = 0; i < min(metadata->nb_args, UST_KSYSCALL_ARGS); i++) {
		const char *type = metadata->types[i];
		bool string = is_string(type, metadata->args[i]) &&
			      hweight8(call->strings) < UST_KSYSCALL_STRINGS;

		add_argument(call, metadata->args[i], word_of(type), string);
	}
}
