#!/bin/bash
# The whole way on a fresh Debian 12: installs what is missing, builds, and shows what the shipped
# sample trace holds.
set -euo pipefail
cd "$(dirname "$0")"

tools/setup.sh
cmake --preset release --log-level=WARNING >/dev/null
cmake --build --preset release --parallel "$(nproc)" --target cli/deltasim

sample=configs/traces/vtest_step_3-3-4-4-4.dtrace
results=results/demo
mkdir -p "$results"
build/release/cli/deltasim trace info "$sample" | tee "$results/info.txt"
build/release/cli/deltasim trace info --json "$sample" >"$results/info.json"

echo
echo "The figures above are in $results/info.txt, all of them per frame in $results/info.json."
