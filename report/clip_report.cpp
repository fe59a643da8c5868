#include "report/clip_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "arch/atomic_file.h"

namespace deltasim {
namespace {

constexpr const char* kAllClips = "all";
constexpr std::size_t kMostTextClasses = 20;

std::string name_of(const ClipGroup& group) { return group.name.empty() ? kAllClips : group.name; }

std::vector<std::string> spread_columns(const std::string& of) {
  return {of + "mean", of + "standard_deviation", of + "min", of + "median", of + "max"};
}

void append(std::vector<std::string>& columns, const std::vector<std::string>& more) {
  columns.insert(columns.end(), more.begin(), more.end());
}

void append(std::vector<Json>& row, const std::optional<ClipSpread>& spread) {
  if (!spread) {
    row.insert(row.end(), 5, Json());
    return;
  }
  row.insert(row.end(), {spread->mean, spread->standard_deviation, spread->least, spread->median,
                         spread->most});
}

/// Names of all quantities, in the order in which they first come.
std::vector<std::string> quantity_names(const ClipStudy& study) {
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const ClipDesign& design : study.designs) {
    for (const auto& [name, spread] : design.groups.front().quantities) {
      if (known.insert(name).second) names.push_back(name);
    }
  }
  return names;
}

/// Rows of points without figures.
void add_failed(Table& table, const SweepResult& sweep, std::size_t axis) {
  for (const SweepPoint& point : sweep.points) {
    if (point.status != PointStatus::kFailed && point.status != PointStatus::kTimedOut) continue;
    std::vector<Json> row{point.values[axis], Json(), to_string(point.status), point.error};
    for (std::size_t i = 0; i < point.values.size(); ++i) {
      if (i != axis) row.push_back(point.values[i]);
    }
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
}

std::string design_text(const ClipStudy& study, const ClipDesign& design) {
  std::string text;
  for (std::size_t i = 0; i < design.values.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", study.other_axes[i], design.values[i]);
  }
  return text;
}

std::string group_text(const ClipGroup& group) {
  std::string text = fmt::format("  {} ({} {})\n", group.name.empty() ? "all clips" : group.name,
                                 group.clips, group.clips == 1 ? "clip" : "clips");
  for (const auto& [name, s] : group.quantities) {
    text += fmt::format("    {:<34}{:>10.4g} +- {:<10.3g} {:.4g} ({:.4g}) {:.4g}\n", name, s.mean,
                        s.standard_deviation, s.least, s.median, s.most);
  }
  return text;
}

}  // namespace

Table clips_table(const SweepResult& sweep, const ClipStudy& study) {
  Table table{.columns = {"clip", "class", "status", "error"}, .rows = {}};
  append(table.columns, study.other_axes);
  const std::vector<std::string> names = quantity_names(study);
  append(table.columns, names);
  for (const ClipDesign& design : study.designs) {
    for (const ClipRow& clip : design.rows) {
      std::vector<Json> row{clip.clip, clip.clip_class, "done", Json()};
      row.insert(row.end(), design.values.begin(), design.values.end());
      for (const std::string& name : names) {
        const auto found =
            std::ranges::find(clip.quantities, name, &ClipQuantities::value_type::first);
        row.push_back(found == clip.quantities.end() ? Json() : Json(found->second));
      }
      table.rows.push_back(std::move(row));
    }
  }
  if (const auto axis = clip_axis_of(sweep)) add_failed(table, sweep, *axis);
  return table;
}

Table classes_table(const ClipStudy& study) {
  Table table{.columns = study.other_axes, .rows = {}};
  append(table.columns, {"class", "quantity", "clips"});
  append(table.columns, spread_columns(""));
  for (const ClipDesign& design : study.designs) {
    for (const ClipGroup& group : design.groups) {
      for (const auto& [name, spread] : group.quantities) {
        std::vector<Json> row(design.values.begin(), design.values.end());
        row.insert(row.end(), {name_of(group), name, spread.number});
        append(row, spread);
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

Table sites_table(const ClipStudy& study) {
  Table table{.columns = study.other_axes, .rows = {}};
  append(table.columns, {"class", "stream", "site", "elements", "clips"});
  append(table.columns, spread_columns("temporal_sparsity_"));
  append(table.columns, spread_columns("activation_sparsity_"));
  for (const ClipDesign& design : study.designs) {
    for (const ClipGroup& group : design.groups) {
      for (const SiteSpread& site : group.sites) {
        std::vector<Json> row(design.values.begin(), design.values.end());
        row.insert(row.end(), {name_of(group), site.stream, site.name, site.elements,
                               site.activation_sparsity.number});
        append(row, site.temporal_sparsity);
        append(row, site.activation_sparsity);
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

std::string clip_text(const ClipStudy& study) {
  std::string text = "over the clips: mean +- standard deviation, min (median) max\n";
  for (const ClipDesign& design : study.designs) {
    if (!design.values.empty()) text += fmt::format("  {}\n", design_text(study, design));
    const std::size_t shown = std::min(design.groups.size(), kMostTextClasses + 1);
    for (std::size_t i = 0; i < shown; ++i) text += group_text(design.groups[i]);
    if (shown < design.groups.size()) {
      text += fmt::format("  and {} more classes, in classes.csv\n", design.groups.size() - shown);
    }
  }
  if (study.failed > 0) {
    text += fmt::format("clips that failed: {}, points: {}; clips.csv says why\n",
                        study.failed_clips, study.failed);
  }
  if (study.open > 0) text += fmt::format("points not run yet: {}\n", study.open);
  return text;
}

std::vector<Figure> clip_figures_of(const ClipStudy& study) {
  std::vector<Figure> figures;
  const std::size_t drawn = std::min(study.designs.size(), kMostClipFigures);
  for (std::size_t i = 0; i < drawn; ++i) {
    const std::string number = study.designs.size() > 1 ? fmt::format("_{}", i + 1) : "";
    figures.push_back(clip_sites_figure(study, study.designs[i], "clip_sites" + number));
    figures.push_back(clip_classes_figure(study, study.designs[i], "clip_classes" + number));
  }
  if (drawn < study.designs.size()) {
    Figure& left_out = figures.emplace_back();
    left_out.script.name = fmt::format("clip_sites_{}", drawn + 1);
    left_out.missing = fmt::format(
        "the first {} of {} designs have figures over the clips; sites.csv and classes.csv have "
        "all",
        drawn, study.designs.size());
  }
  return figures;
}

void write_clip_tables(const SweepResult& sweep, const ClipStudy& study,
                       const std::filesystem::path& folder) {
  make_folder(folder);
  write_file_atomically(folder / "clips.csv", csv(clips_table(sweep, study)));
  write_file_atomically(folder / "classes.csv", csv(classes_table(study)));
  write_file_atomically(folder / "sites.csv", csv(sites_table(study)));
}

}  // namespace deltasim
