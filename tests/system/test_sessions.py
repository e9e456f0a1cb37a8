#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sessions by hand: create, enable, start, stop, destroy, status; running processes; overwrite."""
import glob
import json
import os
import shutil
import signal
import subprocess

import ust


class Session(ust.Trace):
    def __init__(self, name, *options, patterns=("shapes:*",)):
        super().__init__(ust.path("trace"))
        self.name = name
        ust.ustctl("create", name, "--output", self.directory, *options)
        for pattern in patterns:
            ust.ustctl("enable", name, pattern)

    def start(self):
        ust.ustctl("start", self.name)
        return self

    def stop(self):
        ust.ustctl("stop", self.name)

    def destroy(self):
        return ust.ustctl("destroy", self.name)

    def status(self):
        sessions = json.loads(ust.ustctl("status", "--json").stdout)["sessions"]
        return next(s for s in sessions if s["name"] == self.name)


class Running:
    """A linked program that records one event about every millisecond until it is stopped."""

    def __init__(self, program="shapes-linked", events=10000000, pause=1000):
        self.file = ust.path("counts")
        self.process = ust.start([ust.prog(program), self.file, "-n", str(events), "-u",
                                  str(pause)])
        self.pid = self.process.pid
        ust.wait_until(lambda: os.path.exists(self.file) and self.count(), 10, "the first event")

    def count(self):
        return ust.counts(self.file)[0]

    def more(self, number=50):
        target = self.count() + number
        ust.wait_until(lambda: self.count() >= target, 20, "%d more events" % number)

    def end(self):
        self.process.terminate()
        self.process.wait()


def shapes(trace):
    seen = trace.verify()
    return sum(n for k, n in seen["events"].items() if k.startswith("shapes:")), seen


@ust.point("attach to a running process: between start and stop every event, before and after none")
def attach():
    program = Running()
    session = Session("attach")
    program.more()
    before = program.count()
    session.start()
    low = program.count()
    program.more(300)
    high = program.count()
    session.stop()
    after = program.count()
    program.more()
    session.destroy()
    program.end()
    got, seen = shapes(session)
    ust.equal(seen["lost"], 0, "lost")
    # The program counts an event behind it: one may be recorded and not yet counted.
    ust.check(high - low <= got <= after - before + 1,
              "%d events, expected %d to %d" % (got, high - low, after - before + 1))


@ust.point("stop and start again in one session")
def again():
    program = Running()
    session = Session("again").start()
    program.more(100)
    session.stop()
    off = program.count()
    program.more(100)
    session.start()
    program.more(100)
    session.destroy()
    total = program.count()
    program.end()
    got, _ = shapes(session)
    ust.check(200 <= got <= total - 90, "%d of %d events (%d at the stop)" % (got, total, off))


@ust.point("events enabled and disabled while it runs")
def late():
    program = Running(pause=200)
    session = Session("late", patterns=()).start()
    program.more(100)
    ust.ustctl("enable", "late", "shapes:one")
    program.more(200)
    ust.ustctl("enable", "late", "shapes:reals")
    program.more(200)
    ust.ustctl("disable", "late", "shapes:one")
    low = program.count()
    program.more(200)
    session.destroy()
    program.end()
    seen = session.verify()["events"]
    ust.equal(set(seen), {"shapes:one", "shapes:reals"}, "events")
    ust.check(seen["shapes:one"] >= 38, "shapes:one was enabled for 400 rounds: %s" % seen)
    lines = [line for line in session.text()]
    last = max(n for n, line in enumerate(lines) if " shapes:one: " in line)
    ust.check(sum(1 for line in lines[last:] if " shapes:reals: " in line) >= 18,
              "shapes:one went on after disable (%d)" % low)


@ust.point("two sessions at once, with patterns of their own")
def two():
    counts = ust.path("counts")
    first = Session("first", patterns=("shapes:*",)).start()
    second = Session("second", patterns=("shapes:one", "shapes:*string")).start()
    ust.run([ust.prog("shapes-linked"), counts, "-t", "2", "-n", "20000"])
    first.destroy()
    second.destroy()
    ust.check_shapes(first, ust.counts(counts))
    seen = second.verify()
    ust.equal({k: v for k, v in seen["events"].items() if v},
              {"shapes:one": 4000, "shapes:short_string": 4000, "shapes:long_string": 4000},
              "events of the second session")


