#include "traces/summary.h"

namespace deltasim {
namespace {

/// Ones of one bitmap, per pixel, and what follows from them.
struct PixelOnes {
  PixelOnes(const Bitmap& map, const Shape& shape) : ones(ones_per_pixel(map, shape)) {
    for (const std::uint32_t pixel : ones) {
      count += pixel;
      empty_pixels += pixel == 0 ? 1 : 0;
    }
  }

  std::vector<std::uint32_t> ones;
  std::int64_t count = 0;
  std::int64_t empty_pixels = 0;
};

/// Whether the layer sees the map with its pixels. A convolution behind a flatten sees a vector.
bool sees_pixels(const Layer& layer, const Shape& map) { return layer.input == map; }

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

class FrameCounter::Implementation {
 public:
  explicit Implementation(const StreamInfo& info) : layers_(layers_of(info.graph, info.maps)) {
    summary_.name = info.name;
    summary_.network = info.graph.name;
    summary_.weights_kind = info.weights_kind;
    for (const RecordedMap& map : info.maps) {
      summary_.maps.push_back({map.name, map.kind, map.shape, {}, {}, {}});
    }
    readers_.resize(info.maps.size());
    for (const Layer& layer : layers_) {
      readers_[static_cast<std::size_t>(layer.input_map)].push_back(summary_.layers.size());
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
    if (record.fidelity) {
      summary_.fidelity.push_back(*record.fidelity);
      summary_.fidelity_frames.push_back(record.frame);
    }
    // The first frame's delta is against nothing: it is no delta of the clip.
    const bool has_delta = record.frame > 0;
    for (std::size_t i = 0; i < summary_.maps.size(); ++i) {
      const MapBits& bits = record.maps[i];
      const PixelOnes active(bits.active, summary_.maps[i].shape);
      summary_.maps[i].active.push_back(active.count);
      for (const std::size_t layer : readers_[i]) add_active(layer, bits, active);
      if (!has_delta) continue;
      const PixelOnes delta(bits.delta, summary_.maps[i].shape);
      summary_.maps[i].changed.push_back(delta.count);
      summary_.maps[i].unchanged_pixels.push_back(delta.empty_pixels);
      for (const std::size_t layer : readers_[i]) add_delta(layer, bits, delta);
    }
  }

  const StreamSummary& summary() const { return summary_; }

 private:
  void add_active(std::size_t index, const MapBits& bits, const PixelOnes& active) {
    const Layer& layer = layers_[index];
    const bool same = sees_pixels(layer, summary_.maps[layer_map(index)].shape);
    summary_.layers[index].spatial_macs.push_back(
        same ? effectual_macs(layer, active.ones) : count_work(layer, bits.active).effectual_macs);
  }
  void add_delta(std::size_t index, const MapBits& bits, const PixelOnes& delta) {
    const Layer& layer = layers_[index];
    const bool same = sees_pixels(layer, summary_.maps[layer_map(index)].shape);
    const LayerWork work =
        same ? count_work(layer, bits.delta, delta.ones) : count_work(layer, bits.delta);
    LayerSummary& summary = summary_.layers[index];
    summary.delta_macs.push_back(work.effectual_macs);
    summary.events.push_back(work.events);
    summary.touched_outputs.push_back(work.touched_outputs);
  }
  std::size_t layer_map(std::size_t layer) const {
    return static_cast<std::size_t>(layers_[layer].input_map);
  }

  std::vector<Layer> layers_;
  std::vector<std::vector<std::size_t>> readers_;  ///< layers by the map that they read
  StreamSummary summary_;
};

FrameCounter::FrameCounter(const StreamInfo& stream)
    : implementation_(std::make_unique<Implementation>(stream)) {}
FrameCounter::FrameCounter(FrameCounter&&) noexcept = default;
FrameCounter::~FrameCounter() = default;
void FrameCounter::add(const FrameRecord& record) { implementation_->add(record); }
const StreamSummary& FrameCounter::summary() const { return implementation_->summary(); }

StreamTotals totals(const StreamSummary& stream) {
  StreamTotals totals;
  // Spatial execution is compared with delta execution: over the same frames.
  const std::size_t first = stream.frames > 1 ? 1 : 0;
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
    for (std::size_t t = first; t < layer.spatial_macs.size(); ++t) {
      spatial_reduction.add(layer.dense_macs, layer.spatial_macs[t]);
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
  std::vector<FrameCounter> counters;
  for (const StreamInfo& stream : reader.header().streams) counters.emplace_back(stream);
  FrameRecord record;
  while (reader.next(record)) counters[static_cast<std::size_t>(record.stream)].add(record);
  TraceSummary summary;
  summary.header = reader.header();
  for (StreamInfo& stream : summary.header.streams) {
    stream.graph = Graph();
    stream.maps.clear();
  }
  for (const FrameCounter& counter : counters) summary.streams.push_back(counter.summary());
  summary.damage = reader.damage();
  return summary;
}

}  // namespace deltasim
