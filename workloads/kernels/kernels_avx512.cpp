#include "workloads/kernels/versions.h"

#if defined(__x86_64__)
// GCC 12 takes its own "undefined" vectors for a mistake of ours (its bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")
namespace deltasim {
namespace {
#include "workloads/kernels/kernels.inl"
//
#include "workloads/kernels/finish_avx512.inl"
constexpr Kernels kTable = table("avx512", finish_floats_avx512, finish_codes_avx512);
}  // namespace
const Kernels* avx512_kernels() { return &kTable; }
}  // namespace deltasim
#else
namespace deltasim {
const Kernels* avx512_kernels() { return nullptr; }
}  // namespace deltasim
#endif
