#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes a provider for LTTng-UST with many events, of five shapes in turn, and as many calls.

usage: compat-gen.py EVENTS DIRECTORY

DIRECTORY gets provider.h, provider.c, which makes the provider, and calls.c.
"""
import sys

# Arguments, fields, and what a call passes.
SHAPES = (
    ("int, a", "integer(int, a, a)", "i"),
    ("int, a, const char *, s", "integer(int, a, a) lttng_ust_field_string(s, s)", "i, s"),
    ("const void *, p, unsigned long, n, int, a",
     "integer_hex(unsigned long, p, (unsigned long)p) lttng_ust_field_integer(unsigned long, n, n) "
     "lttng_ust_field_integer(int, a, a)", "s, (unsigned long)i, i"),
    ("int, a, unsigned long, b, double, c, unsigned short, d, unsigned char, e, const char *, s",
     "integer(int, a, a) lttng_ust_field_integer(unsigned long, b, b) "
     "lttng_ust_field_float(double, c, c) lttng_ust_field_integer(unsigned short, d, d) "
     "lttng_ust_field_integer(unsigned char, e, e) lttng_ust_field_string(s, s)",
     "i, (unsigned long)i, 1.5, 3, 4, s"),
    ("const char *, s, unsigned int, n, int, a",
     "integer(int, a, a) lttng_ust_field_sequence(unsigned char, s, s, unsigned int, n)",
     "s, 4, i"),
)

HEAD = """/* SPDX-License-Identifier: GPL-2.0-only */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER many
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./provider.h"
#if !defined(PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define PROVIDER_H
#include <lttng/tracepoint.h>
"""
TAIL = "#endif\n#include <lttng/tracepoint-event.h>\n"
EVENT = "LTTNG_UST_TRACEPOINT_EVENT(many, event_%d, LTTNG_UST_TP_ARGS(%s),\n" \
        "\tLTTNG_UST_TP_FIELDS(lttng_ust_field_%s))\n"


def write(name, text):
    with open(sys.argv[2] + "/" + name, "w", encoding="ascii") as out:
        out.write(text)


def main():
    shapes = [(number, *SHAPES[number % len(SHAPES)]) for number in range(int(sys.argv[1]))]
    write("provider.h", HEAD + "".join(EVENT % shape[:3] for shape in shapes) + TAIL)
    write("provider.c", "#define LTTNG_UST_TRACEPOINT_CREATE_PROBES\n"
          "#define LTTNG_UST_TRACEPOINT_DEFINE\n#include \"provider.h\"\n")
    write("calls.c", "#include \"provider.h\"\nvoid calls(int i, const char *s);\n"
          "void calls(int i, const char *s)\n{\n" +
          "".join("\tlttng_ust_tracepoint(many, event_%d, %s);\n" % (shape[0], shape[3])
                  for shape in shapes) + "}\n")


main()
