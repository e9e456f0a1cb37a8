# SPDX-License-Identifier: GPL-2.0-only
"""What the system tests share: TAP, a ustd of one's own, recording, reading traces.

Every test script gets its own runtime directory and so its own ustd; it is stopped at the end.
"""
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("UST_TEST_BUILD", os.path.join(SOURCE, "build"))
PROGS = os.path.join(BUILD, "tests", "system", "progs")
USTCTL = os.path.join(BUILD, "libustctl", "ustctl")

work = tempfile.mkdtemp(prefix="ust-system.")
env = dict(os.environ, UST_RUNTIME_DIR=os.path.join(work, "run"), LC_ALL="C.UTF-8")
for name in ("UST_SCOPE", "UST_LISTEN", "UST_DEBUG", "UST_USTD", "UST_LIBDIR", "LD_PRELOAD",
             "XDG_RUNTIME_DIR"):
    env.pop(name, None)
# The same tests with another ustd, and with another libust and what it needs preloaded: those with
# sanitizers.
if "UST_TEST_USTD" in env:
    env["UST_USTD"] = env["UST_TEST_USTD"]
if "UST_TEST_LIBUST" in env:
    env["UST_LIBDIR"] = env["LD_LIBRARY_PATH"] = env["UST_TEST_LIBUST"]
    env["LD_PRELOAD"] = env["UST_TEST_PRELOAD"]

_points = []
_number = 0
_started = []


class Skip(Exception):
    """Raised by a test that cannot run here; the text says why."""


class Failed(Exception):
    """A check that did not hold."""


def point(text, root=False):
    """Decorator: the function is one TAP point. root: of what only root may do."""
    def add(function):
        _points.append((text, needs_root if root and os.getuid() else function))
        return function
    return add


def needs_root():
    raise Skip("needs root")


def main():
    """Runs the points, in order. Arguments: only points whose text contains one of them."""
    chosen = [p for p in _points if not sys.argv[1:] or any(a in p[0] for a in sys.argv[1:])]
    print("1..%d" % len(chosen))
    bad = 0
    for number, (text, function) in enumerate(chosen, 1):
        begin = time.monotonic()
        try:
            function()
            line, why = "ok %d - %s" % (number, text), []
        except Skip as skip:
            line, why = "ok %d - %s # SKIP %s" % (number, text, skip), []
        except Exception as error:  # a broken test is a failed test, whatever broke it
            bad += 1
            line = "not ok %d - %s" % (number, text)
            why = str(error).splitlines() or [repr(error)]
            if not isinstance(error, Failed):
                why += traceback.format_exc().splitlines()
        end_started()
        print(line)
        for text in why:
            print("# " + text)
            # What meson shows of a test that failed.
            print("%s: %s" % (point_name(line), text), file=sys.stderr)
        print("# %.1f s" % (time.monotonic() - begin), flush=True)
    finish()
    sys.exit(1 if bad else 0)


def point_name(line):
    return line.partition(" - ")[2]


def end_started():
    for process in _started:
        if process.poll() is None:
            process.kill()
            process.wait()
    _started.clear()


def finish():
    """Stops our ustd and removes the work directory."""
    pid = daemon_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
        try:
            wait_until(lambda: not alive(pid), 10, "ustd ends on SIGTERM")
        except Failed:
            os.kill(pid, signal.SIGKILL)
    if not os.environ.get("UST_TEST_KEEP"):
        shutil.rmtree(work, ignore_errors=True)


def check(condition, text):
    if not condition:
        raise Failed(text)


def equal(got, expected, what):
    if got != expected:
        raise Failed("%s: got %r, expected %r" % (what, got, expected))


def wait_until(condition, seconds, what):
    """Polls; the result of the condition, once it is true."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failed("not within %s s: %s" % (seconds, what))
        time.sleep(0.02)


def alive(pid):
    """False for a zombie, too: nobody but init may be there to reap it."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def daemon_pid():
    """The ustd of our runtime directory, or None."""
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        try:
            with open("/proc/%s/comm" % pid, encoding="ascii", errors="replace") as comm:
                if comm.read().strip() != "ustd":
                    continue
            with open("/proc/%s/environ" % pid, "rb") as environ:
                mine = ("UST_RUNTIME_DIR=%s" % env["UST_RUNTIME_DIR"]).encode()
                if mine in environ.read().split(b"\0") and alive(int(pid)):
                    return int(pid)
        except OSError:
            continue
    return None


def prog(name):
    return os.path.join(PROGS, name)


def let_others_in():
    """For points that run programs as another user, who then may enter the work directory. Result:
    the build directory or, where that user cannot come, a copy of its programs."""
    os.chmod(work, 0o711)
    parent = BUILD
    while parent != "/" and os.stat(parent).st_mode & 0o005 == 0o005:
        parent = os.path.dirname(parent)
    if parent == "/":
        return BUILD
    copy = path("build")
    for folder in ("libust", "libustctl", "ustd", "tests/system/progs"):
        os.makedirs(os.path.join(copy, folder))
        for entry in os.scandir(os.path.join(BUILD, folder)):
            if entry.is_file():
                shutil.copy2(entry.path, os.path.join(copy, folder), follow_symlinks=False)
    run(["chmod", "-R", "a+rX", copy])
    return copy


def path(name):
    """A fresh path in the work directory."""
    global _number
    _number += 1
    return os.path.join(work, "%s-%d" % (name, _number))


