#include "workloads/kernels/versions.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma GCC target("avx2,fma")
namespace deltasim {
namespace {
#include "workloads/kernels/kernels.inl"
constexpr Kernels kTable = table("avx2", finish_floats, finish_codes);
}  // namespace
const Kernels* avx2_kernels() { return &kTable; }
}  // namespace deltasim
#else
namespace deltasim {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace deltasim
#endif
