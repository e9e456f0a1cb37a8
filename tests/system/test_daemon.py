#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ustd: idle, absent, stopped, killed, its disk full."""
import json
import os
import re
import signal
import subprocess
import time

import ust


def session(name, *options, pattern="shapes:*"):
    trace = ust.Trace(ust.path("trace"))
    ust.ustctl("create", name, "--output", trace.directory, *options)
    ust.ustctl("enable", name, pattern)
    ust.ustctl("start", name)
    return trace


def stop_daemon(sig=signal.SIGTERM):
    pid = ust.daemon_pid()
    if pid:
        os.kill(pid, sig)
        ust.wait_until(lambda: not ust.alive(pid), 10, "ustd ends")


def first_events(*arguments):
    """A linked program that has recorded its events and sleeps."""
    counts = ust.path("counts")
    program = ust.start([ust.prog("idle-linked"), counts])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == 100, 10,
                   "100 rounds of the program")
    return program


@ust.point("idle: a linked process without a session, with and without ustd: 0 switches in 10 s")
def idle_process():
    stop_daemon()
    alone = first_events()
    ust.ustctl("create", "x", "--output", ust.path("trace"))
    served = first_events()
    try:
        ust.wait_until(lambda: str(served.pid) in ust.ustctl("list").stdout, 30, "ustd knows it")
        ust.check_asleep([alone.pid, served.pid], 10, "the processes")
        for program in (alone, served):
            tasks = len(os.listdir("/proc/%d/task" % program.pid))
            ust.check(tasks <= 2, "%d threads" % tasks)
            sockets = [fd for fd in os.listdir("/proc/%d/fd" % program.pid) if int(fd) > 2]
            ust.check(len(sockets) <= 1, "%d descriptors of ours" % len(sockets))
    finally:
        for program in (alone, served):
            program.kill()
            program.wait()
        ust.ustctl("destroy", "x")


@ust.point("idle: ustd and the process with a started, silent session: 0 switches in 10 s")
def idle_daemon():
    session("silent")
    program = first_events()
    try:
        ust.check_asleep([ust.daemon_pid(), program.pid], 10, "ustd and the process")
    finally:
        program.kill()
        program.wait()
        ust.ustctl("destroy", "silent")


def may_raise():
    """Whether we, and so a ustd that we start, may have a nice value of -10."""
    child = os.fork()
    if child == 0:
        try:
            os.setpriority(os.PRIO_PROCESS, 0, -10)
        except PermissionError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@ust.point("priority: ustd is before other processes, those of other sessions too, if it may be")
def priority():
    wanted = -10 if may_raise() else os.getpriority(os.PRIO_PROCESS, 0)
    ust.ustctl("create", "x", "--output", ust.path("trace"))
    pid = ust.daemon_pid()
    ust.equal(os.getpriority(os.PRIO_PROCESS, pid), wanted, "nice value of ustd")
    group = "/proc/%d/autogroup" % pid
    if os.path.exists(group) and wanted == -10:
        with open(group, encoding="ascii") as text:
            ust.equal(text.read().split()[-1], "-10", "nice value of its session")
    with open("/proc/%d/sched" % pid, encoding="ascii") as text:
        slices = re.findall(r"se\.slice\s*:\s*(\d+)", text.read())
    # Linux before 6.12 has one slice for all and does not show it.
    ust.check(not slices or slices == ["100000"], "slice of ustd: %s" % slices)
    ust.ustctl("destroy", "x")


