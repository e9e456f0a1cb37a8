#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A program that is linked with libust and not traced, beside the same program without it, and
beside LTTng-UST's library. Table and JSON lines.

usage: idle.py PLAIN SHARED STATIC [--lttng PROGRAM] [--repetitions N]
"""
import argparse
import json
import os
import statistics
import subprocess
import time

import sessions

GOALS = {"rss_kib": 300, "threads": 1, "fds": 1, "constructor_us": 200}


def sample(program, env):
    figure = json.loads(sessions.run([program, "wait"], env))
    start = time.monotonic()
    subprocess.run([program], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    figure["whole_run_us"] = (time.monotonic() - start) * 1e6
    return figure


def median(samples):
    return {key: round(statistics.median(one[key] for one in samples), 1) for key in samples[0]}


def measure(programs, env, daemon, repetitions):
    samples = {name: [] for name in programs}
    for _ in range(repetitions):
        for name, program in programs.items():
            samples[name].append(sample(program, env))
    plain = median(samples["plain"])
    figures = []
    for name in programs:
        if name == "plain":
            continue
        figure = median(samples[name])
        for key in plain:
            figure[key] = round(figure[key] - plain[key], 1)
        # Only of the static one it is known which part of the time is the constructor's.
        if name != "static":
            del figure["constructor_us"]
        figures.append({"bench": "idle", "program": name, "ustd": daemon, **figure})
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("plain")
    parser.add_argument("shared")
    parser.add_argument("static")
    parser.add_argument("--lttng")
    parser.add_argument("--repetitions", type=int, default=20)
    options = parser.parse_args()
    programs = {"plain": options.plain, "shared": options.shared, "static": options.static}
    if options.lttng:
        programs["LTTng"] = options.lttng
    with sessions.Rig(False) as place:
        env = dict(place.env, UST_RUNTIME_DIR=os.path.join(place.top, "nobody"))
        figures = measure(programs, env, "absent", options.repetitions)
        programs.pop("LTTng", None)
        figures += measure(programs, place.env, "present", options.repetitions)
    print("more than the same program without libust; medians of %d" % options.repetitions)
    print("  %-9s %-8s %9s %9s %8s %5s %15s %12s" %
          ("program", "ustd", "RSS KiB", "anon KiB", "threads", "fds", "constructor us", "whole run us"))
    for f in figures:
        f["missed"] = [key for key in GOALS if f.get(key, 0) > GOALS[key]]
        print("  %-9s %-8s %9.0f %9.0f %8.0f %5.0f %15s %12.0f%s" %
              (f["program"], f["ustd"], f["rss_kib"], f["anon_kib"], f["threads"], f["fds"],
               f.get("constructor_us", "-"), f["whole_run_us"],
               "  ! missed: " + ", ".join(f["missed"])
               if f["missed"] and f["program"] != "LTTng" else ""))
    print("  goals: " + ", ".join("%s %d" % goal for goal in GOALS.items()))
    sessions.print_json(figures)
    return 0


if __name__ == "__main__":
    sessions.run_main(main)
