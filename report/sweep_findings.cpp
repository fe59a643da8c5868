#include "report/sweep_findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "report/gnuplot_style.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostTrends = 4, kMostShares = 3, kMessageLength = 160;
constexpr double kTimesFrom = 1.2;    ///< a lesser ratio is told in percent
constexpr double kLeastShare = 0.01;  ///< of the variance, for a parameter to be named

std::string percent(double share) {
  return share < 0.0995 ? fmt::format("{:.2g} %", 100 * share)
                        : fmt::format("{:.0f} %", 100 * share);
}

/// "a, b and c"
std::string listed(const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  if (texts.size() == 1) return texts.front();
  return fmt::format("{} and {}", fmt::join(texts.begin(), texts.end() - 1, ", "), texts.back());
}

std::string designs(std::size_t count) {
  return count == 1 ? "1 design" : fmt::format("{} designs", count);
}

/// Writes the sentences about one sweep.
class Findings {
 public:
  Findings(const SweepResult& sweep, const SweepAnalysis& analysis)
      : sweep_(sweep), analysis_(analysis), table_(analysis.table) {}

  std::vector<std::string> sentences() {
    tell_designs();
    for (std::size_t o = 0; o < analysis_.figures.size(); ++o) tell_objective(o);
    if (table_.done.size() > 1) {
      tell_front();
      tell_trends();
      tell_what_does_nothing();
    }
    tell_failures();
    return std::move(sentences_);
  }

 private:
  void say(std::string sentence) { sentences_.push_back(std::move(sentence) + "."); }

  double value(std::size_t point, std::size_t objective) const {
    return sweep_.points[point].objectives[objective];
  }
  std::string amount(double value, std::size_t objective) const {
    return shown(value, analysis_.units[objective]);
  }
  const std::string& name(std::size_t objective) const { return sweep_.objectives[objective].name; }
  /// Parameters may be named like objectives: "energy" is a table, and what it costs.
  std::string label(std::size_t axis) const {
    const std::string& own = table_.axes[axis].label;
    const auto alike = [&](const SweepObjective& objective) { return objective.name == own; };
    return std::ranges::any_of(sweep_.objectives, alike) ? "parameter " + own : own;
  }
  bool is_constant(std::size_t objective) const {
    const ObjectiveFigures& figures = analysis_.figures[objective];
    return value(figures.best, objective) == value(figures.worst, objective);
  }
  /// "fifo_depth 8, banks 16 (point 13)"
  std::string design(std::size_t point) const {
    const std::string text = design_text(table_, table_.levels[point]);
    const std::string number = fmt::format("point {}", sweep_.points[point].id);
    return text.empty() ? number : fmt::format("{} ({})", text, number);
  }

  void tell_designs() {
    const std::size_t count = table_.done.size();
    if (count == 0) return say("No design has been evaluated, so that nothing can be compared");
    std::vector<std::size_t> tried;
    double combinations = 1;
    for (const ParameterAxis& axis : table_.axes) {
      if (axis.tried.size() > 1) tried.push_back(axis.tried.size());
      combinations *= static_cast<double>(axis.levels.size());
    }
    if (count == 1) {
      return say("One design has been evaluated, so that nothing can be compared with it");
    }
    const char* parameters = tried.size() == 1 ? "parameter" : "parameters";
    if (!analysis_.shares.empty() && analysis_.shares.front().full_grid) {
      return say(fmt::format("{} were compared, every combination of {} {} ({} levels)",
                             designs(count), tried.size(), parameters, fmt::join(tried, " × ")));
    }
    say(fmt::format("{} were compared, of the {:.10g} combinations of {} {}", designs(count),
                    combinations, tried.size(), parameters));
  }

  /// "2.1 times less than the median"
  std::string against(double best, double other, std::size_t o, const char* whose) const {
    const bool less = sweep_.objectives[o].minimised;
    const char* word = less ? "less" : "more";
    if (best == other) return fmt::format("the same as {}", whose);
    if (best <= 0 || other <= 0) {
      return fmt::format("{} {} than {}", amount(std::abs(best - other), o), word, whose);
    }
    const double ratio = less ? other / best : best / other;
    if (ratio < kTimesFrom) {
      return fmt::format("{} {} than {}", percent(std::abs(best - other) / other), word, whose);
    }
    return fmt::format("{:.3g} times {} than {}", ratio, word, whose);
  }

