/* SPDX-License-Identifier: GPL-2.0-only */
/* The registry on this test's own sites, and on records that make no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <ust/marker.h>
#include <ust/tracepoint.h>

#include "libust/os/thread.h"
#include "libust/site/join.h"
#include "libust/site/record.h"
#include "libust/site/registry.h"

UST_ENUM_TABLE(mood, {"calm", 1}, {"cross", -2});

static void __attribute__((noinline)) sites(int n)
{
	const char *s = "text";

	UST_EVENT(unit, twice, n);
	UST_EVENT(unit, twice, n);
	UST_EVENT(unit, other, n, UST_STR(s, s), UST_ENUM(m, n, mood));
	trace_mark(unit, mark, "count %d addr #8x%lu", n, (unsigned long)n);
}

/* The same names as above with another type: another event. */
static void __attribute__((noinline)) more_sites(long n)
{
	UST_EVENT(unit, twice, n);
}

static struct ust_event *find(const char *name, uint32_t word)
{
	uint32_t i;

	for (i = 0; i < ust_registry_nr_events(); i++) {
		struct ust_event *event = ust_registry_event(i);

		if (!strcmp(event->provider, "unit") && !strcmp(event->name, name) &&
		    event->fields[0].word == word)
			return event;
	}
	return NULL;
}

static int scan(void **state)
{
	(void)state;
	sites(1);
	more_sites(1);
	ust_registry_scan(0);
	return 0;
}

static void test_grouping(void **state)
{
	struct ust_event *twice = find("twice", UST_TYPE_S32), *other = find("other", UST_TYPE_S32);
	struct ust_registry_counts counts;

	(void)state;
	assert_non_null(twice);
	assert_non_null(other);
	assert_non_null(find("twice", UST_TYPE_S64));
	assert_int_equal(twice->nr_sites, 2);
	assert_int_equal(find("twice", UST_TYPE_S64)->nr_sites, 1);
	ust_registry_count(&counts);
	assert_int_equal(counts.nr_events, 4);
	assert_int_equal(counts.nr_sites, 5);
	assert_int_equal(counts.nr_foreign, 0);
	assert_int_equal(ust_registry_scan(0), 0);
	assert_int_equal(other->nr_fields, 3);
	assert_string_equal(other->fields[1].name, "s");
	assert_int_equal(other->fields[2].nr_labels, 2);
	assert_string_equal(other->fields[2].labels[1].label, "cross");
	assert_int_equal(other->fields[2].labels[1].value, -2);
}

static void test_marker(void **state)
{
	struct ust_event *mark = find("mark", UST_TYPE_S32);

	(void)state;
	assert_non_null(mark);
	assert_int_equal(mark->nr_fields, 2);
	assert_string_equal(mark->fields[0].name, "count");
	assert_string_equal(mark->fields[1].name, "addr");
	assert_int_equal(mark->fields[1].word, UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0));
}

/* Other architectures than x86-64 have nothing to patch. */
static void check_opcode(const struct ust_site *site, unsigned char opcode)
{
#ifdef __x86_64__
	assert_int_equal(site->method, UST_SITE_PATCH);
	assert_int_equal(*site->addr, opcode);
#else
	assert_int_equal(site->method, UST_SITE_LOAD);
	(void)opcode;
#endif
}

static void test_switch(void **state)
{
	static struct ust_event_inst nowhere; /* no rings, no channel: records nothing */
	struct ust_event *twice = find("twice", UST_TYPE_S32);
	struct ust_site *site;

	(void)state;
	for (site = twice->sites; site; site = site->next) {
		assert_non_null(site->state->ops);
		assert_int_equal(site->state->thread_offset, ust_thread_offset());
		check_opcode(site, UST_SITE_OPCODE_OFF);
	}
	twice->inst = &nowhere;
	twice->dirty = 1;
	ust_switch_events();
	for (site = twice->sites; site; site = site->next) {
		assert_ptr_equal(site->state->inst, &nowhere);
		check_opcode(site, UST_SITE_OPCODE_ON);
	}
	sites(2);
	twice->inst = NULL;
	twice->dirty = 1;
	ust_switch_events();
	for (site = twice->sites; site; site = site->next) {
		assert_null(site->state->inst);
		check_opcode(site, UST_SITE_OPCODE_OFF);
	}
}

/* An object in memory: text, read-only data with records, and state, guarded on both sides. */
#define PAGE 4096

struct fake {
	unsigned char *map;
	ElfW(Phdr) phdr[3];
	struct ust_elf_object object;
	struct ust_site_rec *rec;
	struct ust_record result;
};

