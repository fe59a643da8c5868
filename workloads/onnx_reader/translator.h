#pragma once
// From ONNX nodes to the network graph, one handler an operator.

#include <onnx/onnx_pb.h>

#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "workloads/onnx_import.h"
#include "workloads/onnx_reader/attributes.h"

namespace deltasim {

class Translator {
 public:
  /// Both must outlive the translator.
  Translator(const onnx::ModelProto& model, const std::filesystem::path& path);
  /// @throws ConfigError as import_onnx()
  ImportedNetwork run();

 private:
  /// A computed value: a node's map, with the rank that ONNX gives it (4, or 2 for a vector).
  struct Map {
    NodeId node = 0;
    int rank = 4;
  };
  using Handler = void (Translator::*)(NodeReader&);
  static const std::map<std::string, Handler>& handlers();

  std::string only_output() const;
  void add_input();
  int input_extent(const onnx::TensorShapeProto& shape, int dimension, const char* letter) const;
  void count_uses(const std::vector<int>& order, const std::string& output);
  void translate(const onnx::NodeProto& node);

  void convolution(NodeReader& node);
  void gemm(NodeReader& node);
  void matrix_product(NodeReader& node);
  void batch_norm(NodeReader& node);
  void relu(NodeReader& node);
  void clip(NodeReader& node);
  void add(NodeReader& node);
  void sum(NodeReader& node);
  void concat(NodeReader& node);
  void max_pool(NodeReader& node);
  void average_pool(NodeReader& node);
  void global_average_pool(NodeReader& node);
  void reduce_mean(NodeReader& node);
  void flatten(NodeReader& node);
  void reshape(NodeReader& node);
  void softmax(NodeReader& node);
  void constant(NodeReader& node);
  void look_through(NodeReader& node);

  /// Adds a graph node for `node` and makes its map the node's first output.
  void emit(NodeReader& node, const std::string& name, Operation operation,
            const std::vector<Map>& inputs, int rank);
  void add_activation(NodeReader& node, Operation operation);
  void add_fully_connected(NodeReader& node, const std::string& parameter, Tensor weight);
  /// A constant that is added to a layer's map becomes the layer's bias.
  void add_bias(NodeReader& node, const std::string& map_name, const std::string& constant_name);
  void set_bias(const NodeReader& node, const std::string& layer, Tensor bias, int channels);

  Map map_input(const NodeReader& node, int i) const;
  const onnx::TensorProto& constant_input(const NodeReader& node, int i) const;
  Tensor float_input(const NodeReader& node, int i) const;
  std::vector<std::int64_t> integer_input(const NodeReader& node, int i) const;
  float bound(NodeReader& node, int i, const char* attribute, float value_if_absent);
  /// `axis` counted from the front.
  static std::int64_t from_front(std::int64_t axis, int rank) {
    return axis < 0 ? axis + rank : axis;
  }
  static void require_rank(const NodeReader& node, const Map& map, int rank);
  const Shape& shape(const Map& map) const { return result_.graph.node(map.node).shape; }

  /// Name of a weighted node: its parameter's without ".weight", else the node's.
  std::string parameter_name(const NodeReader& node, const std::string& parameter) const;
  std::string plain_name(const NodeReader& node) const;
  std::string activation_name(const NodeReader& node, NodeId input) const;
  /// "<stem>#k" with the smallest k that is free.
  std::string numbered_name(const std::string& stem) const;

  const onnx::ModelProto& model_;
  const std::filesystem::path& path_;
  std::string file_;
  int opset_;
  ImportedNetwork result_;
  std::map<std::string, Map> maps_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::deque<onnx::TensorProto> made_constants_;
  std::map<std::string, int> uses_;
};

}  // namespace deltasim
