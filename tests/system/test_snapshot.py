#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Snapshots of flight recorders: what the buffers hold, sticky state, processes that end or do not
answer meanwhile, a full disk, a client that goes."""
import json
import os
import re
import signal
import subprocess

import ust

ROUNDS = 100  # of tests/system/progs/idle.c


class Flight:
    """A session in overwrite mode that is started."""

    def __init__(self, name, *options, pattern="*"):
        self.name, self.output = name, ust.path("flight")
        ust.ustctl("create", name, "--overwrite", "-o", self.output, *options)
        ust.ustctl("enable", name, pattern)
        ust.ustctl("start", name)

    def snapshot(self, *options):
        """The trace, and what was told of it; babeltrace2 and ustctl agree."""
        told = json.loads(ust.ustctl("snapshot", self.name, "--json", *options).stdout)
        trace = ust.Trace(told["output"])
        ust.equal(trace.count(), told["events"], "babeltrace2's count")
        ust.equal((told["session"], told["lost"]), (self.name, 0), "session, lost")
        return trace, told

    def destroy(self):
        ust.ustctl("destroy", self.name)
        return ust.Trace(self.output)


def start_idle():
    """A program that has recorded its events and sleeps."""
    counts = ust.path("counts")
    program = ust.start([ust.prog("idle-linked"), counts])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == ROUNDS, 10, "its events")
    return program


def wait_stopped(process):
    os.kill(process.pid, signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)


def begin(session, *options):
    """A snapshot that waits for a process; its directory."""
    directory = ust.path("snapshot")
    client = ust.start([ust.USTCTL, "snapshot", session.name, "--json", "-o", directory, *options],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ust.wait_until(lambda: os.path.exists(directory + "/ust"), 10, "the snapshot begins")
    return client, directory


@ust.point("every event that is held, one snapshot after the other, and the session's own trace is whole")
def exact():
    session = Flight("exact", "--context", "tid,comm,ip")
    programs = [start_idle()]
    wanted = session.snapshot()[1]["events"]
    for number in range(2, 4):
        programs.append(start_idle())
        trace, told = session.snapshot()
        ust.equal(told["output"], "%s-snapshot-%d" % (session.output, number), "output")
        ust.equal((told["events"], told["processes"], told["silent"]), (number * wanted, number, 0),
                  "events, processes, silent ones")
        ust.check_shapes(trace, [number * ROUNDS])
    text = ust.ustctl("snapshot", "-o", ust.path("trace")).stdout
    ust.check(text.startswith("snapshot of session 'exact': %d events of 3 processes, 0 lost, in " %
                              (3 * wanted)), text)
    ust.ustctl("stop", "exact")
    ust.equal(session.snapshot()[1]["events"], 3 * wanted, "events once it is stopped")
    ust.equal(session.destroy().count(), 3 * wanted, "events of the session's own trace")
    for program in programs:
        program.kill()


@ust.point("sticky state of each living process, once, also where rings were written over")
def sticky():
    session = Flight("state", "--subbuf-size", "64K", "--num-subbuf", "4", pattern="sticky:*")
    # On one CPU: each process has one ring, and that is written over.
    process = ust.start(["taskset", "-c", str(min(os.sched_getaffinity(0))), ust.prog("sticky"), "60000",
                         "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                        extra_env={"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust.so.0")})
    ust.equal({process.stdout.readline(), process.stdout.readline()}, {"parent\n", "child\n"}, "output")
    for _ in range(2):
        trace, told = session.snapshot()
        ust.equal(told["states"], 7, "states")
        seen = trace.verify()
        ust.equal(seen["events"]["sticky:state"], 7, "their events")
        ust.check(0 < seen["events"]["sticky:filler"] < 120000, "the rings were not written over")
        values = re.findall(r"pid = (\d+).* replayed = 1, key = (\d), value = \"(\w+)\"",
                            "\n".join(trace.text()))
        ust.equal(sorted((int(pid) == process.pid, key, value) for pid, key, value in values),
                  sorted([(True, key, "parent") for key in "012"] +
                         [(False, "0", "parent"), (False, "1", "parent"), (False, "2", "child"),
                          (False, "3", "child")]), "values")
    process.stdin.close()
    ust.equal(process.wait(60), 0, "exit status")
    session.destroy()


@ust.point("more keys than there is room for: those that are kept, and how many are not")
def many_keys():
    session = Flight("many", pattern="sticky:*")
    process = ust.start([ust.prog("sticky"), "1100", "many"], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                        extra_env={"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust.so.0"),
                                   "UST_DEBUG": "1"})
    ust.equal(process.stdout.readline(), "many\n", "output")
    trace, told = session.snapshot()
    process.kill()
    lost = re.findall(r"sticky state: (\d+) values were not kept", process.stderr.read())
    ust.check(lost and int(lost[-1]) >= 1100 - 1024, "said: %s" % lost)
    ust.equal(told["states"] + int(lost[-1]), 1100, "values kept, and those that are not")
    ust.equal(trace.verify()["events"]["sticky:state"], 1100 + told["states"], "events")
    session.destroy()


@ust.point("threads that write at full speed: nothing torn, doubled or out of order, in any snapshot")
def busy():
    session = Flight("busy", "--subbuf-size", "16K", "--num-subbuf", "4", pattern="shapes:*")
    counts = ust.path("counts")
    program = ust.start([ust.prog("shapes-linked"), counts, "-t", "2", "-n", "1000000000", "-p"])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] > 100000, 20, "events")
    for _ in range(8):
        before = ust.counts(counts)[0]
        told = json.loads(ust.ustctl("snapshot", "--json").stdout)
        seen = ust.Trace(told["output"]).verify()
        # Writers that lap each other within so little memory lose some, which is told.
        got = sum(number for name, number in seen["events"].items() if name.startswith("shapes:"))
        ust.check(got == told["events"] > 0, "events: %s, %s" % (told, seen))
        ust.equal(seen["lost"], told["lost"], "lost")
        ust.wait_until(lambda: ust.counts(counts)[0] > before + 100000, 20, "the program goes on")
    program.kill()
    program.wait()
    session.destroy().verify()


@ust.point("a process that is killed meanwhile is in it as a whole, and in the session's trace; one that "
           "does not answer lacks its state only")
def killed():
    session = Flight("killed")
    programs = [start_idle() for _ in range(2)]
    wanted = session.snapshot()[1]["events"]
    for program in programs:
        wait_stopped(program)
    client, directory = begin(session)
    programs[0].kill()
    programs[0].wait()
    told = json.loads(client.communicate(timeout=30)[0])
    ust.equal((told["events"], told["processes"], told["silent"]), (wanted, 2, 1),
              "events, processes, silent ones")
    ust.check_shapes(ust.Trace(directory), [2 * ROUNDS])
    os.kill(programs[1].pid, signal.SIGCONT)
    ust.wait_until(lambda: session.snapshot()[1]["processes"] == 1, 10, "the other one alone")
    programs[1].kill()
    ust.check_shapes(session.destroy(), [2 * ROUNDS])


@ust.point("32 processes")
def many():
    session = Flight("many", "--subbuf-size", "64K", "--num-subbuf", "4")
    programs = [start_idle() for _ in range(32)]
    trace, told = session.snapshot()
    ust.equal((told["processes"], told["silent"]), (32, 0), "processes, silent ones")
    ust.check_shapes(trace, [32 * ROUNDS])
    for program in programs:
        program.kill()
        program.wait()
    ust.check_shapes(session.destroy(), [32 * ROUNDS])


@ust.point("disk full: said, nothing left of it, and the session goes on")
def disk_full():
    disk = ust.path("disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False,
                      stderr=subprocess.DEVNULL).returncode:
        raise ust.Skip("needs the right to mount a tmpfs")
    try:
        session = Flight("full")
        programs = [start_idle() for _ in range(8)]
        for directory in (disk, disk + "/trace"):
            result = ust.ustctl("snapshot", "-o", directory, expect=1)
            ust.check("No space left on device; what was written of it is removed" in result.stderr,
                      result.stderr)
            ust.equal(os.listdir(disk), [], "left on the disk")
        ust.check_shapes(session.snapshot()[0], [8 * ROUNDS])
        for program in programs:
            program.kill()
        ust.check_shapes(session.destroy(), [8 * ROUNDS])
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


@ust.point("Ctrl-C, and the end of the session, while it waits for a process")
def given_up():
    session = Flight("given")
    program = start_idle()
    wait_stopped(program)
    client, directory = begin(session)
    client.send_signal(signal.SIGINT)
    ust.equal(client.wait(10), -signal.SIGINT, "exit status")
    ust.wait_until(lambda: not os.path.exists(directory), 10, "what was written is removed")
    client, directory = begin(session)
    ending = ust.start([ust.USTCTL, "destroy", session.name])
    ust.equal(json.loads(client.communicate(timeout=30)[0])["silent"], 1, "silent ones")
    ust.equal(ending.wait(30), 0, "exit status of destroy")
    for output in (directory, session.output):
        ust.check_shapes(ust.Trace(output), [ROUNDS])
    program.kill()


@ust.point("refusals are sentences that say what to do")
def refusals():
    def refused(text, *arguments):
        result = ust.ustctl("snapshot", *arguments, expect=1)
        ust.check(text in result.stderr, result.stderr)

    ust.ustctl("create", "discard", "-o", ust.path("trace"))
    refused("ustctl create NAME --overwrite")
    ust.ustctl("start", "discard")
    refused("snapshots are of sessions made with --overwrite", "discard")
    refused("existing: discard", "nobody")
    ust.ustctl("create", "--overwrite", "new", "-o", ust.path("trace"))
    refused("ustctl start new")
    other = Flight("other")
    refused("name one: new, other")
    refused("not empty", "other", "-o", ust.SOURCE)
    refused("is no directory", "other", "-o", ust.USTCTL)
    for name in ("discard", "new", "other"):
        ust.ustctl("destroy", name)


if __name__ == "__main__":
    ust.main()
