# SPDX-License-Identifier: GPL-2.0-only
"""tables.c: what the module cannot find out by itself about events without a generated probe."""

import re

_WORDS = {
    "char": "S8", "signed char": "S8", "unsigned char": "U8", "s8": "S8", "u8": "U8",
    "short": "S16", "s16": "S16", "u16": "U16", "short unsigned int": "U16",
    "int": "S32", "s32": "S32", "u32": "U32", "unsigned int": "U32", "gfp_t": "U32",
    "pid_t": "S32", "long int": "S64", "long unsigned int": "U64", "long long int": "S64",
    "long long unsigned int": "U64", "s64": "S64", "u64": "U64", "size_t": "U64",
    "loff_t": "S64", "ktime_t": "S64", "bool": "BOOL", "_Bool": "BOOL",
}
_MAX_ARGS = 5  # that come in registers, behind the probe's own


def arguments(types):
    """Tracepoint -> types of its arguments, for those whose BTF tells."""
    table = {}
    if types is None:
        return table
    for name, (_, text) in types.table.items():
        match = re.match(r"typedef void \(\*btf_trace_(\w+)\)\((.*)\);", text)
        if match:
            table[match.group(1)] = _split(match.group(2))[1:]
    return table


def _split(text):
    """Arguments at commas outside of parentheses."""
    parts, depth, start = [], 0, 0
    for i, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + [text[start:].strip()]


def _word(kind):
    kind = re.sub(r"\b(const|volatile|enum)\b ?", "", kind).strip()
    if kind in _WORDS:
        return f"UST_FIELD_WORD(UST_TYPE_{_WORDS[kind]}, 0, 0)"
    if "*" in kind:
        return "UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0)"
    return "UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0)"


def text(bare, raw, args):
    """bare: names of tracepoints without event; raw: {name: system}; args: arguments()."""
    lines = ["/* SPDX-License-Identifier: GPL-2.0-only */", "/* Generated; do not edit. */",
             '#include "generated.h"', '#include "known.h"', ""]
    lines += ["/* So that the section is there, whatever has labels. */",
              'static const struct ust_kgen_labels none __used __section("ust_gen_labels")',
              '\t__aligned(8) = {.system = "", .class = "", .value = ""};', ""]
    lines += ["const struct ust_kknown_event ust_kknown_events[] = {"]
    lines += [f'\t{{"{system}", "{name}"}},' for name, system in sorted(raw.items())]
    lines += ["\t{}", "};", "", "const struct ust_kknown_bare ust_kknown_bare[] = {"]
    for name in sorted(bare):
        kinds = args.get(name)
        if kinds is None:
            continue
        if any(re.match(r"(struct|union) \w+$", kind) for kind in kinds):
            continue  # passed in memory or in two registers: unknown
        words = ", ".join(_word(kind) for kind in kinds[:_MAX_ARGS])
        lines.append(f'\t{{"{name}", {min(len(kinds), _MAX_ARGS)}, {{{words}}}}},')
    lines += ["\t{}", "};", ""]
    return "\n".join(lines)
