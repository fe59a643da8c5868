#pragma once
// The compiled versions of the loops; internal to this folder.

#include "workloads/kernels/kernels.h"

namespace deltasim {

/// nullptr where the build is for another processor family. Whether this machine can run it is
/// for the caller to find out.
const Kernels* avx512_kernels();
const Kernels* avx2_kernels();
const Kernels* baseline_kernels();

}  // namespace deltasim
