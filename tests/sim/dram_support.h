#pragma once
// What the DRAM tests share: shipped parts, channels, and the request patterns of the reference
// simulators.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/components/dram/dram_channel.h"
#include "tests/support/shared_data.h"

namespace deltasim::test {

inline dram::DramPart dram_part(std::string_view name = "ddr4_2400_8gb_x8") {
  return dram::load_dram_part(source_directory() / "configs/dram", name);
}

inline dram::DramChannel dram_channel(const dram::DramPart& part, std::string_view mapping,
                                      dram::ChannelOptions options = {}, int ranks = 1) {
  return dram::DramChannel(std::make_shared<const dram::ChannelSetup>(
      part, dram::AddressMapping(mapping, part.organisation, 1, ranks), options));
}

/// 100,000 requests of 64 bytes: in sequence or anywhere in 1 GiB, read, written, or every third
/// one written.
enum class Order { kSequential, kRandom };
enum class Direction { kRead, kWrite, kMix };

struct Request {
  std::int64_t burst;
  bool write;
};

inline std::vector<Request> golden_pattern(Order order, Direction direction) {
  std::vector<Request> requests;
  std::uint64_t x = 88172645463325252;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    const bool write =
        direction == Direction::kWrite || (direction == Direction::kMix && i % 3 == 2);
    const std::int64_t random = static_cast<std::int64_t>(x % (1 << 24));
    requests.push_back({order == Order::kSequential ? i : random, write});
  }
  return requests;
}

}  // namespace deltasim::test
