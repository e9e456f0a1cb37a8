# SPDX-License-Identifier: GPL-2.0-only
"""Which module has which tracepoints: their names stand in the .ko files."""

import glob
import lzma
import os
import re
import subprocess

_MARK = b"__tracepoint_"
_SYMBOL = re.compile(rb"\0__tracepoint_(\w+)(?=\0)")


def find(version):
    """Tracepoint -> path of the module that defines it (for each .ko of this kernel)."""
    table = {}
    for path in glob.glob(f"/lib/modules/{version}/kernel/**/*.ko*", recursive=True):
        data = read(path)
        if data is None or data.find(_MARK) < 0:
            continue
        for name in _SYMBOL.findall(data):
            # The definition comes with its name string's section entry.
            if data.find(b"\0__tpstrtab_" + name + b"\0") >= 0:
                table[name.decode()] = path
    return table


def read(path):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    if path.endswith(".xz"):
        return lzma.decompress(data)
    if path.endswith((".zst", ".gz")):
        tool = "zstd" if path.endswith(".zst") else "gzip"
        return subprocess.run([tool, "-dc"], input=data, stdout=subprocess.PIPE,
                              check=False).stdout
    return data if os.path.basename(path).endswith(".ko") else None
