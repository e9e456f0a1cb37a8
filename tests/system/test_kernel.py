#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Kernel events through tracefs: with user events on one clock, compared with ftrace and strace."""
import collections
import errno
import glob
import json
import os
import re
import signal
import subprocess
import time

import tracefs
import ust


def kernel_line(recording):
    """(events, kinds, lost, rest) of the summary."""
    match = re.search(r"^kernel +(\d+) events of (\d+) kinds, (\d+) lost, through (.*)$",
                      recording.result.stderr, re.MULTILINE)
    ust.check(match, "no line about the kernel in:\n%s" % recording.result.stderr)
    return int(match.group(1)), int(match.group(2)), int(match.group(3)), match.group(4)


def through_tracefs():
    """These tests are about tracefs; ust-trace.ko has its own."""
    if os.path.exists("/dev/ust-trace"):
        raise ust.Skip("ust-trace.ko is loaded")


def no_instance_left():
    pid = ust.daemon_pid()
    with tracefs.Tracefs() as mount:
        ust.equal(mount.of(pid) if pid else [], [], "instances of ustd")


def view_json(directory, *options):
    output = ust.ustctl("view", "--json", *options, directory).stdout
    return [json.loads(line) for line in output.splitlines()]


LINE = re.compile(r"^(\d\d):(\d\d):(\d\d)\.(\d{9}) \S+ +\S+ +\S+ +(\d+|-) +\d+ (\S+) (.*)$")


def view_text(directory):
    """(ns, tid, event, rest) in the order of view."""
    for line in ust.ustctl("view", directory).stdout.splitlines():
        match = LINE.match(line)
        if not match:
            raise ust.Failed("not a line of an event: " + line)
        hour, minute, second, nano = (int(match.group(i)) for i in (1, 2, 3, 4))
        yield (((hour * 60 + minute) * 60 + second) * 10 ** 9 + nano, int(match.group(5).replace("-", "-1")),
               match.group(6), match.group(7))


@ust.point("record -k sched,irq,syscalls -- PROGRAM: both kinds in one trace, one order in all readers")
def both():
    through_tracefs()
    recording = ust.Recording([ust.prog("crossing"), "calls", "2", "1000"],
                              ["-k", "sched,irq,syscalls"])
    events, kinds, lost, how = kernel_line(recording)
    ust.check(events > 4000 and kinds > 100 and lost == 0, recording.result.stderr)
    ust.check(how.startswith("tracefs"), how)
    ust.equal(recording.summary(), {"events": 4000, "lost": 0}, "user events")
    ust.equal(recording.count(), events + 4000, "events that babeltrace2 counts")
    for line in recording.text():
        ust.check("ust:lost" not in line, line)
    # The same events in the same order.
    names = [re.search(r"\) \S+ ([\w:]+): ", line).group(1) for line in recording.text()]
    lines = list(view_text(recording.directory))
    ust.equal([line[2] for line in lines], names, "order of view and of babeltrace2")
    times = [line[0] for line in lines]
    ust.equal(times, sorted(times), "times")
    stats = json.loads(ust.ustctl("stats", "--json", recording.directory).stdout)
    ust.equal(stats["events"], events + 4000, "stats")
    for pattern, system in (("sched", "sched:"), ("syscalls:sys_enter_*", "syscalls:sys_enter_")):
        shown = view_json(recording.directory, "-e", pattern)
        ust.check(shown and all(e["event"].startswith(system) for e in shown), "view -e " + pattern)
    no_instance_left()


@ust.point("record -k 'sched:sched_switch,block:*' -a: the whole system, and every traced process")
def whole_system():
    through_tracefs()
    other = ust.start([ust.prog("ticker-linked")])
    ust.wait_until(lambda: str(other.pid) in ust.ustctl("list").stdout, 20, "ustd knows it")
    recording = ust.Recording(["sleep", "1"], ["-k", "sched:sched_switch,block:*", "-a"])
    other.kill()
    events, kinds, lost, _ = kernel_line(recording)
    ust.check(events > 50 and kinds > 10 and lost == 0, recording.result.stderr)
    seen = {e["event"] for e in view_json(recording.directory)}
    ust.check("sched:sched_switch" in seen, "no sched_switch")
    tids = {e["tid"] for e in view_json(recording.directory, "-e", "sched:sched_switch")}
    ust.check(len(tids) > 3, "only threads %s" % tids)
    ust.check(recording.summary()["events"] > 0, "nothing of the other process")


