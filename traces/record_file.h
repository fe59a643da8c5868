#pragma once
// The outermost layer of a .dtrace file: magic, records with checksums, footer. Knows nothing of
// what is in a record.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// Version of the file format that this code writes, and the newest it reads.
inline constexpr std::uint32_t kTraceSchema = 1;
/// Magic and schema at the start.
inline constexpr std::size_t kFileHeadBytes = 16;
inline constexpr std::size_t kRecordHeadBytes = 32;
inline constexpr std::size_t kFooterBytes = 32;

enum class RecordType : std::uint32_t { kHeader = 1, kKeyFrame = 2, kFrame = 3, kIndex = 4 };

/// What stands before each payload.
struct RecordHead {
  RecordType type = RecordType::kHeader;
  std::uint32_t stream = 0;    ///< of a frame
  std::uint64_t frame = 0;     ///< of a frame
  std::uint64_t length = 0;    ///< of the payload, in bytes
  std::uint64_t checksum = 0;  ///< XXH3-64 of the 24 bytes before it and the payload

  bool is_frame() const { return type == RecordType::kKeyFrame || type == RecordType::kFrame; }
};

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The 16 bytes that a file starts with.
Bytes file_head();
/// A record head with its checksum, as bytes.
Bytes record_head(RecordHead head, ByteView payload);
/// The 32 bytes that a finished file ends with.
Bytes footer(std::uint64_t index_offset);

/// A file descriptor that is closed in the end.
class FileHandle {
 public:
  explicit FileHandle(int descriptor = -1) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle() { close(); }
  int get() const { return descriptor_; }
  void close();

 private:
  int descriptor_;
};

/// Reads records of one file by their offset. Nothing that the file says about a length is
/// believed before it has been compared with the file's size.
class RecordFile {
 public:
  /// @throws ConfigError where the file is absent, no trace or of a newer schema
  explicit RecordFile(const std::filesystem::path& file);

  const std::string& name() const { return name_; }
  std::uint64_t size() const { return size_; }

  /// The head at `offset`, nothing where none fits in the file or it makes no sense.
  std::optional<RecordHead> head(std::uint64_t offset) const;
  /// Reads the payload behind the head at `offset` and compares its checksum.
  /// @return false where it is longer than `most` bytes, or damaged
  bool payload(std::uint64_t offset, const RecordHead& head, std::uint64_t most, Bytes& out) const;
  /// Whether the payload is whole; reads it piece by piece.
  bool verify(std::uint64_t offset, const RecordHead& head) const;
  /// Where the footer says that the index is; nothing without a whole footer.
  std::optional<std::uint64_t> index_offset() const;

 private:
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void check_head() const;

  std::string name_;
  FileHandle handle_;
  std::uint64_t size_ = 0;
};

/// Offset behind the record at `offset`.
constexpr std::uint64_t record_end(std::uint64_t offset, const RecordHead& head) {
  return offset + kRecordHeadBytes + head.length;
}

}  // namespace deltasim
