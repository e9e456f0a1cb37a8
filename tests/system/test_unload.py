#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--unload: libust leaves the programs that it was injected into, and nothing of it stays but what may
still be entered.

UST_TEST_LONG=1 unloads 1000 times where the default is 20, which takes 4 minutes.
"""
import collections
import os
import re
import signal
import subprocess

import ust

CYCLES = 1000 if os.environ.get("UST_TEST_LONG") else 20
CALL = ["--call", "libc.so.6:getenv(str name) -> str"]
# What is hooked changes from one attach to the next.
TURNS = (["-p", "malloc,io"], [], CALL, ["-p", "malloc,pthread,io,dl,time,signal,process", "--call",
                                         "libc.so.6:read"], ["--follow", "-p", "io"])


def program(command, **options):
    """Starts a program of ours and waits until it says that it is ready."""
    process = ust.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)
    ust.equal(process.stdout.readline(), "ready\n", "first line of %s" % command[0])
    return process


def keeper():
    return program([ust.prog("keeper"), ust.prog("keeper-tls")])


def tell(process, word):
    """A command of keeper. Result: what it answers."""
    process.stdin.write(word + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    ust.check(answer, "no answer to '%s': it has ended with %s" % (word, process.poll()))
    return answer.strip()


def attach(process, *options, seconds="0.02", expect=0):
    """Attaches for a moment. Result: what it says on both ways, and the trace."""
    trace = ust.Trace(ust.path("trace"))
    result = ust.ustctl("attach", "-o", trace.directory, "--duration", seconds, *options,
                        str(process.pid), expect=expect, timeout=60)
    return result.stdout + result.stderr, trace


def attached(process, *options):
    """Attach that goes on until it is told to end."""
    command = ust.start([ust.USTCTL, "attach", *options, "-o", ust.path("trace"), str(process.pid)],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ust.check("attached to" in command.stderr.readline(), "attach did not start")
    return command


def libraries(pid):
    """libust's files that are mapped."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps:
        return set(re.findall(r"/(libust[-\w]*)\.so", maps.read()))


