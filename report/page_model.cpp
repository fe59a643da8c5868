#include "report/page_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "arch/errors.h"
#include "report/run_view.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;  ///< of a pJ
constexpr double kMebibyte = 1024.0 * 1024.0;

/// One dataset a part, one value a mode.
Json stacked_parts(const std::vector<ModeView>& modes, std::string_view key) {
  Json parts = Json::array();
  for (const auto& [name, ignored] : modes.front().node.at("energy_pJ").entries(key)) {
    Json values = Json::array();
    double sum = 0;
    for (const ModeView& mode : modes) {
      const ResultNode energies = mode.node.at("energy_pJ").at(key);
      const double energy = energies.has(name) ? energies.number(name) : 0;
      values.push_back(energy * kMillijoule / mode.frames());
      sum += energy;
    }
    if (sum > 0) parts.push_back({{"name", name}, {"values", values}});
  }
  return parts;
}

Json waterfall(const ResultNode& root) {
  Json steps = Json::array();
  for (const ResultNode& step : root.list("waterfall")) {
    steps.push_back({{"text", step.text("text")}, {"reduction", step.number("reduction")}});
  }
  return steps;
}

std::string missing_waterfall(const std::vector<ModeView>& modes) {
  for (const char* needed : {"dense", "delta"}) {
    const bool there = std::ranges::any_of(
        modes, [&](const ModeView& mode) { return mode.name == std::string_view(needed); });
    if (!there) {
      return fmt::format("No waterfall: {} execution was not run (key `modes` of the experiment).",
                         needed);
    }
  }
  return "No waterfall: it needs a second frame, since the first one is dense in every mode.";
}

Json tiles(const ResultNode& root) {
  const ResultNode claims = root.at("claims");
  const auto figure = [&](const char* key) {
    return claims.has(key) ? Json(claims.number(key)) : Json();
  };
  return {{{"text", "ideal reduction: 1 / density of the deltas"},
           {"value", figure("ideal_reduction")}},
          {{"text", "fewer MACs than dense"}, {"value", figure("mac_reduction")}},
          {{"text", "fewer cycles than dense"}, {"value", figure("cycle_reduction")}},
          {{"text", "fewer DRAM accesses than dense"}, {"value", figure("dram_access_reduction")}},
          {{"text", "less energy than dense"}, {"value", figure("energy_reduction")}}};
}

Json reductions(const ResultNode& root) {
  Json rows = Json::array();
  const ResultNode claims = root.at("claims");
  if (!claims.has("by_mode")) return rows;
  constexpr std::string_view kAgainst = "against_";
  for (const auto& [mode, others] : claims.entries("by_mode")) {
    for (const auto& [other, ignored] : claims.at("by_mode").entries(mode)) {
      const ResultNode figures = others.at(other);
      rows.push_back({{"mode", mode},
                      {"against", other.substr(std::min(kAgainst.size(), other.size()))},
                      {"macs", figures.number("mac_reduction")},
                      {"cycles", figures.number("cycle_reduction")},
                      {"dram", figures.number("dram_access_reduction")},
                      {"energy", figures.number("energy_reduction")}});
    }
  }
  return rows;
}

Json layer_rows(const ResultNode& stream, double frames) {
  Json rows = Json::array();
  for (const ResultNode& layer : stream.list("layers")) {
    const double macs = layer.at("macs").number("executed");
    const double dense = layer.at("macs").number("dense");
    rows.push_back({{"name", layer.text("name")},
                    {"execution", layer.text("execution")},
                    {"bound_by", layer.has("bound_by") ? layer.text("bound_by") : "not recorded"},
                    {"skipped", dense > 0 ? 1 - macs / dense : 0},
                    {"macs", macs / frames},
                    {"cycles", layer.number("cycles") / frames},
                    {"energy_mJ", layer.at("energy_pJ").number("total") * kMillijoule / frames},
                    {"dram_KiB", memory_bits(layer, "dram") / 8 / 1024 / frames},
                    {"state_KiB", layer.at("state").number("bytes_per_frame") / 1024},
                    {"utilization", layer.number("utilization")}});
  }
  return rows;
}

Json mode_rows(const std::vector<ModeView>& modes) {
  Json rows = Json::array();
  for (const ModeView& mode : modes) {
    Json streams = Json::array();
    for (const auto& [name, ignored] : mode.node.entries("streams")) {
      const ResultNode stream = mode.node.at("streams").at(name);
      streams.push_back(
          {{"name", name}, {"layers", layer_rows(stream, std::max(stream.number("frames"), 1.0))}});
    }
    rows.push_back({{"name", mode.name}, {"streams", streams}});
  }
  return rows;
}