@ust.point("no ustd: the constructor neither waits nor asks again")
def absent():
    stop_daemon()
    counts, log = ust.path("counts"), ust.path("strace")
    ust.run(["strace", "-f", "-o", log, "-e",
             "trace=execve,connect,poll,ppoll,select,pselect6,nanosleep,clock_nanosleep,epoll_wait",
             ust.prog("shapes-linked"), counts, "-n", "1000"])
    with open(log, encoding="utf-8") as text:
        calls = [line for line in text if re.search(r"\d+\s+\w+\(", line)]
    askers = [line.split()[0] for line in calls if " connect(" in line]
    # The listener may sleep; the program's own thread, which the log begins with, may not.
    main = calls[0].split()[0]
    waits = [line for line in calls[1:] if " connect(" not in line and line.split()[0] == main]
    ust.equal(askers.count(main), 1, "questions of the program's own thread:\n" + "".join(calls))
    # The listener asks, and once more when its own socket is there, for a ustd that came in between.
    ust.check(len(askers) <= 3 and len(set(askers)) <= 2, "who asks:\n" + "".join(calls))
    ust.equal(waits, [], "waits of the program's own thread")
    ust.equal(ust.counts(counts)[0], 1000, "rounds of the program")


@ust.point("UST_LISTEN=0: no thread, no descriptor")
def listen_off():
    stop_daemon()
    counts = ust.path("counts")
    program = ust.start([ust.prog("idle-linked"), counts], extra_env={"UST_LISTEN": "0"})
    try:
        ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == 100, 10,
                       "100 rounds")
        ust.equal(len(os.listdir("/proc/%d/task" % program.pid)), 1, "threads")
        ust.equal([fd for fd in os.listdir("/proc/%d/fd" % program.pid) if int(fd) > 2], [],
                  "descriptors")
    finally:
        program.kill()
        program.wait()


@ust.point("SIGTERM: ustd closes its traces, the program runs on, a new ustd serves it")
def terminated():
    trace = session("term")
    program = first_events()
    try:
        stop_daemon()
        ust.equal(trace.verify()["events"].get("shapes:one"), 10, "shapes:one in the trace")
        ust.check(ust.alive(program.pid), "the program ended")
        ust.ustctl("create", "next", "--output", ust.path("trace"))
        ust.wait_until(lambda: str(program.pid) in ust.ustctl("list").stdout, 10,
                       "the new ustd lists the process")
        ust.ustctl("destroy", "next")
    finally:
        program.kill()
        program.wait()


@ust.point("Ctrl-C under record: a readable trace, and the program's own status")
def interrupted():
    counts, directory = ust.path("counts"), ust.path("trace")
    record = ust.start([ust.USTCTL, "record", "-o", directory, "--", ust.prog("shapes"), counts,
                        "-n", "100000000", "-u", "100"], stderr=subprocess.DEVNULL,
                       start_new_session=True)
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] > 500, 20, "events")
    os.killpg(record.pid, signal.SIGINT)
    ust.equal(record.wait(30), 128 + 2, "exit status")
    ust.check_shapes(ust.Trace(directory), ust.counts(counts), slack=1)


@ust.point("SIGKILL of ustd: the programs run on")
def killed():
    session("gone")
    counts = ust.path("counts")
    program = ust.start([ust.prog("shapes-linked"), counts, "-n", "100000", "-t", "2"])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0], 20, "events")
    stop_daemon(signal.SIGKILL)
    ust.equal(program.wait(60), 0, "the program's exit status")
    ust.equal(ust.counts(counts)[0], 100000, "rounds of the program")
    ust.ustctl("status", expect=None)


@ust.point("SIGKILL of ustctl record: its session is closed, the program runs on")
def killed_recorder():
    counts = ust.path("counts")
    trace = ust.Trace(ust.path("trace"))
    recorder = ust.start([ust.USTCTL, "record", "-o", trace.directory, "--", ust.prog("idle"), counts])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == 100, 10,
                   "100 rounds of the program")
    with open("/proc/%d/task/%d/children" % (recorder.pid, recorder.pid), encoding="ascii") as file:
        program = int(file.read().split()[-1])
    recorder.kill()
    recorder.wait()
    try:
        ust.wait_until(lambda: "no session" in ust.ustctl("status").stdout, 10, "no session is left")
        ust.check(ust.alive(program), "the program ended with its recorder")
        ust.check_shapes(trace, [100])
    finally:
        os.kill(program, signal.SIGKILL)


