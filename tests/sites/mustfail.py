#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Wrong uses must not compile, and the compiler's message must say why.

usage: mustfail.py COMPILER c|cxx INCLUDE_DIR"""
import re
import subprocess
import sys

PRELUDE = '''#include <ust/marker.h>
#include <ust/tracepoint.h>
struct point { int x, y; };
struct other { const char *name; };
static const struct other not_a_table = {"x"};
UST_ENUM_TABLE(table, {"one", 1});
void f(int a, int *p, struct point s, double d, const char *str, void *v);
void f(int a, int *p, struct point s, double d, const char *str, void *v)
{
	struct point *sp = &s;
	struct point points[2] = {{1, 2}, {3, 4}};
	int arr[2] = {1, 2}, arr2[2][2] = {{1, 2}, {3, 4}};
	__extension__ __int128 wide = a;
	(void)a; (void)p; (void)d; (void)str; (void)v; (void)sp; (void)points; (void)arr; (void)arr2;
	(void)wide; (void)not_a_table;
	%s
}
'''
PLAIN = 'plain field must be a variable|PLAIN_FIELD_MUST_BE_A_VARIABLE'
MANY = ', '.join(f'UST_F(f{i}, a)' for i in range(21))

# What is written, and words of which one must be in the message.
CASES = {
    'nothing wrong': ('UST_EVENT(p, e, a, UST_ENUM(e, a, table), UST_ARRAY(r, arr), UST_F(l, 1.5L));', None),
    'structure by value': ('UST_EVENT(p, e, s);', 'field s: a value of this type cannot be recorded'),
    'structure by UST_F': ('UST_EVENT(p, e, UST_F(s, *sp));', 'field s: a value of this type'),
    'member as plain field': ('UST_EVENT(p, e, sp->x);', PLAIN),
    'element as plain field': ('UST_EVENT(p, e, arr[0]);', PLAIN),
    'sum as plain field': ('UST_EVENT(p, e, a + 1);', PLAIN),
    'dereference as plain field': ('UST_EVENT(p, e, *p);', PLAIN),
    'parenthesis as plain field': ('UST_EVENT(p, e, (a));', PLAIN),
    'number as plain field': ('UST_EVENT(p, e, 42);', PLAIN),
    'string as plain field': ('UST_EVENT(p, e, "text");', PLAIN),
    '21 fields': (f'UST_EVENT(p, e, {MANY});', 'an event has at most 20 fields'),
    '30 fields': (f'UST_EVENT(p, e, {MANY}, a, a, a, a, a, a, a, a, a);', 'at most 20 fields'),
    '__int128': ('UST_EVENT(p, e, wide);', 'field wide: a value of this type'),
    'no table': ('UST_EVENT(p, e, UST_ENUM(x, a, not_a_table));', 'table made by UST_ENUM_TABLE'),
    'number for a table': ('UST_EVENT(p, e, UST_ENUM(x, a, 3));', 'table made by UST_ENUM_TABLE'),
    'real enumeration': ('UST_EVENT(p, e, UST_ENUM(x, d, table));', 'UST_ENUM needs an integer'),
    'pointer for an array': ('UST_EVENT(p, e, UST_ARRAY(x, p));', 'UST_ARRAY needs an array'),
    'array of structures': ('UST_EVENT(p, e, UST_ARRAY(x, points));', 'elements of UST_ARRAY must be'),
    'array of arrays': ('UST_EVENT(p, e, UST_ARRAY(x, arr2));', 'elements of UST_ARRAY must be'),
    'sequence of structures': ('UST_EVENT(p, e, UST_SEQ(x, sp, 2));', 'elements of UST_SEQ must be'),
    'sequence of void': ('UST_EVENT(p, e, UST_SEQ(x, v, 2));', 'void'),
    'sequence without a number': ('UST_EVENT(p, e, UST_SEQ(x, p, str));', 'a number of elements'),
    'string of ints': ('UST_EVENT(p, e, UST_STR(x, p));', 'UST_STR needs a char pointer'),
    'text without a length': ('UST_EVENT(p, e, UST_TEXT(x, str));', 'UST_TEXT'),
    'text of an integer': ('UST_EVENT(p, e, UST_TEXT(x, a, 3));', 'UST_TEXT needs a pointer'),
    'real in base 16': ('UST_EVENT(p, e, UST_HEX(x, d));', 'UST_HEX needs an integer'),
    'unknown variable': ('UST_EVENT(p, e, nowhere);', 'nowhere'),
    'marker with the wrong type': ('trace_mark(c, n, "v %d", str);', 'format'),
    'marker with too few': ('trace_mark(c, n, "v %d w %d", a);', 'format|more .* conversions'),
    'marker with a structure': ('trace_mark(c, n, "v %d", s);', 'format|cannot be recorded'),
    'marker with 21': ('trace_mark(c, n, "x"' + ', a' * 21 + ');', 'at most 20 arguments'),
    'marker with a variable': ('trace_mark(c, n, str);', 'expected|must'),
}


def main():
    compiler, lang, include = sys.argv[1:]
    failures = 0
    print(f'1..{len(CASES)}')
    for number, (name, (code, words)) in enumerate(CASES.items(), 1):
        done = subprocess.run(
            [compiler, '-x', 'c' if lang == 'c' else 'c++', '-std=c11' if lang == 'c' else '-std=c++17',
             '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror', f'-I{include}', '-O2', '-S', '-o',
             '/dev/null', '-'], input=PRELUDE % code, capture_output=True, text=True)
        # What the user reads first: messages, not the quoted source lines of the notes.
        lines = [line for line in done.stderr.splitlines() if re.search(r'error: |pasting', line)]
        if words is None:
            good = done.returncode == 0
        else:
            good = done.returncode == 1 and any(re.search(words, line) for line in lines)
        print('ok' if good else 'not ok', number, '-', name, flush=True)
        if not good:
            failures += 1
            print('\n'.join('# ' + line for line in lines[:12]))
    return failures != 0


if __name__ == '__main__':
    sys.exit(main())
