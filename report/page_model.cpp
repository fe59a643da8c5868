#include "report/page_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/page_sections.h"

namespace deltasim {
namespace {

Json run_model(const RunView& run) {
  return {{"name", run.name},
          {"claim", claim_section(run)},
          {"energy", energy_section(run)},
          {"layers", layer_section(run)},
          {"sparsity", sparsity_section(run)},
          {"frames", frame_section(run)},
          {"real_time", real_time_section(run)},
          {"state", state_section(run)},
          {"utilization", utilization_section(run)},
          {"roofline", roofline_section(run)},
          {"selective", selective_section(run)},
          {"dram", dram_section(run)},
          {"area", area_section(run)},
          {"energy_table", energy_table_section(run)},
          {"provenance", provenance_section(run)}};
}

/// Modes that any of the runs has, in the order in which they are met; the baseline last.
std::vector<std::string> mode_names(const std::vector<RunView>& runs) {
  std::vector<std::string> names;
  const auto add = [&](const ModeView& mode) {
    if (std::ranges::find(names, mode.name) == names.end()) names.push_back(mode.name);
  };
  for (const RunView& run : runs) std::ranges::for_each(run.modes, add);
  for (const RunView& run : runs) std::ranges::for_each(run.all, add);
  return names;
}

const ModeView* find_mode(const RunView& run, const std::string& name) {
  const auto found =
      std::ranges::find_if(run.all, [&](const ModeView& mode) { return mode.name == name; });
  return found == run.all.end() ? nullptr : &*found;
}

constexpr std::array<const char*, 4> kCompared{"energy_mJ", "time_ms", "dram_MB", "GMAC"};

std::array<double, 4> compared_figures(const ModeView& mode) {
  return {mode.energy_mJ(), mode.time_ms(), mode.dram_MB(), mode.macs() * 1e-9};
}

/// Figures of a run in a mode, and how many times less of each it needs than the first run.
Json comparison_row(const RunView& run, const ModeView* mode, const ModeView* first) {
  Json row{{"run", run.name}, {"not_run", mode == nullptr}};
  if (mode == nullptr) return row;
  const std::array<double, 4> own = compared_figures(*mode);
  for (std::size_t i = 0; i < kCompared.size(); ++i) {
    row[kCompared[i]] = own[i];
    row[std::string("ratio_") + kCompared[i]] =
        first != nullptr && own[i] > 0 ? Json(compared_figures(*first)[i] / own[i]) : Json();
  }
  row["state_MiB"] = mode->node.at("state").number("footprint_bytes") / (1024.0 * 1024.0);
  return row;
}

Json compared_mode(const std::vector<RunView>& runs, const std::string& name) {
  Json rows = Json::array(), names = Json::array();
  std::vector<ModeView> shown;
  const ModeView* first = find_mode(runs.front(), name);
  for (const RunView& run : runs) {
    const ModeView* mode = find_mode(run, name);
    rows.push_back(comparison_row(run, mode, first));
    if (mode == nullptr) continue;
    names.push_back(run.name);
    shown.push_back(*mode);
  }
  return {{"name", name},
          {"rows", rows},
          {"energy",
           {{"runs", names},
            {"by_component", stacked_energy(shown, "by_component")},
            {"by_data", stacked_energy(shown, "by_data")}}}};
}

/// Keys of `provenance` that are not the same in all runs, with every run's value.
Json differing_keys(const std::vector<RunView>& runs) {
  std::vector<std::string> keys;
  for (const RunView& run : runs) {
    for (const auto& [key, value] : run.root.entries("provenance")) {
      if (value.json().is_structured() || key == "command") continue;
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  Json rows = Json::array();
  for (const std::string& key : keys) {
    Json values = Json::array();
    for (const RunView& run : runs) values.push_back(run.provenance(key));
    const bool same = std::ranges::all_of(values, [&](const Json& v) { return v == values[0]; });
    if (!same) rows.push_back({{"key", key}, {"values", values}});
  }
  return rows;
}

Json claims_of(const std::vector<RunView>& runs) {
  Json rows = Json::array();
  for (const RunView& run : runs) {
    const ResultNode claims = run.root.at("claims");
    Json row{{"run", run.name}};
    for (const char* key : {"ideal_reduction", "mac_reduction", "cycle_reduction",
                            "dram_access_reduction", "energy_reduction"}) {
      row[key] = figure_or_null(claims, key);
    }
    row["area_mm2"] =
        run.root.has("area") ? figure_or_null(run.root.at("area"), "total_mm2") : Json();
    rows.push_back(row);
  }
  return rows;
}

Json comparison_model(const std::vector<RunView>& runs,
                      const std::vector<std::string>& differences) {
  Json modes = Json::array(), names = Json::array(), commands = Json::array();
  for (const std::string& name : mode_names(runs)) modes.push_back(compared_mode(runs, name));
  for (const RunView& run : runs) {
    names.push_back(run.name);
    commands.push_back({run.name, run.command()});
  }
  return {{"differences", differences},
          {"runs", names},
          {"shown", runs.front().shown().name},
          {"modes", modes},
          {"claims", claims_of(runs)},
          {"varied", differing_keys(runs)},
          {"commands", commands}};
}

}  // namespace

Json page_model(std::span<const ResultDocument> documents,
                const std::vector<std::string>& differences) {
  const std::vector<RunView> runs = run_views(documents);
  const RunView& first = runs.front();
  if (runs.size() == 1) {
    return {{"title", first.name}, {"subtitle", first.subtitle()}, {"run", run_model(first)}};
  }
  return {{"title", fmt::format("{} runs side by side", runs.size())},
          {"subtitle", fmt::format("{}: {}", first.name, first.subtitle())},
          {"comparison", comparison_model(runs, differences)}};
}

}  // namespace deltasim