@ust.point("without -a only the program's threads and those it starts")
def followed():
    through_tracefs()
    recording = ust.Recording(["sh", "-c", "(sleep 0.1; ls /) >/dev/null & true; wait"],
                              ["-k", "syscalls,sched:sched_switch,sched:sched_process_fork"])
    known, calls = set(), 0
    for event in view_json(recording.directory):
        fields = event["fields"]
        if event["event"] == "syscalls:sys_enter_execve" and not known:
            known.add(event["tid"])
        if event["event"] == "sched:sched_process_fork":
            known.add(fields["child_pid"])
        if not known:
            continue
        if event["event"].startswith("syscalls:"):
            ust.check(event["tid"] in known, "a stranger: %s" % event)
            calls += 1
        if event["event"] == "sched:sched_switch":
            ust.check(known & {fields["prev_pid"], fields["next_pid"]}, "strangers: %s" % event)
    ust.check(len(known) >= 3 and calls > 50, "%d threads, %d calls" % (len(known), calls))


@ust.point("threads of a PID namespace have one id in both kinds of events")
def namespaces():
    through_tracefs()
    recording = ust.Recording(
        ["unshare", "--pid", "--fork", ust.prog("crossing"), "paced", "2", "1500"],
        ["-k", "syscalls:sched_get_priority_max"])
    calls, raw = {}, set()
    for _, tid, event, rest in view_text(recording.directory):
        if event == "crossing:before":
            calls[tid] = rest.split()[3]
        elif event == "syscalls:sys_enter_sched_get_priority_max":
            policy = int(re.search(r"policy = (-?\d+)", rest).group(1)) - 1000
            ust.equal(calls.get(tid), str(policy), "the call of thread %d" % tid)
    ust.equal(len(calls), 2, "threads")
    for line in recording.text():
        if "crossing:before" in line:
            raw.add(int(re.search(r"\btid = (\d+)", line).group(1)))
    ust.check(not raw & set(calls), "the program was in no namespace of its own: %s" % raw)


@ust.point("a session with create, enable -k, start: threads that ran before are followed")
def by_session():
    through_tracefs()
    directory = ust.path("trace")
    program = ust.start([ust.prog("ticker-linked")])
    ust.ustctl("create", "kernel", "-o", directory, "-k", "syscalls")
    ust.wait_until(lambda: str(program.pid) in ust.ustctl("list").stdout, 10, "it is reachable")
    ust.ustctl("enable", "kernel", "*")
    ust.ustctl("enable", "kernel", "-k", "sched:sched_switch")
    def state():
        return json.loads(ust.ustctl("status", "--json", "kernel").stdout)["sessions"][0]["kernel"]

    ust.ustctl("start", "kernel")
    ust.wait_until(lambda: state()["events"], 20, "kernel events")
    ust.equal(state()["source"], "tracefs", "source")
    ust.ustctl("stop", "kernel")
    first = state()
    ust.ustctl("start", "kernel")
    ust.wait_until(lambda: state()["events"] > first["events"], 20, "more kernel events")
    ust.ustctl("destroy", "kernel")
    program.kill()
    seen = view_json(directory)
    ours = [e for e in seen if e["tid"] == program.pid and e["event"].startswith("syscalls:")]
    ust.check(ours, "no system call of %d" % program.pid)
    total = sum(e["event"].split(":")[0] in ("syscalls", "sched") for e in seen)
    ust.check(0 < first["events"] < total, "%s until the first stop, %d in all" % (first, total))
    no_instance_left()


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


