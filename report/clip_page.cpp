#include "report/clip_page.h"

#include <fmt/format.h>

#include "report/clip_statistics.h"

namespace deltasim {
namespace {

/// Number, mean, standard deviation, min, median, max; six digits, as elsewhere on the page.
Json spread_json(const ClipSpread& spread) {
  Json json = Json::array({spread.number});
  for (const double value :
       {spread.mean, spread.standard_deviation, spread.least, spread.median, spread.most}) {
    json.push_back(std::stod(fmt::format("{:.6g}", value)));
  }
  return json;
}

std::string title_of(const ClipStudy& study, const ClipDesign& design, const ClipGroup& group) {
  std::string title = group.name.empty() ? "all clips" : group.name;
  for (std::size_t i = 0; i < design.values.size(); ++i) {
    title += fmt::format("; {} {}", study.other_axes[i], design.values[i]);
  }
  return title;
}

Json group_json(const std::string& title, const ClipGroup& group) {
  Json quantities = Json::array(), sites = Json::array();
  for (const auto& [name, spread] : group.quantities) {
    quantities.push_back({name, spread_json(spread)});
  }
  for (const SiteSpread& site : group.sites) {
    if (!site.temporal_sparsity) continue;
    sites.push_back({site.stream, site.name, spread_json(*site.temporal_sparsity)});
  }
  return {{"title", title},
          {"name", group.name},
          {"clips", group.clips},
          {"quantities", quantities},
          {"sites", sites}};
}

}  // namespace

Json clips_section(const SweepResult& sweep) {
  const auto study = clip_study(sweep);
  if (!study) return nullptr;
  Json groups = Json::array();
  std::size_t all = 0;
  for (std::size_t d = 0; d < study->designs.size(); ++d) {
    const ClipDesign& design = study->designs[d];
    for (const ClipGroup& group : design.groups) {
      if (++all > kMostPageGroups) continue;
      groups.push_back(group_json(title_of(*study, design, group), group));
      groups.back()["design"] = d;
    }
  }
  Json section{{"groups", groups},
               {"all", all},
               {"failed", study->failed},
               {"failed_clips", study->failed_clips},
               {"open", study->open}};
  if (groups.empty()) section["missing"] = "No clip has been evaluated yet.";
  return section;
}

}  // namespace deltasim
