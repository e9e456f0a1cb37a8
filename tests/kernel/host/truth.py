# SPDX-License-Identifier: GPL-2.0-only
"""Compares what the module recorded with what ftrace did: each field of each event, in order."""
import glob
import os
import sys

import bt
import ftrace


def check(what, good, why=""):
    print("%s - %s" % ("ok" if good else "not ok", what))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))


def from_ftrace(top):
    """{(cpu, event): [fields]}"""
    formats = {}
    for path in glob.glob(os.path.join(top, "formats", "*")):
        with open(path, encoding="utf-8") as file:
            form = ftrace.Format(file.read())
        formats[form.number] = (os.path.basename(path), form)
    found = {}
    for path in glob.glob(os.path.join(top, "ftrace-*")):
        cpu = int(path.rsplit("-", 1)[1])
        with open(path, "rb") as file:
            data = file.read()
        for number, record in ftrace.records(data):
            if number in formats:
                name, form = formats[number]
                found.setdefault((cpu, name), []).append(form.values(record))
    return found


def same(ours, theirs):
    """Whether all fields that both have are the same; the numbers up to their sign."""
    common = [name for name in theirs if name in ours]
    if not common and theirs and "__syscall_nr" not in theirs:
        return False
    for name in common:
        a, b = ours[name], theirs[name]
        if isinstance(a, str) and isinstance(b, int):
            continue  # a string that ftrace knows the address of
        if isinstance(a, int) and isinstance(b, int):
            if a != b and (a - b) % (1 << 64) and (a - b) % (1 << 32):
                return False
        elif a != b:
            return False
    return True


def compare(ours, theirs):
    """Ours is a part of theirs without a gap. Result: None or what differs."""
    for shift in range(len(theirs) - len(ours) + 1):
        if same(ours[0], theirs[shift]) and \
           all(same(a, b) for a, b in zip(ours, theirs[shift:])):
            return None
    best = max(range(max(1, len(theirs) - len(ours) + 1)),
               key=lambda shift: sum(same(a, b) for a, b in zip(ours, theirs[shift:])),
               default=0)
    for i, (a, b) in enumerate(zip(ours, theirs[best:])):
        if not same(a, b):
            return "number %d of %d (of %d): %s\nftrace: %s" % (i, len(ours), len(theirs), a, b)
    return "%d events, ftrace has %d" % (len(ours), len(theirs))


def missing_fields(ours, theirs):
    return [name for name in theirs[0] if name not in ours[0] and name != "__syscall_nr"]


def main():
    top = sys.argv[1]
    theirs = from_ftrace(top)
    ours = {}
    events, lost, complaints = bt.read(os.path.join(top, "trace"))
    for _, name, cpu, text in events:
        ours.setdefault((cpu, name), []).append(bt.fields(text))
    check("babeltrace2 reads %d events, none lost" % len(events),
          events and not lost and not complaints, "\n".join(complaints[:10]))
    names = sorted({name for _, name in theirs})
    nr_same = 0
    for name in names:
        total, bad = 0, []
        for cpu in sorted({cpu for cpu, other in theirs if other == name}):
            mine, other = ours.get((cpu, name), []), theirs[cpu, name]
            total += len(mine)
            if mine:
                difference = compare(mine, other)
                bad += [difference] if difference else []
                bad += ["no field %s" % field for field in missing_fields(mine, other)]
        nr_same += bool(total) and not bad
        if total or bad:
            check("%s: %d events, as ftrace has them" % (name, total), not bad, "\n".join(bad[:2]))
    check("%d kinds of events compared" % nr_same, nr_same >= 10)


main()
