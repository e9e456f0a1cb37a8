#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Events a second into traces in /dev/shm, what the reader's side needs for them, and how large they
are.

usage: throughput.py PROGRAM [--without-lttng] [--events N] [--repetitions N]
"""
import argparse
import json
import os
import statistics
import time

import sessions

# The least part of LTTng's events a second by producers, the largest of its reader's CPU time.
MIN_OF_LTTNG = {1: 7, 2: 5.5}
MAX_CPU = 0.25
EVENT_BYTES = 8


# The default of "ustctl create".
DEFAULT_NUMBER = 64


def run_once(place, program, tracer, threads, events, options=()):
    if tracer == "lttng":
        session = sessions.Lttng(place)
    elif tracer == "ust 64":
        session = sessions.Ours(place, number=DEFAULT_NUMBER)
        tracer = "ust"
    else:
        session = sessions.Ours(place, options=options)
    start = time.monotonic()
    try:
        seconds = float(sessions.run([program, tracer, str(threads), str(events)],
                                     place.program_env()))
    finally:
        session.end()
    recorded = threads * events - session.lost()
    return {"lost": session.lost(), "seconds": round(seconds, 4),
            "recorded_per_s": round(recorded / seconds),
            "on_disk_per_s": round(recorded / (time.monotonic() - start)),
            "reader_cpu_ms_per_million": round(session.cpu / max(recorded, 1) * 1e9, 3),
            "bytes_per_event": round(session.bytes / max(recorded, 1), 2)}


def floor(place, size):
    """CPU time of nothing but write(2) of as many bytes to such a file, in ms."""
    path, chunk = place.directory(), bytes(sessions.SUBBUF_SIZE)
    samples = []
    for _ in range(10):
        with open(path, "wb", buffering=0) as out:
            start = time.thread_time()
            for _ in range(0, size, len(chunk)):
                out.write(chunk)
            samples.append((time.thread_time() - start) * 1e3)
        os.unlink(path)
    return round(statistics.median(samples) * size / (-(-size // len(chunk)) * len(chunk)), 3)


def measure(place, options, threads):
    """The tracers in turn, so that they share the machine's moods."""
    tracers = ("ust", "ust 64", "lttng") if place.with_lttng else ("ust", "ust 64")
    samples = {tracer: [] for tracer in tracers}
    for _ in range(options.repetitions):
        for tracer in tracers:
            samples[tracer].append(run_once(place, options.program, tracer, threads,
                                            options.events))
    figures = []
    for tracer in tracers:
        figure = {"bench": "throughput", "tracer": tracer, "threads": threads,
                  "events": threads * options.events}
        for key in samples[tracer][0]:
            figure[key] = statistics.median(sample[key] for sample in samples[tracer])
        figure["subbufs"] = DEFAULT_NUMBER if tracer == "ust 64" else sessions.NUM_SUBBUF
        figure["runs_with_losses"] = sum(1 for sample in samples[tracer] if sample["lost"])
        figure["most_lost"] = max(sample["lost"] for sample in samples[tracer])
        figures.append(figure)
    return figures


def show(figures):
    print("  %-7s %9s %14s %14s %18s %10s %12s %12s" %
          ("tracer", "producers", "recorded/s", "on disk/s", "reader ms/million", "runs lossy",
           "median lost", "bytes/event"))
    for f in figures:
        print("  %-7s %9d %14d %14d %18.2f %10d %12d %12.2f" %
              (f["tracer"], f["threads"], f["recorded_per_s"], f["on_disk_per_s"],
               f["reader_cpu_ms_per_million"], f["runs_with_losses"], f["lost"],
               f["bytes_per_event"]))


def judge(figures):
    by_threads = {}
    for f in figures:
        by_threads.setdefault(f["threads"], {})[f["tracer"]] = f
    for threads, pair in by_threads.items():
        if "lttng" not in pair:
            continue
        ours, theirs = pair["ust"], pair["lttng"]
        ours["of_lttng"] = round(ours["recorded_per_s"] / theirs["recorded_per_s"], 2)
        ours["cpu_of_lttng"] = round(ours["reader_cpu_ms_per_million"] /
                                     theirs["reader_cpu_ms_per_million"], 3)
        print("%d producer%s: %.1f x LTTng's events/s (goal %.1f), %.2f of its reader's CPU time "
              "(goal %.2f)%s" %
              (threads, "s" if threads > 1 else "", ours["of_lttng"], MIN_OF_LTTNG[threads],
               ours["cpu_of_lttng"], MAX_CPU,
               "; %d of our runs were not lossless" % ours["runs_with_losses"]
               if ours["runs_with_losses"] else ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--events", type=int, default=5000000)
    parser.add_argument("--repetitions", type=int, default=7)
    options = parser.parse_args()
    figures = []
    with sessions.Rig(not options.without_lttng) as place:
        for threads in (1, 2):
            figures += measure(place, options, threads)
        least = floor(place, 12000000)
        small = run_once(place, options.program, "ust", 1, 1000000, ["--context", "none"])
    print("one int an event, %d events a producer, traces in /dev/shm, medians of %d runs%s" %
          (options.events, options.repetitions,
           "" if place.with_lttng else "; without LTTng-UST: " + sessions.NO_LTTNG))
    show(figures)
    print("  %-7s %9s %14s %14s %18.2f   to write 12 MB to such a file, and nothing else" %
          ("floor", "", "", "", least))
    judge(figures)
    print("bytes in the trace for one int event with --context none: %.2f (goal %d)" %
          (small["bytes_per_event"], EVENT_BYTES))
    print()
    figures.append({"bench": "floor", "bytes": 12000000, "ms": least})
    figures.append({"bench": "size", "context": "none", **small})
    for figure in figures:
        print(json.dumps(figure))
    return 0


if __name__ == "__main__":
    sessions.run_main(main)
