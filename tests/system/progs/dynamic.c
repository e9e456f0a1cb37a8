/* SPDX-License-Identifier: GPL-2.0-only */
/* An event of <ust/event.h> with every kind of field, from two handles; then what is refused. */
#include <stdio.h>

#include <ust/event.h>

static const struct ust_enum_label methods[] = {{"GET", 0, 0}, {"POST", 1, 0}, {NULL, 0, 0}};
static const struct ust_enum_label wide[] = {{"all", -1, 0}, {"most", 2, 0x7fffffff}, {NULL, 0, 0}};
static const struct ust_enum_label signs[] = {
	{"below", -128, 127}, {"zero", 0, 0}, {"above", 1, 126}, {NULL, 0, 0}};
static const struct ust_event_field fields[] = {
	{"s8", UST_FIELD_WORD(UST_TYPE_S8, 0, 0), NULL},
	{"u16", UST_FIELD_WORD(UST_TYPE_U16, 0, 0), NULL},
	{"hex", UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_HEX, 0), NULL},
	{"real", UST_FIELD_WORD(UST_TYPE_DOUBLE, 0, 0), NULL},
	{"single", UST_FIELD_WORD(UST_TYPE_FLOAT, 0, 0), NULL},
	{"yes", UST_FIELD_WORD(UST_TYPE_BOOL, 0, 0), NULL},
	{"text", UST_FIELD_WORD(UST_TYPE_STRING, 0, 0), NULL},
	{"numbers", UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_ARRAY, 2), NULL},
	{"bytes", UST_FIELD_WORD_FULL(UST_TYPE_U8, UST_LENGTH_U16, UST_FIELD_SEQ, 0), NULL},
	{"method", UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ENUM, 0), methods},
	{"wide", UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_ENUM, 0), wide},
	{"sign", UST_FIELD_WORD(UST_TYPE_S8, UST_FIELD_ENUM, 0), signs},
};
#define NR_FIELDS (sizeof(fields) / sizeof(*fields))

static void record(struct ust_dynamic_event *event)
{
	static const int numbers[] = {1, -2};
	static const unsigned char bytes[] = {7, 8, 9};
	const struct ust_value values[NR_FIELDS] = {
		{.u.i = -1},     {.u.i = 65535},   {.u.i = 255},
		{.u.d = 1.5},    {.u.d = 0.25},    {.u.i = 1},
		{.u.p = "text"}, {.u.p = numbers}, {.u.p = bytes, .len = 3},
		{.u.i = 1},      {.u.i = -1},      {.u.i = -100},
	};

	ust_record(event, values, NR_FIELDS);
	/* Not as many as there are fields. */
	ust_record(event, values, NR_FIELDS - 1);
}

/* Whether an event with one enumeration is taken. */
static int is_taken(__u32 word, const struct ust_enum_label *labels)
{
	const struct ust_event_field field = {"field", word, labels};
	struct ust_dynamic_event *event;

	return !ust_event_register("dynamic", "refused", -1, &field, 1, &event);
}

static int nr_taken(void)
{
	static const struct ust_enum_label none[] = {{NULL, 0, 0}},
					   empty[] = {{"", 0, 0}, {NULL, 0, 0}},
					   large[] = {{"x", 128, 0}, {NULL, 0, 0}},
					   wide_range[] = {{"x", 1, 255}, {NULL, 0, 0}},
					   low[] = {{"x", -129, 0}, {NULL, 0, 0}},
					   negative[] = {{"x", -1, 0}, {NULL, 0, 0}},
					   around[] = {{"x", 1, ~(__u64)0}, {NULL, 0, 0}};
	const __u32 s8 = UST_FIELD_WORD(UST_TYPE_S8, UST_FIELD_ENUM, 0),
		    u8 = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ENUM, 0),
		    s64 = UST_FIELD_WORD(UST_TYPE_S64, UST_FIELD_ENUM, 0),
		    u64 = UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_ENUM, 0);

	return is_taken(u8, NULL) + is_taken(u8, none) + is_taken(u8, empty) + is_taken(s8, large) +
	       is_taken(s8, low) + is_taken(u8, wide_range) + is_taken(u8, negative) +
	       is_taken(u64, around) + is_taken(s64, around) +
	       is_taken(UST_FIELD_WORD(UST_TYPE_DOUBLE, UST_FIELD_ENUM, 0), methods) +
	       is_taken(UST_FIELD_WORD(UST_TYPE_STRING, UST_FIELD_ENUM, 0), methods) +
	       is_taken(UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ENUM | UST_FIELD_ARRAY, 2), methods) +
	       is_taken(UST_FIELD_WORD(UST_TYPE_U8, 0, 0), methods) +
	       is_taken(UST_FIELD_WORD(UST_TYPE_NONE, 0, 0), NULL);
}

int main(void)
{
	struct ust_dynamic_event *events[2];
	int i;

	for (i = 0; i < 2; i++)
		if (ust_event_register("dynamic", "all", UST_INFO, fields, NR_FIELDS, &events[i]))
			return 1;
	for (i = 0; i < 2; i++) {
		record(events[i]);
		ust_event_unregister(events[i]);
	}
	printf("%d of 14 were taken\n", nr_taken());
	return 0;
}
