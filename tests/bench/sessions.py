# SPDX-License-Identifier: GPL-2.0-only
"""Tracing sessions for the benchmarks: ours and LTTng's, each in a directory of its own."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("UST_TEST_BUILD", os.getcwd())
USTCTL = os.path.join(BUILD, "libustctl", "ustctl")
LIBUST = os.path.join(BUILD, "libust", "libust.so")

NO_LTTNG = "install lttng-tools and liblttng-ust-dev, and set the build up again"
LTTNG_SESSION = "ust-bench"

# The same for both.
SUBBUF_SIZE = 1 << 20
NUM_SUBBUF = 8


class Failed(Exception):
    pass


def run(command, env=None, check=True):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env, timeout=600, check=False)
    if check and done.returncode:
        raise Failed("%s: exit status %d\n%s%s" % (" ".join(command), done.returncode, done.stdout,
                                                   done.stderr))
    return done.stdout


def cpu_seconds(pid):
    """CPU time of a process: of its threads in nanoseconds, or if that is not to be had, in ticks."""
    total = 0
    try:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/schedstat" % (pid, task), encoding="ascii") as stat:
                total += int(stat.read().split()[0])
        return total / 1e9
    except OSError:
        pass
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def event_bytes(output):
    """Size of a trace's streams, without its metadata and index."""
    return sum(os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(output)
               for name in names if name != "metadata" and not name.endswith(".idx"))


def session_nice(value):
    """Sets the nice value of our session among all sessions (sched_autogroup_enabled), for which
    that of a process counts nothing. Its value before, or None: it is not ours to set."""
    try:
        with open("/proc/self/autogroup", encoding="ascii") as group:
            before = group.read().split()[-1]
        with open("/proc/self/autogroup", "w", encoding="ascii") as group:
            group.write(value)
        return before
    except OSError:
        return None


def consumers(parent=None):
    """LTTng's consumer daemons: all, or those of one session daemon."""
    lines = [line.split(None, 2) for line in run(["ps", "-A", "-o", "pid=,ppid=,args="]).splitlines()]
    return [int(line[0]) for line in lines if "lttng-consumerd" in line[2] and
            (parent is None or int(line[1]) == parent)]


class Rig:
    """A directory for traces in memory, a ustd and, if it is installed, an LTTng session daemon."""

    def __init__(self, with_lttng):
        if not os.access(USTCTL, os.X_OK):
            raise Failed("no program %s: set UST_TEST_BUILD to the build directory" % USTCTL)
        with_lttng = with_lttng and bool(shutil.which("lttng") and shutil.which("lttng-sessiond"))
        self.top = tempfile.mkdtemp(prefix="ust-bench-", dir="/dev/shm")
        self.env = dict(os.environ, UST_RUNTIME_DIR=self.top + "/run", LTTNG_HOME=self.top,
                        LTTNG_UST_REGISTER_TIMEOUT="3000" if with_lttng else "0")
        self.number = 0
        self.daemon = None
        # ustd has asked for as much; the programs and LTTng's daemons are in our session.
        self.nice = session_nice("-10")
        self.with_lttng = with_lttng
        # A session that keeps ustd alive from the first to the last measurement.
        self.ustctl("create", "keep", "--output", self.top + "/keep")
        if with_lttng:
            self.start_lttng()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.with_lttng:
            # There is one left only after a failure.
            self.lttng("destroy", LTTNG_SESSION, check=False)
        self.ustctl("destroy", "keep", check=False)
        self.ustctl("shutdown", check=False)
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()
        shutil.rmtree(self.top, ignore_errors=True)
        if self.nice is not None:
            session_nice(self.nice)

    def ustctl(self, *arguments, check=True):
        return run([USTCTL, *arguments], self.env, check)

    def lttng(self, *arguments, check=True):
        return run(["lttng", *arguments], self.env, check)

    def start_lttng(self):
        if "lttng-sessiond" not in run(["ps", "-A", "-o", "args"]):
            self.daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], env=self.env,
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.lttng("list")
                return
            except Failed:
                time.sleep(0.1)
        raise Failed("lttng-sessiond does not answer")

    def directory(self):
        self.number += 1
        return "%s/trace-%d" % (self.top, self.number)

    def program_env(self):
        return dict(self.env, LD_PRELOAD=LIBUST)


class Ours:
    """A session that records bench:*. lost() and cpu() are valid when it has ended."""

    def __init__(self, place, overwrite=False, size=SUBBUF_SIZE, number=NUM_SUBBUF, options=()):
        self.place = place
        self.output = place.directory()
        self.losses = {}
        place.ustctl("create", "bench", "--output", self.output, "--subbuf-size", str(size),
                     "--num-subbuf", str(number), *(["--overwrite"] if overwrite else []), *options)
        place.ustctl("enable", "bench", "bench:*")
        place.ustctl("start", "bench")
        self.pid = json.loads(place.ustctl("status", "--json"))["ustd_pid"]
        self.start_cpu = cpu_seconds(self.pid)

    def end(self):
        self.place.ustctl("stop", "bench")
        status = json.loads(self.place.ustctl("status", "bench", "--json"))["sessions"][0]
        self.place.ustctl("destroy", "bench")
        for loss in status["losses"]:
            self.losses[loss["event"]] = self.losses.get(loss["event"], 0) + loss["count"]
        self.cpu = cpu_seconds(self.pid) - self.start_cpu
        self.bytes = event_bytes(self.output)
        shutil.rmtree(self.output, ignore_errors=True)

    def lost(self, event=None):
        return self.losses.get(event, 0) if event else sum(self.losses.values())


class Lttng:
    """The same with LTTng. Its losses are known for all events together only."""

    def __init__(self, place, overwrite=False, size=SUBBUF_SIZE, number=NUM_SUBBUF):
        self.place = place
        self.output = place.directory()
        self.discarded = 0
        if overwrite:
            place.lttng("create", LTTNG_SESSION, "--snapshot", "--output=" + self.output)
        else:
            place.lttng("create", LTTNG_SESSION, "--output=" + self.output)
        place.lttng("enable-channel", "-u", "bench", "--subbuf-size", str(size),
                    "--num-subbuf", str(number), "--overwrite" if overwrite else "--discard")
        for name in ("one", "string", "mixed", "large"):
            place.lttng("enable-event", "-u", "bench:" + name, "-c", "bench")
        place.lttng("start")
        self.start_cpu = self.all_cpu()

    @staticmethod
    def all_cpu():
        return sum(cpu_seconds(pid) for pid in consumers())

    def end(self):
        self.place.lttng("stop", LTTNG_SESSION)
        text = self.place.lttng("list", LTTNG_SESSION)
        self.discarded = sum(int(n) for n in re.findall(r"Discarded events: (\d+)", text))
        self.cpu = self.all_cpu() - self.start_cpu
        self.place.lttng("destroy", LTTNG_SESSION)
        self.bytes = event_bytes(self.output)
        shutil.rmtree(self.output, ignore_errors=True)

    def lost(self, _event=None):
        return self.discarded


def print_json(figures):
    """One line each, behind the table."""
    print()
    for figure in figures:
        print(json.dumps(figure))


def run_main(main):
    """Ends the program with main's status, or with what a command that failed said."""
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
