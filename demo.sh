#!/bin/bash
# The whole way on a fresh Debian 12: installs what is missing, builds, and runs the main job on
# the shipped sample.
set -euo pipefail
cd "$(dirname "$0")"

tools/setup.sh run
echo "Building (a few minutes the first time) ..."
cmake --preset release --log-level=WARNING >/dev/null
cmake --build --preset release --parallel "$(nproc)" --target cli/deltasim

deltasim=build/release/cli/deltasim
results=results/demo
mkdir -p "$results"
"$deltasim" trace info configs/traces/vtest_step_3-3-4-4-4.dtrace >"$results/trace.txt"
head -25 "$results/trace.txt"
echo
"$deltasim" run configs/experiments/two_stream_sample.yaml --out "$results"
page=$("$deltasim" report "$results")
echo
echo "The trace's figures are in $results/trace.txt, the run's in $results/result.json,"
echo "$results/layers.csv and $results/frames.csv. A page of them, for any browser: $page"
