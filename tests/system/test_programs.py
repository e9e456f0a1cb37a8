#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unmodified programs under record -p malloc: the same output and status, and true counts."""
import collections
import os
import re
import shutil
import socket
import subprocess

import ust


def need(program):
    found = shutil.which(program, path="/usr/bin:/bin")
    if not found:
        raise ust.Skip("%s is not installed" % program)
    return found


def compare(command, expect=0, prepare=None, clean=None, **more):
    """Runs the command alone and under record -p malloc; the trace, when both behaved the same."""
    if prepare:
        prepare()
    alone = ust.run(command, expect=expect, **more)
    if prepare:
        prepare()
    trace = ust.Recording(command, options=("-p", "malloc"), expect=expect, **more)
    clean = clean or (lambda text: text)
    ust.equal(clean(trace.result.stdout), clean(alone.stdout), "output under record")
    seen = trace.verify()
    ust.equal(seen["lost"], 0, "lost")
    return trace, seen


def total(seen, name):
    return sum(n for k, n in seen["events"].items() if k.split(":")[1] == name)


@ust.point("python3")
def python():
    _, seen = compare([need("python3"), "-c", "print(sum(len(str(i)) for i in range(50000)))"])
    ust.check(total(seen, "malloc") > 500, "events: %s" % seen["events"])
    compare([need("python3"), "-c", "import sys; print('x'); sys.exit(3)"], expect=3)


@ust.point("python3 with threads and subprocesses")
def python_threads():
    script = ("import threading, subprocess\n"
              "ts=[threading.Thread(target=lambda: [str(i)*9 for i in range(20000)]) "
              "for _ in range(8)]\n"
              "[t.start() for t in ts]; [t.join() for t in ts]\n"
              "print(subprocess.run(['echo','hi'],capture_output=True,text=True).stdout)")
    compare([need("python3"), "-c", script])


@ust.point("sqlite3")
def sqlite():
    script = ("create table t(a integer primary key, b text);"
              "with recursive n(i) as (select 1 union all select i+1 from n where i<20000) "
              "insert into t select i, hex(i*i) from n;"
              "select count(*), sum(length(b)), max(b) from t; select b from t where a%4001=1;")
    _, seen = compare([need("sqlite3"), ":memory:", script])
    ust.check(total(seen, "malloc") > 500, "events: %s" % seen["events"])


@ust.point("git")
def git():
    directory = ust.path("repository")

    def prepare():
        shutil.rmtree(directory, ignore_errors=True)
        os.mkdir(directory)

    script = ("cd %s && git -c init.defaultBranch=m init -q . && for i in 1 2 3; do echo $i >f$i; "
              "git add f$i; git -c user.name=n -c user.email=e@x -c commit.gpgsign=false "
              "commit -q -m c$i; done && git log --format=%%T --stat && git fsck && git gc -q && "
              "git show HEAD~1:f2" % directory)
    need("git")
    _, seen = compare(["sh", "-c", script], prepare=prepare)
    ust.check(total(seen, "malloc") > 1000, "events: %s" % seen["events"])


@ust.point("gcc")
def gcc():
    need("gcc")
    source, output = ust.path("source") + ".c", ust.path("program")
    with open(source, "w", encoding="ascii") as text:
        text.write('#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n'
                   'int main(void) { char *p = malloc(9); strcpy(p, "built"); puts(p); '
                   'free(p); return 4; }\n')
    _, seen = compare(["sh", "-c", "gcc -O2 -Wall %s -o %s && %s" % (source, output, output)],
                      expect=4)
    ust.check(total(seen, "malloc") > 10000, "events: %s" % seen["events"])