def run(command, expect=0, timeout=120, extra_env=None, **options):
    """Runs to the end; checks the exit status unless expect is None."""
    options.setdefault("stdin", subprocess.DEVNULL)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=dict(env, **(extra_env or {})), start_new_session=True,
                               **options)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        raise Failed("%s: not done in %d s\n%s" % (" ".join(command), timeout,
                                                   err.decode(errors="replace")[-1500:])) from None
    result = subprocess.CompletedProcess(command, process.returncode,
                                         out.decode(errors="replace"),
                                         err.decode(errors="replace"))
    if expect is not None and result.returncode != expect:
        raise Failed("%s: exit status %d, expected %d\n%s%s" % (
            " ".join(command), result.returncode, expect, result.stdout[-1500:],
            result.stderr[-1500:]))
    return result


def start(command, extra_env=None, **options):
    """Starts; killed at the end of the point if it still runs."""
    for stream in ("stdin", "stdout", "stderr"):
        options.setdefault(stream, subprocess.DEVNULL)
    process = subprocess.Popen(command, env=dict(env, **(extra_env or {})), **options)
    _started.append(process)
    return process


def ustctl(*arguments, **options):
    return run([USTCTL, *arguments], **options)


class Trace:
    def __init__(self, directory):
        self.directory = directory

    def verify(self):
        """What tests/system/progs/verify saw, with nothing torn, doubled or out of order."""
        folders = [d for d, _, names in os.walk(self.directory) if "metadata" in names]
        check(folders, "no metadata in %s" % self.directory)
        seen = json.loads(run([prog("verify"), *folders], timeout=300).stdout)
        for what in ("torn", "backwards", "twice"):
            equal(seen[what], 0, what)
        return seen

    def count(self):
        """Events as babeltrace2 counts them, ust:lost among them."""
        output = run(["babeltrace2", self.directory, "-c", "sink.utils.counter"], timeout=300)
        # It reports as it counts; the last report is the whole.
        return int(re.findall(r"(\d+) Event messages", output.stdout)[-1])

    def text(self):
        """Lines of babeltrace2."""
        return run(["babeltrace2", self.directory], timeout=300).stdout.splitlines()


class Recording(Trace):
    """ustctl record, to its end."""

    def __init__(self, command, options=(), expect=0, **more):
        super().__init__(path("trace"))
        self.result = ustctl("record", "-o", self.directory, *options, "--", *command,
                             expect=expect, **more)

    def summary(self):
        """events and lost as record printed them."""
        numbers = {}
        for what in ("events", "lost"):
            match = re.search(r"^%s +(\d+)$" % what, self.result.stderr, re.MULTILINE)
            check(match, "record does not say %s:\n%s" % (what, self.result.stderr))
            numbers[what] = int(match.group(1))
        return numbers


def counts(file):
    """The numbers of tests/system/progs/counts.h; (0,) while the file is being made."""
    with open(file, "rb") as data:
        raw = data.read()
    if not raw:
        return (0,)
    return struct.unpack("%dQ" % (len(raw) // 8), raw)


def empties(number):
    """How many of the first number of events have the empty shape."""
    return (number + 9) // 10


def check_shapes(trace, done, lost=0, slack=0):
    """The trace holds every event that the counts say was recorded.

    lost: events that may be missing if the trace says so; slack: events that each thread may have
    recorded beyond its count, because it was killed between the two.
    """
    seen = trace.verify()
    events = {k: v for k, v in seen["events"].items() if k.startswith("shapes:")}
    total, expected = sum(events.values()), sum(done)
    if lost is not None and seen["lost"] > lost:
        raise Failed("%d events lost, allowed %d\n%s" % (
            seen["lost"], lost, "\n".join(x[:200] for x in trace.text() if " ust:lost: " in x)))
    check(expected <= total + seen["lost"] <= expected + slack,
          "%d in the trace + %d lost, but %d recorded (+ %d)" % (total, seen["lost"], expected,
                                                                 slack))
    if not seen["lost"]:
        equal(len({k for k in events}), min(10, len(events)), "shapes")
        threads = {}
        for key, number in seen["threads"].items():
            thr = int(key.split("/")[1])
            threads[thr] = threads.get(thr, 0) + number
        for thr, number in enumerate(done):
            named = number - empties(number)
            got = threads.get(thr, 0)
            check(named <= got <= named + (1 if slack else 0),
                  "thread %d: %d events with a number, expected %d" % (thr, got, named))
    return seen


def run_delay(pid):
    """Nanoseconds that the first thread of a process has waited for a CPU."""
    with open("/proc/%d/schedstat" % pid, encoding="ascii") as numbers:
        return int(numbers.read().split()[1])


def switches(pid, only=None):
    """Context switches of a process, voluntary and not, of all threads or of those chosen."""
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        if only and not only(int(task)):
            continue
        with open("/proc/%d/task/%s/status" % (pid, task), encoding="ascii") as status:
            total += sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
    return total


def check_asleep(pids, seconds, who):
    """These processes, once they have come to rest, do not run at all for some seconds."""
    def at_rest():
        before = [switches(pid) for pid in pids]
        time.sleep(1)
        return [switches(pid) for pid in pids] == before

    wait_until(at_rest, 60, "%s at rest" % who)
    before = [switches(pid) for pid in pids]
    time.sleep(seconds)
    equal([switches(pid) for pid in pids], before, "context switches of " + who)
