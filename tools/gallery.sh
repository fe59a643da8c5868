#!/bin/bash
# Makes the pictures of docs/gallery.md: runs the shipped examples and draws them as SVG.
#   tools/gallery.sh [FOLDER [build/release/cli/deltasim]]      FOLDER: docs/gallery if not given
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$root/docs/gallery}"
pictures=$(cd "${1:-$root/docs/gallery}" && pwd)
deltasim=$(realpath "${2:-$root/build/release/cli/deltasim}")
experiment=$root/configs/experiments/two_stream_sample.yaml
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" # runs are named in the figures as their folders are

simulate() { # NAME [--set KEY=VALUE ...]
  "$deltasim" run "$experiment" --out "$@" --quiet >"$1.log" || {
    cat "$1.log" >&2
    exit 1
  }
}

draw() { # PREFIX FIGURE... , of the report in the folder "report"
  local prefix=$1
  for figure in "${@:2}"; do cp "report/figures/$figure.svg" "$pictures/$prefix$figure.svg"; done
  rm -r report
}

# The experiment as it is shipped.
simulate sample
"$deltasim" report sample --out report --format figures >/dev/null
draw sample_ waterfall waterfall_against_spatial energy_by_component energy_by_data sparsity roofline

# The event-driven accelerators side by side: another partition, state in other memories, other cores.
designs=(delta_event_256 delta_spatial_256 delta_event_256_edram delta_event_256_rram seneca_like_64)
for design in "${designs[@]}"; do
  simulate "$design" --set accelerator="$design" --set "modes=[dense, spatial, delta]" --set frames=2
done
"$deltasim" report "${designs[@]}" --out report --format figures >/dev/null
draw designs_ energy_by_component

# The same work priced by every table that knows 45 nm or less. Simulated work items are found again.
tables=(horowitz_45nm horowitz_45nm_cacti accelergy_45nm seneca_22nm tpuv4i_7nm)
for table in "${tables[@]}"; do
  mkdir "$table"
  cp -r delta_event_256/items "$table/items"
  simulate "$table" --set energy="$table" --set "modes=[dense, spatial, delta]" --set frames=2
done
"$deltasim" report "${tables[@]}" --out report --format figures --force >/dev/null
draw tables_ energy_by_component

# The clock of least energy.
"$deltasim" dvfs "$experiment" --out dvfs --points 5 --mode delta --set frames=2 \
  --set energy=horowitz_45nm_cacti >dvfs.log
cp dvfs/dvfs.svg "$pictures/dvfs.svg"