Json site_rows(const ResultNode& root) {
  Json streams = Json::array();
  if (!root.has("sites")) return streams;
  std::map<std::string, std::size_t> place;
  for (const ResultNode& site : root.list("sites")) {
    const std::string name = site.text("stream");
    if (!place.contains(name)) {
      place[name] = streams.size();
      streams.push_back({{"name", name},
                         {"names", Json::array()},
                         {"activation", Json::array()},
                         {"temporal", Json::array()},
                         {"pixels", Json::array()}});
    }
    Json& stream = streams[place.at(name)];
    const auto share = [&](const char* key) {
      return site.has(key) ? Json(site.number(key)) : Json();
    };
    stream["names"].push_back(site.text("site"));
    stream["activation"].push_back(share("activation_sparsity"));
    stream["temporal"].push_back(share("temporal_sparsity"));
    stream["pixels"].push_back(share("unchanged_pixels"));
  }
  return streams;
}

/// Sums over the streams by frame, then means over as many frames as one point stands for.
Json frame_series(const std::vector<ModeView>& modes) {
  std::size_t frames = 0;
  for (const ModeView& mode : modes) {
    if (!mode.node.has("frame_figures")) continue;
    for (const ResultNode& frame : mode.node.list("frame_figures")) {
      frames = std::max(frames, static_cast<std::size_t>(frame.number("frame")) + 1);
    }
  }
  const std::size_t each =
      std::max<std::size_t>(1, (frames + kMostFramePoints - 1) / kMostFramePoints);
  const std::size_t points = (frames + each - 1) / each;
  Json numbers = Json::array();
  for (std::size_t p = 0; p < points; ++p) numbers.push_back(p * each);
  Json series = Json::array();
  for (const ModeView& mode : modes) {
    if (!mode.node.has("frame_figures")) continue;
    std::vector<double> energy(points), time(points), dram(points);
    for (const ResultNode& frame : mode.node.list("frame_figures")) {
      const auto at = static_cast<std::size_t>(frame.number("frame"));
      const double in_point = static_cast<double>(std::min(each, frames - at / each * each));
      energy[at / each] += frame.number("energy_pJ") * kMillijoule / in_point;
      time[at / each] += frame.number("time_s") * 1e3 / in_point;
      dram[at / each] += frame.number("dram_bits") / 8e6 / in_point;
    }
    series.push_back(
        {{"name", mode.name}, {"energy_mJ", energy}, {"time_ms", time}, {"dram_MB", dram}});
  }
  return {{"aggregated", each}, {"numbers", numbers}, {"modes", series}};
}

Json state_rows(const std::vector<ModeView>& modes) {
  Json rows = Json::array();
  for (const ModeView& mode : modes) {
    const ResultNode state = mode.node.at("state");
    const ResultNode energy = mode.node.at("energy_pJ");
    const double total = energy.number("total");
    const auto of = [&](const char* kind) {
      return energy.at("by_data").has(kind) ? energy.at("by_data").number(kind) : 0.0;
    };
    rows.push_back({{"mode", mode.name},
                    {"footprint_MiB", state.number("footprint_bytes") / kMebibyte},
                    {"traffic_MiB", state.number("bytes_per_frame") / kMebibyte},
                    {"energy_mJ", of("state") * kMillijoule / mode.frames()},
                    {"share", total > 0 ? of("state") / total : 0},
                    {"index_share", total > 0 ? of("index") / total : 0}});
  }
  return rows;
}

/// Shares of the lane cycles, in percent: executed MACs, then stalls by cause.
Json lane_cycles(const std::vector<ModeView>& modes) {
  std::vector<std::string> names{"MACs"};
  for (const auto& [cause, ignored] : modes.front().node.entries("stall_lane_cycles")) {
    names.push_back(cause);
  }
  Json parts = Json::array();
  for (const std::string& name : names) {
    Json values = Json::array();
    for (const ModeView& mode : modes) {
      double all = mode.node.at("macs").number("executed");
      const double macs = all;
      for (const auto& [cause, ignored] : mode.node.entries("stall_lane_cycles")) {
        all += mode.node.at("stall_lane_cycles").number(cause);
      }
      const double part = name == "MACs" ? macs : mode.node.at("stall_lane_cycles").number(name);
      values.push_back(all > 0 ? 100 * part / all : 0);
    }
    parts.push_back({{"name", name}, {"values", values}});
  }
  return parts;
}

Json busy_shares(const std::vector<ModeView>& modes) {
  Json parts = Json::array();
  if (!modes.front().node.has("busy_cycles")) return parts;
  for (const auto& [resource, ignored] : modes.front().node.entries("busy_cycles")) {
    Json values = Json::array();
    for (const ModeView& mode : modes) {
      const double cycles = std::max(mode.node.number("cycles"), 1.0);
      values.push_back(100 * mode.node.at("busy_cycles").number(resource) / cycles);
    }
    parts.push_back({{"name", resource}, {"values", values}});
  }
  return parts;
}

