#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Each public header compiles alone and twice, as C11 and as C++17, without a warning.

usage: check.py INCLUDE_DIR COMPILER:LANG..."""
import glob
import os
import subprocess
import sys

STD = {'c': ['-x', 'c', '-std=c11'], 'cxx': ['-x', 'c++', '-std=c++17']}
OPTIONS = [[], ['-O2'], ['-DUST_DISABLE'], ['-DUST_NO_PATCH', '-DUST_NO_FUSED']]
# Of include/ust/ring only this is for applications; the rest is for libust, GNU C with _GNU_SOURCE.
PUBLIC_RING = 'ust/ring/fused.h'
# host-kernel.h is compiled with the kernel modules.


def main():
    include = sys.argv[1]
    headers = sorted(os.path.relpath(path, include)
                     for pattern in ('ust/*.h', 'ust/abi/*.h', 'ust/ring/*.h', 'ust/detail/*.h')
                     for path in glob.glob(os.path.join(include, pattern)))
    headers = [h for h in headers if not h.endswith(('types-c.h', 'types-cxx.h', 'host-kernel.h'))]
    todo = []
    for pair in sys.argv[2:]:
        for header in headers:
            if header.startswith('ust/ring/') and header != PUBLIC_RING:
                if pair.endswith(':c'):
                    todo.append((pair, header, ['-std=gnu11', '-D_GNU_SOURCE']))
            else:
                todo += [(pair, header, options)
                         for options in (OPTIONS if header.count('/') == 1 else OPTIONS[:1])]
    failures = 0
    print(f'1..{len(todo)}')
    for number, (pair, header, options) in enumerate(todo, 1):
        compiler, lang = pair.rsplit(':', 1)
        code = f'#include <{header}>\n#include <{header}>\nextern int nothing;\n'
        done = subprocess.run(
            [*compiler.split(), *STD[lang], *options, '-Wall', '-Wextra', '-Wpedantic', '-Wshadow',
             '-Wundef', '-Werror', f'-I{include}', '-S', '-o', '/dev/null', '-'],
            input=code, capture_output=True, text=True)
        print('not ok' if done.returncode else 'ok', number, '-', compiler, lang, header, *options)
        if done.returncode:
            failures += 1
            print('\n'.join('# ' + line for line in done.stderr.splitlines()[:20]))
    return failures != 0


if __name__ == '__main__':
    sys.exit(main())
