#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""record --sched, attach --sched: compared with the kernel's own counts of context switches."""
import collections
import ctypes
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import time

import ust

NUMBER = 2000
SWITCHES = ("sched:switch_in", "sched:switch_out", "sched:exit")


def view(directory):
    """The events, without what view says of losses."""
    output = ust.ustctl("view", "--json", directory).stdout
    return [event for event in map(json.loads, output.splitlines()) if "event" in event]


def uncertainty(directory):
    """What the trace says of its clock, ns."""
    with open(os.path.join(directory, "ust", "metadata"), encoding="utf-8") as metadata:
        return int(re.search(r"clock_uncertainty_ns = +(\d+)", metadata.read()).group(1))


def marks(events):
    """For each thread a list of (time, number of switches that the kernel had counted then)."""
    tries, found = {}, collections.defaultdict(list)
    for event in events:
        if event["event"] == "handover:try":
            tries[event["tid"]] = event
        elif event["event"] == "handover:good":
            last = tries[event["tid"]]
            ust.equal(event["fields"]["nr"], last["fields"]["nr"], "a mark's number")
            found[event["tid"]].append((last["time_ns"], last["fields"]["nr"]))
    return found


def check_counts(events, threads):
    """As many switches as the kernel counted: of new threads from their beginning on, of others
    between two marks."""
    outs = collections.defaultdict(list)
    for event in events:
        if event["event"] == "sched:switch_out":
            outs[event["tid"]].append(event["time_ns"])
    found = marks(events)
    ust.equal(len(found), threads, "threads with marks")
    compared = 0
    for tid, list_of in found.items():
        if len(list_of) == 1:
            list_of.insert(0, (0, 0))
        for (begin, first), (end, last) in zip(list_of, list_of[1:]):
            got = sum(begin < t < end for t in outs[tid])
            ust.equal(got, last - first, "switches of thread %d" % tid)
            compared += got
    return compared


def check_intervals(events, directory):
    """Each event of a thread lies where that thread has the CPU. Result: number of such events."""
    doubt = uncertainty(directory)
    cpus = collections.defaultdict(lambda: [[], []])
    for event in events:
        mine = event["event"] in SWITCHES
        cpus[event["cpu"]][0 if mine else 1].append(event)
    inside = 0
    for switches, others in cpus.values():
        spans, begun = collections.defaultdict(list), {}
        for event in switches:
            if event["event"] == "sched:switch_in":
                ust.check(not begun, "%s while %s has the CPU" % (event, begun))
                begun[event["tid"]] = event["time_ns"]
            else:
                # The first one may have the CPU when the recording begins.
                start = begun.pop(event["tid"], 0 if not spans and not begun else None)
                ust.check(start is not None, "%s had no CPU" % event)
                spans[event["tid"]].append((start, event["time_ns"]))
        for tid, start in begun.items():
            spans[tid].append((start, 1 << 63))
        for event in others:
            now = event["time_ns"]
            ust.check(any(a - doubt <= now <= b + doubt for a, b in spans[event["tid"]]),
                      "%s is outside of its thread's time on the CPU" % event)
            inside += 1
    return inside


def check_hands(events, times):
    """Between a give and the same thread's next take it leaves the CPU and comes back."""
    given, state = {}, {}
    nr = 0
    for event in events:
        name, tid = event["event"], event["tid"]
        if name == "handover:give":
            given[tid] = state[tid] = "give"
        elif name == "sched:switch_out" and tid in given:
            state[tid] = "out"
        elif name == "sched:switch_in" and state.get(tid) == "out":
            state[tid] = "in"
        elif name == "handover:take" and given.pop(tid, None):
            ust.equal(state[tid], "in", "what came between give and %s" % event)
            nr += 1
    ust.equal(nr, times * 2 * (NUMBER - 1), "hand-overs with their switches")


def check_trace(trace, threads, runs):
    ust.equal(trace.verify()["lost"], 0, "lost")
    events = view(trace.directory)
    ust.equal(trace.count(), len(events), "events of babeltrace2 and of view")
    stats = json.loads(ust.ustctl("stats", "--json", trace.directory).stdout)
    ust.equal(stats["events"], len(events), "events of stats")
    times = [event["time_ns"] for event in events]
    ust.equal(times, sorted(times), "times")
    ust.check(check_counts(events, threads) >= runs * 2 * (NUMBER - 1), "too few switches")
    ust.check(check_intervals(events, trace.directory) >= runs * 4 * NUMBER, "too few events")
    check_hands(events, runs)
    return events


