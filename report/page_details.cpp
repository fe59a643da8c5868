// Layers, sites, frames and resources of a page.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/page_sections.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;  ///< of a pJ
constexpr double kKibibyte = 1024.0;

Json missing(std::string sentence) { return {{"missing", std::move(sentence)}}; }

Json layer_row(const ResultNode& layer, double frames) {
  const double macs = layer.at("macs").number("executed");
  const double dense = layer.at("macs").number("dense");
  const ResultNode state = layer.at("state");
  return {{"name", layer.text("name")},
          {"execution", layer.text("execution")},
          {"bound_by", layer.has("bound_by") ? layer.text("bound_by") : "not recorded"},
          {"skipped", dense > 0 ? 1 - macs / dense : 0},
          {"MMAC", macs * 1e-6 / frames},
          {"kcycles", layer.number("cycles") * 1e-3 / frames},
          {"energy_mJ", layer.at("energy_pJ").number("total") * kMillijoule / frames},
          {"dram_KiB", memory_bits(layer, "dram") / 8 / kKibibyte / frames},
          {"state_KiB", state.number("bytes_per_frame") / kKibibyte},
          {"footprint_KiB", state.number("footprint_bytes") / kKibibyte},
          {"utilization", layer.number("utilization")}};
}

/// How many frames there are, and how many of them a point of a chart stands for.
struct FrameGrid {
  std::size_t frames = 0, each = 1, points = 0;
};

FrameGrid frame_grid(const std::vector<ModeView>& modes) {
  FrameGrid grid;
  for (const ModeView& mode : modes) {
    if (!mode.node.has("frame_figures")) continue;
    for (const ResultNode& frame : mode.node.list("frame_figures")) {
      grid.frames = std::max(grid.frames, frame.index("frame") + 1);
    }
  }
  grid.each = std::max<std::size_t>(1, (grid.frames + kMostFramePoints - 1) / kMostFramePoints);
  grid.points = (grid.frames + grid.each - 1) / grid.each;
  return grid;
}

/// Sums over the streams by frame, then means over as many frames as one point stands for.
Json frame_series(const ModeView& mode, const FrameGrid& grid) {
  std::vector<double> energy(grid.points), time(grid.points), dram(grid.points), macs(grid.points);
  for (const ResultNode& frame : mode.node.list("frame_figures")) {
    const std::size_t point = frame.index("frame") / grid.each;
    const std::size_t side_by_side =
        frame.has("batch_frames") ? frame.list("batch_frames").size() : 1;
    const auto in_point =
        static_cast<double>(side_by_side * std::min(grid.each, grid.frames - point * grid.each));
    energy[point] += frame.number("energy_pJ") * kMillijoule / in_point;
    time[point] += frame.number("time_s") * 1e3 / in_point;
    dram[point] += frame.number("dram_bits") / 8e6 / in_point;
    macs[point] += frame.number("macs_executed") * 1e-9 / in_point;
  }
  return {{"name", mode.name},
          {"energy_mJ", energy},
          {"time_ms", time},
          {"dram_MB", dram},
          {"GMAC", macs}};
}

/// Share of a mode's lane cycles, percent, that `cause` takes; "MACs" are executed ones.
double lane_share(const ModeView& mode, const std::string& cause) {
  const double macs = mode.node.at("macs").number("executed");
  const ResultNode stalls = mode.node.at("stall_lane_cycles");
  double all = macs;
  for (const auto& [name, ignored] : mode.node.entries("stall_lane_cycles")) {
    all += stalls.number(name);
  }
  const double part = cause == "MACs" ? macs : stalls.has(cause) ? stalls.number(cause) : 0;
  return all > 0 ? 100 * part / all : 0;
}

Json lane_cycles(const std::vector<ModeView>& modes) {
  std::vector<std::string> names{"MACs"};
  for (const auto& [cause, ignored] : modes.front().node.entries("stall_lane_cycles")) {
    names.push_back(cause);
  }
  Json parts = Json::array();
  for (const std::string& name : names) {
    Json values = Json::array();
    double sum = 0;
    for (const ModeView& mode : modes) {
      values.push_back(lane_share(mode, name));
      sum += values.back().get<double>();
    }
    if (sum > 0) parts.push_back({{"name", name}, {"values", values}});
  }
  return parts;
}

Json busy_shares(const std::vector<ModeView>& modes) {
  for (const ModeView& mode : modes) {
    if (!mode.node.has("busy_cycles")) {
      return missing("This result does not hold how long each resource was busy.");
    }
  }
  Json parts = Json::array();
  for (const auto& [resource, ignored] : modes.front().node.entries("busy_cycles")) {
    Json values = Json::array();
    for (const ModeView& mode : modes) {
      const double cycles = std::max(mode.node.number("cycles"), 1.0);
      values.push_back(100 * mode.node.at("busy_cycles").number(resource) / cycles);
    }
    parts.push_back({{"name", resource}, {"values", values}});
  }
  return {{"parts", parts}};
}

