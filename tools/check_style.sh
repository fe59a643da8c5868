#!/bin/bash
# Every C++ file is as clang-format 14 (Debian 12's) would have it. "--fix" makes it so.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(--dry-run --Werror)
[ "${1:-}" = --fix ] && mode=(-i)
find . -path ./build -prune -o \( -name '*.h' -o -name '*.cpp' \) -print0 |
  xargs -0 clang-format --style=file "${mode[@]}"
