# SPDX-License-Identifier: GPL-2.0-only
"""The kernel that is built for: its headers, its flags, its image."""

import lzma
import os
import re
import shlex
import shutil
import subprocess
import zlib

import elf


class Error(Exception):
    """What a user reads: what failed, on what, what to do next."""


class Kernel:
    """Paths and flags of one kernel. kdir is what /lib/modules/VERSION/build points to."""

    def __init__(self, kdir, image=None):
        self.kdir = os.path.realpath(kdir)
        if not os.path.exists(os.path.join(self.kdir, "Module.symvers")):
            raise Error(f"{kdir}: no kernel headers here; install linux-headers-$(uname -r)")
        self.version = re.search(r'UTS_RELEASE "(.*)"',
                                 self._read("include/generated/utsrelease.h")).group(1)
        self.source = self._source()
        self.image = image or self._find_image()
        self._command = None

    def _read(self, path):
        with open(os.path.join(self.kdir, path), encoding="utf-8") as file:
            return file.read()

    def _source(self):
        """Distributions keep the headers common to all flavours in a folder of their own."""
        match = re.search(r"^include (\S+)/Makefile$", self._read("Makefile"), re.M)
        return os.path.realpath(match.group(1)) if match else self.kdir

    def _find_image(self):
        for path in (os.path.join(self.kdir, "vmlinux"), f"/boot/vmlinuz-{self.version}",
                     f"/lib/modules/{self.version}/vmlinuz"):
            if os.path.exists(path):
                return path
        return None

    def header_dirs(self):
        arch = self.config_arch()
        dirs = [("trace/events", os.path.join(self.source, "include/trace/events")),
                ("ras", os.path.join(self.source, "include/ras")),
                ("asm", os.path.join(self.source, f"arch/{arch}/include/asm")),
                ("asm/trace", os.path.join(self.source, f"arch/{arch}/include/asm/trace"))]
        return [(prefix, path) for prefix, path in dirs if os.path.isdir(path)]

    def config_arch(self):
        text = self._read("include/generated/autoconf.h")
        return "x86" if "CONFIG_X86 1" in text else "arm64"

    def symvers(self):
        """Exported symbol -> "vmlinux" or the module that exports it."""
        table = {}
        for line in self._read("Module.symvers").splitlines():
            fields = line.split("\t")
            table[fields[1]] = fields[2]
        return table

    def command(self, out):
        """kbuild's own command line for a file of ust-trace.ko, asked for once, as (compile,
        objtool): lists of words, with @SRC@, @OBJ@ and @NAME@ where the file's own go."""
        if self._command:
            return self._command
        folder = os.path.join(out, "flags")
        os.makedirs(folder, exist_ok=True)
        _write(os.path.join(folder, "Kbuild"), "obj-m := ust-trace.o\nust-trace-y := flagsfile.o\n")
        _write(os.path.join(folder, "flagsfile.c"), "int ust_flags;\n")
        made = os.path.join(folder, ".flagsfile.o.cmd")
        if not _is_newer(made, os.path.join(self.kdir, "Makefile")):
            # Not with what a make around this one has exported.
            keep = ("PATH", "HOME", "TMPDIR", "LLVM", "ARCH", "CROSS_COMPILE")
            run(["make", "-s", "-C", self.kdir, f"M={folder}", "flagsfile.o"],
                env={name: os.environ[name] for name in keep if name in os.environ})
        with open(made, encoding="utf-8") as file:
            line = file.readline().split(":=", 1)[1].strip()
        parts = [shlex.split(part) for part in line.split(" ; ")]
        compile_ = [self._word(word, folder) for word in parts[0]
                    if not word.startswith("-Wp,-MMD") and word != "-g"]
        objtool = [self._word(word, folder) for word in parts[1]] if len(parts) > 1 else []
        self._command = (compile_, objtool)
        return self._command

    @staticmethod
    def _word(word, folder):
        if word == f"{folder}/flagsfile.c":
            return "@SRC@"
        if word == f"{folder}/flagsfile.o":
            return "@OBJ@"
        return word.replace("flagsfile", "@NAME@")

    def vmlinux(self, out):
        """Path of the uncompressed image, or None where the kernel's image cannot be had."""
        path = os.path.join(out, "vmlinux")
        if os.path.exists(path):
            return path
        if not self.image:
            return None
        with open(self.image, "rb") as file:
            data = file.read()
        data = data if data[:4] == b"\x7fELF" else _unpack(data)
        if data is None:
            return None
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.rename(path + ".new", path)
        return path

    def build_id(self):
        """What tells this build of the kernel from every other one."""
        for path in (os.path.join(self.kdir, "vmlinux"), self.image):
            if path and os.path.exists(path):
                stat = os.stat(path)
                return f"{self.version}-{stat.st_size:x}-{int(stat.st_mtime):x}"
        stat = os.stat(os.path.join(self.kdir, "Module.symvers"))
        return f"{self.version}-{int(stat.st_mtime):x}"

    def btf(self, out):
        """Path of a file with the kernel's BTF, or None."""
        path = os.path.join(out, "vmlinux.btf")
        if os.path.exists(path):
            return path
        image = self.vmlinux(out)
        data = elf.File(image).section(".BTF") if image else None
        if data is None and os.uname().release == self.version:
            try:
                with open("/sys/kernel/btf/vmlinux", "rb") as file:
                    data = file.read()
            except OSError:
                pass
        if data is None:
            return None
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.rename(path + ".new", path)
        return path


def _unpack(data):
    """The ELF file inside a compressed image: the first payload that unpacks to one."""
    for magic, unpack in ((b"\xfd7zXZ\0", _unxz), (b"\x1f\x8b\x08", _gunzip),
                          (b"\x28\xb5\x2f\xfd", lambda data: _tool("zstd", data)),
                          (b"\x02\x21\x4c\x18", lambda data: _tool("lz4", data))):
        at = data.find(magic)
        while at >= 0:
            plain = unpack(data[at:])
            if plain and plain[:4] == b"\x7fELF":
                return plain
            at = data.find(magic, at + 1)
    return None


def _unxz(data):
    try:
        return lzma.LZMADecompressor().decompress(data)
    except lzma.LZMAError:
        return None


def _gunzip(data):
    try:
        return zlib.decompressobj(31).decompress(data)
    except zlib.error:
        return None


def _tool(name, data):
    """zstd and lz4 complain about what follows the payload, after having written all of it."""
    if not shutil.which(name):
        return None
    return subprocess.run([name, "-dc"], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False).stdout


def _is_newer(path, than):
    return os.path.exists(path) and os.stat(path).st_mtime > os.stat(than).st_mtime


def _write(path, text):
    if os.path.exists(path):
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(words, **more):
    """Runs a program; its output is in the error if it fails."""
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False, **more)
    if result.returncode:
        raise Error(f"{' '.join(words)}: status {result.returncode}\n{result.stdout}")
    return result.stdout