@ust.point("overwrite: the newest events stay, the oldest go, nothing torn")
def overwrite():
    for nr, size in ((4, 65536), (2, 4096), (8, 1048576)):
        counts = ust.path("counts")
        session = Session("flight", "--overwrite", "--subbuf-size", str(size), "--num-subbuf",
                          str(nr)).start()
        ust.run([ust.prog("shapes-linked"), counts, "-t", "2", "-n", "200000", "-p"])
        session.destroy()
        got, seen = shapes(session)
        ust.check(0 < got < sum(ust.counts(counts)), "%d events stayed" % got)
        ust.check("199999" in "".join(session.text()[-200:]), "the last event is not there")
        ust.check(seen["streams"], "no stream")


@ust.point("overwrite: a killed program's newest events stay")
def overwrite_killed():
    counts = ust.path("counts")
    session = Session("flight", "--overwrite", "--subbuf-size", "65536", "--num-subbuf",
                      "4").start()
    ust.run([ust.prog("shapes-linked"), counts, "-n", "200000", "-e", "kill"], expect=-9)
    session.destroy()
    shapes(session)
    ust.check("199999" in "".join(session.text()[-200:]), "the last event is not there")


@ust.point("a quiet stream is on disk within a second, while the program runs")
def quiet():
    session = Session("quiet").start()
    counts = ust.path("counts")
    program = ust.start([ust.prog("idle-linked"), counts])
    try:
        ust.wait_until(lambda: os.path.exists(counts) and ust.counts(counts)[0] == 100, 10,
                       "100 events")
        daemon = ust.daemon_pid()
        waited = ust.run_delay(daemon)
        ust.wait_until(lambda: shapes(session)[0] == 100, 60, "100 events on disk")
        waited = ust.run_delay(daemon) - waited
        lines = ust.ustctl("view", "--json", session.directory).stdout.splitlines()
        last = max(json.loads(line)["time_ns"] for line in lines)
        written = max(os.stat(file).st_mtime_ns for file in
                      glob.glob(os.path.join(session.directory, "ust", "idle-linked-*")))
        # However busy the machine is: what ustd waited for a CPU is not its own time.
        ust.check(written - last < 10 ** 9 + waited,
                  "%d ns after the last event, %d of them without a CPU" % (written - last, waited))
    finally:
        program.kill()
        program.wait()
        session.destroy()
    ust.equal(shapes(session)[0], 100, "events at the end")


@ust.point("status --json tells state, counts and losses")
def status():
    session = Session("status", "--subbuf-size", "65536", "--num-subbuf", "8", "--context",
                      "tid,comm")
    ust.equal(session.status()["state"], "created", "state")
    session.start()
    ust.equal(session.status()["state"], "started", "state")
    program = Running()
    got = session.status()
    session.stop()
    ust.equal(session.status()["state"], "stopped", "state")
    program.end()
    session.destroy()
    ust.equal(got["subbuf_size"], 65536, "subbuf_size")
    ust.equal(got["num_subbuf"], 8, "num_subbuf")
    ust.equal(got["lost"], 0, "lost")
    ust.check(os.path.samefile(got["output"], session.directory), "output: %s" % got["output"])
    ust.equal(json.loads(ust.ustctl("status", "--json").stdout)["sessions"], [],
              "sessions after destroy")


@ust.point("--json is JSON whatever bytes are in names")
def hostile_names():
    name, output = b"na\xffme\"\n", ust.path("out").encode() + b"\xff"
    program = ust.path("program").encode() + b"\xfe"
    shutil.copy(ust.prog("idle-linked"), program)
    ust.ustctl("create", name, "--output", output)
    running = ust.start([program, ust.path("counts")])
    try:
        ust.wait_until(lambda: str(running.pid) in ust.ustctl("list").stdout, 10, "it is listed")
        for arguments in (["status"], ["list"]):
            # run() would hide bytes that are not UTF-8.
            text = subprocess.run([ust.USTCTL, *arguments, "--json"], env=ust.env, check=True,
                                  stdout=subprocess.PIPE).stdout
            found = json.loads(text.decode("utf-8"))
            ust.check("\ufffd" in json.dumps(found, ensure_ascii=False), text)
        text = subprocess.run([ust.USTCTL, "record", "--json", "-o", output + b"2", "true"],
                              env=ust.env, check=True, stderr=subprocess.PIPE).stderr
        ust.check(json.loads(text.decode("utf-8"))["output"].endswith("\ufffd2"), text)
    finally:
        running.kill()
        running.wait()
        ust.ustctl("destroy", name)


