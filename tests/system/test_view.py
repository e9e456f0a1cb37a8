#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ustctl view and stats against babeltrace2 on one trace of four threads."""
import collections
import functools
import json
import os
import re
import shutil
import subprocess

import ust


@functools.lru_cache(maxsize=None)
def trace():
    counts = ust.path("counts")
    recording = ust.Recording([ust.prog("shapes"), counts, "-t", "4", "-n", "2500"])
    ust.check_shapes(recording, ust.counts(counts))
    return recording


def view(*options):
    output = ust.ustctl("view", "--json", *options, trace().directory).stdout
    return [json.loads(line) for line in output.splitlines()]


def text_names(lines):
    """Events by name in lines of view or of babeltrace2."""
    return collections.Counter(re.search(r"\b(shapes:\w+)", line).group(1) for line in lines)


@ust.point("view shows every event, in babeltrace2's order of time")
def everything():
    lines = ust.ustctl("view", trace().directory).stdout.splitlines()
    ust.equal(len(lines), 10000, "lines")
    ust.equal(text_names(lines), text_names(trace().text()), "events by name")
    events = view()
    times = [event["time_ns"] for event in events]
    ust.equal(times, sorted(times), "times")
    ust.equal(collections.Counter(e["event"] for e in events), text_names(lines), "events of --json")


@ust.point("view -e, --tid, --from and --to leave out the others and nothing else")
def filters():
    events = view()
    one = [e for e in events if e["event"] in ("shapes:one", "shapes:reals")]
    ust.equal(view("-e", "shapes:one", "-e", "*reals"), one, "-e")
    tid = events[0]["tid"]
    ust.equal(view("--tid", str(tid)), [e for e in events if e["tid"] == tid], "--tid")
    ust.check(0 < len(view("--tid", str(tid))) < len(events), "--tid chose nothing or all")
    begin = events[0]["time_ns"]
    low, high = events[3000]["time_ns"] - begin, events[6000]["time_ns"] - begin
    chosen = [e for e in events if low <= e["time_ns"] - begin <= high]
    text = "+%d.%09d"
    ust.equal(view("--from", text % divmod(low, 10 ** 9), "--to", text % divmod(high, 10 ** 9)),
              chosen, "--from and --to")


@ust.point("view has the values that were recorded")
def values():
    for event in view("-e", "shapes:array"):
        seq = event["fields"]["seq"]
        ust.equal(event["fields"]["array"], [seq, -seq, 7, seq * 11, -1], "array of %d" % seq)
    labels = {e["fields"]["color"] for e in view("-e", "shapes:integers")}
    ust.equal(labels, {"red", "green", "blue"}, "labels")
    for event in view("-e", "shapes:short_string"):
        seq = event["fields"]["seq"]
        if seq % 640 == 3:
            ust.equal(event["fields"]["text"], "(null)", "a NULL string")
        elif seq % 160 == 3:
            ust.equal(event["fields"]["text"], "", "an empty string")


@ust.point("view says which patterns match nothing, and which names come near")
def unmatched():
    result = ust.ustctl("view", "-e", "shapes:one", "-e", "shapes:rael", "-e", "qqq", trace().directory)
    ust.equal(len(result.stdout.splitlines()), 1000, "lines of shapes:one")
    lines = result.stderr.splitlines()
    ust.equal(len(lines), 2, "lines about patterns:\n" + result.stderr)
    ust.check("'shapes:rael'" in lines[0] and "near: shapes:reals" in lines[0], lines[0])
    ust.check("'qqq'" in lines[1], lines[1])
    ust.equal(ust.ustctl("view", "-e", "one", trace().directory).stderr, "", "nothing to say")


