# SPDX-License-Identifier: GPL-2.0-only
"""What a header of trace/events says it defines."""

import os
import re

_CLASS = re.compile(r"^[ \t]*(TRACE_EVENT\w*|DECLARE_EVENT_CLASS|DECLARE_EVENT_SYSCALL_CLASS)"
                    r"\(\s*(\w+)", re.M)
_EVENT = re.compile(r"^[ \t]*(DEFINE_EVENT\w*)\(\s*(\w+)\s*,\s*(\w+)", re.M)
_TAG = re.compile(r"\b(struct|union)\s+([a-z_]\w*)")


class Header:
    """One header: path, the way to include it, its classes in order of their lines."""

    def __init__(self, prefix, folder, file):
        self.path = os.path.join(folder, file)
        self.include = f"{prefix}/{file}"
        self.name = re.sub(r"\W", "_", file[:-2])
        if prefix != "trace/events":
            self.name = re.sub(r"\W", "_", prefix) + "_" + self.name
        with open(self.path, encoding="utf-8", errors="replace") as stream:
            self.text = stream.read()
        system = re.search(r"^#\s*define\s+TRACE_SYSTEM\s+(\w+)", self.text, re.M)
        self.system = system.group(1) if system else None
        self.classes = []  # (line, class)
        self.events = []  # (event, class)
        for match in _CLASS.finditer(self.text):
            if "NOP" in match.group(1) or match.group(1).startswith("TRACE_EVENT_FLAGS") or \
               match.group(1).startswith("TRACE_EVENT_PERF"):
                continue
            self.classes.append((self.text.count("\n", 0, match.start(2)) + 1, match.group(2)))
            if match.group(1).startswith("TRACE_EVENT"):
                self.events.append((match.group(2), match.group(2)))
        for match in _EVENT.finditer(self.text):
            if "NOP" not in match.group(1):
                self.events.append((match.group(3), match.group(2)))

    def is_event_header(self):
        return "trace/define_trace.h" in self.text and self.system is not None

    def path_by_includer(self):
        """Whether the header leaves it to its includer to say where it lies."""
        return (not self.include.startswith("trace/events/") and
                "define TRACE_INCLUDE_PATH" not in self.text)

    def class_at(self, line):
        """The class whose definition the line is in."""
        found = [name for start, name in self.classes if start <= line]
        return found[-1] if found else None

    def bodies(self):
        """(class, text from its line to the next class)."""
        lines = self.text.splitlines()
        starts = [line for line, _ in self.classes] + [len(lines) + 1]
        return [(name, "\n".join(lines[line - 1:after - 1]))
                for (line, name), after in zip(self.classes, starts[1:])]

    def without_bodies(self, text):
        """Preprocessed text without what comes from the header's classes: in it they have become
        declarations of tracepoints, whose arguments' names mean nothing."""
        return "\n".join(line for line in text.splitlines() if "__tracepoint_" not in line)

    def tags(self):
        """Forward declarations of what the header names."""
        return sorted({f"{kind} {name}" for kind, name in _TAG.findall(self.text)})


def survey(dirs):
    found = []
    for prefix, folder in dirs:
        for file in sorted(os.listdir(folder)):
            if file.endswith(".h"):
                header = Header(prefix, folder, file)
                if header.is_event_header():
                    found.append(header)
    return found
