#include <cmath>
#include <limits>

#include "workloads/kernels/kernels.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {
namespace {

class FixedPoint final : public SiteQuantizer {
 public:
  explicit FixedPoint(Grid grid) : grid_(grid) {}

  void quantize(std::span<float> values, std::size_t /*offset*/) override {
    kernels().quantize_uniform(values.data(), values.size(),
                               {1 / grid_.step, grid_.step, static_cast<float>(grid_.max_code)});
  }
  std::optional<Grid> grid() const override { return grid_; }
  bool only_rounds() const override { return true; }

 private:
  Grid grid_;
};

}  // namespace

Grid fixed_point_grid(int bits, float max_abs) {
  // floor(log2 x) without rounding trouble: x = m 2^e with 0.5 <= m < 1 has floor(log2 x) = e - 1.
  int exponent = 0;
  if (max_abs > 0) std::frexp(max_abs, &exponent);
  const int fraction_bits = bits - exponent - 1;
  return {.step = std::ldexp(1.0F, -fraction_bits), .max_code = 1 << (bits - 1)};
}

std::unique_ptr<SiteQuantizer> make_fixed_point(int bits, float max_abs) {
  return std::make_unique<FixedPoint>(fixed_point_grid(bits, max_abs));
}

}  // namespace deltasim
