#pragma once
// Reads a zip archive's members: stored or deflated, with or without zip64.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

struct ZipMember {
  std::string name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;  ///< 0 stored, 8 deflated
  std::uint32_t crc32 = 0;
  std::uint64_t compressed_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t header_offset = 0;
};

class ZipArchive {
 public:
  /// Reads the central directory.
  /// @throws ConfigError where the file cannot be opened or is no whole zip archive
  explicit ZipArchive(const std::filesystem::path& path);

  const std::vector<ZipMember>& members() const { return members_; }
  /// The member's content, its checksum verified.
  /// @throws ConfigError where it is damaged, encrypted or compressed by another method
  std::vector<std::byte> read(const ZipMember& member);

 private:
  struct Directory {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;
  };

  [[noreturn]] void refuse(const std::string& what) const;
  std::vector<std::byte> bytes_at(std::uint64_t offset, std::uint64_t count);
  Directory find_directory();
  Directory find_zip64_directory(std::uint64_t end_record);
  void read_directory(const Directory& directory);
  std::vector<std::byte> inflate(const std::vector<std::byte>& compressed, const ZipMember& member);

  std::string path_;
  std::ifstream file_;
  std::uint64_t size_ = 0;
  std::vector<ZipMember> members_;
};

}  // namespace deltasim
