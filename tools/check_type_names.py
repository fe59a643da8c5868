#!/usr/bin/env python3
"""Two headers that give different types one name make a program whose linker quietly picks one of
them: each class, struct and enumeration of a namespace stands in one header."""
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("arch", "workloads", "traces", "energy", "sim", "report", "explore", "cli")
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{")
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)\b(?!.*;\s*$)")


def types_of(file):
    """Qualified names of the types that begin at the margin."""
    namespace = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if match := NAMESPACE.match(line):
            namespace = match[1]
        if match := TYPE.match(line):
            yield f"{namespace}::{match[1]}"


def check(root):
    headers = defaultdict(list)
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.h")):
            for name in types_of(file):
                headers[name].append(file.relative_to(root).as_posix())
    for name, files in sorted(headers.items()):
        if len(files) > 1:
            yield f"{name} stands in {' and in '.join(files)}"


def main():
    faults = list(check(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
