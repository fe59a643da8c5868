#include "explore/samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "arch/errors.h"
#include "arch/random_bits.h"

namespace deltasim {
namespace {

using Levels = std::vector<std::size_t>;

/// Spaces of at most so many combinations are written out.
constexpr std::int64_t kSmallSpace = 1 << 20;

/// In [0, count), each equally likely. (The standard library's distributions differ from one
/// implementation to the next.)
std::size_t random_index(RandomWords& random, std::size_t count) {
  const std::uint64_t excess = (~std::uint64_t{0} % count + 1) % count;
  for (;;) {
    const std::uint64_t word = random.next();
    if (word <= ~std::uint64_t{0} - excess) return static_cast<std::size_t>(word % count);
  }
}

/// The first `count` of a random order.
template <typename T>
void shuffle(std::vector<T>& values, std::size_t count, RandomWords& random) {
  for (std::size_t i = 0; i < count && i + 1 < values.size(); ++i) {
    std::swap(values[i], values[i + random_index(random, values.size() - i)]);
  }
}

[[noreturn]] void too_few(std::int64_t found, std::int64_t wanted, const std::string& how) {
  throw ConfigError(Fault{.key_path = "strategy.points",
                          .found = fmt::format("{}", wanted),
                          .expected = fmt::format("at most {}, {}", found, how)});
}

std::vector<DesignPoint> drawn_from_all(const SweepSpec& spec, const ConstraintSet& constraints,
                                        std::int64_t count, RandomWords& random) {
  std::vector<std::size_t> parameters(spec.parameters.size());
  std::iota(parameters.begin(), parameters.end(), std::size_t{0});
  std::vector<DesignPoint> all;
  walk_points(spec, constraints, parameters, 16 * kSmallSpace, [&](const DesignPoint& point) {
    all.push_back(point);
    return true;
  });
  if (static_cast<std::int64_t>(all.size()) < count) {
    too_few(static_cast<std::int64_t>(all.size()), count,
            "the number of points that meet the constraints");
  }
  shuffle(all, static_cast<std::size_t>(count), random);
  all.resize(static_cast<std::size_t>(count));
  return all;
}

Levels random_levels(const SweepSpec& spec, RandomWords& random) {
  Levels levels;
  for (const SweepParameter& parameter : spec.parameters) {
    levels.push_back(random_index(random, parameter.levels.size()));
  }
  return levels;
}

/// Points of a large space that meet the constraints and are not in `taken`, which they join.
std::vector<DesignPoint> drawn_by_trial(const SweepSpec& spec, const ConstraintSet& constraints,
                                        std::int64_t count, RandomWords& random,
                                        std::set<Levels>& taken) {
  std::vector<DesignPoint> points;
  const std::int64_t tries = 1'000'000 + 100 * count;
  for (std::int64_t i = 0; i < tries && static_cast<std::int64_t>(points.size()) < count; ++i) {
    DesignPoint point{random_levels(spec, random)};
    if (taken.contains(point.levels) || !constraints.meets(point)) continue;
    taken.insert(point.levels);
    points.push_back(std::move(point));
  }
  if (static_cast<std::int64_t>(points.size()) < count) {
    too_few(static_cast<std::int64_t>(points.size()), count,
            fmt::format("as many as met the constraints in {} random tries", tries));
  }
  return points;
}

bool is_small(const SweepSpec& spec) { return combinations(spec) <= kSmallSpace; }

/// Levels that are used evenly: value i of `count` lies in the i-th of as many equal parts.
std::vector<std::size_t> even_levels(std::size_t levels, std::size_t count, RandomWords& random) {
  std::vector<std::size_t> column(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * levels / count;
    const std::size_t past = std::max(first + 1, (i + 1) * levels / count);
    column[i] = first + random_index(random, past - first);
  }
  shuffle(column, count, random);
  return column;
}

/// A Latin hypercube whose points are mended by exchanges within a column.
class Hypercube {
 public:
  Hypercube(const SweepSpec& spec, const ConstraintSet& constraints, std::size_t count,
            RandomWords& random)
      : constraints_(constraints), random_(random), points_(count) {
    for (const SweepParameter& parameter : spec.parameters) {
      const auto column = even_levels(parameter.levels.size(), count, random);
      for (std::size_t i = 0; i < count; ++i) points_[i].levels.push_back(column[i]);
    }
    for (const DesignPoint& point : points_) ++uses_[point.levels];
  }

