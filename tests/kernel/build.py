#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Builds the modules into the build directory, as TAP.

    build.py [FLAVOUR]      for the newest kernel of Debian's flavour, else for the newest of all
"""
import os
import subprocess
import sys
import tempfile

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


def make(release, out, *arguments):
    return subprocess.run(
        ["make", "-C", os.path.join(TOP, "kernel-module"), "O=" + out, "UST_SELFTEST=y",
         "KDIR=/lib/modules/%s/build" % release, "-j%d" % os.cpu_count(), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def below(directory):
    return sorted(os.path.relpath(os.path.join(path, name), directory)
                  for path, _, names in os.walk(directory) for name in names)


def installed(release, out):
    """What "make install" and "make dkms" put where: a complaint, or None."""
    with tempfile.TemporaryDirectory(prefix="ust-install.") as tree:
        for target in ("install", "dkms"):
            run = make(release, out, target, "DESTDIR=" + tree)
            if run.returncode:
                return run.stdout
        found = below(tree)
        modules = [f for f in found if f.endswith(".ko")]
        where = "lib/modules/%s/" % release
        if ({os.path.basename(m) for m in modules} != {"ust-clock.ko", "ust-trace.ko"} or
                not all(m.startswith(where) for m in modules)):
            return "modules: %s" % modules
        # modprobe ust-trace finds it and what it needs.
        shown = subprocess.run(["modprobe", "-d", tree, "-S", release, "--show-depends", "ust-trace"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               check=False).stdout
        if [os.path.basename(line.split()[1]) for line in shown.splitlines()] != [
                "ust-clock.ko", "ust-trace.ko"]:
            return "modprobe: " + shown
        source = [f[len("usr/src/"):].split("/", 1)[1] for f in found if f.startswith("usr/src/ust-")]
        for name in ("dkms.conf", "meson.build", "kernel-module/Makefile", "include/ust/abi/kernel.h",
                     "libust/ring/read.c", "vdso-clock/read.h"):
            if name not in source:
                return "%s is not in the source for DKMS: %s" % (name, source)
        if "etc/udev/rules.d/60-ust.rules" not in found:
            return "no udev rule: %s" % found
    return None


def main(flavour=None):
    out = vm.modules(flavour)
    release = vm.newest(flavour)
    before = files()
    run = make(release, out)
    report(1, run.returncode == 0, "modules for %s" % release, "\n".join(
        run.stdout.splitlines()[-60:]))
    warnings = [line for line in run.stdout.splitlines() if "warning:" in line]
    report(2, not warnings, "without a warning", "\n".join(warnings[:40]))
    wrong = installed(release, out) if run.returncode == 0 else "there is nothing to install"
    report(3, not wrong, "make install and make dkms", wrong or "")
    report(4, files() == before, "the source tree stays as it was")
    print("1..4")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except vm.Missing as missing:
        print("not ok 1 - missing: %s\n1..1" % missing)
    sys.exit(0)
