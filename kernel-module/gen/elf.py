# SPDX-License-Identifier: GPL-2.0-only
"""As much of ELF (64-bit, little endian) as the generator reads."""

import mmap
import struct

SYMTAB, RELA, NOBITS = 2, 4, 8
FUNC = 2


class File:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path}: not a 64-bit little-endian ELF file")
        at, = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3a)
        # name, type, flags, address, offset, size, link, info, align, entry size
        self.headers = [struct.unpack_from("<IIQQQQIIQQ", self.data, at + i * size)
                        for i in range(count)]
        strings = self.headers[names]
        self.names = [self._string(strings[4] + header[0]) for header in self.headers]

    def _string(self, at):
        return self.data[at:self.data.find(b"\0", at)].decode("utf-8", "replace")

    def bytes_of(self, index):
        header = self.headers[index]
        return b"" if header[1] == NOBITS else self.data[header[4]:header[4] + header[5]]

    def section(self, name):
        return self.bytes_of(self.names.index(name)) if name in self.names else None

    def symbols(self):
        """(name, value, size, info, section index) of each symbol."""
        for i, header in enumerate(self.headers):
            if header[1] == SYMTAB:
                base = self.headers[header[6]][4]
                for name, info, _, index, value, size in struct.iter_unpack("<IBBHQQ",
                                                                            self.bytes_of(i)):
                    yield self._string(base + name), value, size, info, index

    def relocations(self):
        """(section index they apply to, offset, symbol number) of each relocation."""
        for i, header in enumerate(self.headers):
            if header[1] == RELA:
                for offset, info, _ in struct.iter_unpack("<QQq", self.bytes_of(i)):
                    yield header[7], offset, info >> 32

    def at(self, address):
        """(bytes of the section, offset in it) of an address of a linked file; None outside."""
        for i, header in enumerate(self.headers):
            if header[3] and header[3] <= address < header[3] + header[5] and header[1] != NOBITS:
                return i, address - header[3]
        return None
