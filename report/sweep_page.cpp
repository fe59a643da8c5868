#include "report/sweep_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "report/clip_page.h"
#include "report/gnuplot_style.h"
#include "report/sweep_findings.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostMessages = 100, kMessageLength = 1000, kMostFailedPoints = 20;
constexpr std::size_t kMostLevels = 60;  ///< of one chart

/// What the sections are made from.
struct PageInput {
  const SweepResult& all;    ///< every point, each of one clip where there are clips
  const SweepResult& sweep;  ///< the points that are compared
  const SweepAnalysis& analysis;
  std::vector<std::size_t> shown;  ///< points of the page, indices into the sweep's, rising
  std::map<std::size_t, std::size_t> row_of;  ///< position in `shown`
};

/// Six digits are more than a chart or a table shows, and a third of the page's size.
Json figure(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::stod(fmt::format("{:.6g}", value));
}

std::vector<std::size_t> points_shown(const SweepResult& sweep, const SweepAnalysis& analysis) {
  std::set<std::size_t> shown;
  const auto add = [&](std::size_t point) {
    if (shown.size() < kMostPagePoints) shown.insert(point);
  };
  // What the text names comes first: a front alone may have more points than the page.
  for (const ObjectiveFigures& figures : analysis.figures) {
    add(figures.best);
    add(figures.worst);
  }
  const auto add_knee = [&](const SweepFront& front) {
    if (front.knee) add(*front.knee);
  };
  if (analysis.front) add_knee(*analysis.front);
  std::ranges::for_each(analysis.pairs, add_knee);
  if (analysis.front) std::ranges::for_each(analysis.front->points, add);
  for (const SweepFront& front : analysis.pairs) std::ranges::for_each(front.points, add);
  const std::size_t each = sweep.points.size() / kMostPagePoints + 1;
  for (std::size_t i = 0; i < sweep.points.size(); i += each) add(i);
  return {shown.begin(), shown.end()};
}

Json rows_of(const PageInput& input, const std::vector<std::size_t>& points) {
  Json rows = Json::array();
  for (const std::size_t point : points) {
    const auto found = input.row_of.find(point);
    if (found != input.row_of.end()) rows.push_back(found->second);
  }
  return rows;
}

Json question_section(const PageInput& input) {
  std::map<PointStatus, std::size_t> counts;
  for (const SweepPoint& point : input.all.points) ++counts[point.status];
  const auto tile = [](const std::string& text, std::size_t count) {
    return Json{{"text", text}, {"value", count}};
  };
  Json tiles = Json::array(
      {tile(input.analysis.designs ? "points done" : "designs done", counts[PointStatus::kDone]),
       tile("parameters", input.analysis.table.axes.size()),
       tile("objectives", input.sweep.objectives.size())});
  if (input.analysis.front) {
    tiles.push_back(tile("not dominated", input.analysis.front->points.size()));
  }
  const std::size_t lost = counts[PointStatus::kFailed], late = counts[PointStatus::kTimedOut];
  if (lost > 0) tiles.push_back(tile("failed", lost));
  if (late > 0) tiles.push_back(tile("timed out", late));
  if (counts[PointStatus::kOpen] > 0) {
    tiles.push_back(tile("not evaluated yet", counts[PointStatus::kOpen]));
  }
  return {{"description", input.sweep.description}, {"tiles", tiles}, {"notes", input.sweep.notes}};
}

Json findings_section(const PageInput& input) {
  return {{"sentences", sweep_findings(input.sweep, input.analysis)},
          {"notes", reading_notes(input.sweep, input.analysis)}};
}

Json front_json(const PageInput& input, const SweepFront& front) {
  Json json{{"objectives", front.objectives}, {"rows", rows_of(input, front.points)}};
  const auto knee = front.knee ? input.row_of.find(*front.knee) : input.row_of.end();
  json["knee"] = knee == input.row_of.end() ? Json() : Json(knee->second);
  return json;
}

Json front_section(const PageInput& input) {
  if (input.analysis.table.done.empty()) {
    return {{"missing", "No design has been evaluated, so that there is none to draw."}};
  }
  Json pairs = Json::array();
  for (const SweepFront& front : input.analysis.pairs) pairs.push_back(front_json(input, front));
  Json json{{"pairs", pairs}};
  json["all"] = input.analysis.front ? front_json(input, *input.analysis.front) : Json();
  return json;
}

