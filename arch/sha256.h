#pragma once
// SHA-256, by which a trace names the video and the weights that it was made from.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace deltasim {

/// Takes bytes piece by piece; how they are cut into pieces does not matter.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text))); }

  /// The bytes of the whole file, read in pieces. @throws IoError where it cannot be read
  void update_with_file(const std::filesystem::path& file);

  /// 64 hexadecimal digits in lower case. May be called once; nothing may follow it.
  std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// @throws IoError where the file cannot be read
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace deltasim
