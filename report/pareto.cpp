#include "report/pareto.h"

#include <algorithm>
#include <numeric>

namespace deltasim {

std::vector<std::size_t> non_dominated(std::span<const Tradeoff> points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
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

}  // namespace deltasim
