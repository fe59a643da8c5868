#pragma once
// A scratch folder that is gone when the test ends, however it ends.

#include <filesystem>
#include <string>
#include <string_view>

namespace deltasim::test {

class TemporaryDirectory {
 public:
  /// Makes a new, empty folder under the system's temporary folder.
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes `content` to `name` in the folder and gives its path.
  std::filesystem::path write(std::string_view name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

/// The whole file as bytes; throws std::runtime_error where it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace deltasim::test
