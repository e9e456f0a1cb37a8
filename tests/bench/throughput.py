#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Events a second into traces in /dev/shm, and what the reader's side needs for them.

usage: throughput.py PROGRAM [--without-lttng] [--events N]
"""
import argparse
import json
import sys
import time

import sessions


def measure(place, program, tracer, threads, events):
    session = sessions.Ours(place) if tracer == "ust" else sessions.Lttng(place)
    start = time.monotonic()
    try:
        seconds = float(sessions.run([program, tracer, str(threads), str(events)],
                                     place.program_env()))
    finally:
        session.end()
    recorded = threads * events - session.lost()
    return {
        "bench": "throughput", "tracer": tracer, "threads": threads, "events": threads * events,
        "lost": session.lost(), "seconds": round(seconds, 4),
        "recorded_per_s": round(recorded / seconds),
        "on_disk_per_s": round(recorded / (time.monotonic() - start)),
        "reader_cpu_s_per_million": round(session.cpu / recorded * 1e6, 4) if recorded else None,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--events", type=int, default=10000000)
    options = parser.parse_args()
    figures = []
    with sessions.Workplace(not options.without_lttng) as place:
        for threads in (1, 2):
            for tracer in ("ust", "lttng") if place.with_lttng else ("ust",):
                figures.append(measure(place, options.program, tracer, threads, options.events))
    print("one int an event, %d events a producer, traces in /dev/shm%s" %
          (options.events, "" if place.with_lttng else "; without LTTng-UST: " + sessions.NO_LTTNG))
    print("  %-7s %9s %12s %10s %14s %14s %22s" %
          ("tracer", "producers", "events", "lost", "recorded/s", "on disk/s",
           "reader CPU s/million"))
    for f in figures:
        print("  %-7s %9d %12d %10d %14d %14d %22.4f" %
              (f["tracer"], f["threads"], f["events"], f["lost"], f["recorded_per_s"],
               f["on_disk_per_s"], f["reader_cpu_s_per_million"] or 0))
    print()
    for figure in figures:
        print(json.dumps(figure))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except sessions.Failed as failure:
        sys.exit(str(failure))
