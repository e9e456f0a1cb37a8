#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What attaching costs: the time from the command to the first event, and the longest stop that a
spinning thread of the target sees, beside what it sees without. Median and worst of ROUNDS.

UST_TEST_BUILD: the build directory."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("UST_TEST_BUILD", "build")
PROGS = os.path.join(BUILD, "tests", "system", "progs")
USTCTL = os.path.join(BUILD, "libustctl", "ustctl")
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 9

work = tempfile.mkdtemp(prefix="ust-bench.")
env = dict(os.environ, UST_RUNTIME_DIR=os.path.join(work, "run"), LC_ALL="C.UTF-8")


def attach(pid, seconds):
    trace = os.path.join(work, "trace")
    shutil.rmtree(trace, ignore_errors=True)
    begin = time.time()
    subprocess.run([USTCTL, "attach", "-o", trace, "--duration", str(seconds), str(pid)], env=env,
                   check=True, stderr=subprocess.PIPE)
    return trace, begin


def first_event(trace, begin):
    lines = subprocess.run([USTCTL, "stats", "--json", trace], env=env, check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    return int(re.search(r'"first_ns": *(\d+)', lines).group(1)) / 1e6 - begin * 1e3


def spin(with_attach):
    target = subprocess.Popen([os.path.join(PROGS, "spin"), "700"], stdout=subprocess.PIPE, text=True)
    target.stdout.readline()
    time.sleep(0.2)
    if with_attach:
        attach(target.pid, 0.05)
    return float(target.stdout.read().split()[0]) / 1e3


def row(name, values, unit="ms"):
    print("%-58s %8.2f %8.2f %s" % (name, statistics.median(values), max(values), unit))


def main():
    print("%-58s %8s %8s" % ("", "median", "worst"))
    for name in ("ticker", "ticker-linked"):
        values = []
        for _ in range(ROUNDS):
            target = subprocess.Popen([os.path.join(PROGS, name)], env=env)
            time.sleep(0.2)
            values.append(first_event(*attach(target.pid, 0.05)))
            target.kill()
            target.wait()
        row("command to first event, %s" % (
            "injected" if name == "ticker" else "a program that holds libust"), values)
    row("longest stop of a spinning thread, alone", [spin(False) for _ in range(ROUNDS)])
    row("longest stop of a spinning thread, attached to", [spin(True) for _ in range(ROUNDS)])
    subprocess.run([USTCTL, "shutdown"], env=env, stdout=subprocess.DEVNULL)
    shutil.rmtree(work, ignore_errors=True)


main()
