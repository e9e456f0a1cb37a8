#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Chunks: a session whose trace ends and goes on in another, while programs record at full speed, come
and go, are killed or do not answer."""
import json
import os
import re
import signal
import subprocess

import ust


class Session:
    def __init__(self, name, *options, pattern="shapes:*"):
        self.name, self.first = name, ust.path("trace")
        self.chunks = [ust.Trace(self.first)]
        ust.ustctl("create", name, "-o", self.first, *options)
        ust.ustctl("enable", name, pattern)
        ust.ustctl("start", name)

    def rotate(self, *options):
        """Events of the chunk that is complete, which babeltrace2 and ustctl agree about."""
        told = json.loads(ust.ustctl("rotate", self.name, "--json", *options).stdout)
        ust.equal(told["output"], self.chunks[-1].directory, "the chunk that is complete")
        self.chunks.append(ust.Trace(told["next"]))
        return told

    def destroy(self):
        ust.ustctl("destroy", self.name)

    def totals(self):
        """Events of the shapes and losses of all chunks, each of which is sound."""
        seen = [chunk.verify() for chunk in self.chunks]
        return (sum(n for one in seen for name, n in one["events"].items() if name.startswith("shapes:")),
                sum(one["lost"] for one in seen))


def rounds(session):
    """The numbers of the rounds of the first thread that a verified event carries, in their order."""
    text = "\n".join(line for chunk in session.chunks for line in chunk.text())
    return [int(n) for n in re.findall(r" thr = 0, seq = (\d+)", text)]


def start_idle():
    """A program that has recorded its 100 events and sleeps."""
    counts = ust.path("counts")
    program = ust.start([ust.prog("idle-linked"), counts])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == 100, 10, "its events")
    return program


def stop(process):
    os.kill(process.pid, signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)


def begin(session):
    """A rotation that waits for a process; its directory."""
    directory = ust.path("chunk")
    client = ust.start([ust.USTCTL, "rotate", session.name, "--json", "-o", directory],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ust.wait_until(lambda: os.path.exists(directory + "/ust/metadata"), 10, "the next chunk is there")
    session.chunks.append(ust.Trace(directory))
    return client


@ust.point("no event is lost or doubled at the border, and each chunk is a trace")
def border():
    session = Session("border")
    counts = ust.path("counts")
    program = ust.start([ust.prog("shapes-linked"), counts, "-t", "2", "-n", "60000", "-p"])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] > 1000, 20, "events")
    for number in range(2, 6):
        before = ust.counts(counts)[0]
        told = session.rotate()
        ust.equal(told["next"], "%s-chunk-%d" % (session.first, number), "the next chunk")
        ust.equal(session.chunks[-2].count(), told["events"], "babeltrace2's count")
        ust.wait_until(lambda: program.poll() is not None or ust.counts(counts)[0] > before + 1000, 20,
                       "the program goes on")
    ust.equal(program.wait(60), 0, "exit status")
    session.destroy()
    ust.equal(session.totals(), (sum(ust.counts(counts)), 0), "events in all chunks, lost")
    seen = rounds(session)
    ust.equal(seen, sorted(set(seen)), "rounds of the first thread")


@ust.point("programs that come and go meanwhile, in two sessions at once")
def coming():
    sessions = [Session("one"), Session("two", "--context", "comm,ip")]
    files = [ust.path("counts") for _ in range(24)]
    shell = ust.start(["sh", "-c", " & ".join("%s %s -n 500 -u 100" % (ust.prog("shapes-linked"), file)
                                             for file in files) + " & wait"])
    while shell.poll() is None:
        for session in sessions:
            session.rotate()
    for session in sessions:
        session.destroy()
    wanted = sum(ust.counts(file)[0] for file in files)
    ust.equal(wanted, 24 * 500, "rounds")
    for session in sessions:
        ust.equal(session.totals(), (wanted, 0), "events in all chunks, lost")


@ust.point("sticky state is told to each chunk")
def sticky():
    session = Session("state", pattern="sticky:*")
    process = ust.start([ust.prog("sticky"), "10", "wait"], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True,
                        extra_env={"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust.so.0")})
    ust.equal({process.stdout.readline(), process.stdout.readline()}, {"parent\n", "child\n"}, "output")
    for _ in range(3):
        session.rotate()
    session.destroy()
    process.stdin.close()
    ust.equal(process.wait(60), 0, "exit status")
    for chunk in session.chunks[1:]:
        values = re.findall(r"pid = (\d+).* replayed = 1, key = (\d), value = \"(\w+)\"",
                            "\n".join(chunk.text()))
        ust.equal(sorted((int(pid) == process.pid, key, value) for pid, key, value in values),
                  sorted([(True, key, "parent") for key in "012"] +
                         [(False, "0", "parent"), (False, "1", "parent"), (False, "2", "child"),
                          (False, "3", "child")]), "values")
        ust.equal(chunk.verify()["events"], {"sticky:state": 7}, "events")


@ust.point("a process that is killed meanwhile, and one that does not answer and goes on later")
def killed():
    session = Session("killed", pattern="shapes:*")
    counts = ust.path("counts")
    idle, busy = start_idle(), ust.start([ust.prog("shapes-linked"), counts, "-n", "1000000", "-u", "1000"])
    ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] > 100, 20, "events")
    for program in (idle, busy):
        stop(program)
    before = ust.counts(counts)[0]
    client = begin(session)
    refused = ust.ustctl("enable", session.name, "shapes:one", expect=1)
    ust.check("is being rotated just now; try again" in refused.stderr, refused.stderr)
    idle.kill()
    idle.wait()
    told = json.loads(client.communicate(timeout=30)[0])
    ust.equal(told["silent"], 1, "silent ones")
    # The program counts an event behind it: one may be recorded and not yet counted.
    ust.check(before <= told["events"] - 100 <= before + 1, "%d events, %d counted" %
              (told["events"], before))
    os.kill(busy.pid, signal.SIGCONT)
    ust.wait_until(lambda: session.chunks[-1].verify()["events"].get("shapes:one", 0) > 10, 20,
                   "it records into the next chunk")
    busy.kill()
    session.destroy()


@ust.point("Ctrl-C, and the end of ustd, while it waits for a process")
def given_up():
    session = Session("given")
    program = start_idle()
    stop(program)
    client = begin(session)
    client.send_signal(signal.SIGINT)
    ust.equal(client.wait(10), -signal.SIGINT, "exit status")
    ust.wait_until(lambda: json.loads(ust.ustctl("status", session.name, "--json").stdout)
                   ["sessions"][0]["output"] == session.chunks[-1].directory, 20, "the next chunk")
    client = begin(session)
    daemon = ust.daemon_pid()
    os.kill(daemon, signal.SIGTERM)
    ust.wait_until(lambda: not ust.alive(daemon), 20, "ustd ends")
    ust.equal(client.wait(20), 1, "exit status")
    ust.equal([chunk.verify()["events"].get("shapes:one", 0) for chunk in session.chunks], [10, 0, 0],
              "events of the chunks")
    program.kill()


@ust.point("refusals are sentences that say what to do")
def refusals():
    def refused(text, *arguments):
        result = ust.ustctl("rotate", *arguments, expect=1)
        ust.check(text in result.stderr, result.stderr)

    ust.ustctl("create", "flight", "--overwrite", "-o", ust.path("trace"))
    refused("ustctl create NAME")
    refused("use: ustctl snapshot flight", "flight")
    refused("existing: flight", "nobody")
    ust.ustctl("create", "new", "-o", ust.path("trace"))
    refused("it is not started", "new")
    other = Session("other")
    refused("name one: new, other")
    refused("not empty", "other", "-o", ust.SOURCE)
    refused("is no directory", "other", "-o", ust.USTCTL)
    ust.equal(other.rotate("-o", ust.path("chunk"))["events"], 0, "events")
    record = ust.start([ust.USTCTL, "record", "-o", ust.path("trace"), "sleep", "100"])
    name = ust.wait_until(lambda: [s["name"] for s in json.loads(ust.ustctl("status", "--json").stdout)
                                   ["sessions"] if s["scope"] and s["state"] == "started"], 10, "record")[0]
    refused("it ends with the command that made it", name)
    record.kill()
    for name in ("flight", "new", "other"):
        ust.ustctl("destroy", name)


if __name__ == "__main__":
    ust.main()
