#pragma once
// An ONNX file as messages: reading it, and its structure as a graph of named values.

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>
#include <vector>

namespace deltasim {

/// @throws ConfigError where the file cannot be read, is no ONNX model, or cut short
onnx::ModelProto read_onnx_model(const std::filesystem::path& path);

/// Version of the standard operator set.
/// @throws ConfigError where it is missing or below 7
int standard_opset(const onnx::ModelProto& model, const std::string& file);

/// What messages call a node: "node 'conv1' (Conv, opset 13)".
std::string node_label(const onnx::NodeProto& node, int opset);

/// Indices of the nodes that `output` needs, each behind those that it reads; otherwise in the
/// file's order.
/// @throws ConfigError with every value that is read but not computed, or computed twice; and for
///   a cycle, naming its nodes
std::vector<int> execution_order(const onnx::GraphProto& graph, const std::string& output,
                                 const std::string& file, int opset);

}  // namespace deltasim
