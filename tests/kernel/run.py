#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Boots one guest of boots.py and reports what its scripts found, as TAP.

    run.py [--long] BOOT [SCRIPT...]      with $UST_TEST_BUILD; SCRIPT: only these

--long: the scripts find UST_LONG=1 and do for a minute what they otherwise do for seconds.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time

import boots
import vm

HERE = os.path.dirname(os.path.abspath(__file__))

# $1: scripts. Every script writes a file of results; a script that ends badly says so itself.
DRIVER = """set -u
insmod $UST_MODULES/clock/ust-clock.ko && insmod $UST_MODULES/ust-trace.ko || exit 1
for script in %(scripts)s; do
	export UST_OUT=/mnt/share/$script
	mkdir -p $UST_OUT
	cd /run
	if [ -e %(here)s/guest/$script.py ]; then
		python3 -B %(here)s/guest/$script.py
	else
		bash %(here)s/guest/$script.sh
	fi >$UST_OUT/results 2>&1
	status=$?
	[ $status = 0 ] || echo "not ok - $script ended with $status" >>$UST_OUT/results
done
cd /
rmmod ust-trace && rmmod ust-clock && lsmod | grep ust_
dmesg | grep -E "%(bad)s" | head -50
exit 0
"""


class Tap:
    def __init__(self):
        self.nr = 0
        self.failed = 0

    def report(self, good, what, comments=()):
        self.nr += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.nr, what))
        for line in comments:
            print("# " + line)
        sys.stdout.flush()

    def copy(self, text, prefix):
        """Lines of results, which get numbers of ours. Result: how many."""
        before = self.nr
        for line in text.splitlines():
            match = re.match(r"(not )?ok (?:\d+ )?- (.*)", line)
            if match:
                self.report(not match.group(1), prefix + match.group(2))
            elif not re.match(r"1\.\.\d+$", line):
                print("# " + line.lstrip("# "))
        return self.nr - before


def one_script(tap, script, share):
    path = os.path.join(share, script, "results")
    text = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    if not tap.copy(text, script + ": "):
        tap.report(False, script + ": left no results")
    host = os.path.join(HERE, "host", script + ".py")
    if os.path.exists(host):
        run = subprocess.run([sys.executable, "-B", host, os.path.join(share, script)],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             check=False)
        tap.copy(run.stdout, script + ": ")
        if run.returncode:
            tap.report(False, script + ": host/%s.py ended with %d" % (script, run.returncode))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("boot")
    parser.add_argument("script", nargs="*")
    args = parser.parse_args()
    boot = dict(boots.BOOTS[args.boot])
    build = os.environ["UST_TEST_BUILD"]
    scripts = [s for s in boot.pop("scripts") if s in args.script or not args.script]
    expect = boot.pop("expect", None)
    directory = os.path.join(build, "tests", "kernel", "guest-" + args.boot)
    shutil.rmtree(os.path.join(directory, "share"), ignore_errors=True)
    tap = Tap()
    start = time.monotonic()
    guest = vm.Guest(directory)
    with open(os.path.join(guest.share, "driver"), "w", encoding="utf-8") as file:
        file.write(DRIVER % {"scripts": " ".join(scripts), "here": HERE, "bad": vm.BAD_GREP})
    command = "UST_TEST_BUILD=%s UST_MODULES=%s UST_PROGS=%s%s bash ./driver" % (
        build, os.path.join(build, "tests", "kernel", "modules", "kernel-module"),
        os.path.join(build, "tests", "kernel"), " UST_LONG=1" if args.long else "")
    result = guest.run(command, **boot)
    print("# %s booted, ran and ended in %.0f s" % (guest.release, time.monotonic() - start))
    for script in scripts:
        one_script(tap, script, result.share)
    for text in expect or []:
        tap.report(text in result.console, "the console shows: " + text,
                   [] if text in result.console else result.console.splitlines()[-60:])
    if not expect:
        tap.report(result.status == 0, "the guest ended well",
                   [] if result.status == 0 else result.console.splitlines()[-60:])
        tap.report(not result.complaints(), "the kernel has nothing to complain of",
                   [] if not result.complaints() else result.console.splitlines()[-150:])
    print("1..%d" % tap.nr)


if __name__ == "__main__":
    try:
        main()
    except vm.Missing as missing:
        print("not ok 1 - missing: %s\n1..1" % missing)
