#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Builds record_c.c or record_cxx.cpp in several ways and runs it in its three modes.

usage: record.py COMPILER c|cxx INCLUDE_DIR"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ['-O0', '-O2', '-O3 -fPIC', '-Os', '-O2 -flto', '-O1 -fsanitize=address,undefined',
         '-O2 -DUST_NO_PATCH', '-O1 -DUST_NO_FUSED', '-O0 -DUST_NO_PATCH -DUST_NO_FUSED',
         '-O2 -static']


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return '' if not done.returncode else f'exit status {done.returncode}\n{done.stdout}{done.stderr}'


def main():
    compiler, lang, include = sys.argv[1:]
    source, std = ('record_c.c', 'c11') if lang == 'c' else ('record_cxx.cpp', 'c++17')
    flags = [f for f in FLAGS if 'clang' not in compiler or '-flto' not in f]
    failures = number = 0
    print(f'1..{4 * len(flags)}')
    for flag in flags:
        with tempfile.TemporaryDirectory() as tmp:
            recorder, out = os.path.join(tmp, 'recorder.o'), os.path.join(tmp, 'record')
            plain = 'clang' if 'clang' in compiler else 'gcc'
            wrong = run([plain, '-O1', '-std=gnu11', '-Wall', '-Wextra', '-Werror', f'-I{include}',
                         '-c', os.path.join(HERE, 'recorder.c'), '-o', recorder])
            wrong = wrong or run([compiler, *flag.split(), f'-std={std}', '-Wall', '-Wextra',
                                  '-Wpedantic', '-Werror', f'-I{include}',
                                  os.path.join(HERE, source), recorder, '-o', out])
            steps = [('build', wrong)]
            steps += [(mode, wrong or run([out, mode])) for mode in ('off', 'slow', 'ring')]
        for name, wrong in steps:
            number += 1
            failures += bool(wrong)
            print('not ok' if wrong else 'ok', number, '-', compiler, flag, name, flush=True)
            if wrong:
                print('\n'.join('# ' + line for line in wrong.splitlines()[:30]))
    return failures != 0


if __name__ == '__main__':
    sys.exit(main())
