/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One descriptor for each class and one for each event, which the linker script collects. The
 * first line of an event has the compiler compare the probe with the tracepoint's prototype.
 */
#undef UST_CLASS
#define UST_CLASS(nm, proto, args, tstruct, assign, print)                                         \
	static struct ust_kgen_class ust_class_##nm = {                                            \
		.system = __stringify(TRACE_SYSTEM),                                               \
		.name = #nm,                                                                       \
		.probe = (void *)ust_probe_##nm,                                                   \
		.fields = ust_fields_##nm,                                                         \
		.nr_fields = ARRAY_SIZE(ust_fields_##nm),                                          \
		.fixed_size = offsetof(struct ust_raw_##nm, __data),                               \
	};
#undef UST_EVENT_OF
#define UST_EVENT_OF(template, nm, proto, args)                                                    \
	static inline void ust_check_##nm(void)                                                    \
	{                                                                                          \
		check_trace_callback_type_##nm(ust_probe_##template);                              \
	}                                                                                          \
	static struct ust_kgen_event ust_event_##nm __used __section("ust_gen_events")             \
		__aligned(8) = {                                                                   \
			.name = #nm,                                                               \
			.class = &ust_class_##template,                                            \
	};
