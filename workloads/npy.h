#pragma once
// NumPy's array files: .npy (format 1 to 3) and .npz (a zip of them).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/tensor.h"

namespace deltasim {

struct NpyHeader {
  std::string dtype;  ///< NumPy's type string without the byte order: "u1", "f4", ...
  bool fortran_order = false;
  std::vector<std::int64_t> shape;  ///< empty for a scalar

  /// Product of the shape; read_npy_header() made sure that it fits, with element_bytes().
  std::int64_t elements() const;
  std::int64_t element_bytes() const;
};

/// Reads the header and leaves `in` at the first byte of the data.
/// @param name what messages call the array
/// @throws ConfigError where this is no .npy, the header is damaged or absurd, or the elements are
///   big-endian or of a type other than bool, (u)int8 to 64 and float16 to 64
NpyHeader read_npy_header(std::istream& in, std::string_view name);

struct NpyArray {
  NpyHeader header;
  std::vector<std::byte> data;  ///< little endian, C order
  std::string name;             ///< for messages
};

/// All elements as floats (rounded to nearest where a float cannot hold them).
/// @throws ConfigError where an extent does not fit in a Tensor's shape
Tensor to_tensor(const NpyArray& array);

/// @throws ConfigError for what read_npy_header() refuses, data that are shorter or longer than
///   the shape asks for, and Fortran order
NpyArray read_npy(const std::filesystem::path& path);

/// All arrays by name without ".npy"; members may be stored or deflated, zip64 or not.
/// @throws ConfigError for a damaged zip (checksums are verified) and for what read_npy() refuses
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path);

}  // namespace deltasim
