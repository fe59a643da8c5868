#include "report/run_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

RunView view_of(const ResultDocument& document) {
  const ResultNode root = document.root();
  RunView run{.name = root.at("provenance").text("experiment"),
              .folder = document.folder().string(),
              .root = root,
              .modes = {},
              .all = {}};
  if (!root.has("modes") || root.at("modes").json().empty()) {
    throw ConfigError(Fault{.file = document.file().string(),
                            .key_path = "modes",
                            .found = "none",
                            .expected = "at least one mode that was run"});
  }
  for (const auto& [name, ignored] : root.entries("modes")) {
    const ModeView mode{.name = name, .node = root.at("modes").at(name)};
    if (mode.node.number("frames") < 1) {
      throw ConfigError(Fault{.file = document.file().string(),
                              .key_path = fmt::format("modes.{}.frames", name),
                              .found = "0",
                              .expected = "at least one simulated frame"});
    }
    run.modes.push_back(mode);
  }
  run.all = run.modes;
  if (root.has("baseline")) run.all.push_back({"baseline", root.at("baseline"), true});
  return run;
}

}  // namespace

double memory_bits(const ResultNode& figures, std::string_view memory) {
  double bits = 0;
  const ResultNode traffic = figures.at("traffic_bits").at(memory);
  for (const char* direction : {"read", "write"}) {
    for (const auto& [kind, ignored] : traffic.entries(direction)) {
      bits += traffic.at(direction).number(kind);
    }
  }
  return bits;
}

double ModeView::frames() const { return std::max(node.number("frames"), 1.0); }
double ModeView::energy_mJ() const {
  return node.at("energy_pJ").number("total") * 1e-9 / frames();
}
double ModeView::time_ms() const { return node.number("time_s") * 1e3 / frames(); }
double ModeView::dram_MB() const { return memory_bits(node, "dram") / 8e6 / frames(); }
double ModeView::macs() const { return node.at("macs").number("executed") / frames(); }

std::string RunView::label() const {
  const std::size_t shared = root.at("provenance").text("experiment").size();
  if (name.size() <= shared) return name;
  // "NAME (FOLDER)", or with a number behind it.
  std::string own = name.substr(shared + 2);
  return own.erase(own.rfind(')'), 1);
}

const ModeView& RunView::shown() const {
  for (const ModeView& mode : modes) {
    if (mode.name == "delta") return mode;
  }
  return modes.back();
}

std::string RunView::provenance(std::string_view key) const {
  const ResultNode node = root.at("provenance");
  if (!node.has(key)) return std::string(kNotStated);
  const ResultNode value = node.at(key);
  return value.json().is_string() ? node.text(key) : value.json().dump();
}

std::string RunView::subtitle() const {
  std::string weights;
  for (const auto& [key, value] : root.entries("provenance")) {
    constexpr std::string_view kWeights = "weights_";
    if (!key.starts_with(kWeights) || !value.json().is_string()) continue;
    weights += fmt::format("{}{} {}", weights.empty() ? "" : ", ", key.substr(kWeights.size()),
                           value.json().get<std::string>());
  }
  const std::string batch = provenance("batch");
  const std::string side_by_side = batch == kNotStated ? "" : fmt::format(" (a batch: {})", batch);
  return fmt::format("{} (weights: {}), quantizer {}, {} frames{}; accelerator {}, energy table {}",
                     provenance("video"), weights.empty() ? "not stated" : weights,
                     provenance("quantizer"), fmt::format("{:.0f}", modes.front().frames()),
                     side_by_side, provenance("accelerator"), provenance("energy_table"));
}

std::string RunView::command() const { return provenance("command"); }

std::vector<RunView> run_views(std::span<const ResultDocument> documents) {
  std::vector<RunView> runs;
  for (const ResultDocument& document : documents) runs.push_back(view_of(document));
  const auto shared_name = [&](const RunView& run) {
    return std::ranges::count(runs, run.name, &RunView::name) > 1;
  };
  std::vector<std::size_t> shared;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (shared_name(runs[i])) shared.push_back(i);
  }
  for (const std::size_t i : shared) {
    runs[i].name += " (" + std::filesystem::path(runs[i].folder).filename().string() + ")";
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (shared_name(runs[i])) runs[i].name += fmt::format(" #{}", i + 1);
  }
  return runs;
}

}  // namespace deltasim
