#!/usr/bin/env python3
"""A test that no CMake list names would never run, and a suite of another name neither: each
tests/**/*_test.cpp and *_test.py is listed in the CMakeLists.txt beside it, and a C++ file holds the
suite of its name."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def check(root):
    for file in sorted([*(root / "tests").rglob("*_test.cpp"), *(root / "tests").rglob("*_test.py")]):
        name = file.relative_to(root)
        listing = file.parent / "CMakeLists.txt"
        names = re.findall(r"[\w.]+", listing.read_text(encoding="utf-8")) if listing.is_file() else []
        if file.name not in names:
            yield f"{name}: not listed in {listing.relative_to(root)}"
        if file.suffix == ".cpp" and f"BOOST_AUTO_TEST_SUITE({file.stem}" not in file.read_text(encoding="utf-8"):
            yield f"{name}: holds no BOOST_AUTO_TEST_SUITE({file.stem})"


def main():
    faults = list(check(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
