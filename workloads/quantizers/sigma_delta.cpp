#include <limits>

#include "workloads/kernels/kernels.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {
namespace {

class SigmaDelta final : public SiteQuantizer {
 public:
  SigmaDelta(float step, std::size_t elements) : step_(step), residue_(elements, 0.0F) {}

  void quantize(std::span<float> values, std::size_t offset) override {
    kernels().quantize_sigma_delta(values.data(), residue_.data() + offset, values.size(),
                                   {1 / step_, step_, std::numeric_limits<float>::infinity()});
  }
  std::optional<Grid> grid() const override { return Grid{.step = step_}; }

 private:
  float step_;
  std::vector<float> residue_;
};

}  // namespace

std::unique_ptr<SiteQuantizer> make_sigma_delta(int bits, float max_abs, std::size_t elements) {
  return std::make_unique<SigmaDelta>(fixed_point_grid(bits, max_abs).step, elements);
}

}  // namespace deltasim
