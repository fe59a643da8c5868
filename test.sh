#!/bin/bash
# Installs what is missing, builds everything and runs all tests; ends with CTest's summary.
# DELTASIM_WERROR=ON turns compiler warnings into errors.
set -euo pipefail
cd "$(dirname "$0")"

tools/setup.sh
cmake --preset release --log-level=WARNING -DDELTASIM_WERROR="${DELTASIM_WERROR:-OFF}" >/dev/null
cmake --build --preset release --parallel "$(nproc)"
ctest --preset release --parallel "$(nproc)"
