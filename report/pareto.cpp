#include "report/pareto.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace deltasim {
namespace {

std::vector<std::size_t> indices(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

bool is_no_worse(const Costs& a, const Costs& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x <= y; });
}

/// The lowest and the highest value of one cost.
struct Extent {
  double lowest = 0, highest = 0;
};

std::vector<Extent> extents_of(std::span<const Costs> points) {
  std::vector<Extent> extents;
  for (const double cost : points.front()) extents.push_back({cost, cost});
  for (const Costs& point : points) {
    for (std::size_t i = 0; i < extents.size(); ++i) {
      extents[i].lowest = std::min(extents[i].lowest, point[i]);
      extents[i].highest = std::max(extents[i].highest, point[i]);
    }
  }
  return extents;
}

/// Sum of the scaled costs: 1 on the plane, 0 at the ideal point.
double scaled_sum(const Costs& point, const std::vector<Extent>& extents) {
  double sum = 0;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    const double width = extents[i].highest - extents[i].lowest;
    if (width > 0) sum += (point[i] - extents[i].lowest) / width;
  }
  return sum;
}

}  // namespace

std::vector<std::size_t> non_dominated(std::span<const Tradeoff> points) {
  std::vector<std::size_t> order = indices(points.size());
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return points[a].first != points[b].first ? points[a].first < points[b].first
                                              : points[a].second < points[b].second;
  });
  std::vector<std::size_t> front;
  for (const std::size_t index : order) {
    const Tradeoff& point = points[index];
    // The last of the front has the least `second` of all points before this one.
    const bool beaten = !front.empty() && points[front.back()].second <= point.second;
    const bool equal = !front.empty() && points[front.back()].first == point.first &&
                       points[front.back()].second == point.second;
    if (!beaten || equal) front.push_back(index);
  }
  return front;
}

Costs costs_of(std::span<const double> values, std::span<const SweepObjective> objectives) {
  Costs costs(values.begin(), values.end());
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (!objectives[i].minimised) costs[i] = -costs[i];
  }
  return costs;
}

namespace {

/// Those of `order`, which have two costs each; their fronts may be as large as a sweep.
std::vector<std::size_t> non_dominated_pairs(std::span<const Costs> points,
                                             const std::vector<std::size_t>& order) {
  std::vector<Tradeoff> pairs;
  pairs.reserve(order.size());
  for (const std::size_t i : order) pairs.push_back({points[i][0], points[i][1]});
  std::vector<std::size_t> front;
  for (const std::size_t i : non_dominated(pairs)) front.push_back(order[i]);
  return front;
}

}  // namespace

std::vector<std::size_t> non_dominated(std::span<const Costs> points) {
  std::vector<std::size_t> order = indices(points.size());
  std::erase_if(order, [&](std::size_t i) {
    return std::ranges::any_of(points[i], [](double cost) { return std::isnan(cost); });
  });
  if (!order.empty() && points[order.front()].size() == 2) {
    return non_dominated_pairs(points, order);
  }
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return points[a] < points[b]; });
  // Only what stands before a point in this order can dominate it, so that whatever joins the
  // front stays in it. The member that dominated last is asked first.
  std::vector<std::size_t> front;
  std::vector<std::size_t> asked;
  for (const std::size_t index : order) {
    const auto beats = [&](std::size_t member) {
      return is_no_worse(points[member], points[index]) && points[member] != points[index];
    };
    const auto beaten = std::ranges::find_if(asked, beats);
    if (beaten == asked.end()) {
      front.push_back(index);
      asked.push_back(index);
    } else {
      std::iter_swap(asked.begin(), beaten);
    }
  }
  return front;
}

std::optional<std::size_t> knee_point(std::span<const Costs> front) {
  if (front.size() < 3) return std::nullopt;
  const std::vector<Extent> extents = extents_of(front);
  const bool varied = std::ranges::any_of(extents, [](auto e) { return e.highest > e.lowest; });
  if (!varied) return std::nullopt;
  constexpr double kRounding = 1e-9;  // a straight front has no knee
  std::optional<std::size_t> knee;
  double least = 1 - kRounding;
  for (std::size_t i = 0; i < front.size(); ++i) {
    const double sum = scaled_sum(front[i], extents);
    if (!(sum < least)) continue;
    least = sum;
    knee = i;
  }
  return knee;
}

}  // namespace deltasim