@ust.point("record --sched: each hand-over has its switches, as many as the kernel counts")
def record():
    recording = ust.Recording([ust.prog("handover"), str(NUMBER)], ["--sched"])
    events = check_trace(recording, 3, 1)
    ust.equal(recording.summary(), {"events": len(events), "lost": 0}, "summary")
    ends = [e for e in events if e["event"] == "sched:exit"]
    ust.check(len(ends) >= 3, "only %d threads ended" % len(ends))


@ust.point("--clock monotonic, --context comm,ip: the same")
def contexts():
    recording = ust.Recording([ust.prog("handover"), "100"],
                              ["--sched", "--clock", "monotonic", "--context", "comm,ip"])
    events = view(recording.directory)
    for event in events:
        if event["event"] in SWITCHES:
            event["tid"] = event["fields"]["tid"]
    users = [e["time_ns"] for e in events if e["event"].startswith("handover:")]
    outs = [e["time_ns"] for e in events if e["event"] == "sched:switch_out"]
    ust.check(sum(users[0] < t < users[-1] for t in outs) >= 198, "too few switches")
    names = [x for x in recording.text() if "sched:switch_out" in x and 'comm = "handover"' in x]
    ust.check(len(names) >= 198, "threads without a name")


@ust.point("attach --sched: all threads that the process has and gets")
def attach():
    process = ust.start([ust.prog("handover-linked"), str(NUMBER), "idle"], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True)
    ust.equal(process.stdout.readline(), "idle\n", "first line")
    trace = ust.Trace(ust.path("trace"))
    command = ust.start([ust.USTCTL, "attach", "--sched", "-o", trace.directory, str(process.pid)],
                        stderr=subprocess.PIPE, text=True)
    ust.check("attached" in command.stderr.readline(), "attach did not start")
    process.stdin.close()
    _, err = command.communicate(timeout=60)
    ust.equal(command.returncode, 0, "exit status")
    ust.check(re.search(r"^lost +0$", err, re.MULTILINE), err)
    process.wait()
    check_trace(trace, 3, 1)


@ust.point("children: record follows them, attach only with --follow")
def children():
    recording = ust.Recording(["sh", "-c", "true & sh -c 'sleep 0.01' & wait; exit 0"],
                              ["--sched"])
    pids = {e["fields"]["pid"] for e in view(recording.directory)}
    ust.check(len(pids) >= 3, "processes: %s" % pids)
    for options, expected in (([], False), (["--follow"], True)):
        process = ust.start(["sh", "-c", "while :; do sleep 0.02; done"])
        time.sleep(0.1)
        trace = ust.Trace(ust.path("trace"))
        ust.ustctl("attach", "--sched", "-o", trace.directory, "--duration", "0.5", *options,
                   str(process.pid))
        pids = {e["fields"]["pid"] for e in view(trace.directory)}
        ust.check(process.pid in pids, "nothing of the process itself: %s" % pids)
        ust.equal(len(pids) > 1, expected, "others than %d among %s" % (process.pid, pids))
        process.kill()
        process.wait()


@ust.point("a user without privileges", root=True)
def nobody():
    place = ust.path("nobody")
    os.mkdir(place)
    build = ust.let_others_in()
    shutil.chown(place, 65534, 65534)
    trace = ust.Trace(os.path.join(place, "trace"))
    result = ust.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                      "--inh-caps=-all", os.path.join(build, "libustctl/ustctl"), "record", "--sched", "-o", trace.directory,
                      "--", os.path.join(build, "tests/system/progs/handover"), str(NUMBER)],
                     extra_env={"UST_RUNTIME_DIR": os.path.join(place, "run")})
    ust.check(re.search(r"^lost +0$", result.stderr, re.MULTILINE), result.stderr)
    check_trace(trace, 3, 1)


def idle_program(*options):
    """A recorded program that waits. Result: ustctl, the trace."""
    trace = ust.Trace(ust.path("trace"))
    recorder = ust.start([ust.USTCTL, "record", "--sched", "-o", trace.directory, *options],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True)
    ust.equal(recorder.stdout.readline(), "idle\n", "first line")
    return recorder, trace


