#pragma once
// The request patterns that DRAMSys, Ramulator 2 and DRAMsim3 were given for the reference data:
// 100,000 requests of 64 bytes, one offered a clock.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace deltasim {

struct DramRequest {
  std::int64_t address;  ///< byte, a multiple of 64
  bool write;
};

/// Addresses in sequence or anywhere in 1 GiB (xorshift64 with shifts 13, 7, 17); read, written, or
/// every third one written.
/// @param name "seqr", "seqw", "mix" (in sequence), "rndr" or "rndw"; another one gives nothing
inline std::vector<DramRequest> dram_pattern(std::string_view name) {
  constexpr std::int64_t kBytes = 64;
  constexpr std::uint64_t kPlaces = 1 << 24;
  const bool mix = name == "mix";
  const bool random = name == "rndr" || name == "rndw";
  const bool writes = name == "seqw" || name == "rndw";
  std::vector<DramRequest> requests;
  if (!mix && !random && !writes && name != "seqr") return requests;
  std::uint64_t x = 88172645463325252;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    const std::int64_t place = random ? static_cast<std::int64_t>(x % kPlaces) : i;
    requests.push_back({place * kBytes, writes || (mix && i % 3 == 2)});
  }
  return requests;
}

}  // namespace deltasim