@ust.point("user <= kernel <= user for 200 000 system calls of 4 migrating threads")
def causality():
    through_tracefs()
    number, threads = 50000, 4
    recording = ust.Recording(
        [ust.prog("crossing"), "calls", str(threads), str(number)],
        ["-k", "syscalls:sched_get_priority_max"])
    events, _, lost, _ = kernel_line(recording)
    ust.equal((events, lost), (2 * number * threads, 0), "kernel events and losses")
    ust.equal(recording.summary(), {"events": 2 * number * threads, "lost": 0}, "user events")
    with subprocess.Popen([ust.USTCTL, "view", recording.directory], stdout=subprocess.PIPE,
                          env=ust.env) as view:
        seen = subprocess.run(["awk", TRIPLES], stdin=view.stdout, stdout=subprocess.PIPE,
                              check=True, env=ust.env).stdout.split()
    ust.equal([int(n) for n in seen], [threads * number, 0], "calls, and violations")


@ust.point("futex hand-offs: what one thread does after the other is later, on both sides")
def hand_offs():
    through_tracefs()
    number = 20000
    recording = ust.Recording([ust.prog("crossing"), "hands", str(number)],
                              # A thread may see the other's turn without a system call in between;
                              # the counter alone can be read before that.
                              ["--clock", "strict",
                               "-k", "syscalls:sys_enter_futex,syscalls:sys_exit_futex"])
    gives, threads, bad = {0: 0}, {}, 0
    for when, tid, event, rest in view_text(recording.directory):
        if event == "crossing:give":
            gives[int(rest.split()[3])] = when
        elif event == "crossing:take":
            turn = int(rest.split()[3])
            bad += turn not in gives or gives[turn] > when
        # libust rings ustd by another futex, in the middle of an event.
        word = re.search(r"uaddr = (\w+)", rest)
        threads.setdefault(tid, []).append((event, word.group(1) if word else None))
    ust.equal(bad, 0, "taken before it was given")
    walked = 0
    words = collections.Counter(word for events in threads.values() for _, word in events if word)
    ours = words.most_common(1)[0][0]
    # Each thread by itself: waits that begin and end, take, give, a wake that begins and ends.
    for events in threads.values():
        inside, expected, foreign = False, None, False
        if not any(e[0] == "crossing:take" for e in events):
            continue
        # In a thread's first round libust may have something to wait for between two events.
        first = [i for i, e in enumerate(events) if e[0] == "crossing:take"]
        del events[:first[1]]
        for event, word in events:
            walked += 1
            if word and word != ours:
                foreign = True
                continue
            if foreign:
                ok, foreign = event == "syscalls:sys_exit_futex", False
            elif event == "syscalls:sys_enter_futex":
                ok, inside = not inside and expected != "give", True
            elif event == "syscalls:sys_exit_futex":
                ok, inside = inside, False
            elif event == "crossing:take":
                ok, expected = not inside and expected in (None, "wake"), "give"
            else:
                ok, expected = not inside and expected == "give", "wake"
            bad += not ok
    ust.equal(bad, 0, "out of order inside a thread")
    ust.check(walked > 8 * number, "%d events of the two threads" % walked)


def state(value):
    """prev_state as sched_switch prints it."""
    text = "|".join(c for bit, c in enumerate("SDTtXZPI") if value >> bit & 1)
    return (text or "R") + ("+" if value & 0x100 else "")


def number(text):
    return int(text, 0)


