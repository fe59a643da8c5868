#include "traces/summary.h"

namespace deltasim {
namespace {

/// Pixels of which no channel is set: those outputs that a 1x1 layer of one channel, reading the
/// map, would not touch.
std::int64_t untouched_pixels(const Bitmap& map, const Shape& shape) {
  Layer layer;
  layer.input = shape;
  layer.output = {shape.height, shape.width, 1};
  return shape.pixels() - count_work(layer, map).touched_outputs;
}

class StreamCounter {
 public:
  explicit StreamCounter(const StreamInfo& info) : layers_(layers_of(info.graph, info.maps)) {
    summary_.name = info.name;
    summary_.network = info.graph.name;
    summary_.weights_kind = info.weights_kind;
    for (const RecordedMap& map : info.maps) {
      summary_.maps.push_back({map.name, map.kind, map.shape, {}, {}, {}});
    }
    for (const Layer& layer : layers_) {
      summary_.layers.push_back({layer.name,
                                 layer.input,
                                 layer.output,
                                 deltasim::dense_macs(layer),
                                 deltasim::valid_macs(layer),
                                 {},
                                 {},
                                 {},
                                 {}});
    }
  }

  void add(const FrameRecord& record) {
    ++summary_.frames;
    summary_.repeated_frames += record.repeats_previous ? 1 : 0;
    summary_.top1.push_back(record.top1);
    if (record.fidelity) summary_.fidelity.push_back(*record.fidelity);
    // The first frame's delta is against nothing: it is no delta of the clip.
    const bool has_delta = record.frame > 0;
    for (std::size_t i = 0; i < summary_.maps.size(); ++i) {
      add_map(record.maps[i], has_delta, summary_.maps[i]);
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const MapBits& input = record.maps[static_cast<std::size_t>(layers_[i].input_map)];
      add_layer(layers_[i], input, has_delta, summary_.layers[i]);
    }
  }

  StreamSummary take() { return std::move(summary_); }

 private:
  static void add_map(const MapBits& bits, bool has_delta, MapSummary& map) {
    map.active.push_back(static_cast<std::int64_t>(bits.active.count()));
    if (!has_delta) return;
    map.changed.push_back(static_cast<std::int64_t>(bits.delta.count()));
    map.unchanged_pixels.push_back(untouched_pixels(bits.delta, map.shape));
  }
  static void add_layer(const Layer& layer, const MapBits& input, bool has_delta,
                        LayerSummary& summary) {
    summary.spatial_macs.push_back(count_work(layer, input.active).effectual_macs);
    if (!has_delta) return;
    const LayerWork work = count_work(layer, input.delta);
    summary.delta_macs.push_back(work.effectual_macs);
    summary.events.push_back(work.events);
    summary.touched_outputs.push_back(work.touched_outputs);
  }

  std::vector<Layer> layers_;
  StreamSummary summary_;
};

/// Sums of numerators and denominators, divided once.
class Ratio {
 public:
  void add(std::int64_t numerator, std::int64_t denominator) {
    numerator_ += static_cast<double>(numerator);
    denominator_ += static_cast<double>(denominator);
  }
  std::optional<double> value() const {
    if (denominator_ == 0) return std::nullopt;
    return numerator_ / denominator_;
  }

 private:
  double numerator_ = 0;
  double denominator_ = 0;
};

}  // namespace

StreamTotals totals(const StreamSummary& stream) {
  StreamTotals totals;
  Ratio activation, temporal, spatial_reduction, delta_reduction, touched;
  for (const MapSummary& map : stream.maps) {
    if (map.kind != RecordedMap::Kind::kSite) continue;
    const std::int64_t elements = map.shape.elements();
    for (const std::int64_t active : map.active) activation.add(elements - active, elements);
    for (const std::int64_t changed : map.changed) temporal.add(elements - changed, elements);
  }
  for (const LayerSummary& layer : stream.layers) {
    totals.dense_macs_per_frame += layer.dense_macs;
    totals.valid_macs_per_frame += layer.valid_macs;
    for (const std::int64_t macs : layer.spatial_macs) {
      spatial_reduction.add(layer.dense_macs, macs);
    }
    for (const std::int64_t macs : layer.delta_macs) delta_reduction.add(layer.dense_macs, macs);
    for (const std::int64_t count : layer.touched_outputs) {
      touched.add(count, layer.output.elements());
    }
  }
  totals.activation_sparsity = activation.value();
  totals.temporal_sparsity = temporal.value();
  totals.mac_reduction_spatial = spatial_reduction.value();
  totals.mac_reduction_delta = delta_reduction.value();
  totals.touched_outputs = touched.value();
  return totals;
}

TraceSummary summarise(TraceReader& reader) {
  std::vector<StreamCounter> counters;
  for (const StreamInfo& stream : reader.header().streams) counters.emplace_back(stream);
  FrameRecord record;
  while (reader.next(record)) counters[static_cast<std::size_t>(record.stream)].add(record);
  TraceSummary summary;
  summary.header = reader.header();
  for (StreamInfo& stream : summary.header.streams) {
    stream.graph = Graph();
    stream.maps.clear();
  }
  for (StreamCounter& counter : counters) summary.streams.push_back(counter.take());
  summary.damage = reader.damage();
  return summary;
}

}  // namespace deltasim
