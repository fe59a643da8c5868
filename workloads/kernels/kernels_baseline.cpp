#include "workloads/kernels/versions.h"

namespace deltasim {
namespace {
#include "workloads/kernels/kernels.inl"
constexpr Kernels kTable = table("baseline", finish_floats, finish_codes);
}  // namespace
const Kernels* baseline_kernels() { return &kTable; }
}  // namespace deltasim
