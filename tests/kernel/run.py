#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Boots one guest of boots.py and reports what its scripts found, as TAP.

    run.py [--long] [--flavour NAME] BOOT [SCRIPT...]      with $UST_TEST_BUILD; SCRIPT: only these

--long: the scripts find UST_LONG=1 and do for a minute what they otherwise do for seconds.
--flavour: boots Debian's kernel of that flavour, for which build.py has built the modules.
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

# Every script writes a file of results; a script that ends badly says so itself. last: the one that the
# guest dies of, if any.
DRIVER = """set -u
load() {
	insmod $UST_MODULES/clock/ust-clock.ko && insmod $UST_MODULES/ust-trace.ko
}
load || exit 1
for script in %(scripts)s; do
	export UST_OUT=/mnt/share/$script
	mkdir -p $UST_OUT
	cd /run
	begin=$SECONDS
	if [ -e %(here)s/guest/$script.py ]; then
		python3 -B %(here)s/guest/$script.py
	else
		bash %(here)s/guest/$script.sh
	fi >$UST_OUT/results 2>&1
	status=$?
	[ $status = 0 ] || echo "not ok - $script ended with $status" >>$UST_OUT/results
	echo "# $((SECONDS - begin)) s" >>$UST_OUT/results
done
cd /
rmmod ust-trace && rmmod ust-clock && lsmod | grep ust_
dmesg | grep -E "%(bad)s" | head -50
[ "%(last)s" ] || exit 0
echo "%(mark)s"
load && mkdir -p /mnt/share/%(last)s
bash %(here)s/guest/%(last)s.sh >/mnt/share/%(last)s/results 2>&1
"""
MARK = "All is done but for what the guest dies of."


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


def judge(tap, result, boot):
    """What the console tells, up to the last script and from there on."""
    healthy, mark, dying = result.console.partition(MARK)
    good = bool(mark) if boot["last"] else result.status == 0
    tap.report(good, "the guest ended well", [] if good else result.console.splitlines()[-60:])
    complaints = vm.complaints(healthy)
    tap.report(not complaints, "the kernel has nothing to complain of",
               [] if not complaints else healthy.splitlines()[-150:])
    for text in boot["expect"]:
        tap.report(text in dying, "the console shows: " + text,
                   [] if text in dying else dying.splitlines()[-60:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--flavour")
    parser.add_argument("boot")
    parser.add_argument("script", nargs="*")
    args = parser.parse_args()
    boot = dict(boots.BOOTS[args.boot])
    build = os.environ["UST_TEST_BUILD"]
    scripts = [s for s in boot.pop("scripts") if s in args.script or not args.script]
    end = {"last": boot.pop("last", ""), "expect": boot.pop("expect", [])}
    directory = os.path.join(build, "tests", "kernel", "guest-" + args.boot +
                             ("-" + args.flavour if args.flavour else ""))
    shutil.rmtree(os.path.join(directory, "share"), ignore_errors=True)
    tap = Tap()
    start = time.monotonic()
    guest = vm.Guest(directory, vm.newest(args.flavour))
    with open(os.path.join(guest.share, "driver"), "w", encoding="utf-8") as file:
        file.write(DRIVER % {"scripts": " ".join(scripts), "here": HERE, "bad": vm.BAD_GREP,
                             "last": end["last"], "mark": MARK})
    command = "UST_TEST_BUILD=%s UST_MODULES=%s UST_PROGS=%s%s bash ./driver" % (
        build, os.path.join(vm.modules(args.flavour), "kernel-module"),
        os.path.join(build, "tests", "kernel"), " UST_LONG=1" if args.long else "")
    result = guest.run(command, **boot)
    print("# %s booted, ran and ended in %.0f s" % (guest.release, time.monotonic() - start))
    for script in scripts + [end["last"]] * bool(end["last"]):
        one_script(tap, script, result.share)
    judge(tap, result, end)
    print("1..%d" % tap.nr)


if __name__ == "__main__":
    try:
        main()
    except vm.Missing as missing:
        print("not ok 1 - missing: %s\n1..1" % missing)
