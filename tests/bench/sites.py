#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Switching 10 000 events of a program with 4 busy threads: time of the command, and CPU time of
libust's thread in the program. Table and JSON lines.

usage: sites.py BUILD-DIRECTORY TARGET [--repetitions N]
"""
import argparse
import os
import statistics
import subprocess
import time

import sessions

NR_THREADS = 5
EVENTS = 10000
GOALS = {"start": (10, 1), "enable": (10, 1)}
# What a command costs that changes nothing: most of it is the start of a process on a busy machine.
IDLE = "command of no effect"


def listener_ms(pid, known):
    """CPU time of the threads that are not the program's own."""
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        if int(task) not in known:
            with open("/proc/%d/task/%s/schedstat" % (pid, task), encoding="ascii") as stat:
                total += int(stat.read().split()[0])
    return total / 1e6


def measure(place, program, repetitions):
    samples = {}

    def step(name, *arguments):
        before, start = listener_ms(program.pid, known), time.monotonic()
        place.ustctl(*arguments)
        wall = (time.monotonic() - start) * 1e3
        # The command does not wait for what needs no answer.
        time.sleep(0.05)
        samples.setdefault(name, []).append((wall, listener_ms(program.pid, known) - before))

    known = {int(program.stdout.readline()) for _ in range(NR_THREADS)}
    place.ustctl("create", "many", "--output", place.directory())
    step("first enable", "enable", "many", "many:*")
    step("first start", "start", "many")
    for _ in range(repetitions):
        step("stop", "stop", "many")
        step("start", "start", "many")
    for _ in range(repetitions):
        step("disable", "disable", "many", "many:*")
        step("enable", "enable", "many", "many:*")
    for _ in range(repetitions):
        step(IDLE, "status", "many")
    place.ustctl("destroy", "many")
    return samples


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("target")
    parser.add_argument("--repetitions", type=int, default=20)
    options = parser.parse_args()
    with sessions.Rig(False) as place:
        subprocess.run(["ninja", "-C", options.build, options.target], check=True,
                       stdout=subprocess.DEVNULL)
        program = os.path.join(options.build, options.target)
        with subprocess.Popen([program], env=place.program_env(), stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as program:
            samples = measure(place, program, options.repetitions)
            program.stdin.close()
    print("%d events, %d busy threads; medians of %d" % (EVENTS, NR_THREADS - 1,
                                                        options.repetitions))
    print("  %-22s %12s %12s %14s %16s" % ("", "command ms", "least ms", "above idle ms",
                                             "in program ms"))
    figures = []
    for name, pairs in samples.items():
        figures.append({
            "bench": "sites", "step": name, "events": EVENTS,
            "command_ms": round(statistics.median(wall for wall, _ in pairs), 3),
            "command_min_ms": round(min(wall for wall, _ in pairs), 3),
            "in_program_ms": round(statistics.median(cpu for _, cpu in pairs), 3)})
    idle_ms = next(f["command_ms"] for f in figures if f["step"] == IDLE)
    for f in figures:
        name, goal = f["step"], ""
        f["above_idle_ms"] = round(f["command_ms"] - idle_ms, 3)
        if name in GOALS:
            f["met"] = f["command_ms"] <= GOALS[name][0] and f["in_program_ms"] <= GOALS[name][1]
            goal = "  goal %d and %d%s" % (*GOALS[name], "" if f["met"] else "  ! missed")
        print("  %-22s %12.2f %12.2f %14.2f %16.3f%s" %
              (name, f["command_ms"], f["command_min_ms"], f["above_idle_ms"], f["in_program_ms"],
               goal))
    sessions.print_json(figures)
    return 0


if __name__ == "__main__":
    sessions.run_main(main)
