#pragma once
// Which of several designs no other one beats.

#include <cstddef>
#include <span>
#include <vector>

namespace deltasim {

/// Two objectives, both better when smaller.
struct Tradeoff {
  double first = 0, second = 0;
};

/// Indices of the points that no other point dominates, by rising `first`: none is as good in both
/// objectives and better in one. Equal points do not dominate each other. Exact; O(n log n).
std::vector<std::size_t> non_dominated(std::span<const Tradeoff> points);

}  // namespace deltasim
