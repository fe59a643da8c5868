#pragma once
// The folder of a result.

#include <filesystem>
#include <vector>

namespace deltasim {

/// A folder that is there from now on, unless nothing came to lie in it: input that is wrong
/// leaves nothing behind.
class OutputFolder {
 public:
  /// @throws IoError where it cannot be made
  explicit OutputFolder(const std::filesystem::path& folder);
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;
  ~OutputFolder();

 private:
  std::vector<std::filesystem::path> made_;  ///< deepest first
};

}  // namespace deltasim
