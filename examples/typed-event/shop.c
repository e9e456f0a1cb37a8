// SPDX-License-Identifier: GPL-2.0-only
/* Typed events: every kind of field. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ust/tracepoint.h>

enum state { NEW, PAID, SENT = 10 };
UST_ENUM_TABLE(states, {"new", NEW}, {"paid", PAID}, {"sent", SENT});

struct order {
	unsigned int id;
	char customer[24];
	enum state state;
	double price;
	unsigned short items[3];
	unsigned int gift : 1;
};

static void take(const struct order *order, const char *note, const unsigned char *seal,
		 size_t seal_len)
{
	unsigned int id = order->id;

	/* A variable gives its own name and type; an expression is named. */
	UST_EVENT(shop, order, id, UST_F(customer, order->customer), UST_F(price, order->price),
		  UST_ENUM(state, order->state, states), UST_BOOL(gift, order->gift), note);
	UST_EVENT(shop, items, id, UST_ARRAY(items, order->items));
	UST_EVENT(shop, seal, id, UST_SEQ(bytes, seal, seal_len), UST_HEX(first, seal[0]));
	UST_EVENT(shop, label, UST_TEXT(text, order->customer, 3),
		  UST_F(where, (const void *)order));
}

int main(int argc, char **argv)
{
	static const enum state states_in_turn[] = {NEW, PAID, SENT};
	const unsigned char seal[] = {0xca, 0xfe, 0x01};
	int i, n = argc > 1 ? atoi(argv[1]) : 10;

	for (i = 0; i < n; i++) {
		struct order order = {.id = 1000u + (unsigned int)i,
				      .state = states_in_turn[i % 3],
				      .price = i * 2.5,
				      .items = {1, 2, (unsigned short)i},
				      .gift = i & 1};

		snprintf(order.customer, sizeof(order.customer), "customer %d", i);
		take(&order, i % 2 ? "in a hurry" : NULL, seal, sizeof(seal));
	}
	UST_EVENT(shop, closed);
	printf("%d orders\n", n);
	return 0;
}
