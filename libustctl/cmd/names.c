/* SPDX-License-Identifier: GPL-2.0-only */
#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ust/abi/control.h>
#include <ust/abi/ring.h>
#include <ust/abi/site.h>
#include <ust/ctl.h>

const char *ust_name_reason(unsigned int reason)
{
	switch (reason) {
	case UST_LOST_FULL:
		return "full";
	case UST_LOST_TOO_LARGE:
		return "too-large";
	case UST_LOST_BUSY:
		return "busy";
	case UST_LOST_CONTENTION:
		return "contention";
	default:
		return "other";
	}
}

const char *ust_name_state(unsigned int state)
{
	switch (state) {
	case UST_SESSION_CREATED:
		return "created";
	case UST_SESSION_STARTED:
		return "started";
	case UST_SESSION_STOPPED:
		return "stopped";
	case UST_SESSION_FAILED:
		return "failed";
	default:
		return "unknown";
	}
}

const char *ust_name_contexts(unsigned int contexts, char buf[32])
{
	snprintf(buf, 32, "%s%s%s", contexts & UST_CTL_CONTEXT_TID ? ",tid" : "",
		 contexts & UST_CTL_CONTEXT_COMM ? ",comm" : "",
		 contexts & UST_CTL_CONTEXT_IP ? ",ip" : "");
	return buf[0] ? buf + 1 : "none";
}

static const char *const levels[UST_LOGLEVEL_MAX + 1] = {
	"EMERG",        "ALERT",      "CRIT",           "ERR",           "WARNING",
	"NOTICE",       "INFO",       "DEBUG_SYSTEM",   "DEBUG_PROGRAM", "DEBUG_PROCESS",
	"DEBUG_MODULE", "DEBUG_UNIT", "DEBUG_FUNCTION", "DEBUG_LINE",    "DEBUG",
};

const char *ust_name_level(unsigned int level)
{
	return level <= UST_LOGLEVEL_MAX ? levels[level] : "?";
}

int ust_name_to_level(const char *name)
{
	unsigned int i;
	char *end;
	long level;

	if (name[0] >= '0' && name[0] <= '9') {
		level = strtol(name, &end, 10);
		return *end || level > UST_LOGLEVEL_MAX ? -EINVAL : (int)level;
	}
	if (strncasecmp(name, "TRACE_", 6) == 0)
		name += 6;
	for (i = 0; i <= UST_LOGLEVEL_MAX; i++)
		if (strcasecmp(name, levels[i]) == 0)
			return (int)i;
	return -EINVAL;
}

static const char *const types[UST_TYPE_NR] = {
	[UST_TYPE_NONE] = "?",       [UST_TYPE_S8] = "int8_t",     [UST_TYPE_S16] = "int16_t",
	[UST_TYPE_S32] = "int32_t",  [UST_TYPE_S64] = "int64_t",   [UST_TYPE_U8] = "uint8_t",
	[UST_TYPE_U16] = "uint16_t", [UST_TYPE_U32] = "uint32_t",  [UST_TYPE_U64] = "uint64_t",
	[UST_TYPE_FLOAT] = "float",  [UST_TYPE_DOUBLE] = "double", [UST_TYPE_POINTER] = "void *",
	[UST_TYPE_BOOL] = "bool",    [UST_TYPE_STRING] = "char *",
};

const char *ust_name_type(uint32_t word, char *buf, size_t size)
{
	unsigned int type = UST_FIELD_WORD_TYPE(word), flags = UST_FIELD_WORD_FLAGS(word);
	const char *name = type < UST_TYPE_NR ? types[type] : "?";
	const char *suffix = flags & UST_FIELD_NETWORK ? " be" : "";
	const char *prefix = flags & UST_FIELD_ENUM ? "enum " : "";

	if (flags & UST_FIELD_TEXT)
		name = "text";
	if (flags & UST_FIELD_HEX)
		suffix = flags & UST_FIELD_NETWORK ? " be hex" : " hex";
	if (flags & UST_FIELD_ARRAY)
		snprintf(buf, size, "%s%s[%u]%s", prefix, name, UST_FIELD_WORD_COUNT(word), suffix);
	else if ((flags & UST_FIELD_SEQ) && !(flags & UST_FIELD_TEXT))
		snprintf(buf, size, "%s%s[]%s", prefix, name, suffix);
	else
		snprintf(buf, size, "%s%s%s", prefix, name, suffix);
	return buf;
}
