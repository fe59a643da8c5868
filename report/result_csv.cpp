#include "report/result_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "report/table.h"

namespace deltasim {
namespace {

constexpr std::string_view kFigureColumns =
    "frames,cycles,time_s,macs_dense,macs_executed,macs_skipped,dram_read_bits,dram_write_bits,"
    "dram_weight_bits,dram_activation_bits,dram_partial_sum_bits,dram_state_bits,dram_index_bits,"
    "energy_pJ,energy_dram_pJ,energy_glb_pJ,energy_noc_pJ,energy_pe_pJ,energy_rf_pJ,"
    "energy_delta_unit_pJ,energy_leakage_pJ,state_footprint_bytes,state_bytes_per_frame,"
    "utilization,state_memory_read_bits,state_memory_write_bits,energy_state_memory_pJ,"
    "busy_array_cycles,busy_noc_cycles,busy_dram_cycles,busy_delta_unit_cycles,bound_by,"
    "energy_clock_pJ,energy_weight_pJ,energy_activation_pJ,energy_partial_sum_pJ,energy_state_pJ,"
    "energy_index_pJ,energy_compute_pJ,energy_refresh_pJ,energy_background_pJ";

std::int64_t moved(const Activity& activity, Action action, Component memory = Component::kDram) {
  std::int64_t bits = 0;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    bits += activity.at(memory, action, static_cast<DataKind>(k));
  }
  return bits;
}

std::int64_t moved(const Activity& activity, DataKind kind) {
  return activity.at(Component::kDram, Action::kRead, kind) +
         activity.at(Component::kDram, Action::kWrite, kind);
}

double part(const EnergyParts& parts, std::string_view name) {
  for (const auto& [key, value] : parts) {
    if (key == name) return value;
  }
  return 0;
}

std::string figures_row(const Figures& f) {
  std::string row = fmt::format(
      "{},{},{},{},{},{},{},{}", f.frames, f.cycles, f.time_s, f.macs.dense, f.macs.executed,
      f.macs.skipped(), moved(f.activity, Action::kRead), moved(f.activity, Action::kWrite));
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    row += fmt::format(",{}", moved(f.activity, static_cast<DataKind>(k)));
  }
  row += fmt::format(",{}", f.energy.total);
  for (const char* component : {"dram", "glb", "noc", "pe", "rf", "delta_unit", "leakage"}) {
    row += fmt::format(",{}", part(f.energy.by_component, component));
  }
  row += fmt::format(",{},{},{},{},{},{}", f.state.footprint_bytes, f.state.bytes_per_frame,
                     f.utilization, moved(f.activity, Action::kRead, Component::kStateMemory),
                     moved(f.activity, Action::kWrite, Component::kStateMemory),
                     part(f.energy.by_component, "state_memory"));
  row += fmt::format(",{},{},{},{},{},{}", f.busy.array, f.busy.noc, f.busy.dram, f.busy.delta_unit,
                     f.busy.largest(), part(f.energy.by_component, "clock"));
  for (const char* kind : {"weight", "activation", "partial_sum", "state", "index", "compute",
                           "refresh", "background"}) {
    row += fmt::format(",{}", part(f.energy.by_data, kind));
  }
  return row;
}

/// The modes, then dense execution on the baseline.
std::vector<const ModeFigures*> rows_of(const RunResult& result) {
  std::vector<const ModeFigures*> modes;
  for (const ModeFigures& mode : result.modes) modes.push_back(&mode);
  if (result.baseline) modes.push_back(&*result.baseline);
  return modes;
}

}  // namespace

std::vector<std::string> figure_columns() {
  std::vector<std::string> columns;
  std::string_view rest = kFigureColumns;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    columns.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return columns;
}

std::string layers_csv(const RunResult& result) {
  std::string csv = fmt::format("mode,stream,layer,execution,mapping,{}\n", kFigureColumns);
  for (const ModeFigures* mode : rows_of(result)) {
    for (const StreamFigures& stream : mode->streams) {
      for (const LayerFigures& layer : stream.layers) {
        csv += fmt::format("{},{},{},{},{},{}\n", mode->name, csv_field(stream.name),
                           csv_field(layer.name), layer.execution, csv_field(layer.mapping),
                           figures_row(layer.figures));
      }
    }
  }
  return csv;
}

std::string frames_csv(const RunResult& result) {
  const auto of_batch = [](const FrameFigures& frame) { return !frame.batch.empty(); };
  const bool batch = std::ranges::any_of(rows_of(result), [&](const auto* mode) {
    return std::ranges::any_of(mode->frames, of_batch);
  });
  std::string csv =
      fmt::format("mode,stream,frame,{}{}\n", kFigureColumns, batch ? ",batch_frames" : "");
  for (const ModeFigures* mode : rows_of(result)) {
    for (const FrameFigures& frame : mode->frames) {
      csv += fmt::format("{},{},{},{}", mode->name, csv_field(frame.stream), frame.frame,
                         figures_row(frame.figures));
      csv += batch ? fmt::format(",{}\n", fmt::join(frame.batch, " ")) : "\n";
    }
  }
  return csv;
}

}  // namespace deltasim
