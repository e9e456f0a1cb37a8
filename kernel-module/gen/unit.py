# SPDX-License-Identifier: GPL-2.0-only
"""One header's probes: the C file, and the loop that makes it compile.

The compiler's own messages say what is missing. A type that the headers lack comes out of BTF; a
class that needs what cannot be had is left out, by the line of the error; so are the labels of a
header whose TP_printk() does not compile."""

import os
import re
import subprocess

import btf

ROUNDS = 40

_WANTED = (
    (re.compile(r"(?:invalid use of undefined type|to incomplete type|has incomplete element type"
                r"|definition in|dereferencing pointer to incomplete type) '(?:const |volatile )*"
                r"((?:struct|union|enum) \w+)"), ""),
    (re.compile(r"(?:has initializer but incomplete type|storage size of '\w+' isn't known)"), None),
    (re.compile(r"unknown type name '(\w+)'"), "typedef "),
    (re.compile(r"'(\w+)' undeclared"), "const "),
)
_CALL = re.compile(r"(?<![\w.>])([A-Za-z_]\w+)\s*\(")
_LANGUAGE = ("__", "TP_", "TRACE_EVENT", "DECLARE_", "DEFINE_", "CREATE_")
_CONSTANT = re.compile(r"(?<!\")\b[A-Z][A-Z0-9_]{3,}\b(?!\")")
_INCOMPLETE = re.compile(r"error: .* has incomplete type\n([^\n]*)")
_TYPE = re.compile(r"\b((?:struct|union|enum) \w+)")


class Unit:
    """State of one header: types pulled, classes left out with the reason, those without labels."""

    def __init__(self, header, decisions=None):
        self.header = header
        decisions = decisions or {}
        self.types = set(decisions.get("types", ()))
        self.skipped = dict(decisions.get("skipped", {}))
        self.unlabelled = set(decisions.get("unlabelled", ()))
        self.error = decisions.get("error")
        self.refused = set()  # types that the headers define after all
        self.object = None
        self.done = False
        self.rounds = 0

    def decisions(self):
        return {"types": sorted(self.types), "skipped": self.skipped,
                "unlabelled": sorted(self.unlabelled), "error": self.error}

    def source(self, types):
        """The C file."""
        lines = ["/* SPDX-License-Identifier: GPL-2.0-only */",
                 f"/* Generated from <{self.header.include}>; do not edit. */"]
        lines += [f"{tag};" for tag in self.header.tags()]
        if self.types:
            lines += ["/* Not in the kernel's headers, from its BTF: */",
                      '#pragma GCC diagnostic ignored "-Wmissing-declarations"',
                      types.text(self.types)]
        lines += [f"#define UST_SKIP_{name} ~, 1" for name in sorted(self.skipped)]
        lines += [f"#define UST_UNLABELLED_{name} ~, 1" for name in sorted(self.unlabelled)]
        if self.header.path_by_includer():
            # Relative to the folders that the compiler looks in.
            folder = os.path.dirname(self.header.include)
            lines.append(f"#define TRACE_INCLUDE_PATH {folder}")
        lines += ["#define CREATE_TRACE_POINTS", f"#include <{self.header.include}>", ""]
        return "\n".join(lines)

    def live_classes(self):
        return [name for _, name in self.header.classes if name not in self.skipped]

    def fix(self, errors, types, known):
        """Learns from the compiler's messages; True if another try makes sense."""
        clash = self.types & redefined(errors)
        self.refused |= clash
        self.types -= clash
        new = {name for name in wanted(errors) if name in types} - self.refused
        new = types.closure(new, known | self.refused) - self.types if new else new
        self.types |= new
        if new or clash:
            return True
        bad_labels, others = self._label_errors(errors)
        if bad_labels and not others:
            self.unlabelled |= bad_labels
            return True
        guilty = self._guilty(errors)
        self.skipped.update(guilty)
        self.unlabelled |= bad_labels
        return bool((guilty or bad_labels) and self.live_classes())

    def foresee(self, declared, types, known):
        """Finds by itself what the compiler would report one by one, guessing at the spelling
        each time: calls of functions and constants that nobody declares, types."""
        new = set()
        for name, text in self.header.bodies():
            if name in self.skipped:
                continue
            printing = text.find("TP_printk")
            for match in _CALL.finditer(text):
                if match[1] in declared or match[1].startswith(_LANGUAGE):
                    continue
                if printing >= 0 and match.start() > printing:
                    self.unlabelled.add(name)
                else:
                    self.skipped[name] = f"{match[1]}() is not declared in the kernel's headers"
            for match in _CONSTANT.finditer(text):
                constant = match[0]
                if constant in declared or constant.startswith(_LANGUAGE):
                    continue
                if "const " + constant in types:
                    new.add("const " + constant)
                elif 0 <= printing < match.start():
                    self.unlabelled.add(name)
        new |= {tag for tag in self.header.tags() if tag in types}
        new |= {"typedef " + word for word in set(re.findall(r"\b\w+_t\b", self.header.text))
                if word not in declared and "typedef " + word in types}
        self.types |= types.closure(new - known, known)

    def _label_errors(self, errors):
        """Classes whose labels do not compile, and whether something else does not either."""
        function, bad, others = None, set(), False
        for line in errors.splitlines():
            match = re.search(r"In function '(\w+)'", line)
            if match:
                function = match.group(1)
            elif "At top level" in line:
                function = None
            elif ": error:" in line:
                if (function or "").startswith("ust_labels_"):
                    bad.add(function[len("ust_labels_"):])
                else:
                    others = True
        return bad - self.unlabelled, others

    def _guilty(self, errors):
        """{class: message}, by the first line after each error that is in the header: that of the
        error itself, or of the note that tells where the macro was used."""
        place = re.compile(r"(?:^|/)" + re.escape(os.path.basename(self.header.path)) +
                           r":(\d+):\d+: (?:error|note):")
        found, message = {}, None
        for line in errors.splitlines():
            at = line.find(": error: ")
            if at >= 0:
                message = line[at + len(": error: "):]
            match = place.search(line) if message else None
            if match:
                name = self.header.class_at(int(match.group(1)))
                if name and name not in self.skipped:
                    found.setdefault(name, message)
                message = None
        return found


