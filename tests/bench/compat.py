#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A provider written for LTTng-UST, compiled with its headers and with ours: the compiler's CPU
time, and the size of an event and of a call. Table and JSON lines.

usage: compat.py [--without-lttng] [--events N] [--repetitions N] [--compiler NAME]...
"""
import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

import sessions

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.path.join(HERE, "..", "..", "include")
OURS = ["-I" + os.path.join(INCLUDE, "ust", "compat"), "-I" + INCLUDE]
UNITS = ("provider", "calls")
# What the units are made of; "site" is both together.
EACH = {"provider": "an event", "calls": "a call", "site": "an event and its call"}
LEVELS = ("-O2", "-O0")
# The project's goals: of LTTng's.
MAX_TIME = 0.2
MAX_SIZE = 1


def compile_once(directory, compiler, level, flags, unit):
    """Result: user CPU seconds of the compiler and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    sessions.run([compiler, "-c", level, *flags, "-I" + directory, "%s/%s.c" % (directory, unit),
                  "-o", "%s/%s.o" % (directory, unit)])
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def sizes(file):
    """Result: bytes of text, and of data and bss."""
    line = sessions.run(["size", file]).splitlines()[1].split()
    return int(line[0]), int(line[1]) + int(line[2])


def measure(directory, compiler, level, options):
    """For each unit, and for both together, a figure: what ours and LTTng's headers make of it."""
    ways = {"ust": OURS} if options.without_lttng else {"ust": OURS, "lttng": []}
    times = {(unit, way): [] for unit in UNITS for way in ways}
    found = {"provider": {}, "calls": {}, "site": {}}
    for unit, _ in [(unit, repetition) for unit in UNITS for repetition in range(options.repetitions)]:
        for way, flags in ways.items():
            times[unit, way].append(compile_once(directory, compiler, level, flags, unit))
            text, data = sizes("%s/%s.o" % (directory, unit))
            found[unit][way] = {"s": round(statistics.median(times[unit, way]), 3),
                                "text": text / options.events, "data": data / options.events}
    for way in ways:
        found["site"][way] = {key: found["provider"][way][key] + found["calls"][way][key]
                              for key in ("text", "data")}
    figures = []
    for unit, both in found.items():
        figure = {"bench": "compat", "unit": unit, "events": options.events, "compiler": compiler,
                  "level": level, "ust": both["ust"], "lttng": both.get("lttng")}
        if figure["lttng"]:
            figure["of_lttng"] = {key: round(value / figure["lttng"][key], 3)
                                  for key, value in figure["ust"].items()}
        figures.append(figure)
    return figures


def row(name, ours, lttng, goal, form):
    if lttng is None:
        print("  %-42s %10s %10s" % (name, form % ours, "-"))
        return
    met = not goal or ours <= goal * lttng
    print("  %-42s %10s %10s %8.3f %8s%s" % (name, form % ours, form % lttng, ours / lttng,
                                             goal or "-", "" if met else "  ! missed"))


def table(figure):
    goals = {"s": MAX_TIME if figure["unit"] == "provider" else None,
             # LTTng has the data of a call in the provider's unit.
             "text": MAX_SIZE, "data": MAX_SIZE if figure["unit"] != "calls" else None}
    names = {"s": "%s %s, %s: s" % (figure["compiler"], figure["level"], figure["unit"]),
             "text": "  text of %s, bytes" % EACH[figure["unit"]],
             "data": "  data and bss of %s, bytes" % EACH[figure["unit"]]}
    for key, value in figure["ust"].items():
        row(names[key], value, figure["lttng"] and figure["lttng"][key], goals[key],
            "%.2f" if key == "s" else "%.1f")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--compiler", action="append")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="ust-bench-compat.")
    try:
        subprocess.run([sys.executable, os.path.join(HERE, "compat-gen.py"), str(options.events),
                        directory], check=True)
        figures = [figure for compiler in options.compiler or ["gcc"] for level in LEVELS
                   for figure in measure(directory, compiler, level, options)]
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print("a provider with %d events and a unit with as many calls, median of %d%s" %
          (options.events, options.repetitions,
           ", without LTTng-UST: " + sessions.NO_LTTNG if options.without_lttng else ""))
    print("  %-42s %10s %10s %8s %8s" % ("", "UST", "LTTng-UST", "is", "goal"))
    for figure in figures:
        table(figure)
    sessions.print_json(figures)


if __name__ == "__main__":
    sessions.run_main(main)
