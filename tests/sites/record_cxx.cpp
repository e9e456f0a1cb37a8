// SPDX-License-Identifier: GPL-2.0-only
/* What the macros record, in C++. */
#include "record.h"
#include "record_shapes.h"
#include "record_types.h"

#include <string>
#include <vector>

enum recorder_mode mode;
unsigned int failures, evaluations;

enum class scoped : short { FIRST = -1, SECOND = 2 };
UST_ENUM_TABLE(scopeds, {"FIRST", static_cast<int>(scoped::FIRST)}, {"SECOND", 2});

template <typename T> struct box {
	T value;

	void show(const char *text)
	{
		EXPECT(0, text, UST_EVENT(t, box, UST_F(value, value)));
		EXPECT(0, "t:box_enum s=2(SECOND)",
		       UST_EVENT(t, box_enum, UST_ENUM(s, scoped::SECOND, scopeds)));
	}
};

inline void inlined(int depth)
{
	UST_EVENT(t, inlined, depth);
}

static const char *shown(int)
{
	return "t:pack v=1";
}

static const char *shown(double)
{
	return "t:pack v=2.5";
}

/* The lambdas of a pack, whose local types gcc takes for one. */
template <typename... T> void pack(T... v)
{
	(..., [&] { EXPECT(0, shown(v), UST_EVENT(t, pack, UST_F(v, v))); }());
}

namespace
{
struct base {
	int member = 4;
	virtual ~base() = default;
	virtual void go()
	{
		EXPECT(0, "t:member member=4", UST_EVENT(t, member, member));
	}
};
} // namespace

static void test_cxx(void)
{
	std::string name = "a std::string";
	std::vector<int> vec = {1, 2, 3};
	scoped s = scoped::FIRST;
	int x = 6;
	int &ref = x;
	wchar_t w = L'w';
	char16_t c16 = u'x';
	auto generic = [&](auto v, const char *text) {
		EXPECT(0, text, UST_EVENT(t, generic, v, x));
	};
	auto lambda = [=]() { EXPECT(0, "t:lambda x=6", UST_EVENT(t, lambda, x)); };
	struct {
		int a;
		const char *b;
	} pair = {1, "two"};
	auto [first, second] = pair;

	test_types();
	test_all_shapes();
	EXPECT(0, "t:inlined depth=1", inlined(1));
	EXPECT(0, "t:string name=\"a std::string\" text='a std::string'",
	       UST_EVENT(t, string, UST_STR(name, name.c_str()),
			 UST_TEXT(text, name.data(), name.size())));
	EXPECT(0, "t:vector vec=[1,2,3]",
	       UST_EVENT(t, vector, UST_SEQ(vec, vec.data(), vec.size())));
	EXPECT(0, "t:scoped s=-1 e=-1(FIRST)", UST_EVENT(t, scoped, s, UST_ENUM(e, s, scopeds)));
	EXPECT(0, "t:ref ref=6 w=119 c16=120", UST_EVENT(t, ref, ref, w, c16));
	EXPECT(0, "t:null null=0", UST_EVENT(t, null, UST_F(null, nullptr)));
	EXPECT(0, "t:binding first=1 second=\"two\"", UST_EVENT(t, binding, first, second));
	box<int>{3}.show("t:box value=3");
	box<double>{0.5}.show("t:box value=0.5");
	box<const char *>{"text"}.show("t:box value=\"text\"");
	generic(1, "t:generic v=1 x=6");
	generic("s", "t:generic v=\"s\" x=6");
	generic(2.5f, "t:generic v=2.5 x=6");
	lambda();
	pack(1, 2.5);
	base().go();
}

int main(int argc, char **argv)
{
	return run(argc, argv, test_cxx, 72);
}