@ust.point("view and stats refuse wrong usage as every command does")
def usage():
    for arguments, text in ((["view"], "missing"), (["view", "a", "b"], "'b' is one argument too many"),
                            (["view", "--form", "1", "a"], "did you mean '--from'"),
                            (["view", "-e", "", "a"], "-e needs a pattern"),
                            (["view", "--tid", "-3", "a"], "no thread id|is not a thread id"),
                            (["view", "--from", "soon", "a"], "is no time"),
                            (["view", "--json=1", "a"], "takes no value"),
                            (["stats", "--jsn", "a"], "did you mean '--json'"), (["stats"], "missing")):
        result = ust.ustctl(*arguments, expect=2)
        ust.check(re.search(text, result.stderr), "%s: %s" % (arguments, result.stderr))
        ust.check("Try 'ustctl %s --help'" % arguments[0] in result.stderr, result.stderr)
    ust.check("Usage: ustctl view" in ust.ustctl("view", "--help", "/nonexistent").stdout, "--help")


def peak_kib(*arguments):
    """Of the memory of a ustctl."""
    process = subprocess.Popen([ust.USTCTL, *arguments], env=ust.env, stdout=subprocess.DEVNULL)
    _, status, usage_of = os.wait4(process.pid, 0)
    ust.equal(status, 0, "status of %s" % (arguments,))
    return usage_of.ru_maxrss


@ust.point("the memory of stats does not grow with the trace")
def memory():
    # On one CPU: one large stream.
    large = ust.Recording(["taskset", "-c", "0", ust.prog("shapes"), ust.path("counts"), "-n", "500000"])
    size = sum(entry.stat().st_size for entry in os.scandir(large.directory + "/ust")) >> 10
    ust.check(size > 50000, "the trace has %d KiB" % size)
    small = peak_kib("stats", trace().directory)
    grown = peak_kib("stats", large.directory) - small
    ust.check(grown < size // 3, "%d KiB more than %d for %d KiB more of trace" % (grown, small, size))


@ust.point("a trace that was cut off is shown as far as it is whole; one with a fault inside is refused")
def cut_off():
    whole = view()
    for kind in ("tail", "cut", "inside"):
        directory = ust.path(kind)
        shutil.copytree(trace().directory, directory)
        file = max((e for e in os.scandir(directory + "/ust") if e.name != "metadata"),
                   key=lambda e: e.stat().st_size).path
        with open(file, "r+b") as stream:
            if kind == "inside":
                # The first event of the second packet: an id without definition.
                stream.seek(96 + 96)
                stream.write(b"\x1d\0\0\0")
            elif kind == "tail":
                stream.seek(0, os.SEEK_END)
                stream.write(b"half a packet" * 99)
            else:
                stream.truncate(os.path.getsize(file) - 1)
        for command in ("view", "stats"):
            result = ust.ustctl(command, "--json", directory, expect=kind == "inside")
            ust.check(os.path.basename(file) in result.stderr, result.stderr)
            if kind == "inside":
                continue
            ust.check("what is whole is read" in result.stderr, result.stderr)
            if command == "stats":
                number = json.loads(result.stdout)["events"]
            else:
                shown = [json.loads(line) for line in result.stdout.splitlines()]
        if kind != "inside":
            ust.equal(number, len(shown), "events of stats")
            strangers = collections.Counter(map(json.dumps, shown)) - collections.Counter(
                map(json.dumps, whole))
            ust.check(not strangers, "not in the whole trace: %.300s" % list(strangers))
            ust.equal(len(shown) == len(whole), kind == "tail", "all of them")
            ust.check(shown, "no event is shown")


@ust.point("stats agrees with babeltrace2")
def stats():
    seen = trace().verify()
    got = json.loads(ust.ustctl("stats", "--json", trace().directory).stdout)
    ust.equal(got["events"], sum(seen["events"].values()), "events")
    ust.equal(got["lost"], 0, "lost")
    ust.equal({e["event"]: e["count"] for e in got["by_event"]}, seen["events"], "by event")
    ust.equal(sorted(t["count"] for t in got["by_thread"]), [2500] * 4, "by thread")
    text = ust.ustctl("stats", trace().directory).stdout
    for what in ("10000", "shapes:twenty"):
        ust.check(what in text.replace(" ", "").replace(",", ""), "%s is not in:\n%s" % (what, text))


@ust.point("a directory without a trace is an error in words")
def nothing():
    for command in ("view", "stats"):
        result = ust.ustctl(command, ust.work + "/none", expect=1)
        ust.check(ust.work in result.stderr, result.stderr)


if __name__ == "__main__":
    ust.main()
