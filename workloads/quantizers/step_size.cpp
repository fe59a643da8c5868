#include <limits>
#include <utility>

#include "workloads/kernels/kernels.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {
namespace {

class StepSize final : public SiteQuantizer {
 public:
  explicit StepSize(float step) : step_(step) {}

  void quantize(std::span<float> values, std::size_t /*offset*/) override {
    kernels().quantize_uniform(values.data(), values.size(),
                               {1 / step_, step_, std::numeric_limits<float>::infinity()});
  }
  std::optional<Grid> grid() const override { return Grid{.step = step_}; }
  bool only_rounds() const override { return true; }

 private:
  float step_;
};

class StepSizePerChannel final : public SiteQuantizer {
 public:
  explicit StepSizePerChannel(std::vector<float> steps) : steps_(std::move(steps)) {
    for (const float step : steps_) inverse_steps_.push_back(1 / step);
  }

  void quantize(std::span<float> values, std::size_t offset) override {
    kernels().quantize_per_channel(values.data(), values.size(), inverse_steps_.data(),
                                   steps_.data(), steps_.size(), offset);
  }

 private:
  std::vector<float> steps_;
  std::vector<float> inverse_steps_;
};

}  // namespace

std::unique_ptr<SiteQuantizer> make_step(float step) { return std::make_unique<StepSize>(step); }

std::unique_ptr<SiteQuantizer> make_step_per_channel(std::vector<float> steps) {
  return std::make_unique<StepSizePerChannel>(std::move(steps));
}

}  // namespace deltasim
