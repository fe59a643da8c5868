#pragma once
// Networks from ONNX files.

#include <filesystem>

#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

struct ImportedNetwork {
  Graph graph;  ///< with batch norm nodes and stages; named as the file's graph, else the file
  Weights weights;
};

/// Reads a network of one input [N, C, H, W] (N may be dynamic and is taken as 1) and one output.
///
/// Operators (domain ai.onnx, opset 7 and up): Conv, Gemm, MatMul (with an Add of a constant behind
/// it as bias), BatchNormalization, Relu, Clip to [0, 6] or [0, infinity), Add, Sum (of two),
/// Concat of channels, MaxPool, AveragePool, GlobalAveragePool, ReduceMean over height and width,
/// Flatten, Reshape to a vector, Softmax, Constant; Dropout and Identity are looked through. Nodes
/// that the output does not need are left out.
///
/// A layer or batch norm whose first parameter is called `NAME.weight` is called NAME, others
/// as their ONNX node. A ReLU without a name is "MODULE.relu#k", with the module of the layer
/// before it.
/// @throws ConfigError for a damaged file, an operator or attribute value that is not supported
///   (naming node, operator and opset), values that nobody computes or that are computed twice,
///   cycles, and sizes that do not fit
ImportedNetwork import_onnx(const std::filesystem::path& path);

}  // namespace deltasim
