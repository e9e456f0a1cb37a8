# SPDX-License-Identifier: GPL-2.0-only
"""Types that the kernel keeps to itself, as C, out of its BTF."""

import os
import re
import subprocess

import kernel


def dump(btf, base, path):
    """Has bpftool write the types of btf (a module's: on top of base) to path."""
    words = ["bpftool"] + (["-B", base] if base else []) + ["btf", "dump", "file", btf,
                                                           "format", "c"]
    try:
        with open(path + ".new", "w", encoding="utf-8") as file:
            subprocess.run(words, stdout=file, stderr=subprocess.DEVNULL, check=True)
    except FileNotFoundError:
        raise kernel.Error("bpftool: not found; install the package bpftool") from None
    except subprocess.CalledProcessError:
        os.unlink(path + ".new")
        return None
    os.rename(path + ".new", path)
    return path


class Types:
    """Definitions by "struct name", "union name", "enum name", "typedef name", "const name" (an
    enumerator: the definition of its enumeration). Each with its place in the file: in that order
    a type stands behind those it contains."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        text = text.replace(" __attribute__((preserve_access_index))", "")
        self.table = {}
        for match in re.finditer(r"^((?:struct|union|enum) \w+) \{\n.*?^\}[^;\n]*;\n", text,
                                 re.M | re.S):
            self._add(match.group(1), match)
        for match in re.finditer(
                r"^typedef [^;{]*?\(?\*?\b(\w+)\)?(\([^;]*\))?(\[\d+\])?;\n", text, re.M):
            self._add("typedef " + match.group(1), match)
        for match in re.finditer(r"^typedef (?:struct|union|enum) \{\n(?:.*\n)*?\} (\w+);\n", text,
                                 re.M):
            self.table.setdefault("typedef " + match.group(1), (match.start(), match.group(0)))
        for match in re.finditer(r"^enum(?: \w+)? \{\n(.*?)^\};\n", text, re.M | re.S):
            for name in re.findall(r"^\t(\w+)", match.group(1), re.M):
                self.table.setdefault("const " + name, (match.start(), match.group(0)))

    def _add(self, name, match):
        self.table[name] = (match.start(), match.group(0))

    def __contains__(self, name):
        return name in self.table

    def closure(self, names, known):
        """names and what they contain by value, down to what the headers define (known)."""
        todo, found = list(names), set()
        while todo:
            name = todo.pop()
            if name in found or name not in self.table:
                continue
            found.add(name)
            todo += [member for member in _members(self.table[name][1]) if member not in known]
        return found

    def text(self, names):
        return "".join(definition for _, definition in sorted({self.table[n] for n in names}))


def _members(text):
    """Names of the types that have to be complete for this definition."""
    body = text.split("{", 1)[-1]
    names = {f"{kind} {name}" for kind, name in
             re.findall(r"\b(struct|union|enum) (\w+) (?!\*)", body)}
    names |= {"typedef " + name for name in re.findall(r"^\s*(?:const )?(\w+) \**\w", body, re.M)
              if name not in ("struct", "union", "enum")}
    return names


def defined(text):
    """What preprocessed C defines, in the form of Types."""
    names = {f"{kind} {name}" for kind, name in
             re.findall(r"\b(struct|union|enum) (\w+)\s*\{", text)}
    names |= {"typedef " + name for name in
              re.findall(r"^\s*typedef [^;{]*?\b(\w+)\s*(?:\[[^]]*\])?;", text, re.M)}
    names |= {"typedef " + name for name in
              re.findall(r"^\s*typedef [^;{]*?\(\*(\w+)\)", text, re.M)}
    names |= {"typedef " + name for name in re.findall(r"^\} (\w+);", text, re.M)}
    return names
