# SPDX-License-Identifier: GPL-2.0-only
"""Which tracepoints and events the kernel's image has: found by their shape in its data.

The image carries no symbols. A struct tracepoint begins with a pointer to its name; a struct
trace_event_call points to its class, which points to the system's name, and to its tracepoint. The
offsets of those members come from the compiler."""

import re
import struct

import elf

LAYOUT = """
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include <trace/syscall.h>
const unsigned long ust_sizes[] __attribute__((used, section("ust_layout"))) = {
	sizeof(struct tracepoint),
	offsetof(struct tracepoint, name),
	offsetof(struct tracepoint, static_call_key),
	offsetof(struct tracepoint, iterator),
	offsetof(struct trace_event_call, class),
	offsetof(struct trace_event_call, tp),
	offsetof(struct trace_event_call, flags),
	offsetof(struct trace_event_class, system),
	TRACE_EVENT_FL_TRACEPOINT,
};
"""

_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*\Z")


class Image:
    def __init__(self, path, layout):
        self.file = elf.File(path)
        (self.tp_size, self.tp_name, self.tp_key, self.tp_iterator, self.call_class, self.call_tp,
         self.call_flags, self.class_system, self.fl_tracepoint) = layout
        self.sections = [(header[3], header[3] + header[5], self.file.bytes_of(i), header[2])
                         for i, header in enumerate(self.file.headers)
                         if header[3] and header[1] != elf.NOBITS and header[2] & 2]

    def _word(self, address):
        for start, end, data, _ in self.sections:
            if start <= address <= end - 8:
                return struct.unpack_from("<Q", data, address - start)[0]
        return 0

    def _is_text(self, address):
        return any(start <= address < end and flags & 4
                   for start, end, _, flags in self.sections)

    def _is_data(self, address):
        return any(start <= address < end and flags & 5 == 1
                   for start, end, _, flags in self.sections)

    def _name(self, address):
        for start, end, data, flags in self.sections:
            if start <= address < end and not flags & 4:
                at = address - start
                stop = data.find(b"\0", at, at + 100)
                name = data[at:stop] if stop > at else b""
                return name.decode() if _NAME.match(name) else None
        return None

    def tracepoints(self):
        """Address of each struct tracepoint -> its name."""
        found = {}
        for start, end, data, flags in self.sections:
            if not flags & 1:  # not writable
                continue
            words = struct.unpack(f"<{len(data) // 8}Q", data[:len(data) // 8 * 8])
            step = (self.tp_iterator - self.tp_name) // 8
            key = (self.tp_key - self.tp_name) // 8
            size = (self.tp_size - self.tp_name) // 8
            for i in range(len(words) - size + 1):
                # In front of the iterator stands its static call, in front of that its key; behind
                # the name a static key that is off; at the end no probes yet.
                if words[i] and words[i + step] and words[i + key] and \
                   not words[i + 1] & 0xffffffff and not words[i + size - 1] and \
                   self._is_text(words[i + step]) and self._is_text(words[i + step - 1]) and \
                   self._is_data(words[i + key]):
                    name = self._name(words[i])
                    if name:
                        found[start + i * 8 - self.tp_name] = name
        return found

    def events(self, tracepoints):
        """Tracepoint's name -> (system, name) of its event."""
        found = {}
        delta = (self.call_class - self.call_tp) // 8
        for start, end, data, flags in self.sections:
            if not flags & 1:
                continue
            words = struct.unpack(f"<{len(data) // 8}Q", data[:len(data) // 8 * 8])
            for i, word in enumerate(words):
                if word not in tracepoints or not 0 <= i + delta < len(words):
                    continue
                system = self._name(self._word(words[i + delta] + self.class_system))
                if system:
                    found[tracepoints[word]] = system
        return found


def scan(vmlinux, layout_object):
    """(sorted names of all tracepoints, {name: system} of those that have an event)."""
    data = elf.File(layout_object).section("ust_layout")
    image = Image(vmlinux, struct.unpack("<9Q", data))
    points = image.tracepoints()
    return sorted(set(points.values())), image.events(points)