@ust.point("disk full: a clear error, a readable trace, the program runs to its end")
def disk_full():
    disk = ust.path("disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False,
                      stderr=subprocess.DEVNULL).returncode:
        raise ust.Skip("needs the right to mount a tmpfs")
    try:
        counts = ust.path("counts")
        trace = ust.Trace(os.path.join(disk, "trace"))
        result = ust.ustctl("record", "-o", trace.directory, "--", ust.prog("shapes"), counts,
                            "-n", "300000", expect=None)
        ust.equal(ust.counts(counts)[0], 300000, "rounds of the program")
        ust.check("No space left" in result.stderr, "record does not say why:\n" + result.stderr)
        seen = trace.verify()
        got = sum(n for k, n in seen["events"].items() if k.startswith("shapes:"))
        ust.check(got > 1000, "only %d events in what fits" % got)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


@ust.point("disk full for a while: the session waits, goes on, and what was lost is counted exactly")
def disk_full_for_a_while():
    disk = ust.path("disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False,
                      stderr=subprocess.DEVNULL).returncode:
        raise ust.Skip("needs the right to mount a tmpfs")

    def status():
        return json.loads(ust.ustctl("status", "full", "--json").stdout)["sessions"][0]

    try:
        trace = ust.Trace(os.path.join(disk, "trace"))
        ust.ustctl("create", "full", "--output", trace.directory, "--subbuf-size", "65536",
                   "--num-subbuf", "8")
        ust.ustctl("enable", "full", "shapes:*")
        ust.ustctl("start", "full")
        first, second = ust.path("counts"), ust.path("counts")
        ust.run([ust.prog("shapes-linked"), first, "-n", "30000"])
        ust.wait_until(lambda: "No space left" in (status()["error"] or ""), 10, "status says why")
        ust.equal(status()["state"], "started", "state on a full disk")
        ust.run(["mount", "-o", "remount,size=64m", disk])
        ust.wait_until(lambda: not status()["error"], 10, "the session goes on")
        ust.run([ust.prog("shapes-linked"), second, "-n", "1000"])
        ust.ustctl("destroy", "full")
        seen = ust.check_shapes(trace, [*ust.counts(first), *ust.counts(second)], lost=None)
        ust.check(seen["lost"] > 0, "nothing was lost: the disk was not full")
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


@ust.point("few descriptors: those that fit are recorded, ustd answers, the others come when some go")
def few_descriptors():
    stop_daemon()
    # 32 are ustd's own, a third of the others for connections, an eighth of these for clients: 14.
    ust.run(["prlimit", "--nofile=80:80", "--", ust.env.get("UST_USTD", ust.BUILD + "/ustd/ustd"),
             "--daemonize"])
    trace = session("few", pattern="shapes:one")
    programs = []

    def recorded():
        return json.loads(ust.ustctl("status", "few", "--json").stdout)["sessions"][0]

    try:
        files = [ust.path("counts") for _ in range(20)]
        programs = [ust.start([ust.prog("idle-linked"), counts]) for counts in files]
        for counts in files:
            ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == 100, 10,
                           "100 rounds of each program")
        ust.equal((recorded()["state"], recorded()["processes_live"]), ("started", 14), "session, processes")
        for program in programs:
            program.kill()
            program.wait()
        ust.wait_until(lambda: recorded()["processes_live"] == 0, 10, "ustd sees that they are gone")
        programs = [first_events()]
        ust.equal(recorded()["processes_live"], 1, "processes that came later")
    finally:
        for program in programs:
            program.kill()
            program.wait()
        ust.ustctl("destroy", "few")
    ust.equal(trace.verify()["events"].get("shapes:one"), 15 * 10, "shapes:one in the trace")


@ust.point("doctor tells what works here")
def doctor():
    text = ust.ustctl("doctor", expect=None).stdout
    for what in ("rseq", "patch", "clock", "runtime"):
        ust.check(what in text.lower(), "%s is not in:\n%s" % (what, text))


if __name__ == "__main__":
    ust.main()
