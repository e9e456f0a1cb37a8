# SPDX-License-Identifier: GPL-2.0-only
"""What an object asks the kernel for that the kernel does not export."""

import bisect
import re

import elf

_OURS = re.compile(r"^ust_k")
_CLASS = re.compile(r"^ust_(?P<part>probe|labels|size|finish)_(?P<name>\w+?)(?:\.\w+)*$")


def unexported(path, symvers):
    """{symbol: set of (part, class) whose code names it; (None, None): other code}."""
    file = elf.File(path)
    symbols = list(file.symbols())
    bad = {i: name for i, (name, _, _, _, index) in enumerate(symbols)
           if name and index == 0 and not _OURS.match(name) and symvers.get(name) != "vmlinux"}
    if not bad:
        return {}
    functions = {}
    for name, value, _, info, index in symbols:
        if info & 15 == elf.FUNC:
            functions.setdefault(index, []).append((value, name))
    for entries in functions.values():
        entries.sort()
    found = {name: set() for name in bad.values()}
    for section, offset, number in file.relocations():
        if number in bad and not file.names[section].startswith(".orc"):
            entries = functions.get(section, [])
            at = bisect.bisect_right(entries, (offset, "\x7f")) - 1
            match = _CLASS.match(entries[at][1]) if at >= 0 else None
            found[bad[number]].add((match["part"], match["name"]) if match else (None, None))
    return found
