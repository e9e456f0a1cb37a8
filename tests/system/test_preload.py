#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The preload libraries: nothing changes but the trace, and the trace is true.

UST_TEST_LONG=1 adds the large programs: a JVM, node, nginx, postgres, python's own tests.
"""
import collections
import os
import re
import shutil
import subprocess

import ust

NAMES = ["malloc", "pthread", "io", "dl", "time", "signal", "process"]
ALL = ",".join(NAMES)


def need(program):
    found = shutil.which(program, path="/usr/bin:/bin:/usr/sbin:/sbin")
    if not found:
        raise ust.Failed("%s is not installed: see tests/packages.txt" % program)
    return found


def counts(trace, process=None):
    """Events by provider:name, of one process if its name is given."""
    found = collections.Counter()
    for line in trace.text():
        match = re.search(r" (\w+:\w+): \{", line)
        if match and (not process or '"%s"' % process in line):
            found[match.group(1)] += 1
    return found


def fields(trace, event):
    """The fields of each event of that name, as text."""
    return [line.split("{")[-1] for line in trace.text() if " %s: " % event in line]


def sames(preload=None):
    directory = ust.path("sames")
    os.mkdir(directory)
    command = [ust.prog("sames"), directory, ust.PROGS]
    if not preload:
        return ust.run(command, expect=3), None
    trace = ust.Recording(command, options=("-p", preload), expect=3)
    return trace.result, trace


@ust.point("a program that looks closely finds no difference")
def no_difference():
    alone, _ = sames()
    ust.check("inner 1" in alone.stdout, alone.stdout)
    for preload in NAMES + [ALL]:
        result, trace = sames(preload)
        ust.equal(result.stdout, alone.stdout, "with " + preload)
        trace.verify()


@ust.point("the same while none of the events is on")
def off():
    alone, _ = sames()
    directory = ust.path("sames")
    os.mkdir(directory)
    libraries = ":".join(os.path.join(ust.BUILD, "libust", "libust-%s.so" % n) for n in NAMES)
    result = ust.run([ust.prog("sames"), directory, ust.PROGS], expect=3,
                     extra_env={"LD_PRELOAD": libraries})
    ust.equal(result.stdout, alone.stdout, "output")


def strace_counts(command):
    """System calls of a program by name."""
    log = ust.path("strace")
    ust.run(["strace", "-f", "-c", "-o", log, *command])
    with open(log, encoding="utf-8") as text:
        return {m.group(2): int(m.group(1)) for m in
                re.finditer(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", text.read(),
                            re.MULTILINE)}


# Event: the system call it becomes.
IO = {"open": "openat", "close": "close", "read": "read", "write": "write", "pread": "pread64",
      "pwrite": "pwrite64", "readv": "readv", "writev": "writev", "lseek": "lseek",
      "fsync": "fsync", "fdatasync": "fdatasync", "socketpair": "socketpair", "send": "sendto",
      "recv": "recvfrom", "poll": "poll", "epoll_create1": "epoll_create1",
      "epoll_ctl": "epoll_ctl", "epoll_wait": "epoll_wait", "fcntl": "fcntl"}


@ust.point("io: as many calls as strace counts")
def io_counts():
    need("strace")
    theirs = strace_counts([ust.prog("counted"), ust.path("data")])
    base = strace_counts([ust.prog("nothing")])
    trace = ust.Recording([ust.prog("counted"), ust.path("data")], options=("-p", "io"))
    ours = counts(trace)
    ust.equal({e: ours["io:" + e] for e in IO},
              {e: theirs.get(s, 0) - base.get(s, 0) for e, s in IO.items()}, "events")
    ust.equal(trace.verify()["lost"], 0, "lost")


@ust.point("io: as many calls as strace counts of a Debian program")
def dd_counts():
    command = [need("dd"), "if=/dev/zero", "of=/dev/null", "bs=4k", "count=1000"]
    theirs = strace_counts(command)
    trace = ust.Recording(command, options=("-p", "io", "-e", "io:*"))
    ours = counts(trace)
    # The dynamic linker and locale files are read by libc itself.
    ust.equal(ours["io:write"], 1000, "writes")
    ust.equal(ours["io:read"], 1000, "reads")
    ust.check(ours["io:read"] <= theirs["read"], "reads: %s" % theirs)
    ust.check(all("result = 4096" in f for f in fields(trace, "io:read")), "results")


LOCKS = {"pthread:pthread_mutex_lock": 200, "pthread:pthread_mutex_unlock": 200,
         "pthread:pthread_rwlock_rdlock": 60, "pthread:pthread_rwlock_unlock": 60,
         "pthread:sem_post": 30, "pthread:sem_wait": 30, "pthread:pthread_create": 5,
         "pthread:pthread_join": 5, "time:clock_gettime": 25}


@ust.point("pthread, time: as many calls as ltrace counts")
def lock_counts():
    need("ltrace")
    log = ust.path("ltrace")
    names = [e.split(":")[1] for e in LOCKS]
    ust.run(["ltrace", "-c", "-o", log, "-e", "+".join("%s@MAIN" % n for n in names),
             ust.prog("counted"), ust.path("data")])
    with open(log, encoding="utf-8") as text:
        theirs = {m.group(2): int(m.group(1)) for m in
                  re.finditer(r"\s(\d+) (\w+)\n", text.read())}
    trace = ust.Recording([ust.prog("counted"), ust.path("data")], options=("-p", "pthread,time"))
    ours = counts(trace)
    ust.equal({e: ours[e] for e in LOCKS}, LOCKS, "events")
    ust.equal({e: theirs.get(e.split(":")[1]) for e in LOCKS}, LOCKS, "what ltrace counts")
    free = fields(trace, "pthread:pthread_mutex_lock")
    ust.check(all("contended = 0" in f and "duration = 0" in f for f in free),
              "an uncontended lock: %s" % free[:3])


@ust.point("pthread: who waits for a lock is told for how long")
def contended():
    script = ("import threading,time\n"
              "l=threading.Lock()\n"
              "def hold():\n"
              "  with l: time.sleep(0.05)\n"
              "t=threading.Thread(target=hold); t.start(); time.sleep(0.02)\n"
              "with l: pass\n"
              "t.join()")
    trace = ust.Recording([need("python3"), "-c", script], options=("-p", "pthread"))
    waited = [f for name in ("sem_wait", "pthread_mutex_lock")
              for f in fields(trace, "pthread:" + name) if "contended = 1" in f]
    waited += [f for name in ("sem_clockwait", "sem_timedwait")
               for f in fields(trace, "pthread:" + name)]
    longest = max([int(re.search(r"duration = (\d+)", f).group(1)) for f in waited] + [0])
    ust.check(20000000 < longest < 10000000000, "longest wait %d ns" % longest)


@ust.point("dl: objects that come and go, with base and build id")
def objects():
    module = os.path.join(ust.PROGS, "sames-inner.so")
    script = ("import ctypes,_ctypes,sys\n"
              "h=ctypes.CDLL(sys.argv[1])._handle\n"
              "print([l.split('-')[0] for l in open('/proc/self/maps') if sys.argv[1] in l][0])\n"
              "_ctypes.dlclose(h)")
    trace = ust.Recording([need("python3"), "-c", script, module], options=("-p", "dl"))
    base = "0x%X" % int(trace.result.stdout.split()[0], 16)
    notes = ust.run(["readelf", "-n", module]).stdout
    build_id = re.search(r"Build ID: (\w+)", notes).group(1)
    for event in ("dl:load", "dl:unload"):
        found = [f for f in fields(trace, event) if module in f]
        ust.equal(len(found), 1, event)
        ust.check("base = %s," % base in found[0], "%s: %s" % (base, found[0]))
        ust.check('build_id = "%s"' % build_id in found[0], found[0])
    ust.equal(len([f for f in fields(trace, "dl:load") if "/libc.so.6" in f]), 1, "libc")
    ust.check([f for f in fields(trace, "dl:dlopen") if module in f and "returned = 1" in f],
              "dlopen itself")


@ust.point("process, signal, time: what shells and python do")
def others():
    trace = ust.Recording([need("bash"), "-c", "/bin/true; (exit 3); kill -USR1 $$; exit 4"],
                          options=("-p", "process,signal,time"), expect=138)
    ours = counts(trace)
    ust.check(ours["process:fork"] >= 4, "forks, of both sides: %s" % ours)
    ust.equal(len([f for f in fields(trace, "process:execve") if '"/bin/true"' in f]), 1, "execve")
    ust.check([f for f in fields(trace, "process:kill") if "signal = 10" in f], "kill")
    script = "import time,signal; signal.signal(10,lambda *a:0); time.sleep(0.01)"
    trace = ust.Recording([need("python3"), "-c", script], options=("-p", "signal,time"))
    slept = fields(trace, "time:clock_nanosleep")
    ust.check(slept and int(re.search(r"duration = (\d+)", slept[-1]).group(1)) >= 9000000,
              "sleep: %s" % slept)
    ust.check([f for f in fields(trace, "signal:sigaction") if "signal = 10," in f], "sigaction")


@ust.point("a library works by LD_PRELOAD alone, for a session that is there")
def alone():
    directory = ust.path("trace")
    ust.ustctl("create", "alone", "--output", directory)
    ust.ustctl("enable", "alone", "io:*", expect=None)
    ust.ustctl("start", "alone")
    ust.run([need("dd"), "if=/dev/zero", "of=/dev/null", "count=3"],
            extra_env={"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust-io.so")})
    ust.ustctl("destroy", "alone")
    ust.equal(counts(ust.Trace(directory))["io:read"], 3, "reads")


@ust.point("-p list, and names that are near")
def names():
    text = ust.ustctl("record", "-p", "list").stdout
    for name in NAMES:
        ust.check(re.search(r"^ +%s +\w" % name, text, re.MULTILINE), name)
        ust.check(name in ust.ustctl("record", "--help").stdout, "--help: " + name)
    for wrong, right in (("mallok", "malloc"), ("thread", "pthread"), ("sig", "signal")):
        text = ust.ustctl("record", "-p", "io," + wrong, "--", "true", expect=2).stderr
        ust.check("'%s'" % wrong in text and "did you mean '%s'" % right in text, text)


def compare(command, expect=0, clean=None, prepare=None, **more):
    if prepare:
        prepare()
    plain = ust.run(command, expect=expect, **more)
    if prepare:
        prepare()
    trace = ust.Recording(command, options=("-p", ALL), expect=expect, **more)
    clean = clean or (lambda text: text)
    ust.equal(clean(trace.result.stdout), clean(plain.stdout), "output under record")
    trace.verify()
    return trace


@ust.point("bash pipelines")
def pipelines():
    compare(["bash", "-c", "for i in $(seq 20); do echo $i | tr 1 2 | sort | uniq -c; done;"
             " diff <(echo a) <(echo b); echo ${PIPESTATUS[@]}; yes | head -3; exit 9"], expect=9)


@ust.point("busybox")
def busybox():
    compare([need("busybox"), "sh", "-c", "ls / | wc -l; echo a b | cut -d' ' -f2; exit 3"],
            expect=3)


@ust.point("sqlite3")
def sqlite():
    database = ust.path("database")
    script = ("create table t(a integer primary key, b text);"
              "with recursive n(i) as (select 1 union all select i+1 from n where i<5000) "
              "insert into t select i, hex(i*i) from n;"
              "select count(*), sum(length(b)) from t; pragma integrity_check;")
    compare([need("sqlite3"), database, script],
            prepare=lambda: os.path.exists(database) and os.unlink(database))


@ust.point("gcc")
def gcc():
    source, output = ust.path("source") + ".c", ust.path("program")
    with open(source, "w", encoding="ascii") as text:
        text.write('#include <stdio.h>\nint main(void) { puts("built"); return 4; }\n')
    compare(["sh", "-c", "gcc -O2 -pipe %s -o %s && %s" % (source, output, output)], expect=4)


@ust.point("python3 with threads, subprocesses and signals")
def python():
    script = ("import threading, subprocess, signal, os, concurrent.futures as f\n"
              "signal.signal(signal.SIGUSR1, lambda *a: print('signal'))\n"
              "os.kill(os.getpid(), signal.SIGUSR1)\n"
              "with f.ThreadPoolExecutor(8) as p: print(sum(p.map(lambda i: i*i, range(500))))\n"
              "with f.ProcessPoolExecutor(2) as p: print(sum(p.map(abs, range(50))))\n"
              "print(subprocess.run('echo a; exit 3', shell=True, capture_output=True))")
    compare([need("python3"), "-c", script])


# "long" adds a lot of time: a small subset is always there.
LONG = os.environ.get("UST_TEST_LONG")


def python_tests(module, *patterns):
    """Python's own tests; times are taken out of the output, failures of the plain run are not
    ours."""
    command = [need("python3"), "-m", "test", "-q", module]
    for pattern in patterns:
        command += ["-m", pattern]
    plain = ust.run(command, expect=None, timeout=900)
    trace = ust.Recording(command, options=("-p", ALL), expect=plain.returncode, timeout=900)

    def verdict(text):
        return re.findall(r"^Tests result: .*|^.* (?:failed|skipped).*:$", text, re.MULTILINE)
    ust.equal(verdict(trace.result.stdout), verdict(plain.stdout), "result")
    trace.verify()


@ust.point("python3's own tests of threads, subprocesses and signals")
def python_own():
    if not os.path.exists("/usr/lib/python3.11/test/test_threading.py"):
        raise ust.Failed("libpython3.11-testsuite is not installed")
    if LONG:
        for module in ("test_threading", "test_subprocess", "test_signal"):
            python_tests(module)
    else:
        python_tests("test_threading", "*.LockTests.*")
        python_tests("test_signal", "*PosixTests*", "*WakeupFDTests*")


@ust.point("redis-server under its benchmark")
def redis():
    need("redis-server")
    sock = ust.path("redis.sock")
    trace = ust.Trace(ust.path("trace"))
    record = ust.start([ust.USTCTL, "record", "-o", trace.directory, "-p", ALL, "--",
                        "redis-server", "--port", "0", "--unixsocket", sock, "--save", "",
                        "--dir", ust.work], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    client = ["redis-cli", "-s", sock]
    try:
        ust.wait_until(lambda: "PONG" in ust.run([*client, "ping"], expect=None).stdout, 30,
                       "redis answers")
        text = ust.run(["redis-benchmark", "-s", sock, "-n", "100000" if LONG else "3000", "-q",
                        "-t", "set,get"]).stdout
        ust.check(text.count("requests per second") >= 2, text)
        ust.equal(ust.run([*client, "set", "k", "v"]).stdout, "OK\n", "set")
        ust.equal(ust.run([*client, "get", "k"]).stdout, "v\n", "get")
        ust.run([*client, "shutdown", "nosave"], expect=None)
        _, err = record.communicate(timeout=60)
    finally:
        if record.poll() is None:
            record.terminate()
            record.wait()
    ust.equal(record.returncode, 0, "exit status\n%s" % err.decode()[-1000:])
    trace.verify()


if __name__ == "__main__":
    ust.main()
