#pragma once
// What the DRAM tests share: shipped parts, channels, and the request patterns of the reference
// simulators.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/components/dram/dram_channel.h"
#include "sim/components/dram/queued_channel.h"
#include "sim/validation/dram_patterns.h"
#include "tests/support/shared_data.h"

namespace deltasim::test {

inline dram::DramPart dram_part(std::string_view name = "ddr4_2400_8gb_x8") {
  return dram::load_dram_part(source_directory() / "configs/dram", name);
}

inline std::shared_ptr<const dram::ChannelSetup> dram_setup(const dram::DramPart& part,
                                                            std::string_view mapping,
                                                            dram::ChannelOptions options,
                                                            int ranks) {
  return std::make_shared<const dram::ChannelSetup>(
      part, dram::AddressMapping(mapping, part.organisation, 1, ranks), options);
}

inline dram::DramChannel dram_channel(const dram::DramPart& part, std::string_view mapping,
                                      dram::ChannelOptions options = {}, int ranks = 1) {
  return dram::DramChannel(dram_setup(part, mapping, options, ranks));
}

inline dram::QueuedChannel queued_channel(const dram::DramPart& part, std::string_view mapping,
                                          dram::ChannelOptions options = {}, int ranks = 1) {
  return dram::QueuedChannel(dram_setup(part, mapping, options, ranks));
}

/// Offers the bursts of a pattern of the reference simulators, all at clock 0.
template <typename Channel>
void offer_pattern(Channel& channel, std::string_view pattern) {
  for (const DramRequest& request : dram_pattern(pattern)) {
    channel.offer(request.address / 64, 1, request.write, 0);
  }
}

struct Request {
  std::int64_t burst;
  bool write;
};

}  // namespace deltasim::test
