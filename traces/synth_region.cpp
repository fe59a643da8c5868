#include "traces/synth_region.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arch/random_bits.h"

namespace deltasim {
namespace {

constexpr int kMostLatticeSide = 256;

}  // namespace

ChangingRegion::ChangingRegion(double blob, double persistence, std::uint64_t key)
    : side_(std::clamp(static_cast<int>(std::ceil(1 / blob)), 1, kMostLatticeSide) + 1),
      persistence_(persistence),
      key_(key),
      lattice_(static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_), 0) {}

void ChangingRegion::advance() {
  ++frame_;
  RandomWords random(random_key(key_, frame_));
  const double keep = frame_ == 0 ? 0 : persistence_;
  const double fresh = std::sqrt(1 - keep * keep);
  for (double& point : lattice_) point = keep * point + fresh * random.normal();
}

double ChangingRegion::value(double y, double x) const {
  const double cells = side_ - 1;
  const auto row = static_cast<std::size_t>(y * cells);
  const auto column = static_cast<std::size_t>(x * cells);
  const double down = y * cells - static_cast<double>(row);
  const double right = x * cells - static_cast<double>(column);
  const auto side = static_cast<std::size_t>(side_);
  const double* at = lattice_.data() + row * side + column;
  return (1 - down) * ((1 - right) * at[0] + right * at[1]) +
         down * ((1 - right) * at[side] + right * at[side + 1]);
}

std::vector<std::uint8_t> ChangingRegion::pixels(const Shape& shape, double share,
                                                 std::uint64_t key) const {
  const auto count = static_cast<std::size_t>(shape.pixels());
  std::vector<double> field(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<double>(i / static_cast<std::size_t>(shape.width));
    const auto column = static_cast<double>(i % static_cast<std::size_t>(shape.width));
    field[i] = value((row + 0.5) / shape.height, (column + 0.5) / shape.width);
  }
  const double wanted = share * static_cast<double>(count);
  const double rounding = RandomWords(key).uniform();
  const auto inside = std::min(count, static_cast<std::size_t>(wanted + rounding));
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(inside), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return field[a] != field[b] ? field[a] > field[b] : a < b;
                   });
  std::vector<std::uint8_t> mask(count, 0);
  for (std::size_t i = 0; i < inside; ++i) mask[order[i]] = 1;
  return mask;
}

}  // namespace deltasim
