#include "workloads/kernels/kernels.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {
namespace {

class Threshold final : public SiteQuantizer {
 public:
  Threshold(float theta, std::size_t elements) : theta_(theta), reference_(elements, 0.0F) {}

  void quantize(std::span<float> values, std::size_t offset) override {
    kernels().hold_below_threshold(values.data(), reference_.data() + offset, values.size(),
                                   theta_);
  }

 private:
  float theta_;
  std::vector<float> reference_;  ///< what was last sent
};

}  // namespace

std::unique_ptr<SiteQuantizer> make_threshold(float theta, std::size_t elements) {
  return std::make_unique<Threshold>(theta, elements);
}

}  // namespace deltasim
