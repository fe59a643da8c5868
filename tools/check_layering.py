#!/usr/bin/env python3
"""Holds the includes to one direction: a folder may include only the folders that the table below
gives it; SystemC stays in the modules of the simulator; no file includes itself by a detour."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A file belongs to the longest entry that its path begins with. A folder may include itself.
ALLOWED = {
    "arch": [],
    "workloads": ["arch"],
    "traces": ["arch", "workloads"],
    "energy": ["arch"],
    "sim": ["arch", "workloads", "traces", "energy"],
    "sim/mapping": ["arch", "workloads", "traces", "energy"],
    "report": ["arch"],
    "explore": ["arch", "workloads", "traces", "energy", "sim", "report"],
    "cli": ["arch", "workloads", "traces", "energy", "sim", "report", "explore"],
    "bench": ["arch", "workloads", "traces", "energy", "sim", "report", "explore"],
    "tests": ["arch", "workloads", "traces", "energy", "sim", "report", "explore", "cli"],
}
SYSTEMC_FOLDERS = ["sim/components", "sim/engine", "tests/sim", "bench"]
SYSTEMC_HEADER = re.compile(r"(systemc(\.h)?|tlm(\.h)?|(sysc|tlm_core|tlm_utils)/.*)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def lies_in(path, folder):
    return path == folder or path.startswith(folder + "/")


def owner(path):
    """The entry of ALLOWED that a path belongs to, or None."""
    return max((folder for folder in ALLOWED if lies_in(path, folder)), key=len, default=None)


def source_files(root):
    for folder in sorted({entry.split("/")[0] for entry in ALLOWED}):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".h", ".cpp"):
                yield file.relative_to(root).as_posix()


def may_include(mine, theirs):
    return any(lies_in(theirs, folder) for folder in [mine, *ALLOWED[mine]])


def direction_fault(root, path, header):
    mine, theirs = owner(path), owner(header)
    generated = header.endswith(".pb.h") or (root / f"{header}.in").is_file()
    if theirs is None or not (generated or (root / header).is_file()):
        return f'{path}: "{header}" is no file of the project (includes start at its root)'
    if not may_include(mine, theirs):
        return f'{path}: {mine} may not include {theirs} ("{header}")'
    return None


def cycles(graph):
    """Each cycle of the include graph, once, as a list of files."""
    done, stack, found = set(), [], []

    def visit(node):
        if node in stack:
            found.append(stack[stack.index(node):] + [node])
            return
        if node in done:
            return
        stack.append(node)
        for successor in graph.get(node, []):
            visit(successor)
        stack.pop()
        done.add(node)

    for node in graph:
        visit(node)
    return found


def check(root):
    faults, graph = [], {}
    for path in source_files(root):
        graph[path] = []
        for kind, header in INCLUDE.findall((root / path).read_text(encoding="utf-8")):
            if kind == '"':
                graph[path].append(header)
                faults.append(direction_fault(root, path, header))
            elif SYSTEMC_HEADER.fullmatch(header) and not any(lies_in(path, f) for f in SYSTEMC_FOLDERS):
                faults.append(f"{path}: <{header}> (only {', '.join(SYSTEMC_FOLDERS)} use SystemC)")
    faults = [fault for fault in faults if fault]
    faults += ["include cycle: " + " -> ".join(cycle) for cycle in cycles(graph)]
    return faults


def main():
    faults = check(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
