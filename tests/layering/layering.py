#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Who may include whom, one home for each third-party library, SPDX lines, lengths of files.

    layering.py ROOT [FILE...]     FILE: look at these only (relative to ROOT)
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCES = (".c", ".h", ".cpp", ".hpp", ".S")

# A layer is the longest prefix of a file's path in this table.
LAYERS = {
    "include/ust/abi/": "abi",
    "include/ust/ring/": "ring",
    "include/ust/ring/host-": "host",
    "include/ust/ctl.h": "ctl",
    "include/ust/ctl-": "ctl",
    "include/ust/detail/ticks.h": "ring",
    "include/ust/detail/clock-page.h": "page",
    "include/ust/detail/clock-time.h": "page",
    "include/ust/": "app",
    "vdso-clock/": "ring",
    "libust/ring/": "ring",
    "libust/ctf/": "ctf",
    "libust/arch/": "arch",
    "libust/os/": "os",
    "libust/clock/": "clock",
    "libust/site/": "site",
    "libust/probe/": "probe",
    "libust/channel/": "channel",
    "libust/session/": "session",
    "libust/stay/": "stay",
    "libust/control/": "control",
    "libust/preload/": "preload",
    "libust/": "libust",
    "libustctl/lib/": "ctllib",
    "libustctl/cmd/": "ctlcmd",
    "libustctl/inject/": "ctlinject",
    "libustctl/view/": "ctlview",
    "libustctl/": "ctllib",
    "kernel-module/": "kernel",
    "ustd/": "ustd",
    "examples/": "examples",
    "tests/": "tests",
}

L1 = {"abi", "ring", "host", "ctf"}
L2 = {"arch", "os", "clock", "stay"}
L3 = {"site", "probe", "channel"}
L4 = {"session", "control", "libust"}

# The application headers inline the hot path: they stand above abi and ring only.
MAY = {
    "abi": {"abi"},
    "ring": L1,
    "host": L1,
    "ctf": L1,
    "app": {"abi", "ring", "host", "page", "app"},
    "page": {"abi", "ring", "page"},
    "ctl": {"ctl"},
    "arch": L1 | L2,
    "os": L1 | L2,
    "clock": L1 | L2 | {"page"},
    "stay": {"abi", "os", "stay"},
    "site": {"abi"} | L2 | L3,
    "probe": L1 | L2 | L3,
    "channel": L1 | L2 | L3,
    "session": L1 | L2 | L3 | L4,
    "control": L1 | L2 | L3 | L4,
    "libust": L1 | L2 | L3 | L4,
    "preload": {"app", "abi", "os", "stay", "preload"},
    "ctllib": {"abi", "ctl", "ctllib"},
    "ctlinject": {"abi", "ctl", "ctlinject"},
    "ctlcmd": {"abi", "ctl", "page", "ctlcmd", "ctlinject", "ctlview"},
    "kernel": L1 | {"page", "kernel"},
    "ctlview": {"abi", "ctl", "ctlview"},
    "ustd": L1 | {"os", "clock", "page", "ustd"},
    "examples": {"app", "ctl", "examples"},
}

# Single files that others may include although their layer may not.
ALSO = {
    "ctllib": {"libust/os/wire.h", "libust/os/rundir.h", "libust/site/attrs.h", "libust/site/format.h"},
    "control": {"include/ust/event.h", "include/ust/loglevel.h"},
    "session": {"include/ust/probe.h"},
    "preload": {"libust/control/define.h"},
    "ctlcmd": {"libust/preload/prototype.h", "libust/clock/vdso.h", "libust/site/format.h", "libust/site/match.h"},
    "ctlview": {"libust/site/format.h", "libust/site/match.h"},
}

# What MAY allows and architecture.md takes back.
NEVER = {
    "site": {"include/ust/abi/ring.h"},
    "ctllib": {"include/ust/abi/ring.h"},
}

# L0 and L1 are compiled for the kernel too: of the C library only what needs no library, or has the
# same name and meaning there (memcpy, strlen; EINVAL, but not the variable errno).
FREESTANDING = {"stddef.h", "stdint.h", "stdbool.h", "stdarg.h", "limits.h", "float.h", "string.h",
                "errno.h"}
SYSTEM = {
    "abi": {"linux/types.h"},
    "ring": FREESTANDING,
    "ctf": FREESTANDING,
}

