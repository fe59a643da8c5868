#include "report/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/run_view.h"

namespace deltasim {
namespace {

/// Keys of `provenance` that make a workload, or a price.
bool must_match(std::string_view key) {
  return key == "energy_table" || key == "dram_energy" || key.starts_with("network_") ||
         key.starts_with("weights_");
}

std::vector<std::string> keys_that_must_match(const RunView& a, const RunView& b) {
  std::vector<std::string> keys;
  for (const RunView* run : {&a, &b}) {
    for (const auto& [key, ignored] : run->root.entries("provenance")) {
      if (must_match(key) && std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

/// The clip: the video where it is known, else the trace.
std::string clip_of(const RunView& run) {
  for (const char* key : {"video_sha256", "trace_sha256"}) {
    const std::string sha256 = run.provenance(key);
    if (!sha256.empty() && sha256 != kNotStated) return sha256 + " " + run.provenance("frames");
  }
  return run.provenance("video");
}

bool same_design(const RunView& a, const RunView& b) {
  return a.provenance("accelerator") == b.provenance("accelerator") &&
         a.provenance("quantizer") == b.provenance("quantizer");
}

void compare(const RunView& first, const RunView& other, std::vector<std::string>& found) {
  const auto differ = [&](std::string_view what, const std::string& a, const std::string& b) {
    if (a == b) return;
    found.push_back(
        fmt::format("{} and {} differ in {}: {} against {}", first.name, other.name, what, a, b));
  };
  for (const std::string& key : keys_that_must_match(first, other)) {
    differ(key, first.provenance(key), other.provenance(key));
  }
  differ("frames", fmt::format("{:.0f}", first.modes.front().frames()),
         fmt::format("{:.0f}", other.modes.front().frames()));
  if (!same_design(first, other) && clip_of(first) != clip_of(other)) {
    found.push_back(fmt::format(
        "{} and {} differ in the clip, and in the design or quantizer too: no ratio is due to one",
        first.name, other.name));
  }
}

}  // namespace

std::vector<std::string> differences(std::span<const ResultDocument> runs) {
  const std::vector<RunView> views = run_views(runs);
  std::vector<std::string> found;
  for (const RunView& other : std::span(views).subspan(1)) compare(views.front(), other, found);
  return found;
}

}  // namespace deltasim
