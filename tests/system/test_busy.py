#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Real programs, attached to and let go again and again while they work: output, exit status and errors
are those of the program alone.

UST_TEST_LONG=1 adds what takes long: nginx, postgres, a JVM, node, python's own tests, more rounds.
"""
import hashlib
import os
import re
import shutil
import socket
import subprocess

import ust

LONG = os.environ.get("UST_TEST_LONG")
TIMES = 50 if LONG else 3  # that a program is attached to
# What is hooked changes from one attach to the next.
TURNS = (["-p", "malloc,io"], [], ["-p", "pthread,signal,process,time,dl"],
         ["-p", "malloc,pthread,io,dl,time,signal,process"], ["--follow", "-p", "io"])


def need(program):
    found = shutil.which(program, path="/usr/bin:/bin:/usr/sbin")
    if not found:
        raise ust.Failed("%s is not installed" % program)
    return found


def long_point(text):
    """A point of UST_TEST_LONG only."""
    return ust.point(text) if LONG else lambda function: function


def attach_while(is_busy, pids):
    """Attaches to the processes that pids() gives, in turn, as long as it is busy; each attach works.
    Result: how many."""
    number = 0
    while is_busy():
        for pid in pids():
            trace = ust.Trace(ust.path("trace"))
            result = ust.ustctl("attach", *TURNS[number % len(TURNS)], "-o", trace.directory,
                                "--duration", "0.05", str(pid), expect=None, timeout=60)
            # It may be about to end; anything else is a failure.
            if result.returncode and not re.search("ended|no process|is gone", result.stderr):
                raise ust.Failed("attach to %d: %s" % (pid, result.stderr))
            if not result.returncode and number % 4 == 0:
                trace.verify()
            shutil.rmtree(trace.directory, ignore_errors=True)
            number += not result.returncode
    return number


def batch(command, cwd=None, expect=0, expected=None, clean=lambda text: text):
    """A command that works and ends: alone, and attached to all the time, until that was done often
    enough."""
    expected = expected or ust.run(command, expect=expect, timeout=900, cwd=cwd)
    number = 0
    while number < TIMES:
        out, err = ust.path("out"), ust.path("err")
        with open(out, "w", encoding="utf-8") as to, open(err, "w", encoding="utf-8") as errors:
            process = ust.start(command, stdout=to, stderr=errors, cwd=cwd)
        number += attach_while(lambda: process.poll() is None, lambda: [process.pid])
        with open(out, encoding="utf-8") as to, open(err, encoding="utf-8") as errors:
            got = (process.returncode, clean(to.read()), clean(errors.read()))
        ust.equal(got, (expect, clean(expected.stdout), clean(expected.stderr)),
                  "exit status, output and standard error")
    print("# attached %d times" % number)


@ust.point("redis-server under redis-benchmark")
def redis():
    sock = ust.path("redis.sock")
    server = ust.start([need("redis-server"), "--port", "0", "--unixsocket", sock, "--save", "",
                        "--dir", ust.work])
    client = ["redis-cli", "-s", sock]
    ust.wait_until(lambda: "PONG" in ust.run([*client, "ping"], expect=None).stdout, 30,
                   "redis answers")
    number = 400000 if LONG else 20000
    bench = ust.start([need("redis-benchmark"), "-s", sock, "-n", str(number), "-q", "-t",
                       "set,get,incr"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    attach_while(lambda: bench.poll() is None, lambda: [server.pid])
    out, _ = bench.communicate()
    ust.equal(bench.returncode, 0, "exit status of the benchmark")
    ust.equal(len(re.findall(r"requests per second", out)), 3, "tests that it ended:\n" + out)
    ust.check("rror" not in out, out)
    # Each incr was made once.
    ust.equal(ust.run([*client, "get", "counter:__rand_int__"]).stdout, "%d\n" % number, "the counter")
    ust.run([*client, "shutdown", "nosave"], expect=None)
    ust.equal(server.wait(20), 0, "exit status of redis-server")


@ust.point("sqlite3")
def sqlite():
    # Statements of its speed test: inserts, an index, updates, a join, sums.
    rows = 400000 if LONG else 20000
    script = ("create table t(a integer primary key, b int, c text);"
              "with recursive n(i) as (select 1 union all select i+1 from n where i<%d) "
              "insert into t select i, i*7919%%10007, hex(i*i) from n;"
              "create index x on t(b);"
              "update t set c = c || b where a %% 3 = 0;"
              "select count(*), sum(length(c)), max(c) from t;"
              "select count(*) from t u join t v on u.b = v.b and u.a < v.a where u.a < 300;"
              "delete from t where b > 5000; select sum(a), sum(b) from t;"
              "select b, count(*), min(c) from t group by b order by 2, 1 limit 20;" % rows)
    batch([need("sqlite3"), ":memory:", script])


@ust.point("a bash script with pipelines")
def bash():
    script = ("for i in $(seq %d); do seq 1 300 | grep 7 | sort -r | wc -l; "
              "x=$(echo $i | tr 0-9 a-j); echo $x; (exit 3); echo $?; "
              "cat <(echo one) <(echo two) | rev; done; echo end >&2; exit 5" % (300 if LONG else 40))
    batch([need("bash"), "-c", script], expect=5)


@ust.point("python3 with threads, subprocesses and signals")
def python():
    script = ("import signal, subprocess, threading, zlib\n"
              "signal.signal(signal.SIGALRM, lambda *a: None)\n"
              "signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)\n"
              "sums = [0] * 8\n"
              "def work(n):\n"
              " for i in range(%d):\n"
              "  sums[n] = zlib.crc32(bytes(str(i * n), 'ascii') * 99, sums[n])\n"
              "  if i %% 40 == n: assert subprocess.call(['sh', '-c', 'exit 7']) == 7\n"
              "ts = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n"
              "[t.start() for t in ts]; [t.join() for t in ts]\n"
              "signal.setitimer(signal.ITIMER_REAL, 0)\nprint(sums)\n" % (2000 if LONG else 200))
    batch([need("python3"), "-c", script])


def digest(directory):
    found = {}
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as data:
            found[name] = hashlib.sha256(data.read()).hexdigest()
    return found


@long_point("gcc, building")
def gcc():
    results = []
    script = ("for i in 1 2 3 4 5 6; do printf 'int f%d(int a) { return a * %d; }\\n' $i $i > $i.c; "
              "gcc -O2 -c -o $i.o $i.c || exit 1; done; gcc -shared -o all.so *.o; echo $?")
    directory = ust.path("gcc")
    for attached in (False, True):
        shutil.rmtree(directory, ignore_errors=True)
        os.mkdir(directory)
        if attached:
            batch(["sh", "-c", script], cwd=directory, expected=expected)
        else:
            expected = ust.run(["sh", "-c", script], cwd=directory)
        results.append(digest(directory))
    ust.equal(results[1], results[0], "the files")


@long_point("python3's own tests of threads, subprocesses and signals")
def python_own():
    def verdict(text):
        return re.findall(r"^Tests result: .*|^.* (?:failed|skipped).*:$", text, re.MULTILINE)

    for module in ("test_threading", "test_subprocess", "test_signal"):
        command = [need("python3"), "-m", "test", "-q", module]
        expected = ust.run(command, expect=None, timeout=900)
        batch(command, expect=expected.returncode, expected=expected, clean=verdict)


@long_point("a JVM")
def java():
    source = ust.path("java")
    os.mkdir(source)
    with open(source + "/Work.java", "w", encoding="ascii") as text:
        text.write("import java.util.*; import java.util.stream.*;\n"
                   "public class Work { public static void main(String[] a) throws Exception {\n"
                   "Thread[] t = new Thread[8]; long[] s = new long[8];\n"
                   "for (int i = 0; i < 8; i++) { int k = i; t[i] = new Thread(() -> {"
                   " for (int j = 0; j < 4000000; j++) synchronized (Work.class) { s[k] += j; } });"
                   " t[i].start(); }\n"
                   "for (Thread x : t) x.join();\n"
                   "System.out.println(Arrays.toString(s) + IntStream.range(0, 1000000).parallel()"
                   ".mapToObj(Integer::toString).collect(Collectors.joining()).hashCode());\n"
                   "System.exit(5); } }\n")
    ust.run(["javac", "-d", source, source + "/Work.java"])
    batch([need("java"), "-Xmx256m", "-cp", source, "Work"], expect=5)


@long_point("node")
def node():
    script = ("const fs=require('fs'),c=require('crypto'),cp=require('child_process');let n=0;"
              "function round(){let m=0;for(let i=0;i<50;i++)fs.readFile('/etc/passwd',(e,d)=>{"
              "m+=d.length>0;if(m==50)c.pbkdf2('a'+n,'b',20000,32,'sha256',(e,k)=>{"
              "console.log(k.toString('hex'),cp.execSync('echo child').toString());"
              "if(++n<40)round();else process.exit(4)})})}round();")
    batch([need("node"), "-e", script], expect=4)


@long_point("nginx under ab")
def nginx():
    directory = ust.path("nginx")
    os.makedirs(directory + "/html")
    with open(directory + "/html/index.html", "w", encoding="ascii") as text:
        text.write("x" * 5000)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(directory + "/conf", "w", encoding="ascii") as text:
        text.write("daemon off; worker_processes 2; pid %s/pid; error_log stderr;\nuser root;\n"
                   "events { worker_connections 512; }\nhttp { access_log off; server { listen "
                   "127.0.0.1:%d; root %s/html; } }\n" % (directory, port, directory))
    url = "http://127.0.0.1:%d/index.html" % port
    server = ust.start([need("nginx"), "-p", directory, "-c", directory + "/conf"])
    ust.wait_until(lambda: ust.run([need("ab"), "-n", "1", url], expect=None).returncode == 0, 30,
                   "nginx answers")
    bench = ust.start(["ab", "-n", "150000", "-c", "50", "-k", url], stdout=subprocess.PIPE,
                      text=True)

    def all_of_it():
        with open("/proc/%d/task/%d/children" % (server.pid, server.pid), encoding="ascii") as text:
            return [server.pid] + [int(x) for x in text.read().split()]

    attach_while(lambda: bench.poll() is None, all_of_it)
    out, _ = bench.communicate()
    ust.check(re.search(r"Complete requests: +150000\n", out) and
              re.search(r"Failed requests: +0\n", out), out)
    server.send_signal(3)
    ust.equal(server.wait(20), 0, "exit status of nginx")


@long_point("postgres under pgbench")
def postgres():
    bin_dir = "/usr/lib/postgresql/15/bin/"
    directory = ust.path("postgres")
    os.mkdir(directory)
    os.chmod(ust.work, 0o755)
    shutil.chown(directory, "postgres")
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    ust.run([*as_user, bin_dir + "initdb", "-D", directory + "/data", "-A", "trust", "-N"],
            cwd=directory)
    server = ust.start([*as_user, bin_dir + "postgres", "-D", directory + "/data", "-k", directory,
                        "-h", ""], cwd=directory)
    client = ["-h", directory, "-U", "postgres"]
    ust.wait_until(lambda: ust.run([*as_user, "psql", *client, "-c", "select 1", "postgres"],
                                   expect=None, cwd=directory).returncode == 0, 60,
                   "postgres answers")
    ust.run([*as_user, "pgbench", *client, "-i", "-q", "-s", "2", "postgres"], cwd=directory)
    bench = ust.start([*as_user, "pgbench", *client, "-c", "4", "-j", "2", "-t", "2000", "postgres"],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=directory)

    def all_of_it():
        with open("/proc/%d/task/%d/children" % (server.pid, server.pid), encoding="ascii") as text:
            return [server.pid] + [int(x) for x in text.read().split()]

    attach_while(lambda: bench.poll() is None, all_of_it)
    out, _ = bench.communicate()
    ust.check("number of transactions actually processed: 8000/8000" in out and
              re.search(r"number of failed transactions: 0\b", out), out)
    ust.equal(ust.run([*as_user, "psql", *client, "-At", "-c",
                       "select (select sum(bbalance) from pgbench_branches) = "
                       "(select sum(delta) from pgbench_history), count(*) from pgbench_history",
                       "postgres"], cwd=directory).stdout, "t|8000\n", "the accounts")
    server.send_signal(2)
    ust.equal(server.wait(60), 0, "exit status of postgres")


if __name__ == "__main__":
    ust.main()