  void tell_objective(std::size_t o) {
    const ObjectiveFigures& figures = analysis_.figures[o];
    const double best = value(figures.best, o);
    if (table_.done.size() == 1) {
      return say(fmt::format("Its {} is {}", name(o), amount(best, o)));
    }
    if (is_constant(o)) {
      return say(fmt::format("All designs have the same {}: {}", name(o), amount(best, o)));
    }
    std::vector<std::string> ratios;
    if (analysis_.base) {
      ratios.push_back(analysis_.base == figures.best
                           ? "the base experiment itself"
                           : against(best, value(*analysis_.base, o), o, "the base experiment"));
    }
    ratios.push_back(against(best, figures.median, o, "the median"));
    ratios.push_back(against(best, value(figures.worst, o), o, "the worst"));
    const std::string others =
        figures.as_good > 1 ? fmt::format(" and {} alike", designs(figures.as_good - 1)) : "";
    say(fmt::format("The {} {} is {}, of {}{}: {}{}",
                    sweep_.objectives[o].minimised ? "least" : "greatest", name(o), amount(best, o),
                    design(figures.best), others, listed(ratios), shares_text(o)));
  }

  /// "; fifo_depth explains 81 % of its variance, banks 12 %, combinations of parameters 7 %"
  std::string shares_text(std::size_t o) const {
    const VarianceShares& shares = analysis_.shares[o];
    if (!shares.missing.empty() || varied() < 2) return {};
    std::vector<std::size_t> order(table_.axes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t a) { return shares.parameters[a]; });
    std::vector<std::string> parts;
    for (const std::size_t a : order) {
      const double share = shares.parameters[a];
      if (parts.size() == kMostShares || share < kLeastShare) break;
      parts.push_back(fmt::format("{}{} {}", label(a), parts.empty() ? " explains" : "",
                                  percent(share) + (parts.empty() ? " of its variance" : "")));
    }
    if (parts.empty()) return no_parameter_stands_out(shares);
    if (shares.interactions >= kLeastShare) {
      parts.push_back("combinations of parameters " + percent(shares.interactions));
    }
    if (shares.confounded >= kLeastShare) {
      parts.push_back("parameters that the designs do not tell apart " +
                      percent(shares.confounded));
    }
    return "; " + listed(parts);
  }

  static std::string no_parameter_stands_out(const VarianceShares& shares) {
    if (shares.confounded < 0.5) return "; no parameter by itself explains its variance";
    return fmt::format(
        "; the designs do not tell apart which parameters explain {} of its variance",
        percent(shares.confounded));
  }

  std::size_t varied() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        table_.axes, [](const ParameterAxis& axis) { return axis.tried.size() > 1; }));
  }

  void tell_front() {
    if (!analysis_.front) return;
    const SweepFront& front = *analysis_.front;
    std::vector<std::string> names;
    for (const std::size_t o : front.objectives) names.push_back(name(o));
    if (front.points.size() == 1) {
      return say(fmt::format("One design is the best in {} alike: {}", listed(names),
                             design(front.points.front())));
    }
    std::string text = fmt::format("{} of the {} designs are not dominated in {}",
                                   front.points.size(), table_.done.size(), listed(names));
    if (front.knee) {
      std::vector<std::string> costs;
      for (const std::size_t o : front.objectives) costs.push_back(cost_of_knee(*front.knee, o));
      text += fmt::format("; their knee is {}, with {}", design(*front.knee), listed(costs));
    }
    say(text);
  }

  /// "14 mJ (1.4 times the least energy)", "(3 % above the least energy)"
  std::string cost_of_knee(std::size_t knee, std::size_t o) const {
    const double best = value(analysis_.figures[o].best, o), own = value(knee, o);
    const char* word = sweep_.objectives[o].minimised ? "least" : "greatest";
    if (own == best) return fmt::format("{} (the {} {})", amount(own, o), word, name(o));
    if (best <= 0 || own <= 0) return fmt::format("{} {}", amount(own, o), name(o));
    if (own / best >= kTimesFrom) {
      return fmt::format("{} ({:.3g} times the {} {})", amount(own, o), own / best, word, name(o));
    }
    return fmt::format("{} ({} {} the {} {})", amount(own, o), percent(std::abs(own - best) / best),
                       own > best ? "above" : "below", word, name(o));
  }

  struct Candidate {
    std::size_t axis, objective;
    double size;
  };

  void tell_trends() {
    std::vector<Candidate> candidates;
    for (std::size_t a = 0; a < table_.axes.size(); ++a) {
      for (std::size_t o = 0; o < sweep_.objectives.size(); ++o) {
        const Trend& trend = analysis_.trends[a][o];
        if (trend.largest_change >= kNoChange) candidates.push_back({a, o, trend.largest_change});
      }
    }
    std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::size);
    std::size_t told = 0;
    for (const Candidate& candidate : candidates) {
      const std::string text = trend_text(candidate.axis, candidate.objective);
      if (text.empty()) continue;
      say(text);
      if (++told == kMostTrends) return;
    }
  }

  static std::string comparisons(std::size_t lines) {
    if (lines == 1) return "in the one comparison that there is";
    return lines == 2 ? "in both comparisons" : fmt::format("in all {} comparisons", lines);
  }

  std::string trend_text(std::size_t a, std::size_t o) const {
    const ParameterAxis& axis = table_.axes[a];
    const Trend& trend = analysis_.trends[a][o];
    if (!axis.ordered()) return best_level_text(a, o);
    std::string end;
    if (trend.saturation) {
      end = fmt::format("beyond {} {} {} changes by less than 1 %", label(a),
                        axis.levels[*trend.saturation], name(o));
    }
    const bool falls = trend.falling == trend.lines, rises = trend.rising == trend.lines;
    if (trend.whole_lines > 0 && (falls || rises)) {
      std::string text =
          fmt::format("From {} {} to {} {} {} {}, {}", axis.label, axis.levels[axis.tried.front()],
                      axis.levels[axis.tried.back()], name(o), falls ? "falls" : "rises",
                      comparisons(trend.whole_lines), change_text(trend));
      return end.empty() ? text : text + "; " + end;
    }
    if (!end.empty()) {
      end.front() = 'B';
      return end;
    }
    return best_level_text(a, o);
  }

  static std::string change_text(const Trend& trend) {
    if (!std::isfinite(trend.least_change) || !std::isfinite(trend.most_change)) {
      return trend.whole_lines == 1 ? "from nothing" : "in some of them from nothing";
    }
    const double one = std::abs(trend.least_change), other = std::abs(trend.most_change);
    const std::string low = percent(std::min(one, other)), high = percent(std::max(one, other));
    if (low == high) return "by " + low;
    return fmt::format("by {} to {}", low.substr(0, low.size() - 2), high);
  }

  std::string best_level_text(std::size_t a, std::size_t o) const {
    const ParameterAxis& axis = table_.axes[a];
    const Trend& trend = analysis_.trends[a][o];
    const bool minimised = sweep_.objectives[o].minimised;
    const std::optional<std::size_t> best = minimised ? trend.least_at : trend.most_at;
    if (!best || trend.full_lines == 0) return {};
    return fmt::format("Of all levels of {}, {} has the {} {} {}", label(a), axis.levels[*best],
                       minimised ? "least" : "greatest", name(o), comparisons(trend.full_lines));
  }

  void tell_what_does_nothing() {
    for (std::size_t a = 0; a < table_.axes.size(); ++a) {
      std::vector<std::string> unchanged;
      for (std::size_t o = 0; o < sweep_.objectives.size(); ++o) {
        const Trend& trend = analysis_.trends[a][o];
        const bool none = trend.full_lines > 0 && trend.largest_change < kNoChange;
        if (none && !is_constant(o)) unchanged.push_back(name(o));
      }
      if (unchanged.empty()) continue;
      say(fmt::format("With {} {} {} by less than 1 %", label(a), listed(unchanged),
                      unchanged.size() == 1 ? "changes" : "change"));
    }
  }

  void tell_failures() {
    std::map<PointStatus, std::size_t> counts;
    std::map<std::string, std::size_t> messages;
    for (const SweepPoint& point : sweep_.points) {
      ++counts[point.status];
      if (point.status == PointStatus::kFailed) ++messages[point.error];
    }
    if (const std::size_t failed = counts[PointStatus::kFailed]; failed > 0) {
      const auto most = std::ranges::max_element(
          messages, {}, &std::pair<const std::string, std::size_t>::second);
      say(fmt::format("{} failed{}: {}", designs(failed),
                      failed > 1 ? fmt::format(", {} of them with", most->second) : "",
                      shortened(most->first.substr(0, most->first.find('\n')), kMessageLength)));
    }
    if (const std::size_t late = counts[PointStatus::kTimedOut]; late > 0) {
      say(fmt::format("{} took longer than the sweep's limit", designs(late)));
    }
    if (table_.not_finite > 0) {
      say(fmt::format("{} with an objective that is no finite number {} left out",
                      designs(table_.not_finite), table_.not_finite == 1 ? "is" : "are"));
    }
    if (const std::size_t open = counts[PointStatus::kOpen]; open > 0) {
      say(fmt::format("{} {} not been evaluated", designs(open), open == 1 ? "has" : "have"));
    }
  }

  const SweepResult& sweep_;
  const SweepAnalysis& analysis_;
  const DesignTable& table_;
  std::vector<std::string> sentences_;
};

