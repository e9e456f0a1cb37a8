#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""fork, vfork, posix_spawn, exec, closed descriptors, dlopen and dlclose, other ways to link."""
import os
import random
import shutil
import signal
import time

import ust


def exact(command, counts, expect=0, **more):
    trace = ust.Recording(command, expect=expect, **more)
    done = ust.counts(counts)
    ust.check(sum(done), "the program recorded nothing")
    return ust.check_shapes(trace, done), done


@ust.point("fork: 24 children and their children, each in buffers of its own, exact counts")
def forks():
    counts = ust.path("counts")
    seen, done = exact([ust.prog("forks"), counts, "24", "700"], counts)
    pids = {}
    for key in seen["threads"]:
        pid, thr = key.split("/")
        pids.setdefault(int(thr), set()).add(pid)
    for thr, who in pids.items():
        ust.equal(len(who), 1, "processes that recorded as thread %d" % thr)
    ust.equal(len(set.union(*pids.values())), 49, "processes in the trace")
    ust.equal(sum(1 for n in done if n), 50, "threads that recorded")


# Tells the numbers of the buffers that it maps, before it forks and in the child, and how many ms the fork
# took. With the pid of a ustd that is stopped meanwhile.
MAPS = """
import os, signal, sys, time
def tell(file):
    with open("/proc/self/maps") as maps:
        mine = {line.split()[4] for line in maps if "/memfd:ust-channel" in line}
    print(*sorted(mine), file=file, flush=True)
with open(sys.argv[1], "w") as file:
    tell(file)
    for ustd in sys.argv[2:]:
        os.kill(int(ustd), signal.SIGSTOP)
    begin = time.monotonic()
    pid = os.fork()
    if not pid:
        took = time.monotonic() - begin
        tell(file)
        print(int(1000 * took), file=file, flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
    for ustd in sys.argv[2:]:
        os.kill(int(ustd), signal.SIGCONT)
"""


def mapped(*stopped):
    maps = ust.path("maps")
    command = [shutil.which("python3", path="/usr/bin"), "-c", MAPS, maps, *stopped]
    ust.Recording(command, options=("-p", "process"))
    with open(maps, encoding="ascii") as file:
        parent, child, took = (line.split() for line in file)
    ust.equal(len(parent), 1, "buffers of the parent")
    return parent, child, int(took[0])


@ust.point("fork: a child maps its own buffers and lets go of its parent's")
def lets_go():
    parent, child, _ = mapped()
    ust.equal(len(child), 1, "buffers of the child")
    ust.check(parent != child, "the child has its parent's buffers")


@ust.point("fork while ustd is stopped: the child waits a little, and lets go of its parent's buffers")
def lets_go_alone():
    ust.ustctl("create", "lets-go", "-o", ust.path("other"))
    ustd = ust.daemon_pid()
    try:
        _, child, took = mapped(str(ustd))
        ust.equal(child, [], "buffers of the child")
        # However busy the machine is, not less.
        ust.check(took >= 100, "ustd had only %d ms to answer" % took)
    finally:
        os.kill(ustd, signal.SIGCONT)
        ust.ustctl("destroy", "lets-go")


@ust.point("fork of a linked program")
def forks_linked():
    counts = ust.path("counts")
    exact([ust.prog("forks-linked"), counts, "6", "300"], counts)


@ust.point("vfork, posix_spawn, system and exec, exact counts in every process")
def spawns():
    counts = ust.path("counts")
    _, done = exact([ust.prog("spawns"), counts, "20"], counts)
    ust.equal(done[0], 20 * 21, "events of the parent")
    ust.equal(list(done[1:41]), [20] * 40, "events of the executed")


@ust.point("a program that closes every descriptor goes on recording")
def closes():
    counts = ust.path("counts")
    exact([ust.prog("closer"), counts, "close"], counts)


@ust.point("a program that drops its user goes on recording", root=True)
def drops():
    counts = ust.path("counts")
    exact([ust.prog("closer"), counts, "chdir"], counts)


@ust.point("daemon(3): the child goes on recording in buffers of its own")
def daemons():
    counts, name = ust.path("counts"), "daemons"
    trace = ust.Trace(ust.path("trace"))
    ust.ustctl("create", name, "--output", trace.directory)
    ust.ustctl("enable", name, "shapes:*")
    ust.ustctl("start", name)
    ust.run([ust.prog("closer-linked"), counts, "daemon"])
    ust.wait_until(lambda: ust.counts(counts)[0] == 2000, 10, "the daemon's 2000 events")
    ust.ustctl("destroy", name)
    ust.check_shapes(trace, ust.counts(counts))


def plugin_paths():
    return [ust.prog("plugin%d.so" % n) for n in (1, 2, 3)]


@ust.point("dlopen, record, dlclose, 300 times")
def plugins():
    counts = ust.path("counts")
    exact([ust.prog("plugins"), counts, "1", "300", "20", *plugin_paths()], counts)


@ust.point("dlopen and dlclose in 4 threads at once")
def plugins_threads():
    counts = ust.path("counts")
    exact([ust.prog("plugins"), counts, "4", "150", "30", *plugin_paths()], counts)


@ust.point("linked with -lust, and preloaded besides")
def linked():
    for more in ({}, {"extra_env": {"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust.so")}}):
        counts = ust.path("counts")
        exact([ust.prog("shapes-linked"), counts, "-n", "20000"], counts, **more)


@ust.point("a static executable with sites and without libust runs untouched, and record says why")
def static():
    counts = ust.path("counts")
    result = ust.ustctl("record", "-o", ust.path("trace"), "--", ust.prog("shapes-static"), counts,
                        "-n", "1000")
    ust.equal(ust.counts(counts)[0], 1000, "rounds of the program")
    ust.check("static" in result.stderr + result.stdout,
              "record does not say that a static program cannot be reached:\n" + result.stderr)


@ust.point("a static executable linked with libust is traced")
def static_linked():
    program = ust.prog("shapes-static-linked")
    ust.check(os.path.exists(program), "there is no static libust")
    counts = ust.path("counts")
    exact([program, counts, "-t", "2", "-n", "20000"], counts)


@ust.point("fork of a static executable while another thread is among the linker's objects")
def static_forks():
    counts = ust.path("counts")
    exact([ust.prog("forks-static-linked"), counts, "4", "100", "among-objects"], counts)


@ust.point("SIGKILL from outside at any moment: every event before it is in the trace, 12 times")
def killed():
    seed = random.randrange(1 << 32)
    rng = random.Random(seed)
    for _ in range(12):
        counts, name = ust.path("counts"), "killed"
        threads = rng.randint(1, 4)
        trace = ust.Trace(ust.path("trace"))
        ust.ustctl("create", name, "--output", trace.directory, "--subbuf-size", "1048576",
                   "--num-subbuf", "8")
        ust.ustctl("enable", name, "*")
        ust.ustctl("start", name)
        program = ust.start([ust.prog("shapes-linked"), counts, "-t", str(threads), "-n",
                             "100000000"])
        time.sleep(rng.uniform(0.01, 0.3))
        program.send_signal(signal.SIGKILL)
        program.wait()
        ust.ustctl("destroy", name)
        try:
            ust.check_shapes(trace, ust.counts(counts) if os.path.exists(counts) else (0,),
                             lost=None, slack=threads)
        except ust.Failed as failed:
            raise ust.Failed("%s (seed %d)" % (failed, seed)) from failed


if __name__ == "__main__":
    ust.main()
