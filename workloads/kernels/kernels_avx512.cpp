#include "workloads/kernels/versions.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")
namespace deltasim {
namespace {
#include "workloads/kernels/kernels.inl"
constexpr Kernels kTable = table("avx512");
}  // namespace
const Kernels* avx512_kernels() { return &kTable; }
}  // namespace deltasim
#else
namespace deltasim {
const Kernels* avx512_kernels() { return nullptr; }
}  // namespace deltasim
#endif
