#include "explore/hypervolume.h"

#include <algorithm>
#include <pagmo/utils/hypervolume.hpp>

#include "arch/errors.h"

namespace deltasim {
namespace {

/// Costs over a front, as 0 to 1; a cost that is the same all over it is 0 there, and counts from
/// there in its own unit.
class Scale {
 public:
  explicit Scale(const std::vector<Costs>& front) : lowest_(front.front()), width_(lowest_) {
    Costs highest = lowest_;
    for (const Costs& point : front) {
      for (std::size_t i = 0; i < point.size(); ++i) {
        lowest_[i] = std::min(lowest_[i], point[i]);
        highest[i] = std::max(highest[i], point[i]);
      }
    }
    for (std::size_t i = 0; i < width_.size(); ++i) {
      width_[i] = highest[i] > lowest_[i] ? highest[i] - lowest_[i] : 1;
    }
  }

  std::vector<Costs> scaled(std::span<const Costs> points) const {
    std::vector<Costs> all;
    for (const Costs& point : points) {
      Costs& one = all.emplace_back(point);
      for (std::size_t i = 0; i < one.size(); ++i) one[i] = (one[i] - lowest_[i]) / width_[i];
    }
    return all;
  }

 private:
  Costs lowest_, width_;
};

}  // namespace

double hypervolume(std::span<const Costs> points, const Costs& reference) {
  std::vector<pagmo::vector_double> better;
  for (const std::size_t i : non_dominated(points)) {
    const bool counts = std::ranges::equal(points[i], reference, std::ranges::less());
    if (counts) better.push_back(points[i]);
  }
  if (better.empty()) return 0;
  if (reference.size() == 1) return reference[0] - better.front()[0];  // pagmo takes two and more
  return pagmo::hypervolume(better).compute(reference);
}

double relative_hypervolume(std::span<const Costs> found, std::span<const Costs> all) {
  std::vector<Costs> front;
  for (const std::size_t i : non_dominated(all)) front.push_back(all[i]);
  DELTASIM_INVARIANT(!front.empty(), "there is a point to compare with");
  constexpr double kReference = 1.1;
  const Costs reference(front.front().size(), kReference);
  const Scale scale(front);
  return hypervolume(scale.scaled(found), reference) / hypervolume(scale.scaled(front), reference);
}

}  // namespace deltasim