Json roof(const ResultNode& machine) {
  return {{"name", machine.text("name")},
          {"GMAC_per_s", machine.number("peak_macs_per_s") * 1e-9},
          {"GB_per_s", machine.number("dram_bytes_per_s") * 1e-9}};
}

/// MACs a DRAM byte and GMAC/s of a layer; false where one of them is nothing.
bool add_point(const ResultNode& layer, const std::string& stream, Json& points) {
  const double macs = layer.at("macs").number("executed");
  const double bytes = memory_bits(layer, "dram") / 8;
  const double time = layer.number("time_s");
  if (macs <= 0 || bytes <= 0 || time <= 0) return false;
  points.push_back({{"x", macs / bytes},
                    {"y", macs / time * 1e-9},
                    {"layer", fmt::format("{} {}", stream, layer.text("name"))}});
  return true;
}

}  // namespace

Json layer_section(const RunView& run) {
  Json rows = Json::array();
  for (const ModeView& mode : run.all) {
    Json streams = Json::array();
    for (const auto& [name, stream] : mode.node.entries("streams")) {
      const double frames = std::max(stream.number("frames"), 1.0);
      Json layers = Json::array();
      for (const ResultNode& layer : stream.list("layers")) {
        layers.push_back(layer_row(layer, frames));
      }
      streams.push_back({{"name", name}, {"layers", layers}});
    }
    rows.push_back({{"name", mode.name}, {"streams", streams}});
  }
  return {{"modes", rows}, {"shown", run.shown().name}};
}

Json sparsity_section(const RunView& run) {
  if (!run.root.has("sites") || run.root.list("sites").empty()) {
    return missing(
        "No sparsity by site: the trace has no delta sites, as imported masks have none.");
  }
  Json streams = Json::array();
  std::map<std::string, std::size_t> place;
  for (const ResultNode& site : run.root.list("sites")) {
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
    stream["names"].push_back(site.text("site"));
    stream["activation"].push_back(figure_or_null(site, "activation_sparsity"));
    stream["temporal"].push_back(figure_or_null(site, "temporal_sparsity"));
    stream["pixels"].push_back(figure_or_null(site, "unchanged_pixels"));
  }
  return {{"streams", streams}};
}

Json frame_section(const RunView& run) {
  const FrameGrid grid = frame_grid(run.all);
  if (grid.frames == 0) return missing("This result does not hold its frames one by one.");
  Json numbers = Json::array();
  for (std::size_t point = 0; point < grid.points; ++point) numbers.push_back(point * grid.each);
  Json series = Json::array();
  for (const ModeView& mode : run.all) {
    if (mode.node.has("frame_figures")) series.push_back(frame_series(mode, grid));
  }
  return {
      {"frames", grid.frames}, {"aggregated", grid.each}, {"numbers", numbers}, {"modes", series}};
}

Json utilization_section(const RunView& run) {
  Json names = Json::array();
  for (const ModeView& mode : run.all) names.push_back(mode.name);
  return {{"modes", names}, {"lanes", lane_cycles(run.all)}, {"busy", busy_shares(run.all)}};
}

Json roofline_section(const RunView& run) {
  if (!run.root.has("machine")) {
    return missing("This result does not hold the accelerator's peak figures.");
  }
  const bool with_baseline = run.root.has("baseline_machine");
  Json roofs = Json::array({roof(run.root.at("machine"))});
  if (with_baseline) roofs.push_back(roof(run.root.at("baseline_machine")));
  std::size_t left_out = 0;
  Json series = Json::array();
  for (const ModeView& mode : run.all) {
    if (mode.is_baseline && !with_baseline) continue;
    Json points = Json::array();
    for (const auto& [name, stream] : mode.node.entries("streams")) {
      for (const ResultNode& layer : stream.list("layers")) {
        if (!add_point(layer, name, points)) ++left_out;
      }
    }
    series.push_back({{"name", mode.name}, {"points", points}});
  }
  return {{"roofs", roofs}, {"modes", series}, {"left_out", left_out}};
}

Json selective_section(const RunView& run) {
  if (!run.root.has("selective_choices")) {
    return missing("Selective execution was not run (key `modes`).");
  }
  const double frames = run.modes.front().frames();
  Json rows = Json::array();
  for (const ResultNode& choice : run.root.list("selective_choices")) {
    const ResultNode energy = choice.at("energy_pJ");
    rows.push_back({{"stream", choice.text("stream")},
                    {"layer", choice.text("layer")},
                    {"chosen", choice.text("chosen")},
                    {"dense_mJ", energy.number("dense") * kMillijoule / frames},
                    {"spatial_mJ", energy.number("spatial") * kMillijoule / frames},
                    {"delta_mJ", energy.number("delta") * kMillijoule / frames}});
  }
  return {{"rows", rows}};
}

}  // namespace deltasim