# event: what ftrace prints, and the same of ours: (pattern, function of our fields)
TRUTH = {
    "sched:sched_switch": (
        r"prev_comm=(.*) prev_pid=(\d+) prev_prio=(\d+) prev_state=(\S+) ==> "
        r"next_comm=(.*) next_pid=(\d+) next_prio=(\d+)",
        lambda f: (f["prev_comm"], f["prev_pid"], f["prev_prio"], state(f["prev_state"]),
                   f["next_comm"], f["next_pid"], f["next_prio"])),
    "sched:sched_wakeup": (
        r"comm=(.*) pid=(\d+) prio=(\d+) target_cpu=0*(\d+)",
        lambda f: (f["comm"], f["pid"], f["prio"], f["target_cpu"])),
    "sched:sched_waking": (
        r"comm=(.*) pid=(\d+) prio=(\d+) target_cpu=0*(\d+)",
        lambda f: (f["comm"], f["pid"], f["prio"], f["target_cpu"])),
    "sched:sched_process_fork": (
        r"comm=(.*) pid=(\d+) child_comm=(.*) child_pid=(\d+)",
        lambda f: (f.get("parent_comm"), f["parent_pid"], f.get("child_comm"), f["child_pid"])),
    "sched:sched_process_exec": (
        r"filename=(.*) pid=(\d+) old_pid=(\d+)",
        lambda f: (f["filename"], f["pid"], f["old_pid"])),
    "sched:sched_process_exit": (
        r"comm=(.*) pid=(\d+) prio=(\d+)", lambda f: (f["comm"], f["pid"], f["prio"])),
    "sched:sched_migrate_task": (
        r"comm=(.*) pid=(\d+) prio=(\d+) orig_cpu=(\d+) dest_cpu=(\d+)",
        lambda f: (f["comm"], f["pid"], f["prio"], f["orig_cpu"], f["dest_cpu"])),
    "signal:signal_generate": (
        r"sig=(\d+) errno=(-?\d+) code=(-?\d+) comm=(.*) pid=(\d+) grp=(\d+) res=(\d+)",
        lambda f: (f["sig"], f["errno"], f["code"], f["comm"], f["pid"], f["group"], f["result"])),
    "task:task_newtask": (
        r"pid=(\d+) comm=(.*) clone_flags=(\w+) oom_score_adj=(-?\d+)",
        lambda f: (f["pid"], f["comm"], "%x" % f["clone_flags"], f["oom_score_adj"])),
    "irq:softirq_entry": (
        r"vec=\d+ \[action=(\w+)\]", lambda f: (f["vec"],)),
    "syscalls:sys_enter_openat": (
        r"dfd: (?:0x)?(\w+), filename: (?:0x)?(\w+), flags: (?:0x)?(\w+), mode: (?:0x)?(\w+)",
        lambda f: ("%x" % (f["dfd"] & 0xffffffff), "%x" % f["filename"], "%x" % f["flags"],
                   "%x" % f["mode"])),
    "syscalls:sys_exit_openat": (
        r"-> (?:0x)?(\w+)", lambda f: ("%x" % (f["ret"] & 0xffffffffffffffff),)),
}
TEXT_NAMES = {"sys_openat": ("syscalls:sys_enter_openat", "syscalls:sys_exit_openat")}


LEVELS = {"h": 0x08, "s": 0x10, "H": 0x18, "Z": 0x48, "z": 0x40}


def place(event, tid, cpu, level):
    """
    What an order is promised in. An interrupt may come between the moments in which one event is
    recorded into two instances, and a thread may be moved between those of its system call.
    """
    return ("thread", tid) if event.startswith("syscalls:") else ("cpu", cpu, level)


def ftrace_events(instance):
    by_name = {event.split(":")[1]: event for event in TRUTH}
    got = {}
    for cpu in range(tracefs.CPUS):
        for name, line in instance.lines(cpu):
            event = by_name.get(name)
            if name in TEXT_NAMES:
                event = TEXT_NAMES[name][" -> " in line]
            ust.check(event, "not asked for: " + line)
            match = re.search(TRUTH[event][0], line)
            ust.check(match, "%s prints otherwise: %s" % (event, line))
            head = re.match(r".{16}-\s*(\d+)\s+\[\d+\] ..(.)\S* +([\d.]+):", line)
            tid, level = int(head.group(1)), LEVELS.get(head.group(2), 0)
            got.setdefault(place(event, tid, cpu, level), []).append(
                (float(head.group(3)), (event, tid, cpu) + match.groups()))
    # A thread's come from several CPUs. The sort is stable.
    return {where: [event for _, event in sorted(events, key=lambda e: e[0])]
            for where, events in got.items()}


