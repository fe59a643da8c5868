#include "workloads/kernels/versions.h"

namespace deltasim {
namespace {

#if defined(__x86_64__)
bool machine_has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool machine_has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#else
bool machine_has_avx2() { return false; }
bool machine_has_avx512() { return false; }
#endif

const Kernels& best_kernels() {
  if (const Kernels* best = find_kernels("avx512")) return *best;
  if (const Kernels* good = find_kernels("avx2")) return *good;
  return *baseline_kernels();
}

}  // namespace

const Kernels* find_kernels(std::string_view name) {
  if (name == "avx512") return machine_has_avx512() ? avx512_kernels() : nullptr;
  if (name == "avx2") return machine_has_avx2() ? avx2_kernels() : nullptr;
  return name == "baseline" ? baseline_kernels() : nullptr;
}

const Kernels& kernels() {
  static const Kernels& best = best_kernels();
  return best;
}

}  // namespace deltasim
