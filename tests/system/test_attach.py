#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ustctl attach and detach: programs that hold libust, programs that do not, and those that refuse.

UST_TEST_LONG=1 attaches and detaches 1000 times where the default is 50, which takes 10 minutes, and
kills at every step where the default is each third.
"""
import collections
import difflib
import os
import re
import signal
import subprocess
import time

import ust

LONG = os.environ.get("UST_TEST_LONG")
CYCLES = 1000 if LONG else 50
RUNS = [os.path.join(ust.work, "run"), os.path.join(ust.work, "run2")]


def program(command, **options):
    """Starts a program of ours and waits until it says that it is ready."""
    options.setdefault("stdin", subprocess.PIPE)
    process = ust.start(command, stdout=subprocess.PIPE, text=True, **options)
    ust.equal(process.stdout.readline(), "ready\n", "first line of %s" % command[0])
    return process


def ticker(name="ticker"):
    """A program that records an event each millisecond, and does so already."""
    process = ust.start([ust.prog(name), "600"])
    ticks(process.pid)
    return process


def ticks(pid):
    ust.wait_until(lambda: ust.switches(pid) > 20, 20, "process %d ticks" % pid)


def attach(pid, *options, expect=0, seconds="0.2", **more):
    """Runs attach to its end. Result: its standard error and the trace."""
    trace = ust.Trace(ust.path("trace"))
    result = ust.ustctl("attach", "-o", trace.directory, "--duration", seconds, *options, str(pid),
                        expect=expect, timeout=40, **more)
    return result.stderr, trace


def refused(pid, text, *options):
    """Attach says no, with this text, and leaves nothing behind."""
    err, trace = attach(pid, *options, expect=1)
    ust.check(re.search(text, err), "no '%s' in: %s" % (text, err))
    ust.check(not os.path.exists(trace.directory), "a trace of nothing is left")


def events(err):
    match = re.search(r"^events +(\d+)$", err, re.MULTILINE)
    ust.check(match, "attach does not tell its events:\n" + err)
    return int(match.group(1))


def resources(pid):
    """Threads and descriptors of a process."""
    return (len(os.listdir("/proc/%d/task" % pid)), len(os.listdir("/proc/%d/fd" % pid)))


def at_rest(process):
    """What busy has while its threads do nothing."""
    process.send_signal(signal.SIGUSR1)
    used = int(re.match(r"rests (\d+)\n", process.stdout.readline()).group(1))
    with open("/proc/%d/maps" % process.pid, encoding="utf-8") as maps:
        files = sorted(re.findall(r" (/.*)$", maps.read(), re.MULTILINE))
    found = resources(process.pid) + (files,)
    process.send_signal(signal.SIGUSR1)
    ust.check(process.stdout.readline().startswith("works"), "it does not go on")
    return found, used


@ust.point("a program that holds libust: attached, silent after, attached again")
def linked():
    process = ticker("ticker-linked")
    for _ in range(3):
        err, trace = attach(process.pid)
        ust.check(events(err) > 10, "too few events:\n" + err)
        ust.equal(trace.verify()["lost"], 0, "lost")
    ust.check(process.poll() is None, "the program has ended")


@ust.point("a program without libust: injected, its events recorded, nothing left but the library")
def injected():
    process = ticker()
    before = resources(process.pid)
    counts = set()
    for _ in range(3):
        err, trace = attach(process.pid)
        ust.check(events(err) > 10, "too few events:\n" + err)
        lines = [x for x in trace.text() if "ticker:tick" in x]
        numbers = [int(re.search(r"n = (\d+)", x).group(1)) for x in lines]
        ust.equal(numbers, list(range(numbers[0], numbers[0] + len(numbers))), "events in a row")
        counts.add(resources(process.pid))
    # Its parked thread; the descriptors are in a table of the thread's own.
    ust.equal(counts, {(before[0] + 1, before[1])}, "threads and descriptors after each")


@ust.point("a program with no room for buffers is not recorded, is named, and keeps nobody waiting")
def no_room():
    process = ust.start(["sh", "-c", "ulimit -v 100000; exec %s 600" % ust.prog("ticker-linked")])
    ust.wait_until(lambda: ust.switches(process.pid) > 20, 10, "it ticks")
    for _ in range(2):
        err, _ = attach(process.pid)
        ust.equal(events(err), 0, "events")
        ust.check("(ticker-linked) is not recorded, because it cannot map its buffers" in err, err)
    ust.check(process.poll() is None, "the program has ended")


@ust.point("detach from elsewhere, Ctrl-C, SIGTERM and the program's end all end an attach")
def ends():
    process = ticker()

    def start():
        trace = ust.path("trace")
        command = ust.start([ust.USTCTL, "attach", "-o", trace, str(process.pid)],
                            stderr=subprocess.PIPE, text=True)
        ust.check("attached" in command.stderr.readline(), "attach did not start")
        ust.wait_until(lambda: len(ust.ustctl("view", trace).stdout.splitlines()) > 10, 20, "events")
        return command

    for end in ("detach", signal.SIGINT, signal.SIGTERM):
        command = start()
        if end == "detach":
            ust.ustctl("detach", str(process.pid))
        else:
            command.send_signal(end)
        _, err = command.communicate(timeout=20)
        ust.equal(command.returncode, 0, "exit status after %s" % end)
        ust.check(events(err) > 10, "too few events:\n" + err)
    command = start()
    process.kill()
    _, err = command.communicate(timeout=20)
    ust.check("has ended" in err and events(err) > 10, "after the program's end:\n" + err)
    refused(process.pid, "no process %d" % process.pid) if process.wait() else None


@ust.point("ustctl is killed: the program goes on, is let go, and can be attached to again")
def killed():
    process = ticker()
    for delay in (0.0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.2):
        command = ust.start([ust.USTCTL, "attach", "-o", ust.path("trace"), str(process.pid)])
        time.sleep(delay)
        command.kill()
        command.wait()
    ust.wait_until(lambda: "no session" in ust.ustctl("status").stdout, 20, "it is let go")
    ust.check(process.poll() is None, "the program has ended")
    err, _ = attach(process.pid)
    ust.check(events(err) > 10, "too few events:\n" + err)


@ust.point("whoever borrows a thread is killed at each step in turn: registers, calls, signals, no trace")
def killed_at_each_step():
    asleep, steps = [], 0
    while True:
        environment = {"UST_TEST_KILL": str(steps), "LD_PRELOAD": ust.prog("libkiller.so")}
        targets = [program([ust.prog("registers")]), program([ust.prog("waits"), "nanosleep"])]
        errors = [attach(p.pid, seconds="0.001", expect=None, extra_env=environment)[0]
                  for p in targets]
        asleep.append(targets[1])
        # What the killed one left is in nobody's way.
        if steps % 9 == 6:
            err, _ = attach(targets[0].pid, seconds="0.001", expect=None)
            ust.check("attached to" in err, "attach after step %d: %s" % (steps, err))
        out, _ = targets[0].communicate(timeout=20)
        ust.equal(out, "right 1\n", "killed at step %d: %s" % (steps, errors[0]))
        ust.equal(targets[0].returncode, 0, "exit status")
        if all("attached to" in e for e in errors):
            break
        # One that was tried twice has more steps.
        for error in errors:
            ust.check("was killed" in error or "attached to" in error,
                      "step %d: %s" % (steps, error))
        # By turns before and behind a call.
        steps += 1 if LONG else 3
    # Each system call is two stops; three of them, and what comes before and after.
    ust.check(steps > 40, "only %d steps" % steps)
    for number, process in enumerate(asleep):
        ust.equal(process.stdout.read(), "0 - whole\n", "killed at step %d" % number)


@ust.point("blocking calls notice nothing: as long, the same result, EINTR only after a handler")
def waits():
    expected = {
        "nanosleep": "0 -", "poll": "0 -", "ppoll": "0 -", "select": "0 -", "epoll": "0 -",
        "sigtimedwait": "-1 EAGAIN", "futex": "-1 ETIMEDOUT", "semop": "-1 EAGAIN",
        "recv": "-1 EAGAIN", "read": "1 -", "waitpid": "3 -", "pause": "-1 EINTR",
    }
    processes = {}
    for kind in expected:
        processes[kind] = program([ust.prog("waits"), kind])
        err, _ = attach(processes[kind].pid, seconds="0.001", expect=None)
        ust.check("attached" in err, "%s: %s" % (kind, err))
    for kind, result in expected.items():
        ust.equal(processes[kind].stdout.read(), result + " whole\n", kind)


@ust.point("queued signals all come, in order, with what they carry, through 8 injections")
def signals():
    process = program([ust.prog("waits"), "signals"])
    for number in range(8):
        attach(process.pid, seconds="0.02",
               extra_env={"UST_RUNTIME_DIR": RUNS[number % 2]}, expect=None)
    ust.equal(process.stdout.read(), "3000 0\n", "signals and disorder")


@ust.point("a program that closes descriptors that are not its own keeps those that are: 12 injections")
def blind():
    process = program([ust.prog("blind")])
    for number in range(12):
        # A ustd that does not know the process: libust in it is found and called anew.
        attach(process.pid, seconds="0.02", extra_env={"UST_RUNTIME_DIR": RUNS[number % 2]})
        ust.check(process.poll() is None, "it has ended after %d" % number)
    ust.equal(process.communicate(timeout=20)[0], "right\n", "the program says")


@ust.point("64 threads that allocate, lock, fork, make threads and load libraries: %d cycles" % CYCLES)
def busy():
    # What threads keep of what they have freed counts as given out: they keep nothing.
    process = program([ust.prog("busy"), "64"],
                      extra_env={"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"})
    seen, memory = [], []
    for number in range(CYCLES):
        # Every other ustd does not know the process: libust in it is found and called anew.
        attach(process.pid, *(["-p", "malloc,io"] if number % 4 == 0 else []), seconds="0.005",
               extra_env={"UST_RUNTIME_DIR": RUNS[number // 2 % 2]})
        ust.check(process.poll() is None, "the program has ended in cycle %d" % number)
        with open("/proc/%d/status" % process.pid, encoding="ascii") as status:
            memory.append(int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)))
        # Each option and each ustd has been there.
        if number in (8, CYCLES - 1):
            seen.append(at_rest(process))
    ust.equal(seen[1][0], seen[0][0], "threads, descriptors, files that are mapped")
    # A block of the program's is 16 bytes larger where less than that would be left of a hole. What is
    # lost in each cycle is at least as much.
    ust.check(seen[1][1] - seen[0][1] < 16 * (CYCLES - 9),
              "malloc has given out %d bytes, and %d before" % (seen[1][1], seen[0][1]))
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=120)
    ust.check(re.match(r"right \d+\n$", out), "the program says: %r" % out)
    ust.equal(process.returncode, 0, "exit status of the program")
    half = memory[len(memory) // 2:]
    print("# RSS KiB: first %d, middle %d, last %d" % (memory[0], half[0], half[-1]))


@ust.point("hooked functions of a running program: malloc, io and a function by name, and put back")
def hooks():
    script = ("import zlib, os, sys\nprint('ready', flush=True)\nf = os.open('/dev/null', 1)\n"
              "while not os.path.exists(sys.argv[1]):\n"
              " os.write(f, b'xyz'); zlib.compress(b'abc' * 100)\n")
    end = ust.path("end")
    process = program(["python3", "-c", script, end])
    err, trace = attach(process.pid, "-p", "malloc,io", "--call",
                        "libz.so:deflate(ptr strm, int flush) -> int")
    ust.check(events(err) > 10, "too few events:\n" + err)
    text = "\n".join(trace.text())
    for name in ("malloc:malloc", "io:write", "libz:deflate"):
        ust.check(name in text, "no %s in the trace" % name)
    err, trace = attach(process.pid)
    ust.equal(events(err), 0, "events without hooks")
    with open(end, "w", encoding="ascii"):
        pass
    ust.equal(process.wait(20), 0, "exit status of python3")


@ust.point("objects that were loaded while nobody was attached are there already at the next attach")
def loaded_between():
    script = ("import importlib, sys\nprint('ready', flush=True)\n"
              "for line in sys.stdin:\n"
              " importlib.import_module(line.strip())\n print(line.strip(), flush=True)\n")
    process = program(["/usr/bin/python3", "-c", script])
    # Each attach opens a library that the ones before did not, of which the linker tells.
    for module, library in (("_ctypes", "malloc"), ("_sqlite3", "io"), ("_decimal", "time"),
                            ("_lzma", "signal")):
        err, _ = attach(process.pid, "-p", library, seconds="0.05")
        ust.check("attached to" in err, err)
        process.stdin.write(module + "\n")
        process.stdin.flush()
        ust.equal(process.stdout.readline(), module + "\n", "what python says after " + library)
    process.stdin.close()
    ust.equal(process.wait(20), 0, "exit status of python3")


@ust.point("children are recorded with --follow, and not without")
def follow():
    script = ("import os, sys\nprint('ready', flush=True)\nf = os.open('/dev/null', 1)\n"
              "while not os.path.exists(sys.argv[1]):\n"
              " pid = os.fork()\n"
              " if not pid:\n"
              "  os.write(f, b'x')\n  os._exit(0)\n"
              " os.waitpid(pid, 0)\n os.write(f, b'y')\n")
    end = ust.path("end")
    process = program(["python3", "-c", script, end])
    for options in ([], ["--follow"]):
        err, trace = attach(process.pid, "-p", "io", *options, seconds="0.5")
        ust.check(events(err) > 0, "no events:\n" + err)
        pids = set(re.findall(r" pid = (\d+)", "\n".join(trace.text())))
        if options:
            ust.check(len(pids) > 1, "only the processes %s in the trace" % pids)
        else:
            ust.equal(pids, {str(process.pid)}, "processes in the trace")
    with open(end, "w", encoding="ascii"):
        pass
    ust.equal(process.wait(20), 0, "exit status of python3")


BASH = """
echo ready
while [ ! -e $1 ]; do
  seq 1 200 | grep 7 | sort -r | wc -l
  echo $(tr a-c A-C <<< abc)
  sh -c 'cat /etc/hostname /nowhere 2> /dev/null > /dev/null; exit 3'
  echo $?
  $2 < /dev/null
  $3 < /dev/null