# Third-party headers and the folders that may include them.
HOMES = {
    "ffi.h": ("libust/probe/ffi.c", "libust/stay/closure.c"),
    "gelf.h": ("libust/os/elf", "libustctl/lib/elf", "libustctl/inject/"),
    "libelf.h": ("libust/os/elf", "libustctl/lib/elf", "libustctl/inject/"),
    "elfutils/": ("libust/os/elf", "libust/os/debuginfo", "libustctl/lib/elf", "libustctl/inject/"),
    "babeltrace2/": ("libustctl/view/",),
    "babeltrace/": (),
    "json-c/": ("libustctl/cmd/",),
    "traceevent/": ("ustd/source-tracefs",),
    "urcu": ("ustd/",),
    "lttng/": ("tests/bench/", "include/ust/compat/", "examples/"),
    "cmocka.h": ("tests/",),
}

# Where the modules' makefile looks.
KERNEL_INCLUDES = ("kernel-module", "kernel-module/gen/include")

# Made by the build.
GENERATED = {"clock-image.h", "known.h"}

LONGEST = {".c": 450, ".h": 250}


def layer(path):
    best = max((p for p in LAYERS if path.startswith(p)), key=len, default=None)
    return LAYERS.get(best)


def resolve(root, path, mark, name):
    """Where an include of this tree is, or None for a system header."""
    places = [os.path.join("include", name), name]
    if mark == '"':
        places.insert(0, os.path.join(os.path.dirname(path), name))
    if layer(path) in ("kernel", "host"):
        places += [os.path.join(folder, name) for folder in KERNEL_INCLUDES]
    for place in places:
        place = os.path.normpath(place)
        if os.path.isfile(os.path.join(root, place)):
            return place
    return None


def home_complaint(path, name):
    for header, homes in HOMES.items():
        if name == header or (name.startswith(header) and not header.endswith(".h")):
            if not path.startswith("tests/") and not any(path.startswith(h) for h in homes):
                return "<%s> belongs to %s" % (name, " or ".join(homes) or "nobody")
    return None


def include_complaint(root, path, mark, name):
    mine = layer(path)
    if mine in (None, "tests"):
        return None
    target = resolve(root, path, mark, name)
    if target is None:
        allowed = SYSTEM.get(mine)
        if mark == '"' and name not in GENERATED:
            return '"%s" is not in the tree' % name
        if allowed is not None and name not in allowed and not name.startswith(("linux/", "asm/")):
            return "%s code includes <%s>" % (mine, name)
        return None
    theirs = layer(target)
    if target in ALSO.get(mine, ()):
        return None
    if theirs not in MAY[mine] or target in NEVER.get(mine, ()):
        return "%s may not include %s (%s)" % (mine, target, theirs)
    return None


def check_includes(root, paths):
    layering, homes = [], []
    for path in paths:
        if not path.endswith(SOURCES):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as text:
            for number, line in enumerate(text, 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                for found, complaints in (
                    (include_complaint(root, path, *match.groups()), layering),
                    (home_complaint(path, match.group(2)), homes),
                ):
                    if found:
                        complaints.append("%s:%d: %s" % (path, number, found))
    return layering, homes


# Formats that have no comments, and the licenses' own texts.
NO_SPDX = (".txt.in", ".json", ".png")


def check_spdx(root, paths):
    complaints = []
    for path in paths:
        if path.startswith("LICENSES/") or path.endswith(NO_SPDX):
            continue
        with open(os.path.join(root, path), "rb") as text:
            head = text.read(600)
        if b"SPDX-License-Identifier:" not in head:
            complaints.append("%s:1: no SPDX-License-Identifier line" % path)
    return complaints


def check_length(root, paths):
    complaints = []
    for path in paths:
        limit = LONGEST.get(os.path.splitext(path)[1])
        if not limit:
            continue
        with open(os.path.join(root, path), "rb") as text:
            lines = sum(1 for _ in text)
        if lines > limit:
            complaints.append("%s:%d: longer than %d lines" % (path, lines, limit))
    return complaints


def main():
    root = sys.argv[1]
    paths = sys.argv[2:] or tree.files(root)
    layering, homes = check_includes(root, paths)
    tree.report([
        ("includes follow the layers", layering),
        ("third-party headers stay at home", homes),
        ("every file has an SPDX line", check_spdx(root, paths)),
        ("files are short enough to read", check_length(root, paths)),
    ])


if __name__ == "__main__":
    main()