/// The levels that a chart has room for: of more, the ends of a scale's, or the best and the worst.
std::vector<std::size_t> levels_shown(const ParameterAxis& axis,
                                      const std::vector<LevelFigures>& levels) {
  std::vector<std::size_t> shown = axis.tried;
  if (shown.size() <= kMostLevels) return shown;
  if (!axis.ordered()) {
    std::ranges::stable_sort(shown, {}, [&](std::size_t l) { return levels[l].mean; });
    shown.erase(shown.begin() + kMostLevels / 2, shown.end() - kMostLevels / 2);
    return shown;
  }
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < kMostLevels; ++i) {
    some.push_back(shown[i * (shown.size() - 1) / (kMostLevels - 1)]);
  }
  return some;
}

Json effect_json(const PageInput& input, std::size_t a, std::size_t o) {
  const ParameterAxis& axis = input.analysis.table.axes[a];
  const auto figures = level_figures(input.sweep, input.analysis.table, a, o);
  const double factor = input.analysis.units[o].factor;
  const bool minimised = input.sweep.objectives[o].minimised;
  Json json{{"levels", Json::array()},
            {"points", Json::array()},
            {"mean", Json::array()},
            {"range", Json::array()},
            {"best", Json::array()}};
  for (const std::size_t l : levels_shown(axis, figures)) {
    const LevelFigures& level = figures[l];
    json["levels"].push_back(axis.levels[l]);
    json["points"].push_back(level.points);
    json["mean"].push_back(figure(level.mean * factor));
    json["range"].push_back({figure(level.least * factor), figure(level.most * factor)});
    const std::size_t best = minimised ? level.least_point : level.most_point;
    json["best"].push_back(fmt::format(
        "{} (point {})", design_text(input.analysis.table, input.analysis.table.levels[best]),
        input.sweep.points[best].id));
  }
  json["tried"] = axis.tried.size();
  return json;
}

Json shares_json(const SweepAnalysis& analysis, std::size_t o) {
  const VarianceShares& shares = analysis.shares[o];
  if (!shares.missing.empty()) return {{"missing", shares.missing}};
  Json parameters = Json::array();
  for (const double share : shares.parameters) parameters.push_back(figure(share));
  return {{"parameters", parameters},
          {"interactions", figure(shares.interactions)},
          {"confounded", figure(shares.confounded)}};
}

Json effects_section(const PageInput& input) {
  const DesignTable& table = input.analysis.table;
  if (table.done.size() < 2) {
    return {{"missing", "Fewer than two designs can be compared, so that no effect can be seen."}};
  }
  Json objectives = Json::array();
  for (std::size_t o = 0; o < input.sweep.objectives.size(); ++o) {
    Json axes = Json::array();
    for (std::size_t a = 0; a < table.axes.size(); ++a) {
      axes.push_back(table.axes[a].tried.size() < 2 ? Json() : effect_json(input, a, o));
    }
    objectives.push_back({{"axes", axes}, {"shares", shares_json(input.analysis, o)}});
  }
  const bool full = input.analysis.shares.front().full_grid;
  return {{"objectives", objectives}, {"full_grid", full}};
}

/// The points by column; a message that several have stands once.
Json points_section(const PageInput& input) {
  const SweepResult& sweep = input.sweep;
  Json ids = Json::array(), status = Json::array(), wall = Json::array(), error = Json::array();
  Json messages = Json::array();
  std::map<std::string, std::size_t> known;
  std::vector<Json> levels(sweep.axes.size(), Json::array());
  std::vector<Json> values(sweep.objectives.size(), Json::array());
  for (const std::size_t i : input.shown) {
    const SweepPoint& point = sweep.points[i];
    ids.push_back(point.id);
    status.push_back(to_string(point.status));
    wall.push_back(point.status == PointStatus::kOpen
                       ? Json()
                       : figure(std::stod(fmt::format("{:.3g}", point.wall_s))));
    for (std::size_t a = 0; a < levels.size(); ++a) {
      levels[a].push_back(input.analysis.table.levels[i][a]);
    }
    for (std::size_t o = 0; o < values.size(); ++o) {
      values[o].push_back(o < point.objectives.size()
                              ? figure(point.objectives[o] * input.analysis.units[o].factor)
                              : Json());
    }
    if (!point.error.empty() && !known.contains(point.error) && known.size() < kMostMessages) {
      known.emplace(point.error, known.size());
      messages.push_back(shortened(point.error, kMessageLength));
    }
    const auto message = known.find(point.error);
    error.push_back(message == known.end() ? Json() : Json(message->second));
  }
  return {
      {"all", sweep.points.size()}, {"ids", ids},       {"status", status}, {"wall_s", wall},
      {"levels", levels},           {"values", values}, {"error", error},   {"messages", messages}};
}

