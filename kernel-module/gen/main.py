# SPDX-License-Identifier: GPL-2.0-only
"""From a kernel's headers to one object file with all probes."""

import argparse
import concurrent.futures
import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import sys
import time

import btf
import headers
import image
import kernel
import link
import modules
import report
import tables
import unit as units_

HERE = os.path.dirname(os.path.abspath(__file__))
MODULE = os.path.dirname(HERE)

class Build:
    def __init__(self, options):
        self.options = options
        self.kernel = kernel.Kernel(options.kdir, options.image)
        self.out = os.path.abspath(options.out)
        cache = options.cache or os.path.join(
            os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "ust", "kernel")
        self.cache = os.path.join(cache, self.kernel.build_id())
        os.makedirs(self.out, exist_ok=True)
        os.makedirs(self.cache, exist_ok=True)
        self.include = [os.path.abspath(path) for path in options.include] + [
            os.path.join(HERE, "include"), MODULE, os.path.join(os.path.dirname(MODULE), "include"),
            os.path.join(self.kernel.source, f"arch/{self.kernel.config_arch()}/include/asm/trace")]
        self.types = {}
        self.module_of = {}
        self.symvers = self.kernel.symvers()

    # What is known of this kernel's build, each found once.

    def _cached(self, name, make):
        path = os.path.join(self.cache, name)
        if not os.path.exists(path):
            value = make()
            with open(path + ".new", "w", encoding="utf-8") as file:
                json.dump(value, file)
            os.rename(path + ".new", path)
            return value
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def scan_image(self, compiler):
        def make():
            path = self.kernel.vmlinux(self.cache)
            if not path:
                return None
            ok, errors, layout = compiler.compile("layout", image.LAYOUT)
            if not ok:
                raise kernel.Error(f"layout.c does not compile:\n{errors}")
            return image.scan(path, layout)
        return self._cached("image.json", make)

    def kernel_types(self):
        path = os.path.join(self.cache, "vmlinux.h")
        raw = self.kernel.btf(self.cache)
        if raw is None:
            return None
        if not os.path.exists(path) and not btf.dump(raw, None, path):
            return None
        return btf.Types(path)

    def types_of(self, unit):
        """The types for one header: of the module that has its events, else of the kernel."""
        module = next((self.module_of[event] for event, _ in unit.header.events
                       if event in self.module_of), None)
        if module is None or self.types.get(None) is None:
            return self.types.get(None) or {}
        if module not in self.types:
            self.types[module] = self._module_types(module) or self.types[None]
        return self.types[module]

    def _module_types(self, module):
        name = re.sub(r"\.ko.*", "", os.path.basename(module))
        path = os.path.join(self.cache, name + ".h")
        if not os.path.exists(path):
            plain = path + ".ko"
            with open(plain, "wb") as file:
                file.write(modules.read(module))
            made = btf.dump(plain, os.path.join(self.cache, "vmlinux.btf"), path)
            os.unlink(plain)
            if not made:
                return None
        return btf.Types(path)

    # The steps.

    def prelude(self):
        lines = []
        with open(os.path.join(MODULE, "compat/prelude.h"), encoding="utf-8") as file:
            for line in file:
                match = re.match(r"#include <(.*)>", line)
                if not match or os.path.exists(os.path.join(self.kernel.source, "include",
                                                            match.group(1))):
                    lines.append(line)
        return "".join(lines) + '#include "generated.h"\n'

    def stamp(self, text):
        """Changes with everything an object is made of but its own source."""
        digest = hashlib.sha256(text.encode())
        words = repr((self.kernel.command(self.out), self.include, self.options.cflags))
        # Where the source lies makes no difference.
        for path in (self.out, os.path.dirname(MODULE)):
            words = words.replace(path, "")
        digest.update(words.encode())
        top = os.path.dirname(MODULE)
        roots = [HERE, os.path.join(MODULE, "compat"), os.path.join(top, "include"),
                 os.path.join(top, "libust", "ring")] + self.options.include
        paths = [os.path.join(folder, file) for root in roots
                 for folder, _, files in os.walk(root) for file in files]
        paths += [os.path.join(MODULE, file) for file in os.listdir(MODULE)]
        for path in sorted(paths):
            if path.endswith((".h", ".py", ".lds", ".c")) and os.path.isfile(path):
                if os.path.dirname(path) == MODULE and path.endswith(".c"):
                    continue
                with open(path, "rb") as stream:
                    digest.update(stream.read())
        return digest.hexdigest()[:24]

    def run(self):
        begin = time.monotonic()
        # One survey of a kernel at a time: the next build then finds what this one has learned.
        with open(os.path.join(self.cache, "lock"), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self._run(begin)

    def _run(self, begin):
        self.kernel.command(self.out)
        prelude = self.prelude()
        stamp = self.stamp(prelude)
        target = os.path.join(self.out, "probes.o")
        marker = os.path.join(self.out, "made-of")
        if os.path.exists(target) and _read(marker) == stamp and not self.options.survey:
            return 0
        kept = os.path.join(self.cache, "built-" + stamp)
        if os.path.isdir(kept) and not self.options.only:
            for name in os.listdir(kept):
                shutil.copyfile(os.path.join(kept, name), os.path.join(self.out, name))
            self._finish(target)
            _write(marker, stamp)
            print(f"probes for {self.kernel.version}: as built before, from {kept}")
            return 0
        compiler = units_.Compiler(self.kernel, self.out, self.include,
                                   shlex.split(self.options.cflags))
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            ahead = pool.submit(compiler.precompile, prelude)
            names = pool.submit(self._cached, "modules.json",
                                lambda: modules.find(self.kernel.version))
            self.types[None] = self.kernel_types()
            errors = ahead.result()
            if errors:
                raise kernel.Error(f"the common headers do not compile:\n{errors}")
            self.module_of = names.result()
            scanned = pool.submit(self.scan_image, compiler)
            units = self._units()
            self._build_all(units, compiler, pool)
            points, systems = scanned.result() or ([], {})
        summary = self._link(units, points, systems, compiler, target, begin)
        if not self.options.only:
            self._keep(kept, target)
            _write(marker, stamp)
        print(f"probes for {self.kernel.version}: " +
              ", ".join(f"{value} {key}" for key, value in summary.items()))
        return 0

    def _units(self):
        decisions = {}
        path = os.path.join(self.cache, "decisions.json")
        if os.path.exists(path) and not self.options.survey:
            with open(path, encoding="utf-8") as file:
                decisions = json.load(file)
        found = headers.survey(self.kernel.header_dirs())
        if self.options.only:
            found = [header for header in found if header.name in self.options.only]
        # The longest first, so that none of them is alone at the end.
        found.sort(key=lambda header: -len(header.text))
        return [units_.Unit(header, decisions.get(header.name)) for header in found]

    def _save_decisions(self, units):
        if not self.options.only:
            path = os.path.join(self.cache, "decisions.json")
            _write(path + ".new", json.dumps({unit.header.name: unit.decisions()
                                              for unit in units if unit.done}, indent=1))
            os.rename(path + ".new", path)

    def _build_all(self, units, compiler, pool):
        """Saves what was found every now and then, so that an interrupted build is not in vain."""
        saved = time.monotonic()
        for future in concurrent.futures.as_completed(
                [pool.submit(self._build, unit, compiler) for unit in units]):
            future.result().done = True
            if time.monotonic() - saved > 10:
                self._save_decisions(units)
                saved = time.monotonic()
        self._save_decisions(units)

    def _build(self, unit, compiler):
        """Until it compiles and asks only for what the kernel exports."""
        if unit.error and not self.options.survey:
            return unit  # known from the last build of this kernel
        while True:
            units_.build(unit, compiler, self.types_of)
            if not unit.object:
                return unit
            missing = link.unexported(unit.object, self.symvers)
            if not missing:
                break
            for symbol, places in missing.items():
                if (None, None) in places or not places:
                    unit.object, unit.error = None, f"{symbol}() is not exported"
                    return unit
                for part, name in places:
                    if part == "labels":
                        unit.unlabelled.add(name)
                    else:
                        unit.skipped[name] = f"{symbol}() is not exported"
        compiler.check(unit.object)
        return unit

    def _link(self, units, points, systems, compiler, target, begin):
        rows = report.make(units, points, systems, self.module_of)
        raw = {row["event"]: row["system"] for row in rows
               if row["where"] == "vmlinux" and row["how"] == "raw"}
        bare = [row["event"] for row in rows if row["how"] == "bare"]
        args = tables.arguments(self.types[None])
        ok, errors, table = compiler.compile("tables", tables.text(bare, raw, args))
        if not ok:
            raise kernel.Error(f"tables.c does not compile:\n{errors}")
        compiler.check(table)
        objects = [unit.object for unit in units if unit.object] + [table]
        linker = "ld.lld" if "clang" in compiler.words[0] else "ld"
        kernel.run([linker, "-r", "-o", target, "-T", os.path.join(HERE, "probes.lds")] + objects)
        self._finish(target)
        return report.write(rows, time.monotonic() - begin, self.out)

    def _finish(self, target):
        """kbuild looks for the command that made each object of a module."""
        folder, name = os.path.split(target)
        with open(os.path.join(folder, f".{name}.cmd"), "w", encoding="utf-8") as file:
            file.write(f"cmd_{target} := {os.path.join(HERE, 'generate')}\n")

    def _keep(self, kept, target):
        for old in os.listdir(self.cache):
            if old.startswith("built-"):
                shutil.rmtree(os.path.join(self.cache, old), ignore_errors=True)
        os.makedirs(kept + ".new", exist_ok=True)
        for path in (target, os.path.join(self.out, "coverage.txt"),
                     os.path.join(self.out, "coverage.json")):
            shutil.copy(path, kept + ".new")
        os.rename(kept + ".new", kept)


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None


def _write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main(arguments):
    parser = argparse.ArgumentParser(prog="generate", description="Makes the probes of "
                                     "ust-trace.ko from the headers of one kernel.")
    parser.add_argument("--kdir", default=f"/lib/modules/{os.uname().release}/build",
                        help="the kernel's build folder or headers")
    parser.add_argument("--image", help="the kernel's image, for its types (default: in /boot)")
    parser.add_argument("--out", required=True, help="where probes.o and the coverage go")
    parser.add_argument("--cache", help="what is known of kernels (default: ~/.cache/ust/kernel)")
    parser.add_argument("--include", action="append", default=[], metavar="DIR",
                        help="a folder to look for headers in, before all others")
    parser.add_argument("--cflags", default="", help="more words for the compiler")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers at a time")
    parser.add_argument("--only", action="append", default=[], metavar="HEADER",
                        help="build only this header's probes (to try things out)")
    parser.add_argument("--survey", action="store_true", help="forget what earlier builds found")
    try:
        return Build(parser.parse_args(arguments)).run()
    except (kernel.Error, OSError) as error:
        print(f"generate: {error}", file=sys.stderr)
        return 1
