# SPDX-License-Identifier: GPL-2.0-only
"""Kernel events for tests, whichever source has them: ust-trace.ko if it is loaded, else tracefs."""
import errno
import glob
import json
import os
import re
import subprocess

import tracefs
import ust

DEVICE = "/dev/ust-trace"
MODULE = os.path.exists(DEVICE)
SOURCE = "ust-trace.ko" if MODULE else "tracefs"


def only(source, text):
    """Decorator: a point of test_kernel.py that is about one of the sources."""
    return ust.point(text, root=True) if source == SOURCE else lambda function: function


def scaled(number):
    """How often something is done. The module is tested in a guest, where all takes longer."""
    return number // 10 if MODULE else number


def kernel_line(recording):
    """(events, kinds, lost, rest) of the summary."""
    match = re.search(r"^kernel +(\d+) events of (\d+) kinds, (\d+) lost, through (.*)$",
                      recording.result.stderr, re.MULTILINE)
    ust.check(match, "no line about the kernel in:\n%s" % recording.result.stderr)
    return int(match.group(1)), int(match.group(2)), int(match.group(3)), match.group(4)


def sessions_in_module():
    """Whether anybody holds a descriptor of ust-trace.ko."""
    with open("/sys/module/ust_trace/refcnt", encoding="ascii") as count:
        return int(count.read()) > 0


def nothing_left():
    """ustd has no instance of tracefs any more, or no session in the module."""
    if MODULE:
        # Of a process that was killed some thread may still be on its way out.
        ust.wait_until(lambda: not sessions_in_module(), 10, "the module has no session")
        return
    pid = ust.daemon_pid()
    with tracefs.Tracefs() as mount:
        ust.equal(mount.of(pid) if pid else [], [], "instances of ustd")


def view_json(directory, *options):
    output = ust.ustctl("view", "--json", *options, directory).stdout
    return [json.loads(line) for line in output.splitlines()]


LINE = re.compile(r"^(\d\d):(\d\d):(\d\d)\.(\d{9}) \S+ +.+? +(?:\d+|-) +(\d+|-) +\d+ (\S+) (.*)$")


def view_text(directory):
    """(ns, tid, event, rest) in the order of view."""
    for line in ust.ustctl("view", directory).stdout.splitlines():
        match = LINE.match(line)
        if not match:
            raise ust.Failed("not a line of an event: " + line)
        hour, minute, second, nano = (int(match.group(i)) for i in (1, 2, 3, 4))
        yield (((hour * 60 + minute) * 60 + second) * 10 ** 9 + nano, int(match.group(5).replace("-", "-1")),
               match.group(6), match.group(7))


# view shows what comes first first. Each thread has to go through before, enter, exit, after of one
# number, over and over; any other order is a violation.
TRIPLES = r"""
{ tid = $5; event = $7 }
event == "crossing:before" {
	bad += at[tid] != 0; at[tid] = 1; of[tid] = $11 }
event == "syscalls:sys_enter_sched_get_priority_max" {
	match($0, /policy = [0-9]+/); number = substr($0, RSTART + 9, RLENGTH - 9) - 1000
	bad += at[tid] != 1 || of[tid] != number; at[tid] = 2 }
event == "syscalls:sys_exit_sched_get_priority_max" {
	bad += at[tid] != 2 || $0 !~ /ret = -22/; at[tid] = 3 }
event == "crossing:after" {
	bad += at[tid] != 3 || of[tid] != $11; at[tid] = 0; good++ }
END { print good + 0, bad + 0 }
"""


def triples(directory):
    """(calls that are right, violations) of what "crossing calls" left."""
    with subprocess.Popen([ust.USTCTL, "view", directory], stdout=subprocess.PIPE,
                          env=ust.env) as view:
        seen = subprocess.run(["awk", TRIPLES], stdin=view.stdout, stdout=subprocess.PIPE,
                              check=True, env=ust.env).stdout.split()
    return tuple(int(n) for n in seen)


def strace_calls(folder):
    """By thread: [(number, arguments, result)], as strace -f -ff -n -X raw prints them."""
    threads = {}
    for path in glob.glob(folder + "/log.*"):
        calls = threads.setdefault(int(path.rsplit(".", 1)[1]), [])
        with open(path, encoding="ascii", errors="replace") as log:
            for line in log:
                match = re.match(r"\[ *(\d+)\] \w+\((.*)\) += (\S+)(?: (E\w+))?", line)
                if not match:
                    continue
                args = [int(a, 0) for a in match.group(2).split(", ") if a]
                result = match.group(3)
                if match.group(4):
                    result = -getattr(errno, match.group(4))
                calls.append((int(match.group(1)), args,
                              None if result == "?" else int(str(result), 0)))
    return threads


def narrow(value):
    return value & 0xffffffff


class Calls:
    """By thread: [number, arguments, result] as in the trace. tracefs has the number in each event;
    the module has events of its own that tell it (raw_syscalls), next to those with the names."""
    EVENTS = "syscalls,raw_syscalls" if MODULE else "syscalls"

    def __init__(self, directory, tids):
        self.of = {tid: [] for tid in tids}
        self._half = {}
        for event in view_json(directory):
            if event["tid"] in self.of:
                self._take(event["tid"], event["event"], event["fields"])

    def _take(self, tid, name, fields):
        calls = self.of[tid]
        if name.startswith("syscalls:sys_enter"):
            args = [v for k, v in fields.items() if k != "__syscall_nr"]
            self._enter(tid, "args", args)
            if not MODULE:
                self._enter(tid, "nr", fields["__syscall_nr"])
        elif name == "raw_syscalls:sys_enter":
            self._enter(tid, "nr", fields["id"])
        elif name.startswith("syscalls:sys_exit") and calls:
            nr = fields.get("__syscall_nr", calls[-1][0])
            if nr == calls[-1][0]:
                calls[-1][2] = fields["ret"]

    def _enter(self, tid, what, value):
        half = self._half.setdefault(tid, {})
        half[what] = value
        if len(half) == 2:
            self.of[tid].append([half["nr"], half["args"], None])
            del self._half[tid]
