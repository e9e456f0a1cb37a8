#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Events a second into traces in /dev/shm, what the reader's side needs for them, and how large they
are.

usage: throughput.py PROGRAM [--without-lttng] [--events N] [--repetitions N]
"""
import argparse
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
# Ours: with the thread id (the default), with nothing that LTTng's events do not have, and with the
# default buffers.
OURS = {"ust": {}, "ust no tid": {"options": ["--context", "none"]},
        "ust 64": {"number": DEFAULT_NUMBER}}


def run_once(place, program, tracer, threads, events):
    session = sessions.Lttng(place) if tracer == "lttng" else sessions.Ours(place, **OURS[tracer])
    start = time.monotonic()
    try:
        seconds = float(sessions.run([program, tracer.split()[0], str(threads), str(events)],
                                     place.program_env()))
    finally:
        session.end()
    recorded = threads * events - session.lost()
    return {"lost": session.lost(), "seconds": round(seconds, 4),
            "recorded_per_s": round(recorded / seconds),
            "on_disk_per_s": round(recorded / (time.monotonic() - start)),
            "reader_cpu_ms_per_million": round(session.cpu / max(recorded, 1) * 1e9, 3),
            "bytes_per_event": round(session.bytes / max(recorded, 1), 2)}


def cpu_ms(path, what):
    with open(path, "wb", buffering=0) as out:
        start = time.thread_time()
        what(out)
        spent = time.thread_time() - start
    os.unlink(path)
    return spent * 1e3


def floors(place):
    """CPU time in ms of nothing but write(2) of 12 MB to such a file, and of nothing but having the
    kernel allocate its pages."""
    path, chunk, number = place.directory(), bytes(sessions.SUBBUF_SIZE), 12
    size = number * len(chunk)

    def write(out):
        for _ in range(number):
            out.write(chunk)

    def allocate(out):
        os.posix_fallocate(out.fileno(), 0, size)

    samples = {"write": [], "allocate": []}
    for _ in range(20):
        samples["write"].append(cpu_ms(path, write))
        samples["allocate"].append(cpu_ms(path, allocate))
    return {what: round(statistics.median(times) * 12e6 / size, 3)
            for what, times in samples.items()}


def measure(place, options, threads):
    """The tracers in turn, so that they share the machine's moods."""
    tracers = [*OURS, "lttng"] if place.with_lttng else list(OURS)
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
    print("  %-10s %9s %14s %14s %18s %10s %12s %12s" %
          ("tracer", "producers", "recorded/s", "on disk/s", "reader ms/million", "runs lossy",
           "median lost", "bytes/event"))
    for f in figures:
        print("  %-10s %9d %14d %14d %18.2f %10d %12d %12.2f" %
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
        theirs = pair["lttng"]
        for tracer in OURS:
            ours = pair[tracer]
            ours["of_lttng"] = round(ours["recorded_per_s"] / theirs["recorded_per_s"], 2)
            ours["cpu_of_lttng"] = round(ours["reader_cpu_ms_per_million"] /
                                         theirs["reader_cpu_ms_per_million"], 3)
            print("%d producer%s, %s: %.1f x LTTng's events/s (goal %.1f), %.2f of its reader's CPU "
                  "time (goal %.2f)%s" %
                  (threads, "s" if threads > 1 else "", tracer, ours["of_lttng"],
                   MIN_OF_LTTNG[threads], ours["cpu_of_lttng"], MAX_CPU,
                   "; %d of these runs were not lossless" % ours["runs_with_losses"]
                   if ours["runs_with_losses"] else ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--events", type=int, default=20000000)
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    figures = []
    with sessions.Rig(not options.without_lttng) as place:
        for threads in (1, 2):
            figures += measure(place, options, threads)
        least = floors(place)
    print("one int an event, %d events a producer, traces in /dev/shm, medians of %d runs%s" %
          (options.events, options.repetitions,
           "" if place.with_lttng else "; without LTTng-UST: " + sessions.NO_LTTNG))
    show(figures)
    for what, ms in least.items():
        print("  %-10s %9s %14s %14s %18.2f   to %s 12 MB of such a file, and nothing else" %
              ("floor", "", "", "", ms, what))
    judge(figures)
    plain = next(f for f in figures if f.get("tracer") == "ust no tid")
    print("bytes in the trace for one int event with --context none: %.2f (goal %d)" %
          (plain["bytes_per_event"], EVENT_BYTES))
    sessions.print_json(figures + [{"bench": "floor", "what": what, "bytes": 12000000, "ms": ms}
                                   for what, ms in least.items()])
    return 0


if __name__ == "__main__":
    sessions.run_main(main)
