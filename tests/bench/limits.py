#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What an event costs where it is not at its best: inside other work, seldom, without rseq, into full
buffers, first in its thread; and what the buffer costs without the clock. Table and JSON lines.

usage: limits.py PROGRAM [--without-lttng] [--repetitions N]
"""
import argparse
import json
import os
import signal
import subprocess
import time

import sessions

# Small buffers: they are full soon.
FULL_SIZE, FULL_NUMBER = 65536, 4

# Row: at most so many times the row that is named, and at most that part of LTTng's.
GOALS = {
    "ust_clock_read()": (1.05, "rdtsc", None),
    "no clock: int": (0.35, "rdtsc", None),
    "strict clock: int": (1.15, "lfence; rdtsc", None),
    "sparse: int": (3.5, "sparse: rdtsc", 1 / 5.5),
    "event in alu_chain": (0.9, "rdtsc", 1 / 7),
    "event in l1_loop": (0.9, "rdtsc", 1 / 7),
    "event in pointer_chase": (0.9, "rdtsc", 1 / 7),
    "event in memcpy_2k": (1.3, "rdtsc", 1 / 7),
    "event in random_stores": (0.9, "rdtsc", 1 / 7),
    "no rseq: int": (5, "rdtsc", 1 / 2),
    "full: int": (4, "rdtsc", None),
}
FIRST_NS = 100


def stop(pids, number):
    for pid in pids:
        os.kill(pid, number)


def run_filled(command, env, readers):
    """Runs the program, which waits on stdin until the readers sleep."""
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as program:
        try:
            if program.stdout.readline() != "ready\n":
                raise sessions.Failed("%s does not get ready" % command[0])
            # LTTng tells a program of its sessions after it has begun.
            time.sleep(0.5)
            stop(readers, signal.SIGSTOP)
            text, _ = program.communicate("go\n", timeout=120)
        finally:
            stop(readers, signal.SIGCONT)
    if program.returncode:
        raise sessions.Failed("%s: exit status %d" % (" ".join(command), program.returncode))
    return text


def judge(row, rows, prefix):
    name = prefix + row["row"].replace("event: ", "") if prefix else row["row"]
    if name == "first of a thread":
        row["goal"], row["is"] = "%d ns" % FIRST_NS, row["median_ns"]
        row["met"] = row["median_ns"] <= FIRST_NS
    if name not in GOALS:
        return
    most, base, part = GOALS[name]
    row["goal"] = "%.2f x %s" % (most, base)
    row["is"] = round(row["median_ns"] / rows[base]["median_ns"], 3)
    row["met"] = row["is"] <= most and (not part or (row["of_lttng"] or 0) <= part)
    if part and row["of_lttng"] is not None:
        row["goal"] += ", %.3f of LTTng" % part


def show(rows, title):
    print("\n" + title)
    print("  %-26s %9s %9s %9s %9s %9s  %s" % ("", "min ns", "median ns", "all ns", "x rdtsc", "of LTTng", "goal"))
    for row in rows.values():
        goal = "%s: is %.2f%s" % (row["goal"], row["is"], "" if row["met"] else "  ! missed") \
            if "goal" in row else ""
        print("  %-26s %9.2f %9.2f %9.2f %9.2f %9s  %s" %
              (row["row"], row["min_ns"], row["median_ns"], row["all_ns"], row["of_rdtsc"],
               "%.3f" % row["of_lttng"] if row["of_lttng"] is not None else "-", goal))


def measure(place, options, table, threads=1, arguments=(), prefix=""):
    full = "fill" in arguments
    shape = {"size": FULL_SIZE, "number": FULL_NUMBER} if full else {}
    repetitions = options.repetitions if threads <= 2 else max(options.repetitions // 4, 10)
    command = [options.program, str(threads), str(repetitions), table, *arguments]
    ours = sessions.Ours(place, **shape)
    # Only a daemon of our own is stopped.
    with_lttng = place.with_lttng and not (full and not place.daemon)
    theirs = sessions.Lttng(place, **shape) if with_lttng else None
    try:
        if full:
            readers = [ours.pid] + (sessions.consumers(place.daemon.pid) if theirs else [])
            text = run_filled(command, place.program_env(), readers)
        else:
            text = sessions.run(command, place.program_env())
    finally:
        ours.end()
        if theirs:
            theirs.end()
    rows = {}
    for line in text.splitlines():
        row = json.loads(line)
        if row["row"].startswith("LTTng") and not theirs:
            continue
        row["lost"] = 0
        if row["event"]:
            row["lost"] = (theirs if row["row"].startswith("LTTng") else ours).lost(row["event"])
        rows[row["row"]] = row
    for row in rows.values():
        peer = rows.get(row["peer"])
        row["bench"], row["table"], row["threads"] = "limits", prefix.strip(": ") or table, threads
        row["of_rdtsc"] = round(row["median_ns"] / rows["rdtsc"]["median_ns"], 3)
        row["min_of_rdtsc"] = round(row["min_ns"] / rows["rdtsc"]["min_ns"], 3)
        row["of_lttng"] = round(row["median_ns"] / peer["median_ns"], 3) if peer else None
        judge(row, rows, prefix)
    show(rows, "%s, %d thread%s, %d repetitions" %
         (prefix.strip(": ") or table, threads, "s" if threads > 1 else "", repetitions))
    return list(rows.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--repetitions", type=int, default=200)
    options = parser.parse_args()
    figures = []
    with sessions.Rig(not options.without_lttng) as place:
        figures += measure(place, options, "path")
        figures += measure(place, options, "work")
        for threads in (1, 2, 8):
            figures += measure(place, options, "one", threads, ["norseq"], "no rseq: ")
        figures += measure(place, options, "one", 1, ["fill"], "full: ")
    sessions.print_json(figures)
    return 0


if __name__ == "__main__":
    sessions.run_main(main)
