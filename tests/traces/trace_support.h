#pragma once
// Small networks and made-up frames for the tests of the trace.

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "traces/trace.h"

namespace deltasim::test {

/// Two convolutions, a pool, a join, a depthwise and a fully connected layer on odd extents.
inline Graph small_graph(std::string name = "small") {
  Graph graph;
  graph.name = std::move(name);
  Window three;
  three.kernel_h = three.kernel_w = 3;
  three.pad_top = three.pad_bottom = three.pad_left = three.pad_right = 1;
  Window pool;
  pool.kernel_h = pool.kernel_w = pool.stride_h = pool.stride_w = 2;
  const NodeId input = graph.add("input", InputOp{{13, 11, 3}}, {});
  const NodeId conv1 = graph.add("conv1", ConvolutionOp{three, 70, 1}, {input});
  const NodeId relu1 = graph.add("relu1", ReluOp{}, {conv1});
  const NodeId pooled = graph.add("pool", MaxPoolOp{pool}, {relu1});
  const NodeId conv2 = graph.add("conv2", ConvolutionOp{three, 70, 70}, {pooled});
  const NodeId add = graph.add("add", AddOp{}, {conv2, pooled});
  const NodeId relu2 = graph.add("relu2", Relu6Op{}, {add});
  const NodeId average = graph.add("average", GlobalAveragePoolOp{}, {relu2});
  const NodeId flat = graph.add("flatten", FlattenOp{}, {average});
  graph.add("fc", FullyConnectedOp{5}, {flat});
  assign_stages(graph);
  return graph;
}

inline StreamInfo small_stream(const std::string& name) {
  StreamInfo stream;
  stream.name = name;
  stream.graph = small_graph();
  stream.maps = recorded_maps(stream.graph, {});
  stream.weights_kind = WeightsKind::kCrossModality;
  stream.weights_sha256 = std::string(64, 'a');
  return stream;
}

inline TraceHeader small_header(int streams = 2, bool values = false) {
  TraceHeader header;
  header.tool_version = "0.1.0";
  header.quantizer = "fixed_point:8";
  header.backend = "fp32";
  header.video = {"clip.avi", std::string(64, 'b'), "mpeg4", 320, 240, 25, 10, 100, 1};
  for (int i = 0; i < streams; ++i) {
    header.streams.push_back(small_stream(i == 0 ? "spatial" : "temporal"));
  }
  header.has_values = values;
  return header;
}

/// Makes the frames of one stream one after the other, with consistent active and delta maps.
class FrameMaker {
 public:
  FrameMaker(const TraceHeader& header, int stream, unsigned seed)
      : header_(header), stream_(stream), random_(seed) {}

  FrameRecord next() {
    FrameRecord record;
    record.stream = stream_;
    record.frame = frame_++;
    record.source_frame = 10 + record.frame;
    record.repeats_previous = record.frame == 2;
    record.top1 = record.frame % 3 == 0 ? -1 : static_cast<int>(record.frame);
    if (record.frame % 2 == 1) record.fidelity = Fidelity{true, false, 0.5, 2.25};
    const auto& maps = header_.streams[static_cast<std::size_t>(stream_)].maps;
    values_.resize(maps.size());
    for (std::size_t i = 0; i < maps.size(); ++i) record.maps.push_back(next_map(maps[i], i));
    return record;
  }

 private:
  MapBits next_map(const RecordedMap& map, std::size_t index) {
    const auto elements = static_cast<std::size_t>(map.shape.elements());
    std::vector<float>& values = values_[index];
    values.resize(elements, 0);
    MapBits bits{Bitmap(elements), Bitmap(elements), {}};
    std::bernoulli_distribution change(frame_ == 1 ? 0.5 : 0.2);
    std::uniform_int_distribution<int> code(0, 2);
    for (std::size_t i = 0; i < elements; ++i) {
      if (change(random_)) {
        const float value = 0.25F * static_cast<float>(code(random_));
        if (value != values[i]) bits.delta.set(i);
        values[i] = value;
      }
      if (values[i] != 0) bits.active.set(i);
    }
    if (header_.has_values) bits.values = values;
    return bits;
  }

  const TraceHeader& header_;
  int stream_;
  std::int64_t frame_ = 0;
  std::mt19937 random_;
  std::vector<std::vector<float>> values_;
};

}  // namespace deltasim::test
