# SPDX-License-Identifier: GPL-2.0-only
"""The coverage of a build: which event is recorded how, and why not better."""

import json

import elf


def make(units, tracepoints, systems, module_of):
    """[{event, system, where, how, why}], of the kernel's image and of modules whose header is
    known. how: generated, raw, bare (arguments)."""
    generated, left_out = {}, {}
    for unit in units:
        # Some headers define events by macros of their own: the object tells which there are.
        made = _events_of(unit.object) if unit.object else ()
        generated.update({event: unit.header for event in made})
        for event, name in unit.header.events:
            if event not in made:
                why = unit.skipped.get(name) or unit.error or "left out"
                left_out[event] = (unit.header, why)
    rows = []
    for name in sorted(set(tracepoints) | set(generated) | set(left_out)):
        builtin = name in tracepoints
        where = "vmlinux" if builtin else module_of.get(name)
        if where is None:
            continue  # no part of this kernel
        row = {"event": name, "where": where if builtin else where.split("/")[-1]}
        header = generated.get(name) or left_out.get(name, (None,))[0]
        row["system"] = systems.get(name) or (header.system if header else None)
        if name in generated:
            row["how"] = "generated"
        elif not builtin or name in systems:
            row["how"] = "raw"
            row["why"] = (f"{header.include}: {left_out[name][1]}" if header else
                          "its header is not among the kernel's headers")
        else:
            row["how"] = "bare"
            row["why"] = "a tracepoint without TRACE_EVENT"
        rows.append(row)
    return rows


def _events_of(path):
    return [name[len("ust_event_"):] for name, *_ in elf.File(path).symbols()
            if name.startswith("ust_event_")]


def write(rows, seconds, out):
    builtin = [row for row in rows if row["where"] == "vmlinux"]
    count = {}
    for row in builtin:
        count[row["how"]] = count.get(row["how"], 0) + 1
    modules = [row for row in rows if row["where"] != "vmlinux"]
    summary = {"builtin": len(builtin), **{f"builtin_{how}": nr for how, nr in count.items()},
               "modules_generated": sum(row["how"] == "generated" for row in modules),
               "seconds": round(seconds, 1)}
    with open(f"{out}/coverage.json", "w", encoding="utf-8") as file:
        json.dump({"summary": summary, "events": rows}, file, indent=1)
        file.write("\n")
    with open(f"{out}/coverage.txt", "w", encoding="utf-8") as file:
        file.write("".join(f"{key:20} {value}\n" for key, value in summary.items()) + "\n")
        for row in rows:
            file.write(f"{row['how']:10} {row['where']:24} {row['system']}:{row['event']}"
                       f"{'  (' + row['why'] + ')' if 'why' in row else ''}\n")
    return summary
