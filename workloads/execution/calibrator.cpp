#include "workloads/execution/calibrator.h"

#include <algorithm>
#include <cmath>

#include "arch/errors.h"
#include "workloads/graph_walk.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

constexpr int kBisections = 20;
constexpr float kFinest = 1.0F / 255;  // of the largest value: codes then fit in a byte
constexpr float kCoarsest = 2;         // of the largest value: everything becomes zero

}  // namespace

/// Passes values on until it is given a step.
class Calibrator::Adjustable final : public SiteQuantizer {
 public:
  void quantize(std::span<float> values, std::size_t offset) override {
    if (quantizer_) quantizer_->quantize(values, offset);
  }
  void set_step(float step) { quantizer_ = make_step(step); }

 private:
  std::unique_ptr<SiteQuantizer> quantizer_;
};

Calibrator::Calibrator(const Graph& graph, const Weights& weights,
                       std::span<const RecordedMap> maps, const QuantizerSpec& spec,
                       const Backend& backend, std::shared_ptr<Workers> workers)
    : graph_(graph),
      maps_(maps.begin(), maps.end()),
      spec_(spec),
      network_(
          graph, weights, maps,
          [&] {
            SiteQuantizers quantizers;
            for (const RecordedMap& map : maps) {
              const bool site = map.kind == RecordedMap::Kind::kSite ||
                                (map.kind == RecordedMap::Kind::kInput && spec.quantize_input);
              auto adjustable = site ? std::make_unique<Adjustable>() : nullptr;
              sites_.push_back(adjustable.get());
              quantizers.maps.push_back(std::move(adjustable));
            }
            return quantizers;
          }(),
          backend, std::move(workers)) {}

void Calibrator::observe(std::span<const float> input) {
  network_.step(input);
  ++observed_;
  const auto raise = [&](const std::string& name, std::span<const float> values) {
    float& largest = calibration_.max_abs[name];
    largest = std::max(largest, kernels().max_magnitude(values.data(), values.size()));
  };
  for (std::size_t map = 0; map < maps_.size(); ++map)
    raise(maps_[map].name, *network_.float_values(map));
  raise(graph_.node(logits_node(graph_)).name, network_.logits());
  const auto* step = spec_.as<StepSpec>();
  if (step && step->sparsity && frames_.size() < kSparsityFrames)
    frames_.emplace_back(input.begin(), input.end());
}

Calibration Calibrator::finish() {
  const auto* step = spec_.as<StepSpec>();
  const std::size_t wanted = step && step->sparsity ? 2 : 1;
  if (observed_ < wanted)
    throw ConfigError(Fault{.key_path = "calibration",
                            .found = std::to_string(observed_) + " frames",
                            .expected = "at least " + std::to_string(wanted)});
  if (step && step->sparsity) find_steps(*step->sparsity);
  return calibration_;
}

void Calibrator::find_steps(double sparsity) {
  for (std::size_t map = 0; map < maps_.size(); ++map) {
    if (!sites_[map]) continue;
    const float step = step_for(map, sparsity);
    sites_[map]->set_step(step);
    calibration_.steps[maps_[map].name] = step;
  }
  // Logits have no delta map: as fine as a byte allows.
  const std::string& logits = graph_.node(logits_node(graph_)).name;
  const float largest = calibration_.max_abs[logits];
  calibration_.steps.try_emplace(logits, largest > 0 ? largest * kFinest : 1.0F);
}

float Calibrator::step_for(std::size_t map, double sparsity) {
  std::vector<std::vector<float>> values;
  float largest = 0;
  for (const std::vector<float>& frame : frames_) {
    network_.step_until(frame, map);
    const auto now = *network_.float_values(map);
    values.emplace_back(now.begin(), now.end());
    largest = std::max(largest, kernels().max_magnitude(now.data(), now.size()));
  }
  if (!(largest > 0)) return 1;
  float fine = std::log2(largest * kFinest), coarse = std::log2(largest * kCoarsest);
  if (sparsity_at(values, std::exp2(fine)) >= sparsity) return std::exp2(fine);
  for (int i = 0; i < kBisections; ++i) {
    const float middle = (fine + coarse) / 2;
    (sparsity_at(values, std::exp2(middle)) >= sparsity ? coarse : fine) = middle;
  }
  return std::exp2(coarse);
}

double sparsity_at(std::span<const std::vector<float>> maps, float step) {
  const float inverse = 1 / step;
  std::size_t equal = 0, elements = 0;
  for (std::size_t t = 1; t < maps.size(); ++t) {
    elements += maps[t].size();
    for (std::size_t i = 0; i < maps[t].size(); ++i)
      equal += std::nearbyint(maps[t][i] * inverse) == std::nearbyint(maps[t - 1][i] * inverse);
  }
  return elements == 0 ? 0 : static_cast<double>(equal) / static_cast<double>(elements);
}

}  // namespace deltasim
