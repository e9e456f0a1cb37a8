#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Cost of one event, beside rdtsc and beside LTTng-UST 2.13, in one process: table and JSON lines.

usage: latency.py PROGRAM [--without-lttng] [--repetitions N] [--mode discard|overwrite]
                  [--threads N]
"""
import argparse
import json
import os

import sessions

# What the project promises, as ratios of medians of the row "event: int" with 1 thread.
MAX_OF_RDTSC = 1.6
MAX_OF_LTTNG = 0.2
# The row "span", its beginning and its end.
MAX_SPAN_OF_RDTSC = 2.6
# Of a tracepoint written for LTTng-UST, of the native event with the same fields.
MAX_OF_EVENT = 1.03


def measure(place, program, mode, threads, repetitions):
    overwrite = mode == "overwrite"
    running = {"ust": sessions.Ours(place, overwrite)}
    if place.with_lttng:
        running["lttng"] = sessions.Lttng(place, overwrite)
    try:
        text = sessions.run([program, str(threads), str(repetitions), "events"], place.program_env())
    finally:
        for session in running.values():
            session.end()
    rows = {}
    for line in text.splitlines():
        row = json.loads(line)
        if row["row"].startswith("LTTng") and not place.with_lttng:
            continue
        session = running.get("lttng" if row["row"].startswith("LTTng") else "ust")
        row["lost"] = session.lost(row["event"]) if row["event"] and not overwrite else 0
        rows[row["row"]] = row
    for row in rows.values():
        peer = rows.get(row["peer"])
        row["bench"], row["mode"], row["threads"] = "latency", mode, threads
        row["of_rdtsc"] = round(row["median_ns"] / rows["rdtsc"]["median_ns"], 3)
        row["of_lttng"] = round(row["median_ns"] / peer["median_ns"], 3) if peer else None
        if row["row"].startswith("compat:"):
            native = rows[row["row"].replace("compat:", "event:")]
            row["of_event"] = round(row["median_ns"] / native["median_ns"], 3)
            row["min_of_event"] = round(row["min_ns"] / native["min_ns"], 3)
        row["min_of_rdtsc"] = round(row["min_ns"] / rows["rdtsc"]["min_ns"], 3)
    return rows


def table(rows, mode, threads, repetitions, with_lttng):
    print("\n%s mode, %d thread%s, %d repetitions%s" %
          (mode, threads, "s" if threads > 1 else "", repetitions,
           "" if with_lttng else ", without LTTng-UST: " + sessions.NO_LTTNG))
    print("  %-22s %9s %9s %9s %9s %9s %9s" % ("", "min ns", "median ns", "all ns", "x rdtsc", "of LTTng", "lost"))
    for row in rows.values():
        of_lttng = "%9.3f" % row["of_lttng"] if row["of_lttng"] else "%9s" % "-"
        print("  %-22s %9.2f %9.2f %9.2f %9.2f %s %9d%s" %
              (row["row"], row["min_ns"], row["median_ns"], row["all_ns"], row["of_rdtsc"], of_lttng, row["lost"],
               "  ! does not count: buffers were full" if row["lost"] else ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--mode", choices=("discard", "overwrite"))
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    figures = []
    with sessions.Rig(not options.without_lttng) as place:
        for mode in [options.mode] if options.mode else ["discard", "overwrite"]:
            for threads in [options.threads] if options.threads else [1, 2][:os.cpu_count()]:
                rows = measure(place, options.program, mode, threads, options.repetitions)
                table(rows, mode, threads, options.repetitions, place.with_lttng)
                figures += rows.values()
    print()
    status = 0
    for figure in figures:
        print(json.dumps(figure))
    for figure in figures:
        if "of_event" in figure and figure["threads"] == 1:
            print("%s: %s costs %.3f of the native event (promised: at most %.2f)" %
                  (figure["mode"], figure["row"], figure["of_event"], MAX_OF_EVENT))
            if figure["row"] == "compat: int" and figure["of_event"] > MAX_OF_EVENT:
                status = 1
        if figure["row"] == "span" and figure["threads"] == 1:
            print("%s: a span costs %.2f x rdtsc (promised: at most %.1f)" %
                  (figure["mode"], figure["of_rdtsc"], MAX_SPAN_OF_RDTSC))
            if figure["of_rdtsc"] > MAX_SPAN_OF_RDTSC:
                status = 1
        if figure["row"] == "event: int" and figure["threads"] == 1:
            of_lttng = figure["of_lttng"]
            print("%s: one event with one int costs %.2f x rdtsc (promised: at most %.1f)%s" %
                  (figure["mode"], figure["of_rdtsc"], MAX_OF_RDTSC,
                   ", %.3f of LTTng (promised: at most %.1f)" % (of_lttng, MAX_OF_LTTNG)
                   if of_lttng else ""))
            if figure["of_rdtsc"] > MAX_OF_RDTSC or (of_lttng or 0) > MAX_OF_LTTNG:
                status = 1
    return status


if __name__ == "__main__":
    sessions.run_main(main)
