# SPDX-License-Identifier: GPL-2.0-only
"""What babeltrace2 prints, as Python values."""
import re
import subprocess

_LINE = re.compile(r"^\[(\d+)\] (?:\(.*?\) )?([\w:]+): \{ cpu_id = (\d+)[^}]*\}, (.*)$")
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(0x[0-9A-Fa-f]+|-?\d+)|([A-Za-z_]\w*|<unknown>)|(.))')
_ESCAPE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "e": "\x1b"}


def _unescape(text):
    return re.sub(r"\\(.)", lambda match: _ESCAPE.get(match.group(1), match.group(1)), text)


def _tokens(text):
    for match in _TOKEN.finditer(text):
        string, number, word, mark = match.groups()
        if string is not None:
            yield "value", _unescape(string)
        elif number is not None:
            yield "value", int(number, 0)
        elif word is not None:
            yield "word", word
        else:
            yield mark, mark


class _Parser:
    def __init__(self, text):
        self.tokens = list(_tokens(text)) + [("end", "")]
        self.at = 0

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self):
        return self.tokens[self.at][0]

    def skip_to(self, mark):
        while self.next()[0] != mark:
            pass

    def struct(self):
        """After the brace: {name: value}."""
        fields = {}
        while self.peek() != "}":
            if self.peek() in (",", "end"):
                self.next()
                continue
            name = self.next()[1]
            self.skip_to("=")
            fields[name] = self.value()
        self.next()
        return fields

    def value(self):
        kind, value = self.next()
        if kind == "{":
            return self.struct()
        if kind == "[":
            return self.array()
        if kind == "(":  # an enumeration: its labels : container = number
            self.skip_to("=")
            value = self.next()[1]
            self.skip_to(")")
        return value

    def array(self):
        """Elements are written as [index] = value."""
        values = []
        while self.peek() != "]":
            if self.next()[0] == "[":
                self.skip_to("=")
                values.append(self.value())
        self.next()
        return values


def fields(text):
    """The fields of all structs of a line, behind the packet's."""
    parser = _Parser(text)
    found = {}
    while parser.peek() != "end":
        if parser.next()[0] == "{":
            found.update(parser.struct())
    return found


def read(directory):
    """([(time, name, cpu, text of the fields)], events lost, complaints)."""
    run = subprocess.run(["babeltrace2", "--clock-cycles", "--no-delta", directory],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         errors="replace", check=False)
    events, odd = [], []
    for line in run.stdout.splitlines():
        match = _LINE.match(line)
        if match:
            events.append((int(match.group(1)), match.group(2), int(match.group(3)),
                           match.group(4)))
        else:
            odd.append(line)
    complaints = [line for line in run.stderr.splitlines() if "discarded" not in line]
    lost = sum(int(n) for n in re.findall(r"discarded (\d+) event", run.stderr))
    return events, lost, complaints + odd