/// Why the levels of a parameter are no designs to choose among; empty where they are.
std::string unlike_levels(const std::string& parameter) {
  if (parameter == "energy") {
    return "The energy tables are models of technologies, not designs: that one gives less energy "
           "than another says nothing of the accelerator.";
  }
  if (parameter == "frames" || parameter == "video.frames") {
    return "Points see different numbers of frames: objectives that are sums over frames grow with "
           "them, and the first frame weighs less in more.";
  }
  return {};
}

}  // namespace

std::vector<std::string> sweep_findings(const SweepResult& sweep, const SweepAnalysis& analysis) {
  return Findings(sweep, analysis).sentences();
}

std::vector<std::string> reading_notes(const SweepResult& sweep, const SweepAnalysis& analysis) {
  std::vector<std::string> notes;
  const DesignTable& table = analysis.table;
  if (table.done.size() < 2) return notes;
  notes.push_back(
      "A comparison is a set of designs that differ in one parameter only; trends and saturation "
      "are of those, so that no other parameter can be their cause.");
  const bool full_grid = !analysis.shares.empty() && analysis.shares.front().full_grid;
  if (full_grid) {
    notes.push_back(
        "A share of the variance is the parameter's main effect over the full grid (first-order "
        "Sobol index); what no parameter explains by itself is put down to combinations.");
  } else {
    notes.push_back(
        "The designs are not a full grid (a sample, a search, constraints, failures or open "
        "points): "
        "shares of "
        "the variance are estimates from a least-squares sum of main effects, means by level may "
        "owe something to other parameters, and a search's points lie where it looked.");
  }
  std::map<std::string, std::vector<std::string>> without_shares;
  for (std::size_t o = 0; o < sweep.objectives.size(); ++o) {
    const std::string& why = analysis.shares[o].missing;
    if (!why.empty()) without_shares[why].push_back(sweep.objectives[o].name);
  }
  for (const auto& [why, names] : without_shares) {
    notes.push_back(fmt::format("No shares of the variance of {}: {}.", listed(names), why));
  }
  for (const ParameterAxis& axis : table.axes) {
    if (axis.tried.size() > 1) {
      const std::string warning = unlike_levels(axis.name);
      if (!warning.empty()) notes.push_back(warning);
      continue;
    }
    notes.push_back(fmt::format("Of {} one level was tried ({}): the sweep says nothing about it.",
                                axis.name, axis.levels[axis.tried.front()]));
  }
  return notes;
}

}  // namespace deltasim
