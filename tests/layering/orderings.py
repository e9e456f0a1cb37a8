#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every ordering that docs/memory-order.md lists is in the source with both of its ends, every label in
the source is listed there, and its partner stands where the label says.

    orderings.py ROOT

A label is a word with a hyphen. In a comment of the source [own -> partner], [own <- partner] or
[own <-> partner] marks one end, with "in FILE" if the partner is elsewhere. In the document a row begins
with the labels of both ends.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402

FOLDERS = ("include/", "kernel-module/", "libust/", "ustd/", "vdso-clock/")
DOCUMENT = "docs/memory-order.md"
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
WORD = r"[a-z]+(?:-[a-z]+)+"
MARK = re.compile(r"(?<!\w)\[(%s)(?: (->|<-|<->) (%s))?([^\]]*)\]" % (WORD, WORD))


def marks(root):
    """[(path, own, arrow, partner)]"""
    found = []
    for path in tree.files(root):
        if not path.startswith(FOLDERS) or not path.endswith((".c", ".h")):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as f:
            text = f.read()
        for comment in COMMENT.findall(text):
            comment = re.sub(r"\s*\n[\s*]*", " ", comment)
            found += [(path, *mark.groups()) for mark in MARK.finditer(comment)]
    return found


def rows(root):
    """[{label, ...}], one set for each row of the document's table."""
    with open(os.path.join(root, DOCUMENT), encoding="utf-8") as f:
        return [set(re.findall(WORD, line.split("|")[1])) for line in f
                if line.startswith("|") and re.match(r"\| %s" % WORD, line)]


def main():
    root = sys.argv[1]
    found, table = marks(root), rows(root)
    pairs = {(own, partner) for _, own, _, partner, _ in found if partner}
    where = {}
    for path, own, *_ in found:
        where.setdefault(own, set()).add(path)
    one_end, unlisted, misplaced = [], [], []
    for path, own, arrow, partner, rest in found:
        if not partner:
            one_end.append("%s: [%s] names no partner" % (path, own))
            continue
        if (partner, own) not in pairs:
            one_end.append("%s: [%s %s %s]: the other end does not say so" % (path, own, arrow, partner))
        if not any({own, partner} <= row for row in table):
            unlisted.append("%s: [%s %s %s] is in no row of %s" % (path, own, arrow, partner, DOCUMENT))
        named = re.search(r"\bin (\S+\.[ch])", rest)
        if named and not any(p == named[1] or os.path.basename(p) == named[1]
                             for p in where.get(partner, ())):
            misplaced.append("%s: [%s %s %s] is not in %s" % (path, own, arrow, partner, named[1]))
    gone = ["%s: %s" % (DOCUMENT, label) for row in table for label in sorted(row)
            if label not in where]
    tree.report([
        ("%d ends of orderings in the source have their partner" % len(found),
         one_end or ([] if found else ["there are none"])),
        ("partners are where the labels say", misplaced),
        ("labels in the source are in " + DOCUMENT, unlisted),
        ("labels of " + DOCUMENT + " are in the source", gone or ([] if table else ["there are none"])),
    ])


if __name__ == "__main__":
    main()
