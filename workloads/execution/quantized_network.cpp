#include "workloads/execution/quantized_network.h"

#include <algorithm>
#include <utility>

#include "arch/errors.h"

namespace deltasim {

QuantizedNetwork::QuantizedNetwork(const Graph& graph, const Weights& weights,
                                   std::span<const RecordedMap> maps, SiteQuantizers quantizers,
                                   const Backend& backend, std::shared_ptr<Workers> workers,
                                   const ExecutionOptions& options)
    : quantizers_(std::move(quantizers)), workers_(std::move(workers)) {
  DELTASIM_INVARIANT(quantizers_.maps.size() == maps.size(), "one quantizer, or none, a map");
  for (const RecordedMap& map : maps) map_shapes_.push_back(map.shape);
  program_ = build_program(graph, weights, maps, quantizers_, backend, workers_->count(), options);
  make_tasks();
}

void QuantizedNetwork::make_tasks() {
  for (const auto& step : program_.steps)
    tasks_.push_back(
        {step->blocks(), [work = step.get()](std::size_t block) { work->run(block); }});
}

void QuantizedNetwork::begin_frame(std::span<const float> input) {
  DELTASIM_INVARIANT(input.size() == program_.map_values.front()->elements(),
                     "a frame has the input's shape");
  output_.maps.resize(map_shapes_.size());
  for (std::size_t i = 0; i < map_shapes_.size(); ++i) {
    const auto elements = static_cast<std::size_t>(map_shapes_[i].elements());
    MapOutput& map = output_.maps[i];
    if (map.active.size() != elements || map.active.words().empty()) map.active = Bitmap(elements);
    if (map.delta.size() != elements || map.delta.words().empty()) map.delta = Bitmap(elements);
  }
  for (const auto& value : program_.values) value->advance();
  for (Finisher* finisher : program_.finishers)
    finisher->set_output(
        finisher->map() < 0 ? nullptr : &output_.maps[static_cast<std::size_t>(finisher->map())]);
  program_.input->set_input(input);
}

const FrameOutput& QuantizedNetwork::step(std::span<const float> input) {
  begin_frame(input);
  workers_->run(tasks_);
  return output_;
}

void QuantizedNetwork::step_until(std::span<const float> input, std::size_t map) {
  begin_frame(input);
  const auto last = std::ranges::find(program_.operations, static_cast<int>(map),
                                      [](const auto& operation) { return operation.fused.map; });
  workers_->run(std::span(tasks_).first(last->end_step));
}

std::span<const float> QuantizedNetwork::logits() const {
  return {program_.logits->floats(), program_.logits->elements()};
}

std::optional<std::span<const float>> QuantizedNetwork::float_values(std::size_t map) const {
  const Value& value = *program_.map_values[map];
  if (value.storage() != Storage::kFloats) return std::nullopt;
  return std::span(value.floats(), value.elements());
}

std::vector<float> QuantizedNetwork::values(std::size_t map) const {
  const Value& value = *program_.map_values[map];
  std::vector<float> result(value.elements());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = value.value(i);
  return result;
}

int QuantizedNetwork::integer_layers() const {
  return static_cast<int>(std::ranges::count_if(
      program_.operations, [](const auto& operation) { return operation.integer_sums; }));
}

}  // namespace deltasim