@ust.point("redis-server with its benchmark")
def redis():
    server, bench = need("redis-server"), need("redis-benchmark")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    trace = ust.Trace(ust.path("trace"))
    record = ust.start([ust.USTCTL, "record", "-o", trace.directory, "-p", "malloc", "--", server,
                        "--port", str(port), "--save", "", "--appendonly", "no", "--dir",
                        ust.work], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    client = ["redis-cli", "-p", str(port)]
    try:
        ust.wait_until(lambda: "PONG" in ust.run([*client, "ping"], expect=None).stdout, 20,
                       "redis answers")
        text = ust.run([bench, "-p", str(port), "-n", "10000", "-q", "-t", "set,get,lpush"]).stdout
        ust.check(text.count("requests per second") >= 3, text)
        ust.equal(ust.run([*client, "set", "k", "v"]).stdout, "OK\n", "set")
        ust.equal(ust.run([*client, "get", "k"]).stdout, "v\n", "get")
        ust.run([*client, "shutdown", "nosave"], expect=None)
        out, err = record.communicate(timeout=60)
    finally:
        if record.poll() is None:
            record.terminate()
            record.wait()
    ust.equal(record.returncode, 0, "exit status\n%s" % err.decode()[-1000:])
    ust.check(b"Ready to accept connections" in out, "redis' output is not there")
    ust.check(sum(trace.verify()["events"].values()) > 100, "hardly an event")


# calls of alloc.c, from its source
ALLOC = {"malloc": 300, "realloc": 300, "calloc": 300, "reallocarray": 300, "free": 900,
         "posix_memalign": 100, "aligned_alloc": 100, "memalign": 100}


def allocations(trace, caller=None):
    """Events of libust-malloc by function, from babeltrace2's text."""
    found = collections.Counter()
    for line in trace.text():
        match = re.search(r" \w*malloc\w*:(\w+): ", line) or re.search(r" \w+:(\w+): ", line)
        if match:
            found[match.group(1)] += 1
    return found


def own_allocations():
    """Of alloc.c alone: less what a program that does nothing shows."""
    found = allocations(ust.Recording([ust.prog("alloc")], options=("-p", "malloc")))
    found.subtract(allocations(ust.Recording([ust.prog("nothing")], options=("-p", "malloc"))))
    return found


@ust.point("allocation counts are those of the source, function by function")
def alloc():
    found = own_allocations()
    ust.equal({name: found[name] for name in ALLOC}, ALLOC, "events")


@ust.point("allocation counts agree with ltrace")
def ltrace():
    need("ltrace")
    names = ["malloc", "calloc", "realloc", "reallocarray", "free", "posix_memalign",
             "aligned_alloc", "memalign"]
    log = ust.path("ltrace")
    ust.run(["ltrace", "-c", "-o", log, "-e", "+".join("%s@MAIN" % n for n in names),
             ust.prog("alloc")])
    with open(log, encoding="utf-8") as text:
        theirs = {m.group(2): int(m.group(1)) for m in
                  re.finditer(r"\s(\d+) (\w+)\n", text.read())}
    theirs.pop("total", None)
    ours = own_allocations()
    ust.equal({n: theirs.get(n) for n in names}, ALLOC, "what ltrace counts")
    ust.equal({n: ours[n] for n in names}, theirs, "events against ltrace's counts")


@ust.point("allocation counts agree with gdb breakpoints in a Debian program")
def gdb():
    need("gdb")
    # The dynamic linker's own malloc, of before libc is there, is not of this name.
    program = [need("sqlite3"), "-batch", "-init", "/dev/null", ":memory:", "select 1;"]
    ours = allocations(ust.Recording(program, options=("-p", "malloc")))
    text = ust.run(["gdb", "-q", "-batch", "-ex", "set breakpoint pending on",
                    "-ex", "break __libc_malloc", "-ex", "ignore 1 100000000", "-ex", "run",
                    "-ex", "info breakpoints", "--args", *program], expect=None).stdout
    match = re.search(r"breakpoint already hit (\d+) times", text)
    ust.check(match, text[-1500:])
    theirs = int(match.group(1))
    print("# malloc: %d events, gdb %d" % (ours["malloc"], theirs))
    ust.check(abs(ours["malloc"] - theirs) <= 5,
              "malloc: %d events, gdb %d" % (ours["malloc"], theirs))


@ust.point("allocation counts agree with valgrind in a Debian program")
def valgrind():
    program = [need("sqlite3"), "-batch", "-init", "/dev/null", ":memory:",
               "create table t(a); insert into t values(1),(2),(3); select sum(a) from t;"]
    ours = allocations(ust.Recording(program, options=("-p", "malloc")))
    text = ust.run([need("valgrind"), "--run-libc-freeres=no", "--run-cxx-freeres=no",
                    *program]).stderr
    match = re.search(r"total heap usage: ([\d,]+) allocs, ([\d,]+) frees", text)
    ust.check(match, text[-1500:])
    theirs = int(match.group(1).replace(",", ""))
    # valgrind counts a realloc as an allocation and a release.
    made = sum(ours[n] for n in ("malloc", "calloc", "realloc", "reallocarray", "posix_memalign",
                                 "aligned_alloc", "memalign"))
    print("# allocations: %d events, valgrind %d" % (made, theirs))
    ust.check(abs(made - theirs) <= 5, "allocations: %d events, valgrind %d" % (made, theirs))


@ust.point("programs that fail still fail the same way")
def failing():
    compare(["sh", "-c", "echo out; echo err >&2; exit 9"], expect=9)
    compare(["ls", "/nonexistent"], expect=2)


if __name__ == "__main__":
    ust.main()
