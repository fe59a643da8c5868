#pragma once
// What the quantizers must know of a network before its first quantized frame.

#include <memory>
#include <span>
#include <vector>

#include "workloads/execution/quantized_network.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {

/// Runs calibration frames through the unquantized network in float32 and keeps the largest
/// magnitude of every site, the input and the logits.
///
/// A wanted sparsity is met site by site in execution order, with the sites before it already
/// quantized: by bisection, the smallest step between 1/255 and twice the site's largest value
/// whose delta maps, over all frames after the first, have at least that share of zeros. This
/// keeps the first kSparsityFrames frames and runs them again for each site.
class Calibrator {
 public:
  static constexpr std::size_t kSparsityFrames = 4;

  /// The references must live as long as the calibrator.
  Calibrator(const Graph& graph, const Weights& weights, std::span<const RecordedMap> maps,
             const QuantizerSpec& spec, const Backend& backend, std::shared_ptr<Workers> workers);

  void observe(std::span<const float> input);
  /// @throws ConfigError where there were no frames, or for a wanted sparsity fewer than two
  Calibration finish();
  /// The unquantized network, as the last observed frame left it.
  const QuantizedNetwork& network() const { return network_; }

 private:
  class Adjustable;

  void find_steps(double sparsity);
  float step_for(std::size_t map, double sparsity);

  const Graph& graph_;
  std::vector<RecordedMap> maps_;
  QuantizerSpec spec_;
  std::vector<Adjustable*> sites_;  ///< owned by the network; nullptr where a map is no site
  QuantizedNetwork network_;
  Calibration calibration_;
  std::vector<std::vector<float>> frames_;
  std::size_t observed_ = 0;
};

/// Share of equal elements in consecutive maps once both are rounded to multiples of `step`.
double sparsity_at(std::span<const std::vector<float>> maps, float step);

}  // namespace deltasim
