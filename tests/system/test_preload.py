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
        match = re.search(r" ([\w-]+:\w+): \{", line)
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
              "l=threading.Lock(); held=threading.Event()\n"
              "def hold():\n"
              "  with l: held.set(); time.sleep(0.5)\n"
              "t=threading.Thread(target=hold); t.start(); held.wait()\n"
              "with l: pass\n"
              "t.join()")
    trace = ust.Recording([need("python3"), "-c", script], options=("-p", "pthread"))
    waited = [f for name in ("sem_wait", "pthread_mutex_lock")
              for f in fields(trace, "pthread:" + name) if "contended = 1" in f]
    waited += [f for name in ("sem_clockwait", "sem_timedwait")
               for f in fields(trace, "pthread:" + name)]
    longest = max([int(re.search(r"duration = (\d+)", f).group(1)) for f in waited] + [0])
    ust.check(20000000 < longest < 60000000000, "longest wait %d ns" % longest)


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


CALLS = ["mixed", "thrower", "sum", "sum_of_doubles", "by_value", "in_registers", "small",
         "nothing", "text_of", "extended", "painted", "assembled"]


def calls(library, functions):
    return [word for name in functions for word in ("--call", "%s:%s" % (library, name))]


@ust.point("--call: parameters from debug information, every kind of table")
def call_debug():
    plain = ust.run([ust.prog("caller-now")]).stdout
    for name in ("now", "lazy", "fixed"):
        trace = ust.Recording([ust.prog("caller-" + name)], options=calls("libcalled.so", CALLS))
        ust.equal(trace.result.stdout, plain, name)
        ust.equal(trace.verify()["lost"], 0, "lost")
        # One that throws does not come back.
        ours = counts(trace)
        ust.equal({n: ours["libcalled:" + n] for n in CALLS},
                  dict({n: 1 for n in CALLS}, thrower=3, sum=2), name)
        mixed = fields(trace, "libcalled:mixed")[0]
        for part in ("a = 1,", "b = 2.5,", "c = 3.5,", 'text = "A",', "d = 4,", "g = 7,", "h = -8,",
                     "i = 1,", "result = 87,", "duration = "):
            ust.check(part in mixed, "%s: %s" % (part, mixed))
        ust.check("c = 250, d = -3, result = 247," in fields(trace, "libcalled:small")[0]
                  or "a = 250, b = -3, result = 247," in fields(trace, "libcalled:small")[0],
                  fields(trace, "libcalled:small")[0])
        painted = fields(trace, "libcalled:painted")[0]
        ust.check("color = 2147483648, result = 2147483648," in painted, painted)
        ust.check('result = "text",' in fields(trace, "libcalled:text_of")[0], "a text as result")


@ust.point("--call: six registers where nothing is known")
def call_registers():
    plain = ust.run([ust.prog("caller-bare")]).stdout
    trace = ust.Recording([ust.prog("caller-bare")], options=calls("libcalled-bare.so", CALLS))
    ust.equal(trace.result.stdout, plain, "output")
    found = fields(trace, "libcalled-bare:sum")[0]
    ust.check("arg1 = 0xA, arg2 = 0x1, arg3 = 0x2, arg4 = 0x3, arg5 = 0x4, arg6 = 0x5, result = 0x37,"
              in found, found)
    ust.equal(sum(counts(trace).values()), len(CALLS) + 3, "events")


@ust.point("--call: a prototype that is given")
def call_prototype():
    rule = "libcalled-bare.so:mixed(int a, double b, float c, str text, long d, long e, long f, " \
           "long g, short h, bool i) -> double"
    trace = ust.Recording([ust.prog("caller-bare")], options=("--call", rule))
    found = fields(trace, "libcalled-bare:mixed")
    ust.equal(len(found), 1, "events")
    ust.check('b = 2.5, c = 3.5, text = "A", d = 4,' in found[0] and "result = 87," in found[0],
              found[0])
    # One that is wrong: no address is a text.
    trace = ust.Recording([ust.prog("caller-bare")],
                          options=("--call", "libcalled-bare.so:thrower(str x) -> int"))
    ust.equal(len(fields(trace, "libcalled-bare:thrower")), 3, "events")
    # Too narrow for an address, and without a result: the program gets what it would have got.
    plain = ust.run([ust.prog("caller-bare")]).stdout
    for rule in ("text_of(int text) -> int", "text_of(char text)", "small(char a, char b)"):
        trace = ust.Recording([ust.prog("caller-bare")],
                              options=("--call", "libcalled-bare.so:" + rule))
        ust.equal(trace.result.returncode, 0, "exit status with " + rule)
        ust.equal(trace.result.stdout, plain, "output with " + rule)