def our_events(directory):
    got = {}
    for event in view_json(directory):
        name, tid, cpu = event["event"], event["tid"], event["cpu"]
        fields = TRUTH[name][1](event["fields"])
        where = place(name, tid, cpu, event["context"]["flags"] & 0x58)
        got.setdefault(where, []).append((name, tid, cpu) + tuple(str(f) for f in fields))
    return got


@ust.point("field by field what ftrace shows of twelve kinds of events at the same time")
def truth():
    through_tracefs()
    script = "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.01; ls / >/dev/null) & done; wait;" \
             "sleep 5 & kill $!; taskset -c 0 true; taskset -c %d true" % (tracefs.CPUS - 1)
    # The comparison sees the recorder come and go, so it begins before and ends after.
    with tracefs.Tracefs() as mount, tracefs.Instance(mount, TRUTH) as ftrace:
        recording = ust.Recording(["sh", "-c", script], ["-a", "-k", ",".join(TRUTH)])
        ftrace.stop()
        theirs = ftrace_events(ftrace)
        lost = sum(ftrace.stat(cpu, "dropped events") for cpu in range(tracefs.CPUS))
    ust.equal(lost, 0, "events that ftrace dropped")
    ust.equal(kernel_line(recording)[2], 0, "lost")
    ours = our_events(recording.directory)
    for where, mine in ours.items():
        all_of = theirs.get(where, [])
        if where[0] == "thread":
            # The CPU may be another one.
            mine, all_of = [e[:2] + e[3:] for e in mine], [e[:2] + e[3:] for e in all_of]
        for begin in range(len(all_of) - len(mine) + 1):
            if all_of[begin:begin + len(mine)] == mine:
                break
        else:
            raise ust.Failed("%s: %s" % (where, first_difference(mine, all_of)))
    kinds = {event[0] for mine in ours.values() for event in mine}
    ust.check(len(kinds) >= 10, "only %s happened" % sorted(kinds))
    ust.check(sum(map(len, ours.values())) > 500, "too few events to compare")


def first_difference(mine, theirs):
    """The longest agreement, and what follows it."""
    best, at = -1, 0
    for begin, event in enumerate(theirs):
        if event != mine[0]:
            continue
        length = 0
        while (length < len(mine) and begin + length < len(theirs) and
               mine[length] == theirs[begin + length]):
            length += 1
        if length > best:
            best, at = length, begin
    if best < 0:
        return "ftrace has nothing like the first event: %s" % (mine[0],)
    return "after %d of %d events alike: %s, ftrace: %s" % (
        best, len(mine), mine[best] if best < len(mine) else None,
        theirs[at + best] if at + best < len(theirs) else None)


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


@ust.point("the same system calls, arguments and results as strace -f")
def strace():
    through_tracefs()
    folder = ust.path("strace")
    os.mkdir(folder)
    recording = ust.Recording(
        ["strace", "-f", "-ff", "-n", "-X", "raw", "-e", "raw=all", "-o", folder + "/log",
         "sh", "-c", "ls -l / | sort >/dev/null; cat /nonexistent 2>/dev/null; echo x >/dev/null"],
        ["-k", "syscalls"])
    expected = strace_calls(folder)
    ust.check(len(expected) >= 4, "%d processes" % len(expected))
    got = {tid: [] for tid in expected}
    for event in view_json(recording.directory):
        if event["tid"] not in got:
            continue
        calls, fields = got[event["tid"]], event["fields"]
        nr = fields["__syscall_nr"]
        if event["event"].startswith("syscalls:sys_enter"):
            calls.append([nr, [v for k, v in fields.items() if k != "__syscall_nr"], None])
        elif calls and calls[-1][0] == nr:
            calls[-1][2] = fields["ret"]
    compared = 0
    for tid, calls in expected.items():
        mine = got[tid]
        # In front of its first call here, a process did what strace does before it looks.
        while mine and mine[0][0] != calls[0][0]:
            mine.pop(0)
        ust.equal([c[0] for c in mine[:len(calls)]], [c[0] for c in calls], "calls of %d" % tid)
        for (nr, args, result), (_, their_args, their_result) in zip(mine, calls):
            for a, b in zip(args, their_args):
                ust.check(narrow(a) == narrow(b) or a & 0xffff == b,
                          "%d: call %d: %s, strace: %s" % (tid, nr, args, their_args))
            # rt_sigreturn returns to where no system call was.
            if their_result is not None and nr != 15:
                ust.check(result is not None, "no result of call %d%s of %d" % (nr, args, tid))
                ust.equal(result & 0xffffffffffffffff, their_result & 0xffffffffffffffff,
                          "result of call %d of %d" % (nr, tid))
            compared += 1
    ust.check(compared > 200, "%d calls compared" % compared)


