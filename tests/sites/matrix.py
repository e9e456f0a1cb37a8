#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Builds the torture with one compiler in many ways, and compares records with the sources.

usage: matrix.py COMPILER c|cxx INCLUDE_DIR"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
WARN = ['-Wall', '-Wextra', '-Wpedantic', '-Werror']
FLAGS = ['-O0', '-O1', '-O2', '-O3', '-Os', '-O2 -fPIE -pie', '-O2 -no-pie -fno-pie',
         '-O0 -fPIC -shared', '-O2 -fPIC -shared', '-O2 -static', '-O0 -static',
         '-O2 -fPIC -fno-plt -fvisibility=hidden', '-O2 -ffunction-sections -fdata-sections '
         '-Wl,--gc-sections', '-O2 -g -s', '-O1 -fsanitize=address', '-O2 -DUST_NO_PATCH',
         '-O0 -fPIC -shared -DUST_NO_PATCH', '-O2 -DUST_DISABLE', '-O3 -funroll-loops -march=native',
         '-O2 -fstack-protector-strong -fcf-protection -D_FORTIFY_SOURCE=2', '-O1 -fno-inline']
GCC_FLAGS = ['-O2 -flto', '-O0 -flto -fPIC -shared', '-O2 -flto -static']
STD = {'c': ['c11', 'gnu11', 'gnu17'], 'cxx': ['c++17', 'gnu++17', 'c++20']}


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check(compiler, lang, std, flags, include, tmp):
    """Result: what is wrong, in words, or ''."""
    out = os.path.join(tmp, 'torture')
    sources = [os.path.join(HERE, name) for name in ('torture_a.c', 'torture_b.c', 'torture.h')]
    status, text = run([compiler, *flags.split(), f'-std={std}', *WARN, f'-I{include}', '-x',
                        'c' if lang == 'c' else 'c++', *sources[:2], '-o', out])
    if status:
        return text
    if '-shared' not in flags:
        status, text = run([out])
        if status:
            return f'exit status {status}: {text}'
    status, text = run(['nm', '-D', '-u', out])
    if any(line.split()[-1].startswith('ust_') for line in text.splitlines() if line.split()):
        return 'needs a symbol of libust: ' + text
    status, text = run(['readelf', '--dyn-syms', '-W', out])
    if 'UNIQUE' in text and 'ust_' in text:
        return 'a state is exported'
    if 'UST_DISABLE' in flags:
        status, text = run(['readelf', '-SW', out])
        return 'sites are left' if 'ust' in text else ''
    status, text = run([sys.executable, os.path.join(HERE, 'elfsites.py'), '--expect', lang, out,
                        *sources])
    return text if status else ''


def main():
    compiler, lang, include = sys.argv[1:]
    flags = FLAGS + ([] if 'clang' in compiler else GCC_FLAGS)
    todo = [(STD[lang][0], f) for f in flags] + [(s, f) for s in STD[lang][1:] for f in FLAGS[:3:2]]
    failures = 0
    print(f'1..{len(todo)}')
    for number, (std, flag) in enumerate(todo, 1):
        with tempfile.TemporaryDirectory() as tmp:
            wrong = check(compiler, lang, std, flag, include, tmp)
        print('not ok' if wrong else 'ok', number, '-', compiler, f'-std={std}', flag, flush=True)
        if wrong:
            failures += 1
            print('\n'.join('# ' + line for line in wrong.splitlines()[:40]))
    return failures != 0


if __name__ == '__main__':
    sys.exit(main())
