# SPDX-License-Identifier: GPL-2.0-only
"""The files of the tree: what git would track, or everything outside build directories."""
import os
import subprocess


def files(root):
    """Paths relative to root, sorted."""
    listing = subprocess.run(
        ["git", "-C", root, "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
    ) if os.path.exists(os.path.join(root, ".git")) else None
    if listing and listing.returncode == 0:
        found = listing.stdout.decode().split("\0")
        return sorted(f for f in set(found) if f and os.path.isfile(os.path.join(root, f)))
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [d for d in folders if not d.startswith(("build", ".git", "__pycache__"))]
        found += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    return sorted(found)


def report(points):
    """Prints TAP for [(name, [complaint, ...]), ...]."""
    print("1..%d" % len(points))
    for number, (name, complaints) in enumerate(points, 1):
        print("%sok %d - %s" % ("not " if complaints else "", number, name))
        for complaint in complaints:
            print("# " + complaint)
