/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Custom probes: a function of the program that is called with an event's own arguments whenever
 * the event happens, in any loaded object, whether or not a session records it.
 *
 *	static void on_req(void *data, int status, const char *url);
 *
 *	ust_probe_register("shop", "req", on_req, &stats);
 *	...
 *	ust_probe_unregister("shop", "req", on_req, &stats);
 *
 * The function gets data first and then one argument for each field, in order:
 *
 *	field				argument
 *	integer, bool, enumeration	an integer of the same size (its sign is not looked at)
 *	float, double			the same
 *	pointer				a pointer or an unsigned long
 *	string				const char *, only valid during the call
 *	array				a pointer to its elements
 *	sequence, text			a pointer to its elements (text has no NUL), then the number
 *					of elements, an unsigned int or unsigned long
 *
 * A marker's and an LTTng tracepoint's arguments are fields likewise.
 *
 * Checks. In C++ the function's parameters are known and compared with the fields. In C, name them
 * behind data and the compiler checks them against the function, libust against the fields:
 *
 *	ust_probe_register("shop", "req", on_req, &stats, int, const char *);
 *
 * Without them libust looks into the debug information of the object that holds the function, if
 * there is some (and libdw is installed); else nothing can be compared.
 *
 * The function runs in the thread that has the event, perhaps in a signal handler. While it runs,
 * events of its thread are recorded but no probe is called.
 */
#ifndef UST_PROBE_H
#define UST_PROBE_H

#include <ust/abi/site.h>
#include <ust/detail/pp.h>
#ifdef __cplusplus
#include <ust/detail/types-cxx.h>
#else
#include <ust/detail/types-c.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What ust_probe_register() calls. @signature: one enum ust_field_type for each parameter behind
 * data (UST_TYPE_STRING for char pointers, UST_TYPE_POINTER for others), ended by UST_TYPE_NONE;
 * NULL: unknown. provider and name are copied; a name may not contain * or ?.
 *
 * Result:
 *	0		every event of this name that is loaded now calls the function
 *	1		there is none yet; the function is called once an object with it is loaded
 *			and its fields fit (UST_DEBUG=1 tells if they do not)
 *	-EINVAL		an argument is NULL or empty, or the parameters do not fit the fields
 *	-EEXIST		this function with this data is registered for this event
 *	-ENOTSUP	a field is of a kind that no argument can be
 *	-ENOMEM
 * Thread safe; not for signal handlers, and not from within a probe (-EDEADLK).
 */
int ust_probe_register_types(const char *provider, const char *name, void (*fn)(void), void *data,
			     const unsigned char *signature);

/*
 * Result:
 *	0		the function is not running any more and will not be called again
 *	-ENOENT		it was not registered
 *	-ETIMEDOUT	it will not be called again, but a thread was in it for more than a second
 *	-EDEADLK	called from within a probe
 */
int ust_probe_unregister_types(const char *provider, const char *name, void (*fn)(void),
			       void *data);

#ifdef __cplusplus
}

template <typename... A>
static inline int ust_probe_register(const char *provider, const char *name,
				     void (*fn)(void *, A...), void *data)
{
	const unsigned char signature[] = {static_cast<unsigned char>(+ust_type_of<A>::word)...,
					   UST_TYPE_NONE};

	return ust_probe_register_types(provider, name, reinterpret_cast<void (*)(void)>(fn), data,
					signature);
}

template <typename... A>
static inline int ust_probe_unregister(const char *provider, const char *name,
				       void (*fn)(void *, A...), void *data)
{
	return ust_probe_unregister_types(provider, name, reinterpret_cast<void (*)(void)>(fn),
					  data);
}
#else
#define ust_probe_register(provider, name, fn, ...)                                                \
	UST_PROBE_1(provider, name, fn, UST_PP_COUNT(__VA_ARGS__), __VA_ARGS__, ~)
#define UST_PROBE_1(...) UST_PROBE_2(__VA_ARGS__)
#define UST_PROBE_2(provider, name, fn, n, ...)                                                    \
	UST_PP_CAT(UST_PROBE_, UST_PROBE_LIMIT(n))(provider, name, fn, n, __VA_ARGS__)
#define UST_PROBE_NONE_0 , BARE
#define UST_PROBE_NONE_MANY , MANY
#define UST_PROBE_LIMIT(n) UST_PP_SECOND(UST_PROBE_NONE_##n, TYPED, ~)

#define UST_PROBE_BARE(provider, name, fn, n, data, ...)                                           \
	ust_probe_register_types(provider, name, (void (*)(void))(fn), data, 0)
#define UST_PROBE_TYPED(provider, name, fn, n, data, ...)                                          \
	__extension__({                                                                            \
		UST_STATIC_ASSERT(                                                                 \
			__builtin_types_compatible_p(                                              \
				__typeof__(&*(fn)),                                                \
				void (*)(void *UST_PP_MAP(n, UST_PROBE_PARAMETER, __VA_ARGS__))),  \
			"UST: this probe's parameters are not a void * and the types given here"); \
		ust_probe_register_types(provider, name, (void (*)(void))(fn), data,               \
					 (const unsigned char[]){UST_PP_MAP(                       \
						 n, UST_PROBE_TYPE, __VA_ARGS__) UST_TYPE_NONE});  \
	})
#define UST_PROBE_PARAMETER(i, p, type) , type
#define UST_PROBE_TYPE(i, p, type) UST_WORD_OF((type)0),
#define UST_PROBE_MANY(provider, name, fn, n, ...) (UST_PROBE_TOO_MANY_TYPES_20_ARE_THE_LIMIT)

#define ust_probe_unregister(provider, name, fn, data)                                             \
	ust_probe_unregister_types(provider, name, (void (*)(void))(fn), data)
#endif

#endif /* UST_PROBE_H */
