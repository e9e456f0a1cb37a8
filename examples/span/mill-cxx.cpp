/* SPDX-License-Identifier: GPL-2.0-only */
/* The same in C++, where a span also ends when an exception leaves its scope. */
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

#include "mill.h"

static const std::string grains[] = {"rye", "oats", ""};

static void grind(int number)
{
	const std::string &grain = grains[number % 3];

	UST_SPAN(mill, grind, number);
	if (grain.empty()) {
		UST_CLASS_EVENT(sack, mill, rejected, number, "sand");
		throw std::runtime_error("this is sand");
	}
	UST_CLASS_EVENT(sack, mill, ground, number, grain.c_str());
}

int main(int argc, char **argv)
{
	int sacks = argc > 1 ? std::atoi(argv[1]) : 3, good = 0;

	UST_SPAN(mill, day, sacks);
	for (int number = 0; number < sacks; number++) {
		try {
			grind(number);
			good++;
		} catch (const std::runtime_error &error) {
			std::cout << "sack " << number << ": " << error.what() << "\n";
		}
	}
	std::cout << good << " of " << sacks << " sacks are ground\n";
	return 0;
}
