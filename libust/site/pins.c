/* SPDX-License-Identifier: LGPL-2.1-only */
#include "pins.h"

#include <string.h>

#include "../os/memory.h"
#include "registry.h"

struct pin {
	struct pin *next;
	int pinned;
	char name[];
};
static struct pin *pins;
static int (*pin_object)(const char *name);

void ust_registry_set_pin(int (*pin)(const char *name))
{
	pin_object = pin;
}

int ust_pins_needed(void)
{
	return pin_object != NULL;
}

static void count_note(void *data, const struct ust_note_rec *note, size_t size)
{
	(void)note;
	(void)size;
	++*(int *)data;
}

int ust_pins_have(const struct ust_elf_object *elf)
{
	struct pin *pin = pins;
	int notes = 0;

	while (pin && strcmp(pin->name, elf->name))
		pin = pin->next;
	if (pin)
		return pin->pinned;
	ust_elf_notes(elf, count_note, &notes);
	if (!notes)
		return 0;
	pin = ust_memory_alloc(sizeof(*pin) + strlen(elf->name) + 1);
	if (!pin)
		return 0;
	strcpy(pin->name, elf->name);
	pin->next = pins;
	pins = pin;
	return 0;
}

int ust_pins_make(void)
{
	struct pin *pin;
	int nr = 0;

	for (pin = pins; pin; pin = pin->next) {
		if (pin->pinned || pin_object(pin->name))
			continue;
		pin->pinned = 1;
		nr++;
	}
	return nr;
}