done
"""


@ust.point("--follow: what a bash script executes in pipelines is recorded; the script notices nothing")
def follow_bash():
    end, script = ust.path("end"), ust.path("script")
    with open(script, "w", encoding="ascii") as text:
        text.write(BASH)
    # Neither takes a library: they would complain of LD_PRELOAD.
    process = program(["bash", script, end, ust.prog("alone-static"), ust.prog("alone-musl")],
                      stderr=subprocess.PIPE)
    err, trace = attach(process.pid, "--follow", "-p", "io", "--context", "comm", seconds="1.5")
    with open(end, "w", encoding="ascii"):
        pass
    out, errors = process.communicate(timeout=20)
    ust.equal(process.returncode, 0, "exit status of bash")
    ust.equal(errors, "", "standard error of bash")
    lines = out.splitlines()
    ust.check(len(lines) >= 5, "the script ran only: %r" % out)
    ust.equal(lines, ["38", "ABC", "3", "ready", "ready"] * (len(lines) // 5), "its output")
    ust.equal(trace.verify()["lost"], 0, "lost")
    seen = set(re.findall(r"comm = \"(\w+)\"", "\n".join(trace.text())))
    ust.equal({"bash", "grep", "sort", "wc", "tr", "sh", "cat"} - seen, set(),
              "commands of which nothing is in the trace")


@ust.point("--follow: exec of the process itself, posix_spawn, subprocess; a failed exec fails as ever")
def follow_exec():
    ticker = ust.prog("ticker")
    script = ("import os, subprocess, sys\nprint('ready', flush=True)\nticker = sys.argv[1]\n"
              "sys.stdin.readline()\n"
              "assert subprocess.call([ticker, '0.1']) == 0\n"
              "assert os.waitpid(os.posix_spawn(ticker, [ticker, '0.2'], {}), 0)[1] == 0\n"
              "assert os.spawnlp(os.P_WAIT, 'env', 'env', ticker, '0.3') == 0\n"
              "for call in (lambda: os.execv('/nowhere', ['x']), lambda: os.execv('/etc', ['x'])):\n"
              " try:\n  call()\n"
              " except OSError as error:\n  print(error.errno, flush=True)\n"
              "os.execv(ticker, [ticker, '0.4'])\n")
    process = program(["python3", "-c", script, ticker])
    trace = ust.Trace(ust.path("trace"))
    command = ust.start([ust.USTCTL, "attach", "--follow", "-o", trace.directory,
                         str(process.pid)], stderr=subprocess.PIPE, text=True)
    ust.check("attached" in command.stderr.readline(), "attach did not start")
    out, _ = process.communicate("go\n", timeout=20)
    ust.equal(out, "2\n13\n", "what a failed exec says")
    ust.equal(process.returncode, 0, "exit status")
    err = command.communicate(timeout=20)[1]
    ust.equal(command.returncode, 0, "exit status of attach")
    # All that each of them recorded, from its first event on.
    ticks = collections.Counter(re.findall(r"pid = (\d+).* n = \d+", "\n".join(trace.text())))
    ust.equal(sorted(ticks.values()), [100, 200, 300, 400], "events of each program:\n" + err)
    ust.equal(ticks[str(process.pid)], 400, "events of the process itself")


@ust.point("--follow: all functions that execute, alone and with -p process in front; put back after")
def follow_functions():
    process = program([ust.prog("execs"), ust.prog("ticker")])
    for options in (["--follow"], ["--follow", "-p", "process"], ["--follow"], []):
        trace = ust.Trace(ust.path("trace"))
        command = ust.start([ust.USTCTL, "attach", *options, "-o", trace.directory,
                             str(process.pid)], stderr=subprocess.PIPE, text=True)
        ust.check("attached" in command.stderr.readline(), "attach did not start")
        process.stdin.write("go\n")
        process.stdin.flush()
        ust.equal(process.stdout.readline(), "12 of 12, Permission denied\n", "what it says")
        command.send_signal(signal.SIGINT)
        command.communicate(timeout=20)
        ust.equal(command.returncode, 0, "exit status of attach")
        lines = trace.text()
        ticks = collections.Counter(re.findall(r"pid = (\d+).* n = \d+", "\n".join(lines)))
        ust.equal(sorted(ticks.values()), [10] * (12 if options else 0),
                  "events of each program with %s" % options)
        calls = collections.Counter(re.findall(r"process:(exec\w+|posix_\w+)", "\n".join(lines)))
        # In the child of vfork() nothing is recorded; a list of arguments becomes an array.
        ust.equal(bool(calls), "process" in options, "calls %s with %s" % (dict(calls), options))


def same(got, expected, what):
    """Lists of lines; tells where they differ only."""
    lines = difflib.unified_diff(expected, got, n=1, lineterm="")
    ust.check(got == expected, what + ":\n" + "\n".join(repr(x) for x in lines))


@ust.point("--follow: system() and popen() give the same to the byte, and what they start is recorded")
def follow_shells():
    process = program([ust.prog("shells"), ust.prog("ticker")], stderr=subprocess.STDOUT)

    def run():
        process.stdin.write("go\n")
        process.stdin.flush()
        return list(iter(process.stdout.readline, "end\n"))

    untraced = run()
    for options in (["--follow"], ["--follow", "-p", "process"]):
        trace = ust.Trace(ust.path("trace"))
        command = ust.start([ust.USTCTL, "attach", *options, "-o", trace.directory,
                             str(process.pid)], stderr=subprocess.PIPE, text=True)
        ust.check("attached" in command.stderr.readline(), "attach did not start")
        same(run(), untraced, "what it prints with %s" % options)
        command.send_signal(signal.SIGINT)
        command.communicate(timeout=20)
        ust.equal(command.returncode, 0, "exit status of attach")
        text = "\n".join(trace.text())
        ticks = collections.Counter(re.findall(r"pid = (\d+).* n = \d+", text))
        ust.equal(sorted(ticks.values()), [10, 10],
                  "events of each program with %s" % options)
        # Recorded is the command that the program gave.
        ust.equal('command = "exit 3"' in text, "process" in options, "system() in the trace")
    same(run(), untraced, "what it prints afterwards")


@ust.point("refused with the reason: static, musl, 32 bits, stopped, kernel thread, dead, zombie, a thread")
def refusals():
    refused(program([ust.prog("alone-static")]).pid, "statically linked")
    refused(program([ust.prog("alone-musl")]).pid, "dynamic linker is /lib/ld-musl")
    refused(program([ust.prog("alone-32")]).pid, "another machine or word size")
    process = program([ust.prog("sleeper")])
    process.send_signal(signal.SIGSTOP)
    ust.wait_until(lambda: " T" in open("/proc/%d/stat" % process.pid).read(), 5, "it stops")
    refused(process.pid, "stopped")
    process.send_signal(signal.SIGCONT)
    err, _ = attach(process.pid)
    ust.check("attached" in err, err)
    refused(2, "kernel thread")
    zombie = subprocess.Popen(["true"])
    ust.wait_until(lambda: " Z" in open("/proc/%d/stat" % zombie.pid).read(), 5, "it ends")
    refused(zombie.pid, "zombie")
    zombie.wait()
    refused(zombie.pid, "no process")
    process = program([ust.prog("busy"), "2"])
    tid = max(int(t) for t in os.listdir("/proc/%d/task" % process.pid) if int(t) != process.pid)
    refused(tid, "is a thread|no process")


@ust.point("refused with the reason: seccomp, a debugger, another user's process", root=True)
def guarded():
    refused(program([ust.prog("alone"), "strict"]).pid, "strict mode")
    process = program([ust.prog("alone"), "filter"])
    ust.wait_until(lambda: "Seccomp:\t2" in open("/proc/%d/status" % process.pid).read(), 5,
                   "the filter")
    refused(process.pid, "seccomp filter forbids what libust needs: socketpair")
    process = program([ust.prog("sleeper")])
    gdb = ust.start(["gdb", "-q", "-p", str(process.pid)], stdin=subprocess.PIPE)
    ust.wait_until(lambda: "TracerPid:\t0" not in open("/proc/%d/status" % process.pid).read(), 20,
                   "gdb attaches")
    refused(process.pid, r"traced already, by process %d" % gdb.pid)
    gdb.stdin.write(b"detach\nquit\n")
    gdb.stdin.flush()
    gdb.wait(20)
    err, _ = attach(process.pid)
    ust.check("attached" in err, err)
    # As nobody, who may not trace root's processes.
    home = ust.path("home")
    os.mkdir(home, 0o777)
    os.chmod(home, 0o777)
    build = ust.let_others_in()
    result = ust.run([os.path.join(build, "libustctl/ustctl"), "attach", "-o", os.path.join(home, "trace"), str(process.pid)],
                     expect=1, extra_env={"UST_RUNTIME_DIR": os.path.join(home, "run")},
                     user=65534, group=65534, extra_groups=[])
    ust.check(re.search("another user|not permitted", result.stderr), result.stderr)


@ust.point("other mount, PID and user namespaces: the library goes by descriptor, events come back", root=True)
def namespaces():
    for options in (["--mount", "--pid", "--fork"], ["--mount", "--user", "--map-root-user"]):
        # A file system of its own in which neither libust nor the runtime directory is there.
        inside = "mount -t tmpfs none %s && exec %s 600" % (os.path.dirname(ust.BUILD),
                                                           "/proc/self/fd/9")
        ticker = os.open(ust.prog("ticker"), os.O_RDONLY)
        os.dup2(ticker, 9)
        os.set_inheritable(9, True)
        process = ust.start(["unshare", *options, "--kill-child" if "--fork" in options else "--",
                             "sh", "-c", inside], pass_fds=[9])
        os.close(9)
        os.close(ticker)

        def inside_pid():
            for pid in [process.pid] + children(process.pid):
                with open("/proc/%d/cmdline" % pid, encoding="ascii") as line:
                    if line.read().startswith("/proc/self/fd/9"):
                        return pid
            return 0

        pid = ust.wait_until(inside_pid, 10, "ticker runs in its namespaces")
        ticks(pid)
        for _ in range(2):
            err, _ = attach(pid)
            ust.check(events(err) > 10, "%s: too few events:\n%s" % (options, err))


@ust.point("another root directory: the library goes by descriptor, which needs /proc there", root=True)
def chrooted():
    script = ("import os, sys\nos.chroot(sys.argv[1])\nos.chdir('/')\n"
              "print('ready', flush=True)\nsys.stdin.read()\n")
    for has_proc in (False, True):
        root = ust.path("root")
        os.makedirs(os.path.join(root, "proc"))
        mount = "mount -t proc proc %s/proc && " % root if has_proc else ""
        process = program(["unshare", "--mount", "sh", "-c", mount + 'exec "$@"', "sh", "python3",
                           "-c", script, root])
        # From within its mount namespace.
        result = ust.run(["nsenter", "--mount", "--target", str(process.pid), ust.USTCTL, "attach",
                          "-o", ust.path("trace"), "--duration", "0.1", str(process.pid)],
                         expect=0 if has_proc else 1)
        ust.check(("attached to" if has_proc else "no /proc in it") in result.stderr, result.stderr)
        process.communicate(timeout=20)
        ust.equal(process.returncode, 0, "exit status")


def children(pid):
    found = []
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as text:
            found += [int(x) for x in text.read().split()]
    return found


@ust.point("doctor PID tells what attach would do and what stands in its way")
def doctor():
    def says(pid, text, expect=0):
        result = ust.ustctl("doctor", str(pid), expect=expect)
        ust.check(re.search(text, result.stdout), "no '%s' in:\n%s" % (text, result.stdout))

    without, linked_ticker = ticker(), ticker("ticker-linked")
    says(without.pid, r"ok +attach +one thread is stopped")
    says(linked_ticker.pid, r"ok +attach +holds libust")
    attach(without.pid)
    says(without.pid, r"ok +attach +holds libust, which is woken")
    says(program([ust.prog("alone-static")]).pid, r"FAIL +program +statically linked", 1)
    says(program([ust.prog("alone-musl")]).pid, r"FAIL +program +its dynamic linker", 1)
    says(program([ust.prog("alone"), "strict"]).pid, r"FAIL +seccomp +strict", 1)
    says(2, r"FAIL +process +process 2 is a kernel thread", 1)
    ust.check("no process" in ust.ustctl("doctor", "4194000", expect=1).stderr, "a dead process")


@ust.point("wrong usage is told, with exit status 2")
def usage():
    for arguments, text in ((["attach"], "no process id"), (["attach", "x"], "not a process id"),
                            (["attach", "--duration", "-1", "1"], "--duration"),
                            (["attach", "-p", "nothing", "1"], "nothing"),
                            (["detach"], "missing"), (["attach", "1", "2"], "too many")):
        result = ust.ustctl(*arguments, expect=2)
        ust.check(text in result.stderr, "%s: %s" % (arguments, result.stderr))


if __name__ == "__main__":
    ust.main()
