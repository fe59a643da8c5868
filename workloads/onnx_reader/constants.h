#pragma once
// Constant tensors of an ONNX file: raw, typed or in an external file.

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "workloads/tensor.h"

namespace deltasim {

/// Floating-point elements (float16, bfloat16, float, double) as floats.
/// @param who what messages call the tensor
/// @param model the ONNX file, beside which external data lie
/// @throws ConfigError for another type, absurd dimensions, or data of another length
Tensor read_floats(const onnx::TensorProto& tensor, const std::string& who,
                   const std::filesystem::path& model);

/// Integers (int32, int64) of a tensor of at most one dimension, such as a shape.
/// @throws ConfigError as read_floats()
std::vector<std::int64_t> read_integers(const onnx::TensorProto& tensor, const std::string& who,
                                        const std::filesystem::path& model);

}  // namespace deltasim