  /// Exchanges levels until no point is bad, or for so many rounds.
  void mend() {
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<std::size_t> bad = bad_points();
      if (bad.empty()) return;
      for (const std::size_t point : bad) mend(point);
    }
  }

  /// The good ones; of equal ones, the first.
  std::vector<DesignPoint> good_points() const {
    std::vector<DesignPoint> good;
    std::set<Levels> seen;
    for (const DesignPoint& point : points_) {
      if (constraints_.meets(point) && seen.insert(point.levels).second) good.push_back(point);
    }
    return good;
  }

 private:
  static constexpr int kRounds = 50;
  static constexpr int kTries = 8;  // of one point in one round

  void mend(std::size_t point) {
    for (int i = 0; i < kTries && is_bad(point); ++i) {
      const std::size_t other = random_index(random_, points_.size());
      exchange(point, other, random_index(random_, points_[point].levels.size()));
    }
  }

  bool is_bad(std::size_t i) const {
    return uses_.at(points_[i].levels) > 1 || !constraints_.meets(points_[i]);
  }
  std::vector<std::size_t> bad_points() const {
    std::vector<std::size_t> bad;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (is_bad(i)) bad.push_back(i);
    }
    return bad;
  }

  void swap_levels(std::size_t a, std::size_t b, std::size_t column) {
    --uses_[points_[a].levels];
    --uses_[points_[b].levels];
    std::swap(points_[a].levels[column], points_[b].levels[column]);
    ++uses_[points_[a].levels];
    ++uses_[points_[b].levels];
  }

  /// Takes effect unless it makes more of the two bad.
  void exchange(std::size_t a, std::size_t b, std::size_t column) {
    if (points_[a].levels[column] == points_[b].levels[column]) return;
    const int before = int{is_bad(a)} + int{is_bad(b)};
    swap_levels(a, b, column);
    const int after = int{is_bad(a)} + int{is_bad(b)};
    if (after > before) swap_levels(a, b, column);
  }

  const ConstraintSet& constraints_;
  RandomWords& random_;
  std::vector<DesignPoint> points_;
  std::map<Levels, int> uses_;
};

}  // namespace

std::vector<DesignPoint> random_points(const SweepSpec& spec, const ConstraintSet& constraints,
                                       std::int64_t count, std::uint64_t seed) {
  RandomWords random(named_key("random", seed));
  if (is_small(spec)) return drawn_from_all(spec, constraints, count, random);
  std::set<Levels> taken;
  return drawn_by_trial(spec, constraints, count, random, taken);
}

std::vector<DesignPoint> latin_hypercube_points(const SweepSpec& spec,
                                                const ConstraintSet& constraints,
                                                std::int64_t count, std::uint64_t seed) {
  RandomWords random(named_key("latin_hypercube", seed));
  Hypercube cube(spec, constraints, static_cast<std::size_t>(count), random);
  cube.mend();
  std::vector<DesignPoint> points = cube.good_points();
  std::set<Levels> taken;
  for (const DesignPoint& point : points) taken.insert(point.levels);
  const std::int64_t missing = count - static_cast<std::int64_t>(points.size());
  if (missing == 0) return points;
  // A small space is looked through, so that its last points are found too.
  std::vector<DesignPoint> others;
  if (is_small(spec)) {
    others = drawn_from_all(spec, constraints, count, random);
    std::erase_if(others, [&](const DesignPoint& point) { return taken.contains(point.levels); });
    others.resize(static_cast<std::size_t>(missing));
  } else {
    others = drawn_by_trial(spec, constraints, missing, random, taken);
  }
  points.insert(points.end(), others.begin(), others.end());
  return points;
}

}  // namespace deltasim