def resources(pid):
    """How many threads, descriptors and mappings of each name a process has, and KiB of memory."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps:
        names = collections.Counter("".join(line.split(None, 5)[5:]).strip() for line in maps)
    with open("/proc/%d/status" % pid, encoding="ascii") as status:
        resident = int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))
    return {"threads": len(os.listdir("/proc/%d/task" % pid)),
            "descriptors": len(os.listdir("/proc/%d/fd" % pid)), "mappings": names}, resident


def detach(process, expect=0):
    return ust.ustctl("detach", "--unload", str(process.pid), expect=expect, timeout=60)


@ust.point("unloaded %d times: no thread, descriptor, mapping nor byte of malloc's more" % CYCLES)
def cycles():
    process = keeper()
    alone, _ = resources(process.pid)
    seen, resident = [], []
    for number in range(CYCLES):
        options = TURNS[number % len(TURNS)]
        said, trace = attach(process, "--unload", *options)
        ust.check("unloaded libust from process" in said, "cycle %d: %s" % (number, said))
        ust.equal(libraries(process.pid), {"libust-stay"}, "libraries after cycle %d" % number)
        ust.equal(tell(process, "fork"), "7", "exit status of a child")
        found, memory = resources(process.pid)
        found["bytes of malloc's"] = tell(process, "used")
        seen.append(found)
        resident.append(memory)
        if number % len(TURNS) == 0:
            trace.verify()
    for what in seen[4]:
        ust.equal(seen[-1][what], seen[4][what], what + " after the last cycle, and after 5")
    for what in ("threads", "descriptors"):
        ust.equal(seen[-1][what], alone[what], what + ", and before it was attached to")
    # Which pages of the same mappings are there is the kernel's business.
    print("# RSS KiB: after 5 %d, at the end %d" % (resident[4], resident[-1]))


@ust.point("events and hooked functions are recorded again after it was unloaded")
def again():
    process = keeper()
    for _ in range(2):
        command = attached(process, "-p", "malloc,io", *CALL)
        ust.equal(tell(process, "take"), "3", "functions of which it keeps another address")
        ust.equal(tell(process, "call"), "right", "it says")
        command.send_signal(signal.SIGINT)
        _, err = command.communicate(timeout=20)
        ust.equal(command.returncode, 0, "exit status of attach:\n" + err)
        text = "\n".join(ust.Trace(re.search(r"^trace +(\S+)", err, re.MULTILINE).group(1)).text())
        for name in ("keeper:word", "malloc:free", "io:read", "libc:getenv"):
            ust.check(name in text, "no %s in the trace" % name)
        detach(process)
        ust.equal(libraries(process.pid), {"libust-stay"}, "libraries")
        # By what it kept.
        ust.equal(tell(process, "call"), "right", "it says, with what it kept")
        ust.equal(tell(process, "take"), "0", "functions of which it finds another address")


@ust.point("a thread inside a wrapper keeps libust, and is named; then it is unloaded")
def inside():
    process = keeper()
    command = attached(process, "-p", "io")
    tid = int(tell(process, "block"))
    ust.wait_until(lambda: open("/proc/%d/task/%d/syscall" % (process.pid, tid)).read()[:2] == "0 ",
                   10, "the thread waits in read")
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=20)
    err = detach(process, expect=1).stderr
    ust.check(re.search(r"thread %d is inside libust-io.so.* \(\w*read\)" % tid, err) and "try again" in err, err)
    ust.check({"libust-io", "libust-attach"} < libraries(process.pid), "it is unloaded")
    # Attached to in between, as if nothing had been.
    said, _ = attach(process, "-p", "malloc,io")
    ust.check("attached to" in said, said)
    ust.equal(tell(process, "release"), "1", "what the thread's read returned")
    detach(process)
    ust.equal(libraries(process.pid), {"libust-stay"}, "libraries")
    ust.equal(tell(process, "fork"), "7", "exit status of a child")


@ust.point("a call that waits on a stack that no thread is on keeps libust, and is told of")
def suspended():
    process = keeper()
    command = attached(process, "--call", "libc.so.6:swapcontext(ptr, ptr) -> int")
    ust.equal(tell(process, "suspend"), "1", "steps")
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=20)
    err = detach(process, expect=1).stderr
    ust.check("has not come back: it waits on a stack that no thread is on" in err, err)
    ust.equal(tell(process, "resume"), "2", "steps")
    detach(process)
    ust.equal(libraries(process.pid), {"libust-stay"}, "libraries")
    ust.equal((tell(process, "suspend"), tell(process, "resume")), ("1", "2"), "steps")


@ust.point("a span that began before ends after; what an earlier call left on the stack keeps nothing")
def spans():
    process = keeper()
    for _ in range(2):
        command = attached(process, "--unload")
        # What waits for words now has in its memory what recording has left there.
        ust.equal(tell(process, "enter"), "entered", "it says")
        command.send_signal(signal.SIGINT)
        out, err = command.communicate(timeout=20)
        ust.check("unloaded libust" in out, err)
        ust.equal(tell(process, "leave"), "left", "it says")


@ust.point("the program's libraries with thread-local memory come and go meanwhile")
def loads():
    process = keeper()
    for number in range(12):
        command = attached(process, "--unload")
        ust.equal(tell(process, "load"), "1" if number == 0 else "2", "libraries it has open")
        command.send_signal(signal.SIGINT)
        out, err = command.communicate(timeout=20)
        ust.check("unloaded libust" in out, err)


@ust.point("a child that is forked after it was unloaded is attached to, and its thread has its own id")
def child():
    script = ("import os, select, sys\nprint('ready', flush=True)\nf = os.open('/dev/null', 1)\n"
              "while not select.select([0], [], [], 0.001)[0]:\n os.write(f, b'x')\n"
              "if os.fork():\n os.wait()\n sys.exit(0)\n"
              "print(os.getpid(), flush=True)\n"
              "while not os.path.exists(sys.argv[1]):\n os.write(f, b'x')\n")
    end = ust.path("end")
    process = program(["python3", "-c", script, end])
    said, _ = attach(process, "--unload", "-p", "io", seconds="0.1")
    ust.check("unloaded libust" in said, said)
    pid = int(tell(process, "go"))
    trace = ust.Trace(ust.path("trace"))
    out = ust.ustctl("attach", "--unload", "-p", "io", "-o", trace.directory, "--duration", "0.1",
                     str(pid), timeout=60).stdout
    ust.check("unloaded libust" in out, out)
    ust.equal(set(re.findall(r"tid = (\d+)", "\n".join(trace.text()))), {str(pid)}, "threads")
    with open(end, "w", encoding="ascii"):
        pass
    ust.equal(process.wait(20), 0, "exit status of python3")


@ust.point("threads that allocate, lock, fork, make threads and load libraries all the time")
def busy():
    process = program([ust.prog("busy"), "8"])
    for number in range(len(TURNS)):
        attach(process, *TURNS[number % len(TURNS)])
        # On a machine with more to do than it can, some thread may be inside for so long.
        ust.wait_until(lambda: ust.ustctl("detach", "--unload", str(process.pid), expect=None,
                                          timeout=60).returncode == 0, 30, "it is unloaded")
        ust.equal(libraries(process.pid), {"libust-stay"}, "libraries after cycle %d" % number)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=120)
    ust.check(re.match(r"right \d+\n$", out), "the program says: %r" % out)
    ust.equal(process.returncode, 0, "exit status of the program")


@ust.point("ustctl is killed while it unloads: the program goes on, and the next one does it")
def killed():
    process = keeper()
    for delay in (0.001, 0.003, 0.005, 0.008, 0.012, 0.02):
        attach(process, "-p", "io")
        command = ust.start([ust.USTCTL, "detach", "--unload", str(process.pid)])
        try:
            command.wait(delay)
        except subprocess.TimeoutExpired:
            command.kill()
            command.wait()
        ust.equal(tell(process, "fork"), "7", "exit status of a child")
    ust.wait_until(lambda: not libraries(process.pid) - {"libust-stay"} or
                   ust.ustctl("detach", "--unload", str(process.pid), expect=None,
                              timeout=60).returncode == 0, 30, "it is unloaded")
    ust.equal(libraries(process.pid), {"libust-stay"}, "libraries")


@ust.point("what holds libust by itself keeps it, and the message says so; what holds none needs nothing")
def kept():
    process = ust.start([ust.prog("ticker-linked"), "600"])
    ust.wait_until(lambda: ust.switches(process.pid) > 20, 20, "it ticks")
    said, _ = attach(process, "--unload", expect=1)
    ust.check("links or preloads libust itself; it was not injected and stays" in said, said)
    ust.check("attached to" in said, said)
    process = keeper()
    ust.check("holds no libust" in detach(process).stdout, "what it says of a program without")
    command = attached(process)
    # It is recorded: detach ends that first.
    out = detach(process).stdout
    ust.check("detached from" in out and "unloaded libust" in out, out)
    ust.equal(command.wait(20), 0, "exit status of attach")


if __name__ == "__main__":
    ust.main()
