#pragma once
// A mask as .npy, one frame at a time.

#include <filesystem>
#include <fstream>
#include <vector>

#include "arch/bitmap.h"
#include "workloads/graph.h"
#include "workloads/npy.h"

namespace deltasim {

class MaskFile {
 public:
  /// @throws ConfigError where the array's form does not fit `shape`
  MaskFile(const std::filesystem::path& file, const Shape& shape);

  std::int64_t frames() const { return frames_; }
  /// Ones where the array's elements are not zero.
  /// @throws ConfigError where the file ends too early
  Bitmap next();

 private:
  bool is_set(std::size_t element) const;

  std::string name_;
  std::ifstream in_;
  NpyHeader header_;
  Shape shape_;
  bool packed_ = false;  ///< eight elements a byte, the most significant bit first
  std::int64_t frames_ = 1;
  std::vector<char> data_;  ///< of one frame
};

}  // namespace deltasim
