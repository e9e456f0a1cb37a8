#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every C and C++ file is as clang-format leaves it.

    format.py ROOT CLANG-FORMAT [FILE...]
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402

# Files that clang-format would harm, each with the reason.
EXEMPT = {
    # One instruction a line; clang-format joins and shifts them.
    "include/ust/ring/fused-asm.h",
    "include/ust/ring/fused-string.h",
    "include/ust/ring/fused.h",
    "libust/ring/section.h",
}


def main():
    root, clang_format = sys.argv[1:3]
    paths = [p for p in sys.argv[3:] or tree.files(root)
             if p.endswith((".c", ".h", ".cpp", ".hpp")) and p not in EXEMPT]
    run = subprocess.run([clang_format, "--dry-run", "-Werror", "--style=file", *paths], cwd=root,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    first = {}
    for line in run.stderr.splitlines():
        if ": error:" in line:
            path, number = line.split(": error:")[0].split(":")[:2]
            first.setdefault(path, number)
    wrong = ["%s:%s: and maybe below; run clang-format -i" % item for item in first.items()]
    if run.returncode and not wrong:
        wrong = run.stderr.splitlines()
    tree.report([("clang-format has nothing to change", wrong)])


if __name__ == "__main__":
    main()