@ust.point("--call: plugins that are loaded later, from their constructor on")
def call_late():
    late = os.path.join(ust.PROGS, "called-late.so")
    trace = ust.Recording([ust.prog("called-opener"), late, "7"],
                          options=calls("libcalled.so", ["small"]))
    ust.equal(trace.result.stdout, "140\n", "output")
    ust.equal(counts(trace)["libcalled:small"], 77, "calls")


@ust.point("--call: a function that is asked for by name")
def call_by_name():
    library = os.path.join(ust.PROGS, "libcalled.so")
    trace = ust.Recording([ust.prog("caller-now"), library],
                          options=calls("libcalled.so", ["thrower"]))
    ust.check("by name 1" in trace.result.stdout, trace.result.stdout)
    ust.equal(counts(trace)["libcalled:thrower"], 4, "calls")


@ust.point("--call: what came of it is said")
def call_says():
    for rule, said in (("libnone.so:f", "no process loaded libnone.so"),
                       ("libcalled.so:thrower2", "did you mean thrower?"),
                       ("libcalled.so:never", "was never called through an import")):
        text = ust.ustctl("record", "-o", ust.path("trace"), "--call", rule, "--",
                          ust.prog("caller-now")).stderr
        ust.check(said in text, "%s: %s" % (rule, text))
    text = ust.ustctl("record", "-o", ust.path("trace"), "--call", "libcalled.so:too_large", "--",
                      ust.prog("caller-now"), expect=1).stderr
    ust.check("its parameters take 264 bytes of the stack" in text, text)
    for rule, said in (("libz.so", "LIBRARY:FUNCTION"), ("libz.so:", "function is missing"),
                       ("libz.so:f(int a, ...)", "variable arguments"),
                       ("libz.so:f(struct x a)", "structure by value"),
                       ("libz.so:f(nonsense a)", "unknown type 'nonsense'"),
                       ("libz.so:f(int a", "expected ',' or ')'"),
                       ("libz.so:f(long double a)", "long double"),
                       ("libz.so:f(double complex a)", "complex"),
                       ("libz.so:f(int (*compare)(int))", "parameter 1 is a pointer to a function"),
                       ("libz.so:f@VERSION_1", "version cannot be chosen"),
                       ("libc.so.6:__sigsetjmp", "__sigsetjmp returns twice"),
                       ("libz.so:std::f", "as the linker calls it"),
                       ("libz.so:" + 128 * "f", "too long")):
        text = ust.ustctl("record", "--call", rule, "--", "true", expect=2).stderr
        ust.check(said in text, "%s: %s" % (rule, text))


@ust.point("--call: a Debian library, called by a module of python's")
def call_sqlite():
    script = ("import sqlite3; c = sqlite3.connect(':memory:'); c.execute('create table t(a)');"
              "c.executemany('insert into t values(?)', [(i,) for i in range(50)]);"
              "print(c.execute('select sum(a) from t').fetchall())")
    trace = ust.Recording([need("python3"), "-c", script], options=(
        "--call", "libsqlite3.so:sqlite3_step",
        "--call", "libsqlite3.so:sqlite3_bind_int64(ptr stmt, int index, int64 value) -> int"))
    ust.equal(trace.result.stdout, "[(1225,)]\n", "output")
    bound = fields(trace, "libsqlite3:sqlite3_bind_int64")
    ust.equal([int(re.search(r"value = (\d+)", f).group(1)) for f in bound], list(range(50)),
              "values")
    ust.check(counts(trace)["libsqlite3:sqlite3_step"] >= 53, "steps")


@ust.point("hooks come and go while threads run through them")
def hooker():
    cycles = 300
    directory = ust.path("trace")
    ust.ustctl("create", "hooker", "--output", directory)
    for pattern in ("io:read", "libc:*"):
        ust.ustctl("enable", "hooker", pattern, expect=None)
    ust.ustctl("start", "hooker")
    text = ust.run([ust.prog("hooker"), os.path.join(ust.BUILD, "libust"), str(cycles)]).stdout
    ust.ustctl("destroy", "hooker")
    seen = dict(zip(text.split()[::2], text.split()[1::2]))
    ust.equal((seen["rules"], seen["wrong"]), ("8", "0"), text)
    ust.check(int(seen["grown"]) < 1 << 20, "the address space grew: " + text)
    trace = ust.Trace(directory)
    ust.equal(trace.verify()["lost"], 0, "lost")
    mine = [line for line in trace.text() if " io:read: " in line and
            re.search(r"tid = %s\b" % seen["main"], line)]
    ust.equal(len(mine), 20 * cycles, "reads of the main thread")
    ust.equal(counts(trace)["libc:getenv"], cycles, "getenv")


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


def long_point(text):
    """A point of UST_TEST_LONG only."""
    return ust.point(text) if LONG else lambda function: function


def ends(process, seconds=60):
    """The exit status of what was told to end."""
    _, err = process.communicate(timeout=seconds)
    return process.returncode, err.decode(errors="replace")[-1000:]


