#include "workloads/kernels/versions.h"

namespace deltasim {
namespace {
#include "workloads/kernels/kernels.inl"
constexpr Kernels kTable = table("baseline");
}  // namespace
const Kernels* baseline_kernels() { return &kTable; }
}  // namespace deltasim