Json failures_section(const PageInput& input) {
  std::map<std::pair<PointStatus, std::string>, std::vector<std::int64_t>> found;
  for (const SweepPoint& point : input.all.points) {
    if (point.status != PointStatus::kFailed && point.status != PointStatus::kTimedOut) continue;
    found[{point.status, point.error}].push_back(point.id);
  }
  std::vector<std::pair<std::pair<PointStatus, std::string>, std::vector<std::int64_t>>> order(
      found.begin(), found.end());
  std::ranges::stable_sort(order, std::greater<>(),
                           [](const auto& entry) { return entry.second.size(); });
  Json rows = Json::array();
  for (const auto& [what, ids] : order) {
    if (rows.size() == kMostMessages) break;
    const std::size_t some = std::min(ids.size(), kMostFailedPoints);
    rows.push_back({{"status", to_string(what.first)},
                    {"message", shortened(what.second, kMessageLength)},
                    {"count", ids.size()},
                    {"points", std::vector<std::int64_t>(
                                   ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(some))}});
  }
  return {{"rows", rows}, {"messages", order.size()}};
}

Json provenance_section(const PageInput& input) {
  Json rows = Json::array();
  std::string command;
  for (const auto& [key, value] : input.sweep.provenance) {
    if (key == "command") {
      command = value;
    } else {
      rows.push_back({key, value});
    }
  }
  for (const SweepObjective& objective : input.sweep.objectives) {
    rows.push_back({"objective " + objective.name,
                    (objective.minimised ? "minimise " : "maximise ") + objective.expression});
  }
  return {{"command", command}, {"rows", rows}};
}

Json clips_of(const PageInput& input) { return clips_section(input.all); }

struct SectionEntry {
  const char* key;
  Json (*make)(const PageInput&);
};
constexpr std::array<SectionEntry, 8> kSections{{{"question", question_section},
                                                 {"findings", findings_section},
                                                 {"front", front_section},
                                                 {"effects", effects_section},
                                                 {"clips", clips_of},
                                                 {"points", points_section},
                                                 {"failures", failures_section},
                                                 {"provenance", provenance_section}}};

Json axes_json(const PageInput& input) {
  Json axes = Json::array();
  for (const ParameterAxis& axis : input.analysis.table.axes) {
    axes.push_back({{"name", axis.name},
                    {"label", axis.label},
                    {"levels", axis.levels},
                    {"ordered", axis.ordered()},
                    {"tried", axis.tried.size()}});
  }
  return axes;
}

Json objectives_json(const PageInput& input) {
  Json objectives = Json::array();
  for (std::size_t o = 0; o < input.sweep.objectives.size(); ++o) {
    const SweepObjective& objective = input.sweep.objectives[o];
    objectives.push_back({{"name", objective.name},
                          {"unit", input.analysis.units[o].text},
                          {"title", titled(objective.name, input.analysis.units[o])},
                          {"minimised", objective.minimised},
                          {"expression", objective.expression}});
  }
  return objectives;
}

}  // namespace

Json sweep_page_model(const SweepResult& sweep, const SweepAnalysis& analysis) {
  const SweepResult& designs = compared(sweep, analysis);
  PageInput input{sweep, designs, analysis, points_shown(designs, analysis), {}};
  for (std::size_t row = 0; row < input.shown.size(); ++row) {
    input.row_of.emplace(input.shown[row], row);
  }
  std::vector<std::string> names;
  for (const SweepObjective& objective : sweep.objectives) names.push_back(objective.name);
  Json model{
      {"title", sweep.name},
      {"subtitle", fmt::format("{} points, {} parameters; objectives: {}", sweep.points.size(),
                               sweep.axes.size(), fmt::join(names, ", "))},
      {"axes", axes_json(input)},
      {"objectives", objectives_json(input)}};
  for (const SectionEntry& section : kSections) model[section.key] = section.make(input);
  return model;
}

}  // namespace deltasim