Json roofline(const ResultNode& root, const std::vector<ModeView>& modes) {
  if (!root.has("machine")) return nullptr;
  const ResultNode machine = root.at("machine");
  double lowest = 1e300, highest = 0;
  Json series = Json::array();
  for (const ModeView& mode : modes) {
    if (mode.is_baseline) continue;  // it has a roof of its own
    Json points = Json::array();
    for (const auto& [name, ignored] : mode.node.entries("streams")) {
      for (const ResultNode& layer : mode.node.at("streams").at(name).list("layers")) {
        const double macs = layer.at("macs").number("executed");
        const double bytes = memory_bits(layer, "dram") / 8;
        const double time = layer.number("time_s");
        if (macs <= 0 || bytes <= 0 || time <= 0) continue;
        lowest = std::min(lowest, macs / bytes);
        highest = std::max(highest, macs / bytes);
        points.push_back(
            {{"x", macs / bytes},
             {"y", macs / time},
             {"layer", fmt::format("{}, {} ({})", layer.text("name"), name, mode.name)}});
      }
    }
    series.push_back({{"name", mode.name}, {"points", points}});
  }
  return {{"peak_macs_per_s", machine.number("peak_macs_per_s")},
          {"dram_bytes_per_s", machine.number("dram_bytes_per_s")},
          {"lowest", highest > 0 ? lowest : 1},
          {"highest", highest > 0 ? highest : 1},
          {"modes", series}};
}

Json choice_rows(const ResultNode& root) {
  Json rows = Json::array();
  if (!root.has("selective_choices")) return rows;
  for (const ResultNode& choice : root.list("selective_choices")) {
    const ResultNode energy = choice.at("energy_pJ");
    rows.push_back({{"stream", choice.text("stream")},
                    {"layer", choice.text("layer")},
                    {"chosen", choice.text("chosen")},
                    {"dense_mJ", energy.number("dense") * kMillijoule},
                    {"spatial_mJ", energy.number("spatial") * kMillijoule},
                    {"delta_mJ", energy.number("delta") * kMillijoule}});
  }
  return rows;
}

Json provenance_rows(const ResultNode& root) {
  Json rows = Json::array();
  for (const auto& [key, value] : root.entries("provenance")) {
    if (value.json().is_array()) continue;
    rows.push_back(
        {key, value.json().is_string() ? value.json().get<std::string>() : value.json().dump()});
  }
  return rows;
}

Json notes_of(const ResultNode& root) {
  const ResultNode provenance = root.at("provenance");
  return provenance.has("notes") ? provenance.at("notes").json() : Json::array();
}

Json run_model(const RunView& run) {
  const ResultNode& root = run.root;
  return {{"name", run.name},
          {"tiles", tiles(root)},
          {"waterfall", waterfall(root)},
          {"waterfall_missing", missing_waterfall(run.modes)},
          {"reductions", reductions(root)},
          {"energy_by_component", stacked_parts(run.all, "by_component")},
          {"energy_by_data", stacked_parts(run.all, "by_data")},
          {"modes", mode_rows(run.all)},
          {"sites", site_rows(root)},
          {"frames", frame_series(run.all)},
          {"state_place", root.text("state_place")},
          {"state", state_rows(run.modes)},
          {"lane_cycles", lane_cycles(run.all)},
          {"busy", busy_shares(run.all)},
          {"roofline", roofline(root, run.all)},
          {"choices", choice_rows(root)},
          {"provenance", provenance_rows(root)},
          {"notes", notes_of(root)},
          {"command", run.command()}};
}

/// One row a run, with ratios to the first.
Json comparison_rows(const std::vector<RunView>& runs) {
  Json rows = Json::array();
  const auto figures = [](const RunView& run) {
    const ModeView& mode = run.shown();
    return std::array<double, 4>{mode.energy_mJ(), mode.time_ms(), mode.dram_MB(), mode.macs()};
  };
  const std::array<double, 4> first = figures(runs.front());
  for (const RunView& run : runs) {
    const std::array<double, 4> own = figures(run);
    const auto ratio = [&](std::size_t i) { return own[i] > 0 ? Json(first[i] / own[i]) : Json(); };
    rows.push_back({{"run", run.name},
                    {"mode", run.shown().name},
                    {"accelerator", run.provenance("accelerator")},
                    {"quantizer", run.provenance("quantizer")},
                    {"energy_mJ", own[0]},
                    {"time_ms", own[1]},
                    {"dram_MB", own[2]},
                    {"macs", own[3]},
                    {"energy_ratio", ratio(0)},
                    {"time_ratio", ratio(1)},
                    {"dram_ratio", ratio(2)},
                    {"mac_ratio", ratio(3)}});
  }
  return rows;
}

}  // namespace

Json page_model(std::span<const ResultDocument> documents,
                const std::vector<std::string>& differences) {
  const std::vector<RunView> runs = run_views(documents);
  Json model{{"runs", Json::array()}};
  if (runs.size() == 1) {
    const RunView& run = runs.front();
    model["title"] = run.name;
    model["subtitle"] = run.subtitle();
    model["runs"].push_back(run_model(run));
    return model;
  }
  model["title"] = fmt::format("{} runs side by side", runs.size());
  model["subtitle"] = runs.front().subtitle();
  std::vector<ModeView> shown;
  Json names = Json::array();
  for (const RunView& run : runs) {
    model["runs"].push_back({{"name", run.name}});
    shown.push_back(run.shown());
    names.push_back(run.name);
  }
  model["differences"] = differences;
  model["comparison"] = comparison_rows(runs);
  model["comparison_energy"] = {{"names", names}, {"parts", stacked_parts(shown, "by_component")}};
  return model;
}

}  // namespace deltasim