@ust.point("while nothing runs ustd does not wake up; the trace can be looked at meanwhile")
def quiet():
    recorder, trace = idle_program("--", ust.prog("handover"), str(NUMBER), "idle")
    pid = ust.daemon_pid()

    ust.check_asleep([pid], 1.5, "ustd")
    # What the first run left is there, if it was not written it is on demand.
    ust.ustctl("status")
    events = [e["event"] for e in view(trace.directory)]
    ust.check(events.count("sched:switch_out") >= 2 * (NUMBER - 1), "not in the trace yet")
    recorder.communicate(timeout=60)
    ust.equal(recorder.returncode, 0, "exit status")
    events = check_trace(trace, 5, 2)
    ust.check(len(events) > 16 * NUMBER, "too few events")


@ust.point("what ustd is too slow for is counted")
def losses():
    number = 40000
    recorder, trace = idle_program("-e", "handover:try", "-e", "handover:good", "--",
                                   ust.prog("handover"), str(number), "idle")
    with open("/proc/%d/task/%d/children" % (recorder.pid, recorder.pid),
              encoding="ascii") as children_of:
        program = int(children_of.read().split()[0])
    pid = ust.daemon_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        recorder.stdin.close()
        recorder.stdin = None
        ust.wait_until(lambda: not ust.alive(program), 60, "the program ends")
    finally:
        os.kill(pid, signal.SIGCONT)
    _, err = recorder.communicate(timeout=60)
    lost = int(re.search(r"^lost +(\d+)$", err, re.MULTILINE).group(1))
    ust.check(lost > 0, "nothing was lost:\n" + err)
    ust.equal(trace.verify()["lost"], lost, "lost according to the packets")
    events = view(trace.directory)
    counted = sum(list_of[-1][1] - (list_of[0][1] if len(list_of) > 1 else 0)
                  for list_of in marks(events).values())
    got = sum(e["event"] in SWITCHES for e in events)
    ust.check(2 * counted <= got + lost <= 2 * counted + 400,
              "%d switches counted, %d events and %d lost" % (counted, got, lost))


class Filter:
    """As preexec_fn: perf_event_open(2) fails with EPERM."""

    def __call__(self):
        # Load the number; if it is the call's, skip none; refuse; allow.
        code = struct.pack("HBBIHBBIHBBIHBBI", 0x20, 0, 0, 0, 0x15, 0, 1, 298,
                           0x06, 0, 0, 0x00050000 | 1, 0x06, 0, 0, 0x7fff0000)
        keep = ctypes.create_string_buffer(code)
        prog = struct.pack("HxxxxxxQ", 4, ctypes.addressof(keep))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, prog, 0, 0):
            os._exit(99)


@ust.point("a refusal is told with its reason, and nothing is started")
def refused():
    other = {"UST_RUNTIME_DIR": os.path.join(ust.work, "filtered")}
    trace, witness = ust.path("trace"), ust.path("witness")
    process = ust.start(["sleep", "60"])
    for command in (["record", "--sched", "-o", trace, "--", "touch", witness],
                    ["attach", "--sched", "-o", trace, str(process.pid)]):
        result = ust.ustctl(*command, expect=1, extra_env=other, preexec_fn=Filter())
        ust.check("perf_event_open" in result.stderr and "seccomp" in result.stderr, result.stderr)
        ust.check(not os.path.exists(witness), "the program was started")
        ust.check(not os.path.exists(trace), "a trace of nothing is left")
    for arguments in ([], [str(process.pid)]):
        result = ust.ustctl("doctor", *arguments, extra_env=other, expect=None,
                            preexec_fn=Filter())
        line = [x for x in result.stdout.splitlines() if " scheduling " in x]
        ust.check(line and "fallback" in line[0] and "seccomp" in line[0], result.stdout)
    ust.check(re.search(r"^ok +scheduling", ust.ustctl("doctor", expect=None).stdout,
                        re.MULTILINE), "doctor without a filter")
    ust.ustctl("shutdown", extra_env=other)
    recording = ust.ustctl("record", "--sched", "--overwrite", "-o", trace, "--", "touch", witness,
                           expect=1)
    ust.check("--overwrite" in recording.stderr, recording.stderr)
    ust.check(not os.path.exists(witness) and not os.path.exists(trace), "it was started")


if __name__ == "__main__":
    ust.main()
