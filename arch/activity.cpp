#include "arch/activity.h"

namespace deltasim {
namespace {

/// The name of an enumerator whose values count up from zero.
template <typename Enum, std::size_t kCount>
std::string_view name_in(const std::array<std::string_view, kCount>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

constexpr std::array<std::string_view, kComponents> kComponentNames = {
    "dram", "glb", "noc", "pe", "rf", "delta_unit", "state_memory"};
constexpr std::array<std::string_view, kActions> kActionNames = {"read",
                                                                 "write",
                                                                 "activate",
                                                                 "refresh",
                                                                 "transfer",
                                                                 "mac",
                                                                 "gated_mac",
                                                                 "accumulate",
                                                                 "quantize",
                                                                 "encode",
                                                                 "decode",
                                                                 "refresh_bank",
                                                                 "active_standby",
                                                                 "precharged_standby",
                                                                 "active_power_down",
                                                                 "precharged_power_down",
                                                                 "self_refresh"};
constexpr std::array<std::string_view, kDataKinds> kDataKindNames = {
    "weight", "activation", "partial_sum", "state", "index"};
constexpr std::array<std::string_view, kStalls> kStallNames = {
    "no_event", "fifo_full", "weights", "partial_sum", "drain", "unmapped"};

}  // namespace

std::string_view to_string(Component component) { return name_in(kComponentNames, component); }
std::string_view to_string(Action action) { return name_in(kActionNames, action); }
std::string_view to_string(DataKind kind) { return name_in(kDataKindNames, kind); }
std::string_view to_string(Stall stall) { return name_in(kStallNames, stall); }

Activity& Activity::operator+=(const Activity& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

}  // namespace deltasim
