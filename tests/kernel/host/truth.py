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


# Fields that no argument brings: each tracer reads the tick counter for itself, one after the other.
TICKS = {("timer_start", "now"), ("timer_expire_entry", "now")}


# Recorded through the kernel's own probes for perf.
RAW = {"iomap:iomap_iter", "iomap:iomap_iter_dstmap"}


def same(ours, theirs, event=""):
    """Whether all fields that both have are the same; the numbers up to their sign."""
    common = [name for name in theirs if name in ours]
    if not common and theirs and "__syscall_nr" not in theirs:
        return False
    for name in common:
        a, b = ours[name], theirs[name]
        if isinstance(a, str) and isinstance(b, int):
            continue  # a string that ftrace knows the address of
        if isinstance(a, int) and isinstance(b, int):
            if (event, name) in TICKS and abs(a - b) == 1:
                continue
            if a != b and (a - b) % (1 << 64) and (a - b) % (1 << 32):
                return False
        elif a != b:
            return False
    return True


WINDOW = 256


def compare(name, ours, theirs):
    """Ours is a part of theirs. Where an interrupt comes between the two tracers, what it records
    lies behind the event in one and in front of it in the other, and ftrace passes over a few
    events there: these are looked for nearby, and counted. Result: None or what differs."""
    first = [shift for shift in range(len(theirs)) if same(ours[0], theirs[shift], name)]
    alike = {shift: sum(same(a, b, name) for a, b in zip(ours[:24], theirs[shift:shift + 24]))
             for shift in first}
    best = sorted(first, key=lambda shift: -alike[shift])[:3]
    results = [follow(name, ours, theirs, shift) for shift in best]
    odd, text = min(results, default=(len(ours), "no beginning: %s" % ours[0]))
    return None if odd <= len(ours) / 1000 else "%d of %d: %s" % (odd, len(ours), text)


def follow(name, ours, theirs, at):
    """(events that only one of the two has, the first of them)"""
    odd, first, early = 0, "", set()
    for event in ours:
        while at in early:
            early.discard(at)
            at += 1
        if at < len(theirs) and same(event, theirs[at], name):
            at += 1
            continue
        near = next((i for i in range(at + 1, min(at + WINDOW, len(theirs)))
                     if i not in early and same(event, theirs[i], name)), None)
        if near is not None:
            early.add(near)
        else:
            odd += 1
            first = first or "%s\nftrace: %s" % (event,
                                                 theirs[at] if at < len(theirs) else "nothing")
            if odd > len(ours) / 1000 + 1:
                break
        while len(early) > WINDOW // 2:  # one that only ftrace has
            odd += at not in early
            early.discard(at)
            at += 1
    return odd, first


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
                difference = compare(name.split(":")[-1], mine, other)
                bad += [difference] if difference else []
                bad += ["no field %s" % field for field in missing_fields(mine, other)]
        nr_same += bool(total) and not bad
        if total or bad:
            check("%s: %d events, as ftrace has them" % (name, total), not bad, "\n".join(bad[:2]))
    check("%d kinds of events compared" % nr_same, nr_same >= 10)
    recorded = {name for _, name in ours}
    check("among them what the module records raw", RAW <= recorded, sorted(RAW - recorded))


main()
