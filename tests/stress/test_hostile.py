#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A process that scribbles over the memory it shares with ustd: ustd and its neighbour do not care."""
import glob
import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import ust  # noqa: E402

HOSTILE = os.path.join(ust.BUILD, "tests", "stress", "hostile")
LIBUST = os.path.join(ust.BUILD, "libust", "libust.so")
EVENTS, THREADS, PAUSE_US = 20000, 2, 50


def resident_mib(pid):
    with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def attack(name, options=(), arguments=(), processes=3, give_up=False):
    """Hostile processes and an honest one in the same session. Result: the honest one's trace."""
    directory, counts = ust.path("trace"), ust.path("counts")
    ust.ustctl("create", name, "--output", directory, *options)
    ust.ustctl("enable", name, "*")
    ust.ustctl("start", name)
    daemon = ust.daemon_pid()
    preload = {"LD_PRELOAD": LIBUST}
    honest = ust.start([ust.prog("shapes-linked"), counts, "-s", "-t", str(THREADS), "-n",
                        str(EVENTS), "-u", str(PAUSE_US)])
    seed, hostile, slowest = 0, [], 0.0
    while honest.poll() is None:
        hostile = [p for p in hostile if p.poll() is None]
        while len(hostile) < processes:
            seed += 1
            hostile.append(ust.start([HOSTILE, str(seed), "700", *arguments], extra_env=preload))
        begin = time.monotonic()
        ust.ustctl("status", timeout=30)
        slowest = max(slowest, time.monotonic() - begin)
        if give_up and seed % 7 == 0:
            hostile[0].send_signal(signal.SIGKILL)
        time.sleep(0.05)
    for process in hostile:
        process.wait(timeout=30)
    ust.equal(honest.returncode, 0, "exit status of the honest process")
    ust.ustctl("stop", name)
    ust.ustctl("destroy", name)
    ust.equal(ust.daemon_pid(), daemon, "the same ustd")
    ust.check(resident_mib(daemon) < 200, "ustd takes %d MiB" % resident_mib(daemon))
    ust.check(slowest < 5, "ustd needed %.1f s for an answer" % slowest)
    ust.check(seed > processes, "only %d hostile processes" % seed)
    for stream in glob.glob(os.path.join(directory, "**", "hostile-*"), recursive=True):
        os.unlink(stream)
    return directory, sum(ust.counts(counts))


def check_neighbour(directory, done):
    """Each of its events is there, once and whole; babeltrace2 reads all that is left."""
    trace = ust.Trace(directory)
    seen = trace.verify()
    got = sum(n for name, n in seen["events"].items() if name.startswith("shapes:"))
    ust.equal(done, EVENTS * THREADS, "events recorded")
    ust.equal(got, done, "events of the neighbour")
    ust.check(trace.count() >= done, "babeltrace2 counts fewer")
    shutil.rmtree(directory)


@ust.point("a neighbour that scribbles over its buffers")
def discard():
    check_neighbour(*attack("discard", ("--subbuf-size", "64k")))


@ust.point("and is killed while it does")
def killed():
    check_neighbour(*attack("killed", ("--subbuf-size", "4k"), give_up=True))


@ust.point("and over the doorbell that all processes share")
def doorbell():
    check_neighbour(*attack("bell", ("--subbuf-size", "64k", "--num-subbuf", "2"),
                            arguments=("doorbell",)))


@ust.point("in overwrite mode ustd survives")
def overwrite():
    directory, _ = attack("overwrite", ("--overwrite", "--subbuf-size", "4k"))
    ust.Trace(directory).verify()
    shutil.rmtree(directory)


if __name__ == "__main__":
    ust.main()
