// Claims, energies, state, area, real time and provenance of a page.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "report/page_sections.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;  ///< of a pJ
constexpr double kMebibyte = 1024.0 * 1024.0;

Json missing(std::string sentence) { return {{"missing", std::move(sentence)}}; }

Json names_of(const std::vector<ModeView>& modes) {
  Json names = Json::array();
  for (const ModeView& mode : modes) names.push_back(mode.name);
  return names;
}

std::string why_no_waterfall(const RunView& run, std::string_view against) {
  for (const std::string_view needed : {against, std::string_view("delta")}) {
    const bool there =
        std::ranges::any_of(run.modes, [&](const ModeView& mode) { return mode.name == needed; });
    if (!there) {
      return fmt::format("No waterfall against {}: {} execution was not run (key `modes`).",
                         against, needed);
    }
  }
  if (run.modes.front().frames() < 2) {
    return "No waterfall: it needs a second frame, since the first has none before it.";
  }
  return fmt::format("No waterfall against {}: this result was made before deltasim gave one.",
                     against);
}

Json waterfall(const RunView& run, std::string_view key, std::string_view against) {
  if (!run.root.has(key) || run.root.list(key).empty()) {
    return missing(why_no_waterfall(run, against));
  }
  Json texts = Json::array(), reductions = Json::array();
  for (const ResultNode& step : run.root.list(key)) {
    texts.push_back(step.text("text"));
    reductions.push_back(step.number("reduction"));
  }
  return {{"against", against}, {"texts", texts}, {"reductions", reductions}};
}

Json tiles(const RunView& run) {
  const ResultNode claims = run.root.at("claims");
  constexpr std::array<std::pair<const char*, const char*>, 5> kTiles{
      {{"ideal_reduction", "ideal: 1 / density of the deltas"},
       {"mac_reduction", "fewer MACs than dense"},
       {"cycle_reduction", "fewer cycles than dense"},
       {"dram_access_reduction", "fewer DRAM accesses than dense"},
       {"energy_reduction", "less energy than dense"}}};
  Json rows = Json::array();
  for (const auto& [key, text] : kTiles) {
    rows.push_back({{"text", text}, {"value", figure_or_null(claims, key)}});
  }
  return rows;
}

Json reduction_rows(const RunView& run) {
  Json rows = Json::array();
  const ResultNode claims = run.root.at("claims");
  if (!claims.has("by_mode")) return rows;
  constexpr std::string_view kAgainst = "against_";
  for (const auto& [mode, others] : claims.entries("by_mode")) {
    for (const auto& [other, figures] : claims.at("by_mode").entries(mode)) {
      rows.push_back({{"mode", mode},
                      {"against", other.substr(std::min(kAgainst.size(), other.size()))},
                      {"macs", figure_or_null(figures, "mac_reduction")},
                      {"cycles", figure_or_null(figures, "cycle_reduction")},
                      {"dram", figure_or_null(figures, "dram_access_reduction")},
                      {"energy", figure_or_null(figures, "energy_reduction")}});
    }
  }
  return rows;
}