def wanted(errors):
    """Names of types, in Types' form, that the messages ask for."""
    names = set()
    for pattern, prefix in _WANTED:
        if prefix is not None:
            names |= {prefix + name for name in pattern.findall(errors)}
    for line in _INCOMPLETE.findall(errors):
        names |= set(_TYPE.findall(line))
    return names


def build(unit, compiler, types_of):
    """Compiles until it works; unit.object is the object file then, unit.error the reason if not.
    types_of(unit) gives the types to draw from."""
    types = types_of(unit)
    unit.object = None
    for unit.rounds in range(1, ROUNDS + 1):
        if not unit.live_classes():
            unit.error = next(iter(unit.skipped.values()), "it has no events")
            return unit
        ok, errors, path = compiler.compile(unit.header.name, unit.source(types))
        if ok:
            unit.object, unit.error = path, None
            return unit
        if unit.rounds == 1 and re.search("implicit declaration|undeclared", errors):
            before = unit.decisions()
            unit.foresee(compiler.declared(unit.header), types, compiler.known)
            if unit.decisions() != before:
                continue
        if not unit.fix(errors, types, compiler.known):
            unit.error = first_error(errors)
            return unit
    unit.error = f"not compiling after {ROUNDS} attempts: {first_error(errors)}"
    return unit


def first_error(errors):
    for line in errors.splitlines():
        if "error:" in line:
            return re.sub(r"^\S*/", "", line)[:160]
    return errors.strip().splitlines()[-1][:160] if errors.strip() else "the compiler failed"


def redefined(errors):
    names = {f"{kind} {name}" for kind, name in
             re.findall(r"redefinition of '(struct|union|enum) (\w+)'", errors)}
    names |= {f"enum {name}" for name in re.findall(r"redeclaration of 'enum (\w+)'", errors)}
    names |= {"typedef " + name for name in
              re.findall(r"conflicting types for '(\w+)'", errors)}
    return names | {"const " + name for name in
                    re.findall(r"redeclaration of enumerator '(\w+)'", errors)}