static int32_t offset_to(const void *from, const void *to)
{
	return (int32_t)((intptr_t)to - (intptr_t)from);
}

static void fake_init(struct fake *fake)
{
	static const uint32_t flags[3] = {PF_R | PF_X, PF_R, PF_R | PF_W};
	unsigned char *text, *data, *state;
	int i;

	memset(fake, 0, sizeof(*fake));
	fake->map = mmap(NULL, 7 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(fake->map, MAP_FAILED);
	fake->object = (struct ust_elf_object){.name = "fake", .phdr = fake->phdr, .nr_phdr = 3};
	for (i = 0; i < 3; i++) {
		unsigned char *page = fake->map + (2 * i + 1) * PAGE;

		mprotect(page, PAGE, PROT_READ | PROT_WRITE);
		fake->phdr[i].p_type = PT_LOAD;
		fake->phdr[i].p_flags = flags[i];
		fake->phdr[i].p_vaddr = (uintptr_t)page;
		fake->phdr[i].p_memsz = PAGE;
	}
	text = fake->map + PAGE;
	data = fake->map + 3 * PAGE;
	state = fake->map + 5 * PAGE;
	text[0] = UST_SITE_OPCODE_OFF;
	memset(text + 1, 0, 4);
	strcpy((char *)data + 1024, "provider");
	strcpy((char *)data + 1040, "name");
	strcpy((char *)data + 1050, "field");
	strcpy((char *)data + 1060, "file.c");
	fake->rec = (struct ust_site_rec *)data;
	*fake->rec = (struct ust_site_rec){
		.size = sizeof(*fake->rec) + 8,
		.addr = offset_to(&fake->rec->addr, text),
		.target = offset_to(&fake->rec->target, text + UST_SITE_INSN_SIZE),
		.state = offset_to(&fake->rec->state, state),
		.provider = offset_to(&fake->rec->provider, data + 1024),
		.name = offset_to(&fake->rec->name, data + 1040),
		.names = offset_to(&fake->rec->names, data + 1050),
		.file = offset_to(&fake->rec->file, data + 1060),
		.kind = UST_SITE_EVENT,
		.method = UST_SITE_PATCH,
		.nr_fields = 1,
	};
	*(uint32_t *)(fake->rec + 1) = UST_TYPE_S32;
}

static void fake_fini(struct fake *fake)
{
	munmap(fake->map, 7 * PAGE);
}

static long fake_read(struct fake *fake)
{
	uintptr_t at = (uintptr_t)fake->rec;

	return ust_record_read(&fake->object, at, at + fake->rec->size, &fake->result);
}

/*
 * Definitions, calls and questions of objects that are nowhere: the lists that ust_join_*() keep.
 */
static struct ust_event defined_event;
static const struct ust_object *const object_a = (void *)8;

/* Sites that no object has. They stay for good, as those of objects do. */
static struct made {
	struct ust_site_state state;
	struct ust_site site;
	struct ust_join join;
} made[8];
static unsigned int nr_made;

static struct ust_site *new_site(uint8_t kind, const struct ust_object *object,
				 const char *signature)
{
	struct made *one = &made[nr_made++];
	struct ust_site *site = &one->site;

	assert_in_range(nr_made, 1, sizeof(made) / sizeof(made[0]));
	one->join.object = object;
	one->join.signature = signature;
	one->join.function = &one->join;
	site->kind = kind;
	site->method = kind == UST_SITE_DEFINITION ? UST_SITE_NONE : UST_SITE_LOAD;
	site->state = &one->state;
	site->join = &one->join;
	if (kind == UST_SITE_DEFINITION) {
		site->event = &defined_event;
		site->next = defined_event.sites;
		defined_event.sites = site;
		defined_event.nr_sites++;
	}
	ust_join_add(ust_join_name("unit", kind == UST_SITE_QUERY ? "twice" : "joined"), site);
	return site;
}

static void test_joins(void **state)
{
	struct ust_site *call = new_site(UST_SITE_CALL, object_a, "int;_Bool;");
	struct ust_site *definition, *second;

	(void)state;
	ust_join_calls();
	assert_null(call->event);
	/* Another signature is not joined; bool is C++'s word for _Bool. */
	definition = new_site(UST_SITE_DEFINITION, object_a, "long;_Bool;");
	ust_join_calls();
	assert_null(call->event);
	second = new_site(UST_SITE_DEFINITION, object_a, "int;bool;");
	ust_join_calls();
	assert_ptr_equal(call->event, &defined_event);
	assert_ptr_equal(call->join->definition, second);
	assert_ptr_equal(call->state->definition, second->join->function);
	assert_int_equal(defined_event.nr_sites, 3);
	/* The definition goes: the call is switched off and forgets the function. */
	second->state = NULL;
	ust_join_drop();
	assert_null(call->event);
	assert_ptr_equal(ust_join_orphans(), call);
	assert_int_equal(defined_event.nr_sites, 2);
	ust_join_calls();
	ust_switch_events();
	assert_null(ust_join_orphans());
	assert_ptr_equal(call->state->definition, ust_join_nothing);
	assert_null(call->state->inst);
	/* The call goes, then what is left. */
	call->state = NULL;
	definition->state = NULL;
	ust_join_drop();
	assert_null(ust_join_name("unit", "joined")->calls);
	assert_null(ust_join_name("unit", "joined")->definitions);
}

static void test_question(void **state)
{
	struct ust_site *question = new_site(UST_SITE_QUERY, object_a, "");
	struct ust_event *twice = find("twice", UST_TYPE_S32);
	static struct ust_event_inst nowhere;

	(void)state;
	ust_switch_events();
	assert_null(question->state->inst);
	twice->inst = &nowhere;
	twice->dirty = 1;
	ust_switch_events();
	assert_ptr_equal(question->state->inst, &nowhere);
	twice->inst = NULL;
	twice->dirty = 1;
	ust_switch_events();
	assert_null(question->state->inst);
}

static void test_record(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	assert_int_equal(fake_read(&fake), fake.rec->size);
	assert_string_equal(fake.result.provider, "provider");
	assert_string_equal(fake.result.names, "field");
	assert_int_equal(fake.result.words[0], UST_TYPE_S32);
	assert_non_null(fake.result.state);
	fake_fini(&fake);
}

#define CHECK_REFUSED(change)                                                                      \
	do {                                                                                       \
		struct fake fake;                                                                  \
		fake_init(&fake);                                                                  \
		change;                                                                            \
		fake_read(&fake);                                                                  \
		assert_null(fake.result.state);                                                    \
		fake_fini(&fake);                                                                  \
	} while (0)

static void test_refused(void **state)
{
	(void)state;
	CHECK_REFUSED(fake.rec->size = 8);
	CHECK_REFUSED(fake.rec->size -= 8);
	CHECK_REFUSED(fake.rec->size += 2);
	CHECK_REFUSED(fake.rec->state += 8);
	CHECK_REFUSED(fake.rec->state -= 2 * PAGE);
	CHECK_REFUSED(fake.rec->state = INT32_MIN);
	CHECK_REFUSED(fake.rec->addr += 1);
	CHECK_REFUSED(fake.rec->addr += PAGE - 4);
	CHECK_REFUSED(fake.rec->target += 1);
	CHECK_REFUSED(fake.rec->provider += PAGE);
	CHECK_REFUSED(fake.rec->name = INT32_MAX);
	CHECK_REFUSED(fake.rec->nr_fields = UST_MAX_FIELDS + 1);
	CHECK_REFUSED(fake.rec->nr_fields = 200);
	CHECK_REFUSED(fake.rec->method = 9);
	CHECK_REFUSED(*(fake.map + PAGE) = 0xcc);
	/* A string without an end. */
	CHECK_REFUSED(memset((char *)fake.rec + 1060, 'x', PAGE - 1060));
	CHECK_REFUSED(fake.phdr[2].p_flags = PF_R);
}

/* Whatever stands in a record: no access outside of the object's segments. */
static void test_random(void **state)
{
	unsigned int seed = 1;
	struct fake fake;
	int i, err;

	(void)state;
	fake_init(&fake);
	for (i = 0; i < 100000; i++) {
		struct ust_site_rec good = *fake.rec;
		unsigned char *bytes = (unsigned char *)fake.rec;
		struct ust_field *fields;
		int j;

		for (j = 0; j < 3; j++)
			bytes[(size_t)rand_r(&seed) % sizeof(good)] = (unsigned char)rand_r(&seed);
		ust_record_read(&fake.object, (uintptr_t)bytes, (uintptr_t)bytes + sizeof(good) + 8,
				&fake.result);
		if (fake.result.state) {
			fields = ust_record_fields(&fake.object, &fake.result, 0, &err);
			ust_record_free_fields(fields, fake.result.nr_fields);
		}
		*fake.rec = good;
	}
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grouping), cmocka_unit_test(test_marker),
		cmocka_unit_test(test_switch),   cmocka_unit_test(test_record),
		cmocka_unit_test(test_joins),    cmocka_unit_test(test_question),
		cmocka_unit_test(test_refused),  cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("libust: sites", tests, scan, NULL);
}
