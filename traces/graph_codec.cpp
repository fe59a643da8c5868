#include "traces/graph_codec.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <fmt/format.h>

#include "arch/errors.h"
#include "traces/trace.pb.h"

namespace deltasim {
namespace {

namespace pb = ::deltasim::trace::v1;

// ---- Values to messages ---------------------------------------------------------------------

void put(const Shape& shape, pb::Shape* out) {
  out->set_height(shape.height);
  out->set_width(shape.width);
  out->set_channels(shape.channels);
}

void put(const Window& window, pb::Window* out) {
  out->set_kernel_h(window.kernel_h);
  out->set_kernel_w(window.kernel_w);
  out->set_stride_h(window.stride_h);
  out->set_stride_w(window.stride_w);
  out->set_pad_top(window.pad_top);
  out->set_pad_bottom(window.pad_bottom);
  out->set_pad_left(window.pad_left);
  out->set_pad_right(window.pad_right);
  out->set_dilation_h(window.dilation_h);
  out->set_dilation_w(window.dilation_w);
}

/// One overload an operation; a new operation does not compile until it has one.
struct PutOperation {
  pb::Node* out;

  void operator()(const InputOp& op) const { put(op.shape, out->mutable_input()); }
  void operator()(const ConvolutionOp& op) const {
    pb::Convolution* convolution = out->mutable_convolution();
    put(op.window, convolution->mutable_window());
    convolution->set_out_channels(op.out_channels);
    convolution->set_groups(op.groups);
  }
  void operator()(const FullyConnectedOp& op) const {
    out->mutable_fully_connected()->set_out_channels(op.out_channels);
  }
  void operator()(const BatchNormOp& op) const {
    out->mutable_batch_norm()->set_epsilon(op.epsilon);
  }
  void operator()(const ReluOp&) const { out->mutable_relu(); }
  void operator()(const Relu6Op&) const { out->mutable_relu6(); }
  void operator()(const AddOp&) const { out->mutable_add(); }
  void operator()(const ConcatOp&) const { out->mutable_concat(); }
  void operator()(const MaxPoolOp& op) const { put(op.window, out->mutable_max_pool()); }
  void operator()(const AveragePoolOp& op) const {
    put(op.window, out->mutable_average_pool()->mutable_window());
    out->mutable_average_pool()->set_count_include_pad(op.count_include_pad);
  }
  void operator()(const GlobalAveragePoolOp&) const { out->mutable_global_average_pool(); }
  void operator()(const FlattenOp&) const { out->mutable_flatten(); }
  void operator()(const SoftmaxOp&) const { out->mutable_softmax(); }
};

void put(const Graph& graph, pb::Graph* out) {
  out->set_name(graph.name);
  for (const Node& node : graph.nodes()) {
    pb::Node* message = out->add_nodes();
    message->set_name(node.name);
    for (const NodeId input : node.inputs) message->add_inputs(input);
    message->set_stage(node.stage);
    put(node.shape, message->mutable_shape());
    std::visit(PutOperation{message}, node.operation);
  }
}

void put(const RecordedMap& map, pb::Map* out) {
  out->set_node(map.node);
  out->set_name(map.name);
  out->set_kind(static_cast<pb::MapKind>(static_cast<int>(map.kind) + 1));
  put(map.shape, out->mutable_shape());
}

void put(const StreamInfo& stream, pb::Stream* out) {
  out->set_name(stream.name);
  put(stream.graph, out->mutable_graph());
  for (const RecordedMap& map : stream.maps) put(map, out->add_maps());
  out->set_weights_kind(static_cast<pb::WeightsKind>(static_cast<int>(stream.weights_kind) + 1));
  out->set_weights_sha256(stream.weights_sha256);
}

void put(const VideoInfo& video, pb::Video* out) {
  out->set_file(video.file);
  out->set_sha256(video.sha256);
  out->set_codec(video.codec);
  out->set_width(video.width);
  out->set_height(video.height);
  out->set_frames_per_second(video.frames_per_second);
  out->set_start(video.start);
  out->set_count(video.count);
  out->set_stride(video.stride);
}

// ---- Messages to values: nothing is believed --------------------------------------------------

Shape get(const pb::Shape& shape) { return {shape.height(), shape.width(), shape.channels()}; }

Window get(const pb::Window& window) {
  return {window.kernel_h(),   window.kernel_w(),   window.stride_h(), window.stride_w(),
          window.pad_top(),    window.pad_bottom(), window.pad_left(), window.pad_right(),
          window.dilation_h(), window.dilation_w()};
}

/// Reads one header; knows the file for its messages.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view file) : file_(file) {}

  TraceHeader header(const pb::Header& in) const {
    TraceHeader header;
    header.tool_version = in.tool_version();
    header.quantizer = in.quantizer();
    header.backend = in.backend();
    header.video = video(in.video());
    for (const pb::Stream& message : in.streams()) header.streams.push_back(stream(message));
    header.has_values = in.has_values();
    header.faults = in.faults();
    require(!header.streams.empty(), "its header lists no stream");
    return header;
  }

 private:
  void require(bool condition, std::string_view what) const {
    if (!condition) throw ConfigError(file_, what);
  }

