#pragma once
// Attributes of an ONNX node, with the check that none was overlooked.

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

/// A node and where it stands, for reading its attributes and saying what is wrong with it.
class NodeReader {
 public:
  NodeReader(const onnx::NodeProto& node, std::string file, int opset);

  const onnx::NodeProto& node() const { return node_; }
  const std::string& label() const { return label_; }
  int opset() const { return opset_; }
  /// The i-th input's name, "" where it is left out.
  std::string input(int i) const { return i < node_.input_size() ? node_.input(i) : ""; }
  [[noreturn]] void refuse(std::string found, std::string expected) const;

  bool has(const std::string& name) const;
  std::int64_t integer(const std::string& name, std::int64_t value_if_absent);
  float number(const std::string& name, float value_if_absent);
  std::string text(const std::string& name, const std::string& value_if_absent);
  std::vector<std::int64_t> integers(const std::string& name);
  const onnx::TensorProto* tensor(const std::string& name);
  /// Marks an attribute as one that does not matter here.
  void ignore(const std::string& name) { read_.insert(name); }
  /// Refuses any value of an attribute but one.
  void require(const std::string& name, std::int64_t only_value);
  /// @throws ConfigError where the node has an attribute that nobody asked for
  void require_all_read() const;

 private:
  const onnx::AttributeProto* find(const std::string& name,
                                   onnx::AttributeProto::AttributeType type);

  const onnx::NodeProto& node_;
  std::string file_;
  std::string label_;
  int opset_;
  std::set<std::string> read_;
};

/// The window of a convolution or pool: strides, dilations, and padding as given, from auto_pad,
/// or grown for ceil_mode.
/// @param kernel {height, width}
/// @param[out] grown whether ceil_mode added padding
/// @throws ConfigError for attributes that do not describe a window over two dimensions
Window read_window(NodeReader& node, const std::vector<std::int64_t>& kernel, const Shape& input,
                   bool* grown = nullptr);

/// `value` as an int.
/// @throws ConfigError where it does not fit
int checked_int(const NodeReader& node, const std::string& what, std::int64_t value);

}  // namespace deltasim
