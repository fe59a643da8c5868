#include "workloads/library_versions.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/common.h>
#include <zlib.h>

#include <Eigen/Core>
#include <oneapi/dnnl/dnnl.hpp>

#include "workloads/kernels/kernels.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace deltasim {
namespace {

/// FFmpeg's and protobuf's numbers.
std::string ffmpeg_version(unsigned version) {
  return fmt::format("{}.{}.{}", version >> 16, version >> 8 & 0xff, version & 0xff);
}
std::string protobuf_version(int version) {
  return fmt::format("{}.{}.{}", version / 1000000, version / 1000 % 1000, version % 1000);
}

}  // namespace

std::vector<LibraryVersion> workload_libraries() {
  const dnnl_version_t* dnnl = dnnl_version();
  return {
      {"oneDNN",
       fmt::format("{}.{}.{}", DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH),
       fmt::format("{}.{}.{}", dnnl->major, dnnl->minor, dnnl->patch)},
      {"Eigen",
       fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
      {"libavformat", ffmpeg_version(LIBAVFORMAT_VERSION_INT), ffmpeg_version(avformat_version())},
      {"libavcodec", ffmpeg_version(LIBAVCODEC_VERSION_INT), ffmpeg_version(avcodec_version())},
      {"libswscale", ffmpeg_version(LIBSWSCALE_VERSION_INT), ffmpeg_version(swscale_version())},
      {"Protobuf", protobuf_version(GOOGLE_PROTOBUF_VERSION)},
      {"zlib", ZLIB_VERSION, zlibVersion()}};
}

std::string onednn_instructions() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::sse41:
      return "SSE4.1";
    case dnnl::cpu_isa::avx:
      return "AVX";
    case dnnl::cpu_isa::avx2:
      return "AVX2";
    case dnnl::cpu_isa::avx2_vnni:
      return "AVX2 with VNNI";
    case dnnl::cpu_isa::avx512_core:
      return "AVX-512";
    case dnnl::cpu_isa::avx512_core_vnni:
      return "AVX-512 with VNNI";
    case dnnl::cpu_isa::avx512_core_bf16:
      return "AVX-512 with VNNI and BF16";
    case dnnl::cpu_isa::avx512_core_amx:
      return "AVX-512 with VNNI, BF16 and AMX";
    default:
      return fmt::format("no known set of instructions (oneDNN's number {})",
                         static_cast<int>(dnnl::get_effective_cpu_isa()));
  }
}

std::string kernel_version() {
  for (const char* name : {"avx512", "avx2"}) {
    if (find_kernels(name) == &kernels()) return name;
  }
  return "baseline";
}

}  // namespace deltasim
