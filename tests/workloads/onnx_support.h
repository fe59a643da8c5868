#pragma once
// Builds small ONNX models for tests with ONNX's own messages.

#include <onnx/onnx_pb.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"
#include "workloads/onnx_import.h"

namespace deltasim::test {

class OnnxModel {
 public:
  /// A graph "tiny" that reads "image" [1, channels, size, size].
  explicit OnnxModel(int opset = 13, int channels = 2, int size = 8) {
    model.set_ir_version(7);
    auto* import = model.add_opset_import();
    import->set_domain("");
    import->set_version(opset);
    graph().set_name("tiny");
    auto* input = graph().add_input();
    input->set_name("image");
    auto* tensor = input->mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(onnx::TensorProto::FLOAT);
    for (const int extent : {1, channels, size, size}) {
      tensor->mutable_shape()->add_dim()->set_dim_value(extent);
    }
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }
  onnx::TensorShapeProto::Dimension& input_dimension(int i) {
    return *graph()
                .mutable_input(0)
                ->mutable_type()
                ->mutable_tensor_type()
                ->mutable_shape()
                ->mutable_dim(i);
  }

  /// A node whose name and only output is `name`.
  onnx::NodeProto& node(const std::string& operation, const std::string& name,
                        std::initializer_list<const char*> inputs) {
    auto* node = graph().add_node();
    node->set_op_type(operation);
    node->set_name(name);
    for (const char* input : inputs) node->add_input(input);
    node->add_output(name);
    return *node;
  }

  /// A float initializer of ascending values 0, 1, 2, ...
  onnx::TensorProto& floats(const std::string& name, std::initializer_list<int> shape) {
    auto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    int elements = 1;
    for (const int extent : shape) {
      tensor->add_dims(extent);
      elements *= extent;
    }
    for (int i = 0; i < elements; ++i) tensor->add_float_data(static_cast<float>(i));
    return *tensor;
  }

  onnx::TensorProto& integers(const std::string& name, const std::vector<std::int64_t>& values) {
    auto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::INT64);
    tensor->add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) tensor->add_int64_data(value);
    return *tensor;
  }

  void output(const std::string& name) { graph().add_output()->set_name(name); }

  ImportedNetwork import() const {
    const TemporaryDirectory folder;
    return import_onnx(folder.write("model.onnx", model.SerializeAsString()));
  }

  onnx::ModelProto model;
};

inline void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

inline void set_number(onnx::NodeProto& node, const std::string& name, float value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

inline void set_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::STRING);
  attribute->set_s(value);
}

inline void set_integers(onnx::NodeProto& node, const std::string& name,
                         const std::vector<std::int64_t>& values) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute->add_ints(value);
}

}  // namespace deltasim::test
