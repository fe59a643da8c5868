#include "report/comparison.h"

#include <fmt/format.h>

#include "report/run_view.h"

namespace deltasim {
namespace {

/// Keys of `provenance` that make a workload, or a price.
bool must_match(std::string_view key) {
  return key == "video_sha256" || key == "frames" || key == "energy_table" ||
         key.starts_with("network_") || key.starts_with("weights_");
}

}  // namespace

std::vector<std::string> differences(std::span<const ResultDocument> runs) {
  const std::vector<RunView> views = run_views(runs);
  std::vector<std::string> found;
  const RunView& first = views.front();
  for (const RunView& other : std::span(views).subspan(1)) {
    for (const auto& [key, ignored] : first.root.entries("provenance")) {
      if (!must_match(key)) continue;
      const std::string ours = first.provenance(key);
      const std::string theirs = other.provenance(key);
      if (ours == theirs) continue;
      found.push_back(fmt::format("{} and {} differ in {}: {} against {}", first.name, other.name,
                                  key, ours, theirs));
    }
  }
  return found;
}

}  // namespace deltasim