@ust.point("with tiny buffers recorded and lost together are all there was")
def losses():
    through_tracefs()
    count = 300000
    # A ustd that does not read while the program runs: however fast it is, not all has room.
    ust.ustctl("create", "empty", "-o", ust.path("empty"))
    script = "kill -STOP %d; %s count %d; kill -CONT %d" % (
        ust.daemon_pid(), ust.prog("crossing"), count, ust.daemon_pid())
    recording = ust.Recording(["sh", "-c", script],
                              ["-k", "syscalls:sched_get_priority_min", "--subbuf-size", "4k", "--num-subbuf", "2"])
    ust.ustctl("destroy", "empty")
    events, _, lost, _ = kernel_line(recording)
    ust.equal(events + lost, 2 * count, "recorded + lost")
    ust.check(events > 0, "nothing was recorded")
    ust.check(lost > count, "only %d lost: ustd has read" % lost)
    stats = json.loads(ust.ustctl("stats", "--json", recording.directory).stdout)
    ust.equal(stats["lost"], lost, "lost, by stats")
    ust.equal(sum(loss["count"] for loss in stats["losses"]), lost, "ust:lost")
    ust.check(all(re.match(r"kernel:cpu\d+$", loss["event"]) for loss in stats["losses"]),
              "%s" % stats["losses"])
    ust.equal(stats["lost_counted"], lost, "by the packets' counters")


@ust.point("overwrite: the newest events stay")
def overwrite():
    through_tracefs()
    recording = ust.Recording([ust.prog("crossing"), "count", "200000"],
                              ["-k", "syscalls:sched_get_priority_min,syscalls:exit_group", "--overwrite",
                               "--subbuf-size", "64k", "--num-subbuf", "4"])
    events, _, lost, _ = kernel_line(recording)
    ust.check(1000 < events < 400000 and lost == 0, recording.result.stderr)
    last = [e["event"] for e in view_json(recording.directory)][-1]
    ust.equal(last, "syscalls:sys_enter_exit_group", "the last event")


@ust.point("a killed ustd's instance is removed by the next one")
def killed():
    through_tracefs()
    directory = ust.path("trace")
    ust.ustctl("create", "doomed", "-o", directory, "-k", "sched:sched_switch", "-a")
    ust.ustctl("start", "doomed")
    pid = ust.daemon_pid()
    with tracefs.Tracefs() as mount:
        ust.equal(len(mount.of(pid)), 1, "instances")
        os.kill(pid, signal.SIGKILL)
        ust.wait_until(lambda: not ust.alive(pid), 10, "ustd is dead")
        ust.equal(len(mount.of(pid)), 1, "instances after the kill")
        ust.ustctl("create", "next", "-o", ust.path("trace"))
        ust.equal(mount.of(pid), [], "instances after the next start")
        ust.ustctl("destroy", "next")


@ust.point("kernel events that do not happen wake nobody")
def quiet():
    through_tracefs()
    ust.ustctl("create", "quiet", "-o", ust.path("trace"), "-a", "-k",
               "syscalls:sched_get_priority_max")
    ust.ustctl("start", "quiet")
    ust.check_asleep([ust.daemon_pid()], 1.5, "ustd")
    ust.ustctl("destroy", "quiet")


