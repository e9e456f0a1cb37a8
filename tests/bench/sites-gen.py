#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes a C source with many events in functions of some each, and a table of the functions.

usage: sites-gen.py EVENTS EVENTS_IN_A_FUNCTION OUTPUT
"""
import sys


def main():
    events, each = int(sys.argv[1]), int(sys.argv[2])
    with open(sys.argv[3], "w", encoding="ascii") as out:
        out.write("/* SPDX-License-Identifier: GPL-2.0-only */\n#include <ust/tracepoint.h>\n")
        for first in range(0, events, each):
            out.write("static void sites_%d(int i)\n{\n" % (first // each))
            for number in range(first, first + each):
                out.write("\tUST_EVENT(many, event_%d, UST_F(v, i));\n" % number)
            out.write("}\n")
        out.write("#define NR_FUNCTIONS %d\n" % (events // each))
        out.write("static void (*const functions[NR_FUNCTIONS])(int) = {\n")
        for number in range(events // each):
            out.write("\tsites_%d,\n" % number)
        out.write("};\n")


main()
