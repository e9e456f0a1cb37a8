#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Kernel events, through ust-trace.ko if it is loaded (tests/kernel runs this in a guest), else through
tracefs: with user events on one clock, compared with ftrace and strace."""
import collections
import grp
import json
import os
import re
import signal
import subprocess
import time

import kevents
import ktruth
import tracefs
import ust
from kevents import MODULE, SOURCE, kernel_line, nothing_left, scaled, view_json, view_text


@ust.point("record -k sched,irq,syscalls -- PROGRAM: both kinds in one trace, one order in all readers", root=True)
def both():
    number = 4 * scaled(1000)
    recording = ust.Recording([ust.prog("crossing"), "calls", "2", str(scaled(1000))],
                              ["-k", "sched,irq,syscalls"])
    events, kinds, lost, how = kernel_line(recording)
    ust.check(events > number and kinds > 100 and lost == 0, recording.result.stderr)
    ust.check(how.startswith(SOURCE), how)
    ust.equal(recording.summary(), {"events": number, "lost": 0}, "user events")
    ust.equal(recording.count(), events + number, "events that babeltrace2 counts")
    text = recording.text()
    for line in text:
        ust.check("ust:lost" not in line, line)
    # The same events in the same order.
    names = [re.search(r"\) \S+ ([\w:]+): ", line).group(1) for line in text]
    lines = list(view_text(recording.directory))
    ust.equal([line[2] for line in lines], names, "order of view and of babeltrace2")
    times = [line[0] for line in lines]
    ust.equal(times, sorted(times), "times")
    stats = json.loads(ust.ustctl("stats", "--json", recording.directory).stdout)
    ust.equal(stats["events"], events + number, "stats")
    names_of_threads(recording.directory, stats)
    for pattern, system in (("sched", "sched:"), ("syscalls:sys_enter_*", "syscalls:sys_enter_")):
        shown = view_json(recording.directory, "-e", pattern)
        ust.check(shown and all(e["event"].startswith(system) for e in shown), "view -e " + pattern)
    nothing_left()


def names_of_threads(directory, stats):
    """Kernel events have the process of their thread, as far as the events before them tell."""
    programs, told, called = {}, 0, {0: None}
    for event in view_json(directory):
        tid, fields = event["tid"], event["fields"]
        if event["event"].startswith("crossing:"):
            programs[tid] = (event["procname"], event["pid"])
        elif tid in programs:
            told += 1
            ust.equal((event["procname"], event["pid"]), programs[tid], "process of thread %d" % tid)
        if event["event"] == "sched:sched_switch":
            called[fields["next_pid"]] = fields["next_comm"]
    ust.check(told > 100, "only %d events of known threads" % told)
    rows = {(row["tid"], row["pid"]): row["procname"] for row in stats["by_thread"]}
    for tid, (name, pid) in programs.items():
        ust.equal([rows.get((tid, pid)), (tid, None) in rows], [name, False], "row of thread %d" % tid)
    others = [tid for tid in called if tid and tid not in programs and (tid, None) in rows]
    for tid in others:
        ust.check(rows[tid, None], "thread %d has no name" % tid)


@ust.point("record -k 'sched:sched_switch,block:*' -a: the whole system, and every traced process", root=True)
def whole_system():
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
    if MODULE:
        check_state(recording.directory, other.pid)


def check_state(directory, pid):
    """The state dump in front: process @pid, its thread, what it has open and mapped."""
    program = os.path.realpath(ust.prog("ticker-linked"))
    state = {}
    for event in view_json(directory, "-e", "ust_state"):
        if event["fields"].get("pid", pid) == pid:
            state.setdefault(event["event"][len("ust_state:"):], []).append(event["fields"])
    ust.equal(sorted(state), ["begin", "device", "end", "file", "irq", "mapping", "process", "thread"],
              "kinds of state")
    ust.equal([(p["exe"], p["ppid"]) for p in state["process"]], [(program, os.getpid())], "processes")
    ust.check(pid in [t["tid"] for t in state["thread"]], "no thread %d" % pid)
    ust.check(program in [m["path"] for m in state["mapping"]], "%s" % state["mapping"])
    ust.check((0, "/dev/null") in [(f["fd"], f["path"]) for f in state["file"]], "%s" % state["file"])


@ust.point("without -a only the program's threads and those it starts", root=True)
def followed():
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


@ust.point("threads of a PID namespace have one id in both kinds of events", root=True)
def namespaces():
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


@ust.point("a session with create, enable -k, start: threads that ran before are followed", root=True)
def by_session():
    directory = ust.path("trace")
    program = ust.start([ust.prog("ticker-linked")])
    ust.ustctl("create", "kernel", "-o", directory, "-k", "syscalls")
    ust.wait_until(lambda: str(program.pid) in ust.ustctl("list").stdout, 10, "it is reachable")
    ust.ustctl("enable", "kernel", "*")
    ust.ustctl("enable", "kernel", "-k", "sched:sched_switch")
    def state():
        return json.loads(ust.ustctl("status", "--json", "kernel").stdout)["sessions"][0]["kernel"]

    def wait_for_more(than):
        # What the module hands out is copied and not counted.
        if MODULE:
            time.sleep(0.5)
        else:
            ust.wait_until(lambda: state()["events"] > than["events"], 20, "more kernel events")

    ust.ustctl("start", "kernel")
    wait_for_more({"events": 0})
    ust.equal(state()["source"], SOURCE, "source")
    ust.ustctl("stop", "kernel")
    first = state()
    ust.ustctl("start", "kernel")
    wait_for_more(first)
    ust.ustctl("destroy", "kernel")
    program.kill()
    seen = view_json(directory)
    ours = [e for e in seen if e["tid"] == program.pid and e["event"].startswith("syscalls:")]
    ust.check(ours, "no system call of %d" % program.pid)
    total = sum(e["event"].split(":")[0] in ("syscalls", "sched") for e in seen)
    # ustd copies what the module hands out, and does not count the events in it.
    if MODULE:
        ust.equal(first["events"], None, "events that nobody counted")
    else:
        ust.check(0 < first["events"] < total, "%s until the first stop, %d in all" % (first, total))
    nothing_left()


@ust.point("user <= kernel <= user for %d system calls of 4 migrating threads" % (4 * scaled(50000)), root=True)
def causality():
    number, threads = scaled(50000), 4
    recording = ust.Recording(
        [ust.prog("crossing"), "calls", str(threads), str(number)],
        ["-k", "syscalls:sched_get_priority_max"])
    events, _, lost, _ = kernel_line(recording)
    ust.equal((events, lost), (2 * number * threads, 0), "kernel events and losses")
    ust.equal(recording.summary(), {"events": 2 * number * threads, "lost": 0}, "user events")
    ust.equal(kevents.triples(recording.directory), (threads * number, 0), "calls, and violations")


@ust.point("futex hand-offs: what one thread does after the other is later, on both sides", root=True)
def hand_offs():
    number = scaled(20000)
    # A thread may see the other's turn without a system call in between; the counter alone can be read
    # before that.
    strict = ["--clock", "strict"] if tracefs.tsc() else []
    recording = ust.Recording([ust.prog("crossing"), "hands", str(number)],
                              strict + ["-k", "syscalls:sys_enter_futex,syscalls:sys_exit_futex"])
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


@kevents.only("tracefs", "field by field what ftrace shows of twelve kinds of events at the same time")
def truth():
    script = "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.01; ls / >/dev/null) & done; wait;" \
             "sleep 5 & kill $!; taskset -c 0 true; taskset -c %d true" % (tracefs.CPUS - 1)
    # The comparison sees the recorder come and go, so it begins before and ends after.
    with tracefs.Tracefs() as mount, tracefs.Instance(mount, ktruth.TRUTH) as ftrace:
        recording = ust.Recording(["sh", "-c", script], ["-a", "-k", ",".join(ktruth.TRUTH)])
        ftrace.stop()
        theirs = ktruth.ftrace_events(ftrace)
        lost = sum(ftrace.stat(cpu, "dropped events") for cpu in range(tracefs.CPUS))
    ust.equal(lost, 0, "events that ftrace dropped")
    ust.equal(kernel_line(recording)[2], 0, "lost")
    ours = ktruth.our_events(recording.directory)
    for where, mine in ours.items():
        all_of = theirs.get(where, [])
        if where[0] == "thread":
            # The CPU may be another one.
            mine, all_of = [e[:2] + e[3:] for e in mine], [e[:2] + e[3:] for e in all_of]
        for begin in range(len(all_of) - len(mine) + 1):
            if all_of[begin:begin + len(mine)] == mine:
                break
        else:
            raise ust.Failed("%s: %s" % (where, ktruth.first_difference(mine, all_of)))
    kinds = {event[0] for mine in ours.values() for event in mine}
    ust.check(len(kinds) >= 10, "only %s happened" % sorted(kinds))
    ust.check(sum(map(len, ours.values())) > 500, "too few events to compare")


@ust.point("the same system calls, arguments and results as strace -f", root=True)
def strace():
    folder = ust.path("strace")
    os.mkdir(folder)
    recording = ust.Recording(
        ["strace", "-f", "-ff", "-n", "-X", "raw", "-e", "raw=all", "-o", folder + "/log",
         "sh", "-c", "ls -l / | sort >/dev/null; cat /nonexistent 2>/dev/null; echo x >/dev/null"],
        ["-k", kevents.Calls.EVENTS])
    expected = kevents.strace_calls(folder)
    ust.check(len(expected) >= 4, "%d processes" % len(expected))
    got = kevents.Calls(recording.directory, expected).of
    compared = 0
    for tid, calls in expected.items():
        mine = got[tid]
        # In front of its first call here, a process did what strace does before it looks.
        while mine and mine[0][0] != calls[0][0]:
            mine.pop(0)
        ust.equal([c[0] for c in mine[:len(calls)]], [c[0] for c in calls], "calls of %d" % tid)
        for (nr, args, result), (_, their_args, their_result) in zip(mine, calls):
            for a, b in zip(args, their_args):
                # The module records strings, of which strace was asked for the address.
                ust.check(isinstance(a, str) or kevents.narrow(a) == kevents.narrow(b) or
                          a & 0xffff == b,
                          "%d: call %d: %s, strace: %s" % (tid, nr, args, their_args))
            # rt_sigreturn returns to where no system call was.
            if their_result is not None and nr != 15:
                ust.check(result is not None, "no result of call %d%s of %d" % (nr, args, tid))
                ust.equal(result & 0xffffffffffffffff, their_result & 0xffffffffffffffff,
                          "result of call %d of %d" % (nr, tid))
            compared += 1
    ust.check(compared > 200, "%d calls compared" % compared)


@ust.point("with tiny buffers recorded and lost together are all there was", root=True)
def losses():
    count = scaled(300000)
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
    # tracefs does not tell which events it had no room for.
    named = r"syscalls:sys_e\w+_sched_get_priority_min$" if MODULE else r"kernel:cpu\d+$"
    ust.check(all(re.match(named, loss["event"]) for loss in stats["losses"]),
              "%s" % stats["losses"])
    ust.equal(stats["lost_counted"], lost, "by the packets' counters")


@ust.point("overwrite: the newest events stay", root=True)
def overwrite():
    recording = ust.Recording([ust.prog("crossing"), "count", str(scaled(200000))],
                              ["-k", "syscalls:sched_get_priority_min,syscalls:exit_group", "--overwrite",
                               "--subbuf-size", "64k", "--num-subbuf", "4"])
    events, _, lost, _ = kernel_line(recording)
    ust.check(1000 < events < 2 * scaled(200000) and lost == 0, recording.result.stderr)
    last = [e["event"] for e in view_json(recording.directory)][-1]
    ust.equal(last, "syscalls:sys_enter_exit_group", "the last event")


@ust.point("a snapshot and a chunk are refused, and why", root=True)
def snapshot():
    ust.ustctl("create", "flight", "-o", ust.path("trace"), "--overwrite", "-a", "-k",
               "syscalls:sched_get_priority_max")
    ust.ustctl("start", "flight")
    result = ust.ustctl("snapshot", "flight", expect=1)
    ust.check("make a second session with --overwrite and without them" in result.stderr, result.stderr)
    ust.ustctl("destroy", "flight")
    ust.ustctl("create", "chunks", "-o", ust.path("trace"), "-a", "-k", "syscalls:sched_get_priority_max")
    ust.ustctl("start", "chunks")
    result = ust.ustctl("rotate", "chunks", expect=1)
    ust.check("make a second session without them" in result.stderr, result.stderr)
    ust.ustctl("destroy", "chunks")


@kevents.only("ust-trace.ko", "of a killed ustd nothing is left in the module")
def killed_with_module():
    ust.ustctl("create", "doomed", "-o", ust.path("trace"), "-k", "sched:sched_switch", "-a")
    ust.ustctl("start", "doomed")
    pid = ust.daemon_pid()
    ust.check(kevents.sessions_in_module(), "no session in the module")
    os.kill(pid, signal.SIGKILL)
    ust.wait_until(lambda: not ust.alive(pid), 10, "ustd is dead")
    nothing_left()
    ust.Recording(["true"], ["-k", "sched"])
    nothing_left()


@kevents.only("tracefs", "a killed ustd's instance is removed by the next one")
def killed():
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


@ust.point("kernel events that do not happen wake nobody", root=True)
def quiet():
    ust.ustctl("create", "quiet", "-o", ust.path("trace"), "-a", "-k",
               "syscalls:sched_get_priority_max")
    ust.ustctl("start", "quiet")
    ust.check_asleep([ust.daemon_pid()], 1.5, "ustd")
    ust.ustctl("destroy", "quiet")


@ust.point("a killed recorder of the whole system leaves no session", root=True)
def killed_recorder():
    recorder = ust.start([ust.USTCTL, "record", "-o", ust.path("trace"), "-a", "-k", "sched", "--",
                          "sleep", "30"])
    def sessions():
        return json.loads(ust.ustctl("status", "--json").stdout)["sessions"]
    ust.wait_until(lambda: any(s["state"] == "started" for s in sessions()), 10, "it records")
    recorder.kill()
    recorder.wait()
    ust.wait_until(lambda: not sessions(), 10, "the session is gone")
    nothing_left()


@ust.point("a full disk is told, and ends the kernel's part, too", root=True)
def full_disk():
    mount = ust.path("small")
    os.mkdir(mount)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dk" % scaled(2048), "none", mount], check=True)
    try:
        result = ust.ustctl("record", "-o", mount + "/t", "-a", "-k", "syscalls", "--",
                            ust.prog("crossing"), "count", str(scaled(200000)))
        ust.check("No space left" in result.stderr, result.stderr)
        ust.check(mount + "/t/kernel/" in result.stderr, result.stderr)
        ust.run(["babeltrace2", mount + "/t"])
    finally:
        subprocess.run(["umount", "-l", mount], check=True)
    nothing_left()


@kevents.only("tracefs", "list --kernel: events, fields, labels, coverage")
def listing():
    text = ust.ustctl("list", "--kernel", "sched:sched_switch").stdout
    ust.check(re.match(r"sched:sched_switch\(prev_comm: \S.*next_prio: int32_t\)  tracefs", text), text)
    everything = json.loads(ust.ustctl("list", "--kernel", "--json").stdout)["events"]
    with tracefs.Tracefs() as mount:
        with open(mount.root + "/available_events", encoding="ascii") as names:
            expected = sorted(names.read().split())
    ust.equal(sorted("%s:%s" % (e["provider"], e["name"]) for e in everything), expected, "names")
    ust.equal({e["coverage"] for e in everything}, {"tracefs"}, "coverage")
    check_patterns()


def check_patterns():
    softirq = json.loads(ust.ustctl("list", "--kernel", "irq:softirq_entry", "--json").stdout)
    ust.equal(softirq["events"][0]["fields"][0]["labels"]["RCU"], 9, "label of RCU")
    calls = ust.ustctl("list", "--kernel", "syscalls:openat").stdout.splitlines()
    ust.equal(len(calls), 2, "entry and exit of openat")
    for pattern in ("block", "*:*switch*", "sched_switch"):
        ust.check(ust.ustctl("list", "--kernel", pattern).stdout, "nothing matches " + pattern)


@kevents.only("ust-trace.ko", "list --kernel: what is generated and what is raw")
def listing_of_module():
    text = ust.ustctl("list", "--kernel", "sched:sched_switch").stdout
    ust.check(re.match(r"sched:sched_switch\(prev_comm: \S.*next_prio: int32_t\)  generated", text), text)
    everything = json.loads(ust.ustctl("list", "--kernel", "--json").stdout)["events"]
    names = {"%s:%s" % (e["provider"], e["name"]) for e in everything}
    ust.equal(len(names), len(everything), "names")
    with open("/sys/kernel/tracing/available_events", encoding="ascii") as events:
        # ust:ust_ear, the module's own, never happens.
        known = {e for e in events.read().split()
                 if not re.match(r"ftrace:|initcall:|syscalls:|ust:", e)}
    ust.equal(sorted(known - names), [], "events that only tracefs has")
    ust.equal({e["coverage"] for e in everything}, {"generated", "raw"}, "coverage")
    generated = [e for e in everything if e["coverage"] == "generated" and e["provider"] != "syscalls"]
    ust.check(len(generated) >= 550, "%d generated" % len(generated))
    check_patterns()


@ust.point("unknown events, and users without permission, are refused in words", root=True)
def refusals():
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


@kevents.only("ust-trace.ko", "the group tracing may trace the kernel, and others hear of the group")
def group():
    # What 60-ust.rules does; a guest has no udev.
    ust.run(["sh", "-c", "getent group tracing || groupadd --system tracing"])
    gid = grp.getgrnam("tracing").gr_gid
    before = os.stat(kevents.DEVICE)
    os.chown(kevents.DEVICE, 0, gid)
    os.chmod(kevents.DEVICE, 0o660)
    try:
        for groups, status in (("--groups=%d" % gid, 0), ("--clear-groups", 1)):
            place = ust.path("user")
            os.mkdir(place)
            os.chmod(place, 0o777)
            command = ["setpriv", "--reuid=65534", "--regid=65534", groups,
                       os.path.join(ust.let_others_in(), "libustctl/ustctl")]
            more = {"UST_RUNTIME_DIR": place + "/run", "HOME": place}
            result = ust.run(command + ["record", "-o", place + "/t", "-k", "syscalls", "--", "true"],
                             expect=status, extra_env=more)
            if status:
                ust.check("/dev/ust-trace: Permission denied" in result.stderr and
                          "the group tracing: usermod" in result.stderr, result.stderr)
                ust.check(not os.path.exists(place + "/t"), "a trace is left behind")
            else:
                ust.check(re.search("^kernel +[1-9].* 0 lost, through ust-trace.ko", result.stderr,
                                    re.MULTILINE), result.stderr)
            ust.run(command + ["shutdown"], extra_env=more)
    finally:
        os.chown(kevents.DEVICE, before.st_uid, before.st_gid)
        os.chmod(kevents.DEVICE, before.st_mode & 0o777)
    nothing_left()


if __name__ == "__main__":
    ust.main()
