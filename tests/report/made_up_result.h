#pragma once
// A run of one layer, one stream and two frames, with a number of its own in every place.

#include <string>

#include "arch/run_result.h"

namespace deltasim::test {

/// @param scale multiplies all counts
inline Figures made_up_figures(std::int64_t frames, std::int64_t scale) {
  Figures figures{.frames = frames,
                  .cycles = 1000 * scale,
                  .time_s = 0.25,
                  .macs = {.dense = 4'000'000'000 * scale, .executed = 1'000'000'000 * scale},
                  .activity = {},
                  .energy = {.total = 100 * static_cast<double>(scale),
                             .by_component = {{"dram", 60}, {"glb", 40}},
                             .by_data = {{"weight", 75}, {"state", 25}}},
                  .state = {.footprint_bytes = 5'000'000, .bytes_per_frame = 2'500'000},
                  .utilization = 0.5,
                  .stalls = {1, 2, 3, 4, 5, 6},
                  .busy = {.array = 600, .noc = 500, .dram = 900, .delta_unit = 400}};
  std::int64_t count = 0;
  for (const Component memory :
       {Component::kDram, Component::kGlb, Component::kRegisterFile, Component::kStateMemory}) {
    for (const Action action : {Action::kRead, Action::kWrite}) {
      for (std::size_t kind = 0; kind < kDataKinds; ++kind) {
        figures.activity.at(memory, action, static_cast<DataKind>(kind)) = ++count * scale;
      }
    }
  }
  figures.activity.at(Component::kNoc, Action::kTransfer, DataKind::kWeight) = 7 * scale;
  figures.activity.at(Component::kNoc, Action::kTransfer, DataKind::kIndex) = 8 * scale;
  return figures;
}

inline ModeFigures made_up_mode(const std::string& name) {
  ModeFigures mode{.name = name, .figures = made_up_figures(2, 1)};
  mode.streams.push_back({.name = "spatial",
                          .weights = "trained",
                          .figures = made_up_figures(2, 1),
                          .layers = {{.name = "conv1",
                                      .execution = name,
                                      .mapping = "k64, y7",
                                      .candidates = 12,
                                      .figures = made_up_figures(2, 1)}}});
  for (std::int64_t frame = 0; frame < 2; ++frame) {
    mode.frames.push_back(
        {.stream = "spatial", .frame = frame, .figures = made_up_figures(1, frame + 1)});
  }
  mode.first = made_up_figures(1, 2);
  mode.steady = made_up_figures(1, 3);
  return mode;
}

inline EnergyTableFigures made_up_energy_table() {
  return {.name = "a_table",
          .mode = "delta",
          .node_nm = std::nullopt,
          .entries = {{.title = "sram access, 8 KiB, 64 bit",
                       .source = "somebody",
                       .note = "from memory",
                       .verified = false,
                       .node_nm = 7,
                       .voltage_V = std::nullopt,
                       .scaling = {},
                       .energy_pJ = 5,
                       .share = 0.05},
                      {.title = "dram access, 32 bit",
                       .source = "another",
                       .note = {},
                       .verified = true,
                       .node_nm = 45,
                       .voltage_V = 0.5,
                       .scaling = "scaled",
                       .energy_pJ = 75,
                       .share = 0.75},
                      {.title = "alu add, 8 bit",
                       .source = "somebody",
                       .note = {},
                       .verified = false,
                       .node_nm = 7,
                       .voltage_V = std::nullopt,
                       .scaling = {},
                       .energy_pJ = 20,
                       .share = 0.2}},
          .unverified_share = 0.25,
          .as_zero = {{"chip leak", "not known"}},
          .notes = {"a note on the table"}};
}

inline RealTimeFigures made_up_real_time() {
  return {.frame_rate_hz = 25,
          .frame_time_s = 0.04,
          .busy_s = 0.03,
          .idle_s = 0.0125,
          .worst_frame_s = 0.05,
          .missed_frames = 1,
          .idle_energy_pJ = {{"leakage", 2e9}, {"dram", 1e9}},
          .energy_per_frame_pJ = 5e9,
          .average_power_W = 0.125};
}

inline RunResult made_up_result() {
  RunResult result;
  result.provenance = {{"experiment", "made up"}, {"weights_spatial", "trained"}};
  result.activation_sparsity = 0.5;
  result.temporal_sparsity = 0.875;
  result.ideal_reduction = 8;
  result.modes = {made_up_mode("dense"), made_up_mode("delta")};
  result.reductions = {{"delta", {{"dense", 4, 2, 1.5, 1.25}, {"spatial", 3, 1.75, 1.125, 0.5}}}};
  result.waterfall = {{"ideal", "ideal", 8}, {"energy", "energy with state", 2}};
  result.waterfall_against_spatial = {{"ideal", "ideal against spatial", 2}};
  result.state_place = "dram";
  result.sites = {{"spatial", "relu1", 64, 0.5, 0.875, 0.25},
                  {"spatial", "relu2", 32, 0.25, {}, {}}};
  result.machine = {.name = "a_machine",
                    .clock_hz = 1e9,
                    .pes = 4,
                    .peak_macs_per_s = 8e9,
                    .dram_bytes_per_s = 2e9,
                    .glb_bytes = 1024};
  return result;
}

}  // namespace deltasim::test
