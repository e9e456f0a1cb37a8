#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the sites of an ELF file as any reader must: by program headers, note and records alone.

A second implementation beside libust's, so that a mistake in one shows. Prints a line for each
record, or with --expect compares with the comments of the sources (see expected())."""
import re
import struct
import sys

TYPES = ['none', 's8', 's16', 's32', 's64', 'u8', 'u16', 'u32', 'u64', 'float', 'double', 'ptr',
         'bool', 'string']
KINDS = {1: 'event', 2: 'marker', 3: 'definition', 4: 'call', 5: 'query'}
LENGTHS = ['', 'u8', 'u16', 'u64']


class Elf:
    def __init__(self, path):
        self.data = open(path, 'rb').read()
        if self.data[:6] != b'\x7fELF\x02\x01':
            raise SystemExit(f'{path}: not a 64-bit little-endian ELF file')
        phoff, shoff = struct.unpack_from('<QQ', self.data, 32)
        phentsize, phnum, shentsize, shnum, _ = struct.unpack_from('<HHHHH', self.data, 54)
        self.segments = [struct.unpack_from('<IIQQQQQQ', self.data, phoff + i * phentsize)
                         for i in range(phnum)]
        self.sections = [struct.unpack_from('<IIQQQQIIQQ', self.data, shoff + i * shentsize)
                         for i in range(shnum)]

    def offset(self, addr, size=1, flags=0):
        for kind, fl, off, vaddr, _, filesz, memsz, _ in self.segments:
            if kind == 1 and vaddr <= addr and addr + size <= vaddr + memsz and fl & flags == flags:
                return off + addr - vaddr if addr + size <= vaddr + filesz else None
        raise ValueError(f'address {addr:#x} is in no segment with flags {flags}')

    def get(self, fmt, addr):
        return struct.unpack_from('<' + fmt, self.data, self.offset(addr, struct.calcsize(fmt)))

    def string(self, addr):
        off = self.offset(addr)
        return self.data[off:self.data.index(b'\0', off)].decode()

    def notes(self):
        """Addresses of the descriptors of our notes."""
        for kind, _, off, vaddr, _, filesz, _, align in self.segments:
            at = off
            while kind == 4 and align <= 4 and at + 12 <= off + filesz:
                namesz, descsz, ntype = struct.unpack_from('<III', self.data, at)
                desc = at + 12 + (namesz + 3 & ~3)
                if self.data[at + 12:at + 12 + namesz] == b'UST\0':
                    assert (ntype, descsz) == (1, 12), 'note of another shape'
                    yield vaddr + desc - off
                at = desc + (descsz + 3 & ~3)

    def relocated(self, start, stop):
        """Dynamic relocations within an address range."""
        return [hex(where) for sec in self.sections if sec[1] == 4 and sec[2] & 2
                for where, _, _ in struct.iter_unpack('<QQq', self.data[sec[4]:sec[4] + sec[5]])
                if start <= where < stop]


def field(word):
    kind, length, flags, count = word & 31, word >> 5 & 3, word >> 7 & 63, word >> 13
    text = 'enum.' * (flags >> 4 & 1) + ('text' if flags & 32 else TYPES[kind])
    text += 'x' * (flags & 1) + 'n' * (flags >> 3 & 1)
    assert not length or flags & 4
    return text + (f'[{count}]' if flags & 2 else f'[{LENGTHS[length]}]' if flags & 4 else '')


def sites(path):
    """Yields (line of text, file, source line) of each record, after checking it."""
    elf = Elf(path)
    notes = list(elf.notes())
    assert len(notes) <= 1, 'more than one note'
    for note in notes:
        abi, start, stop = elf.get('Iii', note)
        assert abi == 1, f'ABI {abi}'
        start, stop = note + 4 + start, note + 8 + stop
        assert not elf.relocated(start, stop), 'a record needs a relocation'
        at = start
        while at < stop:
            size, *offs, line, kind, method, loglevel, nr = elf.get('I7iIBBBB', at)
            addr, target, state, prov, name, names, file = (
                at + 4 + 4 * i + off for i, off in enumerate(offs))
            assert size % 8 == 0 and size >= 40 + 4 * nr, f'size {size}'
            elf.offset(state, 32, 6)
            if method == 1:
                code = elf.offset(addr, 5, 5)
                assert elf.data[code] == 0xA9, 'no site at its address'
                assert addr + 5 + struct.unpack_from('<i', elf.data, code + 1)[0] == target
                elf.offset(target, 1, 5)
            else:
                assert method == 2 and addr == target == at
            assert loglevel < 16
            words = [field(w) for w in elf.get(f'{nr}I', at + 40)]
            if kind == 1:
                labels, where = [], names
                for _ in words:
                    labels.append(elf.string(where))
                    where += len(labels[-1]) + 1
                what = ', '.join(f'{n}:{w}' for n, w in zip(labels, words))
            else:
                what = ' '.join([f'"{elf.string(names)}"'] + words)
            text = f'{KINDS[kind]} {elf.string(prov)}:{elf.string(name)} {what}'.strip()
            yield text, elf.string(file), line
            at += size
        assert at == stop, 'records do not fill the section'


def expected(paths, lang):
    """Sites that sources announce on their lines: a comment '/*= event p:n a:s32 | event ... */'.

    'c=' and 'cxx=' instead of '=' are for one language."""
    for path in paths:
        for number, line in enumerate(open(path), 1):
            found = re.search(r'/\*(c|cxx)?= (.*?) \*/', line)
            if found and found[1] in (None, lang):
                for text in found[2].split(' | '):
                    yield text.strip(), path.rsplit('/', 1)[1], number


def main():
    if sys.argv[1] != '--expect':
        for text, file, line in sites(sys.argv[1]):
            print(f'{text}  {file}:{line}')
        return 0
    lang, elf, sources = sys.argv[2], sys.argv[3], sys.argv[4:]
    want = set(expected(sources, lang))
    got = {(text, file.rsplit('/', 1)[1], line) for text, file, line in sites(elf)}
    for text, file, line in sorted(want - got):
        print(f'{file}:{line}: missing: {text}')
    for text, file, line in sorted(got - want):
        print(f'{file}:{line}: unexpected: {text}')
    return want != got


if __name__ == '__main__':
    sys.exit(main())