@long_point("a JVM")
def java():
    source = ust.path("java")
    os.mkdir(source)
    with open(source + "/Work.java", "w", encoding="ascii") as text:
        text.write("import java.util.*; import java.util.stream.*;\n"
                   "public class Work { public static void main(String[] a) throws Exception {\n"
                   "Thread[] t = new Thread[8]; long[] s = new long[8];\n"
                   "for (int i = 0; i < 8; i++) { int k = i; t[i] = new Thread(() -> {"
                   " for (int j = 0; j < 200000; j++) synchronized (Work.class) { s[k] += j; } });"
                   " t[i].start(); }\n"
                   "for (Thread x : t) x.join();\n"
                   "System.out.println(Arrays.toString(s) + IntStream.range(0, 100000).parallel()"
                   ".mapToObj(Integer::toString).collect(Collectors.joining()).hashCode());\n"
                   "System.exit(5); } }\n")
    ust.run(["javac", "-d", source, source + "/Work.java"])
    compare([need("java"), "-Xmx256m", "-cp", source, "Work"], expect=5)


@long_point("node")
def node():
    script = ("const fs=require('fs'),c=require('crypto'),cp=require('child_process');"
              "let n=0;for(let i=0;i<200;i++)fs.readFile('/etc/passwd',(e,d)=>{n+=d.length>0;"
              "if(n==200)c.pbkdf2('a','b',1000,32,'sha256',(e,k)=>{console.log(k.toString('hex'),"
              "cp.execSync('echo child').toString());process.exit(4)})});")
    compare([need("node"), "-e", script], expect=4)


@long_point("nginx under ab")
def nginx():
    directory = ust.path("nginx")
    os.makedirs(directory + "/html")
    with open(directory + "/html/index.html", "w", encoding="ascii") as text:
        text.write("x" * 5000)
    with open(directory + "/conf", "w", encoding="ascii") as text:
        text.write("daemon off; worker_processes 2; pid %s/pid; error_log stderr;\nuser root;\n"
                   "events { worker_connections 512; }\nhttp { access_log off; server { listen "
                   "127.0.0.1:18473; root %s/html; } }\n" % (directory, directory))
    trace = ust.Trace(ust.path("trace"))
    record = ust.start([ust.USTCTL, "record", "-o", trace.directory, "-p", ALL, "--", need("nginx"),
                        "-p", directory, "-c", directory + "/conf"], stderr=subprocess.PIPE)
    ust.wait_until(lambda: ust.run(["ab", "-n", "1", "http://127.0.0.1:18473/index.html"],
                                   expect=None).returncode == 0, 30, "nginx answers")
    text = ust.run([need("ab"), "-n", "20000", "-c", "50", "-k",
                    "http://127.0.0.1:18473/index.html"]).stdout
    ust.check(re.search(r"Complete requests: +20000", text) and
              re.search(r"Failed requests: +0\n", text), text)
    with open(directory + "/pid", encoding="ascii") as pid:
        os.kill(int(pid.read()), 3)
    status, err = ends(record)
    ust.equal(status, 0, err)
    trace.verify()


@long_point("postgres under pgbench")
def postgres():
    bin_dir = "/usr/lib/postgresql/15/bin/"
    directory = ust.path("postgres")
    os.mkdir(directory)
    os.chmod(ust.work, 0o755)
    shutil.chown(directory, "postgres")
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    ust.run([*as_user, bin_dir + "initdb", "-D", directory + "/data", "-A", "trust", "-N"])
    # ustd is root's: the server is its child and changes the user below it.
    trace = ust.Trace(ust.path("trace"))
    run = ust.path("run")
    os.mkdir(run)
    shutil.chown(run, "postgres")
    env = {"UST_RUNTIME_DIR": run}
    shutil.chown(os.path.dirname(trace.directory), "postgres")
    record = ust.start([*as_user, ust.USTCTL, "record", "-o", directory + "/trace", "-p", ALL, "--",
                        bin_dir + "postgres", "-D", directory + "/data", "-k", directory, "-h", ""],
                       extra_env=env, stderr=subprocess.PIPE)
    client = ["-h", directory, "-U", "postgres"]
    ust.wait_until(lambda: ust.run([*as_user, "psql", *client, "-c", "select 1", "postgres"],
                                   expect=None).returncode == 0, 60, "postgres answers")
    ust.run([*as_user, "pgbench", *client, "-i", "-q", "-s", "2", "postgres"])
    text = ust.run([*as_user, "pgbench", *client, "-c", "4", "-j", "2", "-t", "500", "postgres"]).stdout
    ust.check("number of transactions actually processed: 2000/2000" in text and
              "failed transactions: 0" in text, text)
    with open(directory + "/data/postmaster.pid", encoding="ascii") as pid:
        os.kill(int(pid.readline()), 2)
    status, err = ends(record)
    ust.equal(status, 0, err)
    ust.Trace(directory + "/trace").verify()


if __name__ == "__main__":
    ust.main()
