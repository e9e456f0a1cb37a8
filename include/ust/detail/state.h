/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The state of a site. UST_SITE_STATE(n, tuples...) defines it, UST_SELF is its address, which
 * assembly takes as a constant.
 *
 * In C it is a static variable. In C++ a static of an inline function or a template is shared
 * between objects, and position-independent code may not refer to it by a constant; a member of a
 * class template with hidden visibility is shared within an executable or library only. The
 * template's argument is a type local to the site, whose functions name the site's tables, so that
 * the state is initialised when compiling.
 */
#ifndef UST_DETAIL_STATE_H
#define UST_DETAIL_STATE_H

#include <ust/abi/site.h>
#include <ust/detail/site-fields.h>
#include <ust/detail/pp.h>

#ifdef __cplusplus
#define UST_SELF (&ust_slot::state)
#define UST_SITE_STATE(n, ...)                                                                     \
	struct UST_PP_CAT(ust_tag_, __LINE__) {                                                    \
		enum { ust_nr_tables = 0 UST_PP_MAP(n, UST_FIELD_NR_TABLES, __VA_ARGS__) };        \
		static constexpr const struct ust_enum_table *ust_table(int ust_i)                 \
		{                                                                                  \
			const struct ust_enum_table *const ust_list[] = {                          \
				UST_PP_MAP(n, UST_FIELD_TABLE, __VA_ARGS__) nullptr};              \
			return ust_list[ust_i];                                                    \
		}                                                                                  \
	};                                                                                         \
	typedef ust_site_slot<UST_PP_CAT(ust_tag_, __LINE__)                                       \
				      UST_PP_MAP(n, UST_FIELD_SLOT, __VA_ARGS__)>                  \
		ust_slot __attribute__((unused));

#define UST_SITE_HIDDEN __attribute__((visibility("hidden")))

extern "C++" {

/* A constant array of Tag's tables; nothing for no table. */
template <class Tag, int nr, int... i>
struct UST_SITE_HIDDEN ust_site_tables : ust_site_tables<Tag, nr - 1, nr - 1, i...> {
};
template <class Tag, int... i> struct UST_SITE_HIDDEN ust_site_tables<Tag, 0, i...> {
	static const struct ust_enum_table *const list[sizeof...(i)];
	static constexpr const struct ust_enum_table *const *get()
	{
		return list;
	}
};
template <class Tag> struct UST_SITE_HIDDEN ust_site_tables<Tag, 0> {
	static constexpr const struct ust_enum_table *const *get()
	{
		return nullptr;
	}
};
template <class Tag, int... i>
const struct ust_enum_table *const ust_site_tables<Tag, 0, i...>::list[sizeof...(i)] = {
	Tag::ust_table(i)...};

/*
 * The state of the site whose own local type is Tag. The words of its fields are here because gcc
 * takes the local types of all lambdas that a pack expansion makes for one: if their fields differ
 * they are not one site.
 */
template <class Tag, int... words> struct UST_SITE_HIDDEN ust_site_slot {
	static struct ust_site_state state;
};
template <class Tag, int... words> struct ust_site_state ust_site_slot<Tag, words...>::state = {
	nullptr, 0, 0, nullptr,
	{
		ust_site_tables<Tag, Tag::ust_nr_tables>::get()
	}
};

/* Of a UST_SITE_STICKY. */
template <class Tag, int... words> struct UST_SITE_HIDDEN ust_sticky_slot {
	static struct ust_sticky_state state;
};
template <class Tag, int... words> struct ust_sticky_state ust_sticky_slot<Tag, words...>::state = {
	{nullptr, 0, 0, nullptr, {ust_site_tables<Tag, Tag::ust_nr_tables>::get()}}, nullptr
};

} /* extern "C++" */
#define UST_STICKY_SELF (&ust_kept_slot::state)
#define UST_STICKY_STATE(n, ...)                                                                   \
	UST_SITE_STATE(n, __VA_ARGS__)                                                             \
	typedef ust_sticky_slot<UST_PP_CAT(ust_tag_, __LINE__)                                     \
					UST_PP_MAP(n, UST_FIELD_SLOT, __VA_ARGS__)>                \
		ust_kept_slot;
#else
#define UST_STICKY_SELF (&ust_state)
#define UST_STICKY_STATE(n, ...)                                                                   \
	static const struct ust_enum_table *const ust_enums[] = {                                  \
		UST_PP_MAP(n, UST_FIELD_TABLE, __VA_ARGS__) 0};                                    \
	static struct ust_sticky_state ust_state = {                                               \
		{0, 0, 0, 0, {sizeof(ust_enums) > sizeof(void *) ? ust_enums : 0}}, 0};
#define UST_SELF (&ust_state)
#define UST_SITE_STATE(n, ...)                                                                     \
	static const struct ust_enum_table *const ust_enums[] = {                                  \
		UST_PP_MAP(n, UST_FIELD_TABLE, __VA_ARGS__) 0};                                    \
	static struct ust_site_state ust_state = {                                                 \
		0, 0, 0, 0, {sizeof(ust_enums) > sizeof(void *) ? ust_enums : 0}};
#endif

#endif /* UST_DETAIL_STATE_H */
