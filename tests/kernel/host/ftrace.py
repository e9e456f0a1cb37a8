# SPDX-License-Identifier: GPL-2.0-only
"""What is in pages of ftrace's buffer, by the formats that tracefs tells."""
import re
import struct

_FIELD = re.compile(r"\tfield:(.*?)\s*([\w]+)(\[.*?\])?;\toffset:(\d+);\tsize:(\d+);\tsigned:(\d);")
_ELEMENTS = {"char": 1, "unsigned char": 1, "u8": 1, "unsigned short": 2, "u16": 2, "int": 4,
             "unsigned int": 4, "u32": 4, "u64": 8, "unsigned long": 8, "long": 8}


class Format:
    """One event's: number, fields that are its own."""

    def __init__(self, text):
        self.number = int(re.search(r"^ID: (\d+)", text, re.M).group(1))
        self.fields = []
        for kind, name, brackets, offset, size, signed in _FIELD.findall(text):
            if not name.startswith("common_"):
                self.fields.append((kind, name, bool(brackets), int(offset), int(size),
                                    signed == "1"))

    def values(self, data):
        return {name: self._value(data, kind, array, offset, size, signed)
                for kind, name, array, offset, size, signed in self.fields}

    @staticmethod
    def _value(data, kind, array, offset, size, signed):
        if kind.startswith("__data_loc"):
            word, = struct.unpack_from("<I", data, offset)
            offset, size = word & 0xffff, word >> 16
            kind = kind.split(" ", 1)[1].replace("[]", "")
            array = True
        bytes_ = data[offset:offset + size]
        if not array:
            return int.from_bytes(bytes_, "little", signed=signed)
        if kind == "char":
            return bytes_.split(b"\0", 1)[0].decode("utf-8", "replace")
        element = _ELEMENTS.get(kind, 1)
        return [int.from_bytes(bytes_[i:i + element], "little", signed=signed)
                for i in range(0, size, element)]


def records(data):
    """(event number, record) in all pages of one CPU."""
    for page in range(0, len(data), 4096):
        size = struct.unpack_from("<Q", data, page + 8)[0] & 0xfffff
        at, end = page + 16, page + 16 + size
        while at < end:
            word, = struct.unpack_from("<I", data, at)
            kind = word & 31
            if kind == 29:  # padding: the rest of the page, or a record taken back
                length, = struct.unpack_from("<I", data, at + 4)
                if not word >> 5:
                    break
                at += 4 + length
            elif kind in (30, 31):  # time
                at += 8
            else:
                length = kind * 4 if kind else struct.unpack_from("<I", data, at + 4)[0]
                begin = at + 4 if kind else at + 8
                yield struct.unpack_from("<H", data, begin)[0], data[begin:begin + length]
                at = at + 4 + length
