#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The same programs built with LTTng-UST's headers and with ours: the traces must be the same.

usage: compare.py SOURCE_DIR BUILD_DIR

Each point builds the program of tests/compat in one way and compares what "ustctl record" gets from
it with what lttng-sessiond got from LTTng-UST's build of it, in the same language.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import traces  # noqa: E402

SOURCE, BUILD = sys.argv[1], sys.argv[2]
HERE = os.path.join(SOURCE, "tests", "compat")
PROVIDERS = {"every", "every_other", "older", "lttng_ust_tracef", "lttng_ust_tracelog"}
SOURCES = ["every", "older-calls"]
LIBUST = os.path.join(BUILD, "libust")
LINK = ["-Wl,--no-as-needed", "-L" + LIBUST, "-lust", "-Wl,-rpath," + LIBUST, "-ldl"]
OURS = ["-I" + os.path.join(SOURCE, "include", "ust", "compat"), "-I" + os.path.join(SOURCE, "include"),
        "-Wall", "-Wextra", "-Werror"]
TIMEOUT = 60


class Failed(Exception):
    pass


def run(command, env=None, cwd=None):
    done = subprocess.run(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
    if done.returncode:
        raise Failed("%s: status %d\n%s" % (" ".join(command), done.returncode, done.stdout[-3000:]))
    return done.stdout


class Place:
    """A directory, a ustd and an lttng-sessiond of this test's own."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="ust-compat.")
        self.env = dict(os.environ, UST_RUNTIME_DIR=self.top + "/run", LTTNG_HOME=self.top,
                        LTTNG_UST_REGISTER_TIMEOUT="-1", LC_ALL="C.UTF-8")
        self.number = 0
        self.daemon = None

    def start_lttng(self):
        """Root's session daemon is one for the machine: one that runs already will do."""
        if not subprocess.run(["lttng", "--no-sessiond", "list"], env=self.env,
                              capture_output=True).returncode:
            return
        ready = {signal.SIGUSR1, signal.SIGCHLD}
        signal.pthread_sigmask(signal.SIG_BLOCK, ready)
        self.daemon = subprocess.Popen(
            ["lttng-sessiond", "--no-kernel", "--sig-parent"], env=self.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, ready))
        if signal.sigtimedwait(ready, TIMEOUT) is None or self.daemon.poll() is not None:
            raise Failed("lttng-sessiond does not start")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ready)

    def end(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()
        subprocess.run([BUILD + "/libustctl/ustctl", "shutdown"], env=self.env, capture_output=True)
        shutil.rmtree(self.top, ignore_errors=True)

    def directory(self):
        self.number += 1
        path = "%s/%d" % (self.top, self.number)
        os.mkdir(path)
        return path

    def lttng_trace(self, program):
        """Records one run of a program with LTTng."""
        session, output = "ust-compat-%d" % os.getpid(), self.directory()

        def lttng(*arguments):
            run(["lttng", *arguments], self.env)
        lttng("create", session, "--output=" + output)
        try:
            for provider in sorted(PROVIDERS):
                lttng("enable-event", "-s", session, "-u", provider + ":*")
            lttng("start", session)
            run([program], self.env)
            lttng("stop", session)
        finally:
            lttng("destroy", session)
        return traces.events(output, PROVIDERS)

    def ust_trace(self, command, env=None):
        output = self.directory() + "/trace"
        text = run([BUILD + "/libustctl/ustctl", "record", "-o", output, *command],
                   dict(self.env, **(env or {})))
        return traces.events(output, PROVIDERS), text


def compile_all(directory, compiler, sources, flags):
    objects = []
    for source in sources:
        objects.append("%s/%s.o" % (directory, source))
        run([*compiler, "-I" + HERE, *flags, "-c", os.path.join(HERE, source + ".c"), "-o",
             objects[-1]])
    return objects


def linker(compiler):
    return [compiler[0]]


class Way:
    """One way to build the program. shape: static, archive, dynamic or plugin."""

    def __init__(self, compiler, flags=(), shape="static"):
        self.compiler, self.flags, self.shape = compiler.split(), list(flags), shape

    def __str__(self):
        return "%s %s, %s" % (" ".join(self.compiler), " ".join(self.flags), self.shape)

    @property
    def language(self):
        return "c++" if "++" in self.compiler[0] else "c"

    def build(self, place):
        """The program. Result: command, environment."""
        directory = place.directory()
        flags = OURS + self.flags
        provider = ["every-provider", "older-provider"]
        program = directory + "/program"
        own = compile_all(directory, self.compiler, SOURCES, flags)
        if self.shape == "static":
            own += compile_all(directory, self.compiler, provider, flags)
        elif self.shape == "archive":
            archive = directory + "/libprovider.a"
            made = compile_all(directory, self.compiler, provider, flags)
            run(["gcc-ar", "rcs", archive, *made])
            own.append(archive)
        else:
            shared = directory + "/provider.so"
            made = compile_all(directory, self.compiler, provider,
                               flags + ["-fPIC", "-DWITHOUT_DEFINE"])
            run([*linker(self.compiler), "-shared", *made, "-o", shared])
            own += compile_all(directory, self.compiler, ["every-define", "older-define"], flags)
        run([*linker(self.compiler), *self.flags, *own, "-o", program, *LINK])
        if self.shape == "dynamic":
            return [program], {"LD_PRELOAD": shared}
        if self.shape == "plugin":
            return [program, shared], {}
        return [program], {}


WAYS = [
    Way("gcc", ["-O2"]),
    Way("gcc", ["-O0", "-g"]),
    Way("gcc", ["-O2", "-flto"]),
    Way("gcc", ["-O2", "-DUST_NO_PATCH", "-DUST_NO_FUSED"]),
    Way("clang", ["-O2"]),
    Way("clang", ["-O0"]),
    Way("gcc", ["-O2"], "archive"),
    Way("gcc", ["-O2", "-flto"], "archive"),
    Way("gcc", ["-O2"], "dynamic"),
    Way("clang", ["-O1"], "dynamic"),
    Way("gcc", ["-O2"], "plugin"),
    Way("clang", ["-O2"], "plugin"),
    Way("g++ -xc++", ["-O2", "-std=c++11"]),
    Way("g++ -xc++", ["-O0", "-std=c++17"]),
    Way("g++ -xc++", ["-O2", "-std=c++20"], "plugin"),
    Way("clang++ -xc++", ["-O2", "-std=c++14"]),
    Way("clang++ -xc++", ["-O2", "-std=c++20"], "dynamic"),
]


def reference(place, language):
    """The events of LTTng-UST's own build."""
    compiler = ["g++", "-xc++"] if language == "c++" else ["gcc"]
    directory = place.directory()
    objects = compile_all(directory, compiler, [*SOURCES, "every-provider", "older-provider"],
                          ["-O1", "-w"])
    program = directory + "/program"
    run([compiler[0], *objects, "-o", program, "-llttng-ust", "-ldl"])
    return place.lttng_trace(program)


def compare(place, way, theirs):
    command, env = way.build(place)
    ours, text = place.ust_trace(command, env)
    if way.shape == "plugin":
        # What is recorded behind the comparison: the provider was gone, and came back.
        tail = [event for event in ours[len(theirs):]]
        ours = ours[:len(theirs)]
        if [event[3][0][2] for event in tail] != [6]:
            raise Failed("behind dlclose and dlopen: %s" % (tail,))
    words = traces.differences(theirs, ours)
    if words:
        raise Failed("\n".join(words) + "\n" + text)


def main():
    place, failures, theirs = Place(), 0, {}
    print("1..%d" % len(WAYS))
    try:
        place.start_lttng()
        for language in ("c", "c++"):
            theirs[language] = reference(place, language)
        if len(theirs["c"]) < 40:
            raise Failed("LTTng has recorded %d events only" % len(theirs["c"]))
        for number, way in enumerate(WAYS, 1):
            try:
                compare(place, way, theirs[way.language])
                print("ok %d - %s" % (number, way), flush=True)
            except Failed as failure:
                failures += 1
                print("not ok %d - %s" % (number, way))
                print("\n".join("# " + line for line in str(failure).splitlines()), flush=True)
    except Failed as failure:
        print("Bail out! " + str(failure).replace("\n", " | "))
        failures += 1
    finally:
        place.end()
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