@ust.point("a killed recorder of the whole system leaves no session")
def killed_recorder():
    through_tracefs()
    recorder = ust.start([ust.USTCTL, "record", "-o", ust.path("trace"), "-a", "-k", "sched", "--",
                          "sleep", "30"])
    def sessions():
        return json.loads(ust.ustctl("status", "--json").stdout)["sessions"]
    ust.wait_until(lambda: any(s["state"] == "started" for s in sessions()), 10, "it records")
    recorder.kill()
    recorder.wait()
    ust.wait_until(lambda: not sessions(), 10, "the session is gone")
    no_instance_left()


@ust.point("a full disk is told, and ends the kernel's part, too")
def full_disk():
    through_tracefs()
    mount = ust.path("small")
    os.mkdir(mount)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", mount], check=True)
    try:
        result = ust.ustctl("record", "-o", mount + "/t", "-a", "-k", "syscalls", "--",
                            ust.prog("crossing"), "count", "200000")
        ust.check("No space left" in result.stderr, result.stderr)
        ust.check(mount + "/t/kernel/" in result.stderr, result.stderr)
        ust.run(["babeltrace2", mount + "/t"])
    finally:
        subprocess.run(["umount", "-l", mount], check=True)
    no_instance_left()


@ust.point("list --kernel: events, fields, labels, coverage")
def listing():
    through_tracefs()
    text = ust.ustctl("list", "--kernel", "sched:sched_switch").stdout
    ust.check(re.match(r"sched:sched_switch\(prev_comm: \S.*next_prio: int32_t\)  tracefs", text), text)
    everything = json.loads(ust.ustctl("list", "--kernel", "--json").stdout)["events"]
    with tracefs.Tracefs() as mount:
        with open(mount.root + "/available_events", encoding="ascii") as names:
            expected = sorted(names.read().split())
    ust.equal(sorted("%s:%s" % (e["provider"], e["name"]) for e in everything), expected, "names")
    ust.equal({e["coverage"] for e in everything}, {"tracefs"}, "coverage")
    softirq = json.loads(ust.ustctl("list", "--kernel", "irq:softirq_entry", "--json").stdout)
    ust.equal(softirq["events"][0]["fields"][0]["labels"]["RCU"], 9, "label of RCU")
    calls = ust.ustctl("list", "--kernel", "syscalls:openat").stdout.splitlines()
    ust.equal(len(calls), 2, "entry and exit of openat")
    for pattern in ("block", "*:*switch*", "sched_switch"):
        ust.check(ust.ustctl("list", "--kernel", pattern).stdout, "nothing matches " + pattern)


@ust.point("unknown events, and users without permission, are refused in words")
def refusals():
    through_tracefs()
    result = ust.ustctl("record", "-o", ust.path("trace"), "-k", "sched:sched_swich", "--", "true",
                        expect=1)
    ust.check("'sched:sched_swich'" in result.stderr and
              "did you mean sched:sched_switch" in result.stderr, result.stderr)
    result = ust.ustctl("record", "-k", "", "--", "true", expect=2)
    ust.check("-k needs" in result.stderr, result.stderr)
    place = ust.path("nobody")
    os.mkdir(place)
    os.chmod(place, 0o777)
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
               os.path.join(ust.let_others_in(), "libustctl/ustctl")]
    more = {"UST_RUNTIME_DIR": place + "/run", "HOME": place}
    for arguments in (["record", "-o", place + "/t", "-k", "sched", "--", "true"],
                      ["list", "--kernel"]):
        result = ust.run(command + arguments, expect=1, extra_env=more)
        ust.check("need root" in result.stderr and "sudo" in result.stderr, result.stderr)
    ust.check(not os.path.exists(place + "/t"), "a trace is left behind")
    ust.run(command + ["shutdown"], extra_env=more)


if __name__ == "__main__":
    ust.main()
