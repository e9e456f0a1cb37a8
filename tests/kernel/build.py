#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Builds the modules for the newest kernel that is installed, into the build directory, as TAP."""
import os
import subprocess
import sys

import vm

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files():
    """All files of the modules' source with their times."""
    found = {}
    for directory, _, names in os.walk(os.path.join(TOP, "kernel-module")):
        for name in names:
            path = os.path.join(directory, name)
            found[path] = os.stat(path).st_mtime_ns
    return found


def report(nr, good, what, text=""):
    print("%sok %d - %s" % ("" if good else "not ", nr, what))
    if not good:
        print("# " + text.strip().replace("\n", "\n# "))


def main():
    out = os.path.join(os.environ["UST_TEST_BUILD"], "tests", "kernel", "modules")
    release = vm.newest()
    before = files()
    run = subprocess.run(
        ["make", "-C", os.path.join(TOP, "kernel-module"), "O=" + out, "UST_SELFTEST=y",
         "KDIR=/lib/modules/%s/build" % release, "-j%d" % os.cpu_count()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    report(1, run.returncode == 0, "modules for %s" % release, "\n".join(
        run.stdout.splitlines()[-60:]))
    warnings = [line for line in run.stdout.splitlines() if "warning:" in line]
    report(2, not warnings, "without a warning", "\n".join(warnings[:40]))
    report(3, files() == before, "the source tree stays as it was")
    print("1..3")


if __name__ == "__main__":
    try:
        main()
    except vm.Missing as missing:
        print("not ok 1 - missing: %s\n1..1" % missing)
    sys.exit(0)
