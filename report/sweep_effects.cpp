#include "report/sweep_effects.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace deltasim {
namespace {

constexpr double kRounding = 1e-9;  ///< relative; two results that differ by less are the same

using Line = std::vector<std::size_t>;  ///< indices into DesignTable::done, by rising level

/// Points that differ in one parameter only.
std::vector<Line> lines_along(const DesignTable& table, std::size_t axis) {
  const auto others = [&](std::size_t i) {
    std::vector<std::uint32_t> key = table.done[i].levels;
    key[axis] = 0;
    return key;
  };
  std::vector<std::pair<std::vector<std::uint32_t>, std::size_t>> order;
  order.reserve(table.done.size());
  for (std::size_t i = 0; i < table.done.size(); ++i) order.emplace_back(others(i), i);
  std::ranges::sort(order, [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return table.done[a.second].levels[axis] < table.done[b.second].levels[axis];
  });
  std::vector<Line> lines;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || order[i].first != order[i - 1].first) lines.emplace_back();
    lines.back().push_back(order[i].second);
  }
  std::erase_if(lines, [](const Line& line) { return line.size() < 2; });
  return lines;
}

/// Of `to` against `from`; infinite where there was nothing before.
double relative_change(double from, double to) {
  if (from == to) return 0;
  return from == 0 ? HUGE_VAL : (to - from) / std::abs(from);
}

/// Follows one objective along the lines of one parameter.
class Follower {
 public:
  Follower(const SweepResult& sweep, const DesignTable& table, std::size_t axis,
           std::size_t objective)
      : sweep_(sweep), table_(table), axis_(axis), objective_(objective) {
    behind_.resize(table.axes[axis].levels.size());
  }

  void follow(const Line& line) {
    ++trend_.lines;
    find_direction(line);
    find_extremes(line);
    find_change_behind(line);
    const std::vector<std::size_t>& tried = table_.axes[axis_].tried;
    if (level(line.back()) != tried.back() || level(line.front()) != tried.front()) return;
    const double change = relative_change(value(line.front()), value(line.back()));
    trend_.least_change = trend_.whole_lines == 0 ? change : std::min(trend_.least_change, change);
    trend_.most_change = trend_.whole_lines == 0 ? change : std::max(trend_.most_change, change);
    ++trend_.whole_lines;
  }

  Trend trend() {
    if (table_.axes[axis_].ordered() && trend_.whole_lines > 0) trend_.saturation = saturation();
    if (trend_.largest_change < kNoChange) trend_.least_at = trend_.most_at = std::nullopt;
    return trend_;
  }

 private:
  std::size_t level(std::size_t i) const { return table_.done[i].levels[axis_]; }
  double value(std::size_t i) const {
    return sweep_.points[table_.done[i].index].objectives[objective_];
  }

  /// What the lines show of the objective behind a level.
  struct Behind {
    double largest = 0;          ///< relative change
    std::size_t to_the_end = 0;  ///< lines that go on to the last tried level
    bool is_still() const { return to_the_end > 0 && largest < kNoChange; }
  };

  /// The first of the tried levels from which on all are known to be still.
  std::optional<std::size_t> saturation() const {
    const std::vector<std::size_t>& tried = table_.axes[axis_].tried;
    std::size_t first = tried.size() - 1;
    while (first > 0 && behind_[tried[first - 1]].is_still()) --first;
    if (first == 0 || first == tried.size() - 1) return std::nullopt;
    return tried[first];
  }

  void find_direction(const Line& line) {
    bool rises = false, falls = false;
    for (std::size_t k = 1; k < line.size(); ++k) {
      const double change = relative_change(value(line[k - 1]), value(line[k]));
      rises = rises || change > kRounding;
      falls = falls || change < -kRounding;
    }
    if (rises && !falls) ++trend_.rising;
    if (falls && !rises) ++trend_.falling;
  }

  /// The largest change, and whether the extremes lie where those of the lines before lay.
  void find_extremes(const Line& line) {
    const auto of_point = [this](std::size_t i) { return value(i); };
    const auto [least, most] = std::ranges::minmax_element(line, {}, of_point);
    trend_.largest_change =
        std::max(trend_.largest_change, std::abs(relative_change(value(*least), value(*most))));
    if (line.size() < table_.axes[axis_].tried.size()) return;
    agree(trend_.least_at, only_level_of(line, value(*least)));
    agree(trend_.most_at, only_level_of(line, value(*most)));
    ++trend_.full_lines;
  }

  /// The level that has this value of a line; nothing where several have it.
  std::optional<std::size_t> only_level_of(const Line& line, double extreme) const {
    std::optional<std::size_t> only;
    for (const std::size_t i : line) {
      if (std::abs(relative_change(extreme, value(i))) > kRounding) continue;
      if (only) return std::nullopt;
      only = level(i);
    }
    return only;
  }

  void agree(std::optional<std::size_t>& at, std::optional<std::size_t> here) const {
    if (trend_.full_lines == 0) {
      at = here;
    } else if (at != here) {
      at.reset();
    }
  }

  /// How much the objective changes behind each level of a line.
  void find_change_behind(const Line& line) {
    const bool to_the_end = level(line.back()) == table_.axes[axis_].tried.back();
    for (std::size_t k = 0; k + 1 < line.size(); ++k) {
      Behind& behind = behind_[level(line[k])];
      if (to_the_end) ++behind.to_the_end;
      for (std::size_t later = k + 1; later < line.size(); ++later) {
        const double change = relative_change(value(line[k]), value(line[later]));
        behind.largest = std::max(behind.largest, std::abs(change));
      }
    }
  }

  const SweepResult& sweep_;
  const DesignTable& table_;
  std::size_t axis_, objective_;
  std::vector<Behind> behind_;  ///< by level
  Trend trend_;
};

}  // namespace

std::vector<LevelFigures> level_figures(const SweepResult& sweep, const DesignTable& table,
                                        std::size_t axis, std::size_t objective) {
  std::vector<LevelFigures> levels(table.axes[axis].levels.size());
  for (const DonePoint& point : table.done) {
    const double value = sweep.points[point.index].objectives[objective];
    LevelFigures& at = levels[point.levels[axis]];
    if (at.points == 0 || value < at.least) {
      at.least = value;
      at.least_point = point.index;
    }
    if (at.points == 0 || value > at.most) {
      at.most = value;
      at.most_point = point.index;
    }
    ++at.points;
    at.mean += (value - at.mean) / static_cast<double>(at.points);
  }
  return levels;
}

std::vector<Trend> trends_along(const SweepResult& sweep, const DesignTable& table,
                                std::size_t axis) {
  std::vector<Trend> trends;
  const std::vector<Line> lines = lines_along(table, axis);
  for (std::size_t o = 0; o < sweep.objectives.size(); ++o) {
    Follower follower(sweep, table, axis, o);
    for (const Line& line : lines) follower.follow(line);
    trends.push_back(follower.trend());
  }
  return trends;
}

}  // namespace deltasim