@ust.point("list shows running processes and their events")
def list_running():
    program = Running()
    try:
        ust.ustctl("create", "x", "--output", ust.path("trace"))  # starts ustd
        ust.wait_until(lambda: str(program.pid) in ust.ustctl("list").stdout, 10,
                       "the process is listed")
        ust.check("shapes:reals" in ust.ustctl("list", str(program.pid)).stdout, "its events")
        text = json.dumps(json.loads(ust.ustctl("list", str(program.pid), "--json").stdout))
        ust.check("short_string" in text, "its events as JSON")
        json.loads(ust.ustctl("list", "--json").stdout)
    finally:
        ust.ustctl("destroy", "x", expect=None)
        program.end()


@ust.point("list of a file shows events, fields, types and places")
def list_file():
    text = ust.ustctl("list", ust.prog("shapes")).stdout
    for what in ("shapes:twenty", "shapes.h:", "f16", "shapes:empty", "color"):
        ust.check(what in text, "%s is not in the list:\n%s" % (what, text))
    json.loads(ust.ustctl("list", ust.prog("shapes"), "--json").stdout)
    nothing = ust.ustctl("list", ust.prog("nothing"), expect=None)
    ust.check("shapes" not in nothing.stdout, nothing.stdout)


@ust.point("contexts: none, all of them")
def contexts():
    for context, present, absent in (("none", (), ("tid", "comm", "ip")),
                                     ("tid,comm,ip", ("tid = ", "comm = ", "ip = "), ())):
        counts = ust.path("counts")
        trace = ust.Recording([ust.prog("shapes"), counts, "-t", "2", "-n", "5000"],
                              options=("--context", context))
        ust.check_shapes(trace, ust.counts(counts))
        line = trace.text()[20]
        for what in present:
            ust.check(what in line, "%s is not in: %s" % (what, line))
        for what in absent:
            ust.check(" %s = " % what not in line, "%s is in: %s" % (what, line))


@ust.point("patterns of record -e choose events")
def patterns():
    counts = ust.path("counts")
    trace = ust.Recording([ust.prog("shapes"), counts, "-n", "1000"],
                          options=("-e", "shapes:one", "-e", "shapes:*s"))
    names = {k for k, v in trace.verify()["events"].items() if v}
    ust.equal(names, {"shapes:one", "shapes:integers", "shapes:reals"}, "events")


@ust.point("refusals are sentences: name taken, no such session, directory not empty")
def refusals():
    session = Session("taken")
    for arguments in (("create", "taken", "--output", ust.path("trace")),
                      ("start", "nobody"), ("enable", "nobody", "*"), ("destroy", "nobody"),
                      ("create", "full", "--output", ust.SOURCE),
                      ("create", "odd", "--output", ust.path("trace"), "--subbuf-size", "1000"),
                      ("view", "/nonexistent"), ("record", "--", "/nonexistent/program"),
                      ("nonsense",)):
        result = ust.ustctl(*arguments, expect=None)
        ust.check(result.returncode > 0, "%s succeeded" % (arguments,))
        ust.check(result.stderr.startswith("ustctl"), "%s: %s" % (arguments, result.stderr))
    session.destroy()


@ust.point("record gives the program's exit status and passes signals on")
def statuses():
    for script, expected in (("exit 0", 0), ("exit 37", 37), ("kill -TERM $$", 128 + 15)):
        ust.ustctl("record", "-o", ust.path("trace"), "--", "sh", "-c", script, expect=expected)
    ready = ust.path("ready")
    script = "trap 'exit 5' %s; : >%s; while :; do sleep 0.1; done"
    for sig in ("INT", "TERM", "HUP", "USR1"):
        if os.path.exists(ready):
            os.unlink(ready)
        record = ust.start([ust.USTCTL, "record", "-o", ust.path("trace"), "--", "sh", "-c",
                            script % (sig, ready)], stderr=-3)
        ust.wait_until(lambda: os.path.exists(ready), 10, "the program runs")
        record.send_signal(getattr(signal, "SIG" + sig))
        ust.equal(record.wait(20), 5, "exit status after SIG" + sig)


if __name__ == "__main__":
    ust.main()
