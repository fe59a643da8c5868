#include "arch/dram_controller.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/config_reader.h"

namespace deltasim::dram {
namespace {

constexpr int kLargestWindow = 64;

void read_queues(const ConfigNode& node, ControllerSpec& spec) {
  spec.queues = node.choice("queues",
                            {{to_string(QueueStructure::kWindow), QueueStructure::kWindow},
                             {to_string(QueueStructure::kPerBank), QueueStructure::kPerBank}},
                            spec.queues);
  spec.window = node.optional<int>("window", spec.window, between(1, kLargestWindow));
  if (spec.queues == QueueStructure::kPerBank) {
    spec.commands_per_bank =
        node.optional<int>("commands_per_bank", spec.commands_per_bank, between(1, 1024));
    spec.row_hit_limit =
        node.optional<int>("row_hit_limit", spec.row_hit_limit, between(1, 1 << 20));
    return;
  }
  // Where the window is given alone, the marks keep their places in it.
  const int high = std::max(1, spec.window * 13 / 16);
  spec.write_high = node.optional<int>("write_high", high, between(1, kLargestWindow));
  spec.write_low =
      node.optional<int>("write_low", spec.write_high * 6 / 26, between(0, kLargestWindow));
  if (spec.write_high > spec.window) {
    node.reject("write_high", fmt::format("at most the window of {}", spec.window));
  }
  if (spec.write_low >= spec.write_high) {
    node.reject("write_low", fmt::format("less than write_high, {}", spec.write_high));
  }
}

void read_refresh(const ConfigNode& node, ControllerSpec& spec) {
  spec.refresh =
      node.choice("granularity",
                  {{to_string(RefreshGranularity::kAllBank), RefreshGranularity::kAllBank},
                   {to_string(RefreshGranularity::kPerBank), RefreshGranularity::kPerBank}},
                  spec.refresh);
  spec.refresh_stretch = node.optional<double>("stretch", 1, between(1.0, 1e6));
  if (!node.optional<bool>("enabled", true)) spec.refresh_stretch = 0;
}

}  // namespace

std::string_view to_string(QueueStructure structure) {
  return structure == QueueStructure::kWindow ? "window" : "per_bank";
}

std::string_view to_string(RefreshGranularity granularity) {
  return granularity == RefreshGranularity::kAllBank ? "all_bank" : "per_bank";
}

ControllerSpec read_controller(const ConfigNode& dram) {
  ControllerSpec spec;
  spec.open_page = dram.choice<bool>("page_policy", {{"open", true}, {"closed", false}});
  if (dram.has("controller")) read_queues(dram.child("controller"), spec);
  if (dram.has("refresh")) read_refresh(dram.child("refresh"), spec);
  if (dram.has("power_down")) {
    spec.power_down_after =
        dram.child("power_down")
            .required<std::int64_t>("after", between<std::int64_t>(1, 1'000'000'000));
  }
  return spec;
}

}  // namespace deltasim::dram