/// Parts of an energy by mode, mJ a frame; `parts_of` gives the object with pJ by part.
template <typename PartsOf>
Json stacked(const std::vector<ModeView>& modes, const PartsOf& parts_of) {
  std::vector<std::string> names;
  for (const ModeView& mode : modes) {
    for (const auto& [name, ignored] : parts_of(mode)) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  Json parts = Json::array();
  for (const std::string& name : names) {
    Json values = Json::array();
    double sum = 0;
    for (const ModeView& mode : modes) {
      double energy = 0;
      for (const auto& [part, picojoules] : parts_of(mode)) {
        if (part == name) energy += picojoules;
      }
      values.push_back(energy * kMillijoule / mode.frames());
      sum += energy;
    }
    if (sum > 0) parts.push_back({{"name", name}, {"values", values}});
  }
  return parts;
}

std::vector<std::pair<std::string, double>> numbers_in(const ResultNode& node,
                                                       std::string_view key) {
  std::vector<std::pair<std::string, double>> numbers;
  const ResultNode parts = node.at(key);
  for (const auto& [name, ignored] : node.entries(key)) {
    numbers.emplace_back(name, parts.number(name));
  }
  return numbers;
}

Json text_rows(const std::vector<std::pair<std::string, std::string>>& rows) {
  Json json = Json::array();
  for (const auto& [key, value] : rows) json.push_back({key, value});
  return json;
}

Json texts_of(const ResultNode& node, std::string_view key) {
  Json texts = Json::array();
  if (!node.has(key)) return texts;
  for (const ResultNode& text : node.list(key)) {
    texts.push_back(text.json().is_string() ? text.json() : Json(text.json().dump()));
  }
  return texts;
}

Json entry_row(const ResultNode& entry) {
  const auto text = [&](const char* key) { return entry.has(key) ? entry.text(key) : ""; };
  const bool verified = entry.at("verified").json() == Json(true);
  return {{"title", entry.text("title")},
          {"share", entry.number("share")},
          {"status", verified ? "verified" : "not verified"},
          {"node_nm", figure_or_null(entry, "node_nm")},
          {"voltage_V", figure_or_null(entry, "voltage_V")},
          {"scaling", text("scaling")},
          {"source", entry.text("source")},
          {"note", text("note")}};
}

/// Files that a run writes beside result.json and that are not there any more.
Json missing_files(const RunView& run) {
  Json names = Json::array();
  for (const char* name : {"layers.csv", "frames.csv"}) {
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::path(run.folder) / name, ignored)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

Json figure_or_null(const ResultNode& node, std::string_view key) {
  return node.has(key) ? Json(node.number(key)) : Json();
}

Json stacked_energy(const std::vector<ModeView>& modes, std::string_view key) {
  return stacked(modes,
                 [&](const ModeView& mode) { return numbers_in(mode.node.at("energy_pJ"), key); });
}

Json claim_section(const RunView& run) {
  return {{"tiles", tiles(run)},
          {"waterfalls", Json::array({waterfall(run, "waterfall", "dense"),
                                      waterfall(run, "waterfall_against_spatial", "spatial")})},
          {"reductions", reduction_rows(run)}};
}

Json energy_section(const RunView& run) {
  return {{"modes", names_of(run.all)},
          {"by_component", stacked_energy(run.all, "by_component")},
          {"by_data", stacked_energy(run.all, "by_data")}};
}

Json dram_section(const RunView& run) {
  std::vector<ModeView> modes;
  Json rows = Json::array();
  for (const ModeView& mode : run.all) {
    if (!mode.node.has("dram")) continue;
    modes.push_back(mode);
    const ResultNode dram = mode.node.at("dram");
    rows.push_back({{"mode", mode.name},
                    {"part", dram.text("part")},
                    {"energy_model", dram.text("energy_model")},
                    {"interface", dram.text("interface_model")},
                    {"refresh_energy", dram.number("refresh_energy_share")},
                    {"refresh_time", dram.number("refresh_time_share")}});
  }
  if (modes.empty()) return missing("This result does not hold the DRAM's energy by its terms.");
  return {{"modes", names_of(modes)},
          {"terms", stacked(modes,
                            [](const ModeView& mode) {
                              return numbers_in(mode.node.at("dram"), "energy_pJ");
                            })},
          {"rows", rows}};
}

Json state_section(const RunView& run) {
  Json rows = Json::array();
  bool kept = false;
  for (const ModeView& mode : run.modes) {
    const ResultNode state = mode.node.at("state");
    const ResultNode energy = mode.node.at("energy_pJ");
    const ResultNode by_data = energy.at("by_data");
    const double total = std::max(energy.number("total"), 1e-300);
    const auto of = [&](const char* kind) {
      return by_data.has(kind) ? by_data.number(kind) : 0.0;
    };
    kept = kept || state.number("footprint_bytes") > 0;
    rows.push_back({{"mode", mode.name},
                    {"footprint_MiB", state.number("footprint_bytes") / kMebibyte},
                    {"traffic_MiB", state.number("bytes_per_frame") / kMebibyte},
                    {"energy_mJ", of("state") * kMillijoule / mode.frames()},
                    {"share", of("state") / total},
                    {"index_share", of("index") / total},
                    {"hours", figure_or_null(state, "hours_to_wear_out")},
                    {"worst_hours", figure_or_null(state, "hours_to_wear_out_unlevelled")}});
  }
  if (!kept) return missing("No mode that was run keeps state between frames.");
  return {{"place", run.root.text("state_place")}, {"rows", rows}};
}

Json area_section(const RunView& run) {
  if (!run.root.has("area")) {
    return missing("No estimate of the area: the energy table names no node to scale to.");
  }
  const ResultNode area = run.root.at("area");
  Json parts = Json::array();
  for (const auto& [name, mm2] : numbers_in(area, "by_component_mm2")) {
    if (mm2 > 0) parts.push_back({{"name", name}, {"values", Json::array({mm2})}});
  }
  return {{"node_nm", area.number("node_nm")},
          {"total_mm2", area.number("total_mm2")},
          {"unverified_share", area.number("unverified_share")},
          {"parts", parts}};
}

Json real_time_section(const RunView& run) {
  Json rows = Json::array();
  double rate = 0, frame_time = 0;
  for (const ModeView& mode : run.modes) {
    if (!mode.node.has("real_time")) continue;
    const ResultNode real_time = mode.node.at("real_time");
    rate = real_time.number("frame_rate_hz");
    frame_time = real_time.number("frame_time_s") * 1e3;
    double idle_pJ = 0;
    for (const auto& [part, energy] : numbers_in(real_time, "idle_energy_pJ")) idle_pJ += energy;
    rows.push_back({{"mode", mode.name},
                    {"busy_ms", real_time.number("busy_s") * 1e3},
                    {"idle_ms", real_time.number("idle_s") * 1e3},
                    {"worst_ms", real_time.number("worst_frame_s") * 1e3},
                    {"missed", real_time.number("missed_frames") / mode.frames()},
                    {"energy_mJ", real_time.number("energy_per_frame_pJ") * kMillijoule},
                    {"idle_mJ", idle_pJ * kMillijoule},
                    {"power_mW", real_time.number("average_power_W") * 1e3}});
  }
  if (rows.empty()) {
    return missing(
        "The experiment gives no frame rate (key `frame_rate`), so frames follow each "
        "other without a pause.");
  }
  return {{"frame_rate_hz", rate}, {"frame_time_ms", frame_time}, {"rows", rows}};
}

Json energy_table_section(const RunView& run) {
  if (!run.root.has("energy_table")) {
    return missing("This result does not list the entries that its energy rests on.");
  }
  const ResultNode table = run.root.at("energy_table");
  Json rows = Json::array();
  for (const ResultNode& entry : table.list("entries")) rows.push_back(entry_row(entry));
  std::vector<std::pair<std::string, std::string>> as_zero;
  for (const ResultNode& item : table.list("as_zero")) {
    as_zero.emplace_back(item.text("title"), item.text("because"));
  }
  return {{"name", table.text("name")},
          {"mode", table.text("mode")},
          {"unverified_share", table.number("unverified_share")},
          {"rows", rows},
          {"as_zero", text_rows(as_zero)},
          {"notes", texts_of(table, "notes")}};
}

Json provenance_section(const RunView& run) {
  Json rows = Json::array();
  for (const auto& [key, value] : run.root.entries("provenance")) {
    if (value.json().is_structured() || key == "command") continue;
    rows.push_back({key, value.json().is_string() ? value.json() : Json(value.json().dump())});
  }
  return {{"rows", rows},
          {"command", run.command()},
          {"notes", texts_of(run.root.at("provenance"), "notes")},
          {"missing_files", missing_files(run)}};
}

}  // namespace deltasim