  VideoInfo video(const pb::Video& in) const {
    return {in.file(),  in.sha256(), in.codec(), in.width(), in.height(), in.frames_per_second(),
            in.start(), in.count(),  in.stride()};
  }

  StreamInfo stream(const pb::Stream& in) const {
    StreamInfo stream;
    stream.name = in.name();
    stream.graph = graph(in.graph());
    std::int64_t elements = 0;
    for (const pb::Map& message : in.maps()) {
      stream.maps.push_back(map(message, stream.graph));
      elements += stream.maps.back().shape.elements();
      require(elements <= kMostStreamElements, "its maps are larger than any network's");
    }
    require(in.weights_kind() >= 1 && in.weights_kind() <= 3, "it has an unknown kind of weights");
    stream.weights_kind = static_cast<WeightsKind>(in.weights_kind() - 1);
    stream.weights_sha256 = in.weights_sha256();
    return stream;
  }

  RecordedMap map(const pb::Map& in, const Graph& graph) const {
    require(in.node() >= 0 && in.node() < static_cast<int>(graph.nodes().size()),
            fmt::format("map {} names node {}, which is not there", in.name(), in.node()));
    require(in.kind() >= 1 && in.kind() <= 3, fmt::format("map {} has no kind", in.name()));
    const RecordedMap map{in.node(), in.name(), static_cast<RecordedMap::Kind>(in.kind() - 1),
                          get(in.shape())};
    require(map.shape == graph.node(map.node).shape,
            fmt::format("map {} is {}, its node is {}", map.name, to_string(map.shape),
                        to_string(graph.node(map.node).shape)));
    return map;
  }

  Graph graph(const pb::Graph& in) const {
    Graph graph;
    graph.name = in.name();
    for (const pb::Node& message : in.nodes()) {
      for (const int input : message.inputs()) {
        require(
            input >= 0 && input < static_cast<int>(graph.nodes().size()),
            fmt::format("node {} reads node {}, which is not before it", message.name(), input));
      }
      const NodeId id = graph.add(message.name(), operation(message),
                                  {message.inputs().begin(), message.inputs().end()});
      graph.set_stage(id, message.stage());
      require(graph.node(id).shape == get(message.shape()),
              fmt::format("node {} is {} by its inputs, {} by the header", message.name(),
                          to_string(graph.node(id).shape), to_string(get(message.shape()))));
      check_size(graph.node(id));
    }
    require(!graph.nodes().empty(), "a stream of its header has an empty graph");
    return graph;
  }

  /// Bounds each extent before products of them are formed.
  void check_size(const Node& node) const {
    constexpr int kMostExtent = 1 << 24;
    const Shape& shape = node.shape;
    require(shape.height > 0 && shape.height <= kMostExtent && shape.width > 0 &&
                shape.width <= kMostExtent && shape.channels > 0 && shape.channels <= kMostExtent &&
                shape.pixels() <= kMostStreamElements / shape.channels,
            fmt::format("node {} has the impossible shape {}", node.name, to_string(shape)));
  }

  Operation operation(const pb::Node& in) const {
    switch (in.operation_case()) {
      case pb::Node::kInput:
        return InputOp{get(in.input())};
      case pb::Node::kConvolution:
        return ConvolutionOp{get(in.convolution().window()), in.convolution().out_channels(),
                             in.convolution().groups()};
      case pb::Node::kFullyConnected:
        return FullyConnectedOp{in.fully_connected().out_channels()};
      case pb::Node::kBatchNorm:
        return BatchNormOp{in.batch_norm().epsilon()};
      case pb::Node::kRelu:
        return ReluOp{};
      case pb::Node::kRelu6:
        return Relu6Op{};
      case pb::Node::kAdd:
        return AddOp{};
      case pb::Node::kConcat:
        return ConcatOp{};
      case pb::Node::kMaxPool:
        return MaxPoolOp{get(in.max_pool())};
      case pb::Node::kAveragePool:
        return AveragePoolOp{get(in.average_pool().window()),
                             in.average_pool().count_include_pad()};
      case pb::Node::kGlobalAveragePool:
        return GlobalAveragePoolOp{};
      case pb::Node::kFlatten:
        return FlattenOp{};
      case pb::Node::kSoftmax:
        return SoftmaxOp{};
      case pb::Node::OPERATION_NOT_SET:
        break;
    }
    throw ConfigError(file_, fmt::format("node {} has an operation that this version of deltasim "
                                         "does not know",
                                         in.name()));
  }

  std::string_view file_;
};

}  // namespace

std::string encode_header(const TraceHeader& header) {
  pb::Header message;
  message.set_tool_version(header.tool_version);
  message.set_quantizer(header.quantizer);
  message.set_backend(header.backend);
  put(header.video, message.mutable_video());
  for (const StreamInfo& stream : header.streams) put(stream, message.add_streams());
  message.set_has_values(header.has_values);
  message.set_faults(header.faults);
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

TraceHeader decode_header(std::string_view bytes, std::string_view file) {
  pb::Header message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw ConfigError(file, "its header is damaged");
  }
  return HeaderReader(file).header(message);
}

}  // namespace deltasim