class Compiler:
    """Runs the kernel's compile command on generated files, with the common headers compiled
    ahead."""

    def __init__(self, kern, out, include, more):
        self.out = out
        self.cwd = kern.kdir
        self.words, self.objtool = kern.command(out)
        self.flags = [f"-I{path}" for path in include] + more + [
            "-Wno-unused-function", "-Wno-misleading-indentation", "-Wno-declaration-after-statement",
            "-Wno-unused-variable", "-Wno-unused-value", "-g0"]
        # Hundreds of errors tell no more than the first ones, but take minutes to write.
        self.flags.append("-ferror-limit=30" if "clang" in self.words[0] else "-fmax-errors=30")
        self.known = set()  # types that the common headers define
        self.words_known = set()  # and all words in them
        self.env = dict(os.environ, LC_ALL="C")
        self.prelude = None

    def _command(self, source, target, name, prelude):
        words = []
        skip = False
        for i, word in enumerate(self.words):
            if skip:
                skip = False
                continue
            if prelude and word == "-include":
                skip = True
                continue
            if word == "-nostdinc":
                words += [word] + self.flags
                continue
            if i and self.words[i - 1] == "-include":
                word = os.path.join(self.cwd, word)
            words.append(word.replace("@SRC@", source).replace("@OBJ@", target)
                         .replace("@NAME@", name))
        return words

    def forced_includes(self):
        return [os.path.join(self.cwd, self.words[i + 1])
                for i, word in enumerate(self.words) if word == "-include"]

    def precompile(self, text):
        """Compiles what all units begin with. Without it (a compiler that cannot) all works,
        more slowly."""
        self.prelude = os.path.join(self.out, "prelude.h")
        lines = [f'#include "{path}"' for path in self.forced_includes()]
        with open(self.prelude, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n" + text)
        words = self._command(self.prelude, self.prelude + ".gch", "prelude", True)
        at = words.index("-c")
        words[at:at + 1] = ["-E", "-dD"]
        words[words.index(self.prelude + ".gch")] = self.prelude + ".i"
        errors = self._run(words)
        if errors:
            return errors
        with open(self.prelude + ".i", encoding="utf-8", errors="replace") as file:
            text = file.read()
        self.known = btf.defined(text)
        self.words_known = set(re.findall(r"\w+", text))
        words[words.index(self.prelude + ".i")] = self.prelude + ".gch"
        words[at:at + 1] = ["-x", "c-header"]
        return self._run(words)

    def declared(self, header):
        """All words that the header's own includes and the common ones bring."""
        source = os.path.join(self.out, header.name + ".E.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(f"#include <{header.include}>\n")
        words = self._command(source, source + ".i", header.name, False)
        words[words.index("-c"):words.index("-c") + 1] = ["-E", "-dD"]
        if self._run(words):
            return self.words_known
        with open(source + ".i", encoding="utf-8", errors="replace") as file:
            text = file.read()
        # Not the words of the header's own classes, which come last in its own part.
        return self.words_known | set(re.findall(r"\w+", header.without_bodies(text)))

    def _run(self, words):
        """"" or the messages of what failed."""
        result = subprocess.run(words, cwd=self.cwd, env=self.env, capture_output=True, text=True,
                                check=False)
        return (result.stderr or "failed") if result.returncode else ""

    def compile(self, name, text):
        """(True, "", object) or (False, messages, None)."""
        source = os.path.join(self.out, name + ".c")
        target = os.path.join(self.out, name + ".o")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        words = self._command(source, target, name, True)
        words[1:1] = ["-include", self.prelude]
        result = subprocess.run(words, cwd=self.cwd, env=self.env, capture_output=True, text=True,
                                check=False)
        if result.returncode:
            return False, result.stderr, None
        return True, result.stderr, target

    def check(self, path):
        """objtool, as kbuild runs it after the compiler."""
        if self.objtool:
            words = [word.replace("@OBJ@", path) for word in self.objtool]
            result = subprocess.run(words, cwd=self.cwd, env=self.env, capture_output=True,
                                    text=True, check=False)
            if result.returncode:
                raise RuntimeError(f"objtool on {path}: {result.stdout}{result.stderr}")
