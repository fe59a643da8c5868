// Record layouts: PKWARE, .ZIP File Format Specification (APPNOTE.TXT), sections 4.3 and 4.5.

#include "workloads/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::uint32_t kEndRecord = 0x06054b50;
constexpr std::uint32_t kZip64Locator = 0x07064b50;
constexpr std::uint32_t kZip64EndRecord = 0x06064b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::size_t kEndRecordBytes = 22;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::size_t kZip64EndRecordBytes = 56;
constexpr std::size_t kDirectoryEntryBytes = 46;
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint16_t kEncryptedFlag = 1;
// Deflate writes at least one byte for this many.
constexpr std::uint64_t kMostInflation = 1032;

/// Little-endian number at `offset`; the caller made sure that it is there.
template <typename T>
T number_at(const std::vector<std::byte>& bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value =
        static_cast<T>(value | static_cast<T>(std::to_integer<T>(bytes[offset + i]) << (8 * i)));
  }
  return value;
}

/// Fields that are all ones in the entry stand, in this order, in its zip64 extra field.
/// @return false where the extra field is too short for them
bool widen(ZipMember& member, const std::vector<std::byte>& directory, std::size_t extra,
           std::size_t end) {
  while (extra + 4 <= end) {
    const auto tag = number_at<std::uint16_t>(directory, extra);
    const std::size_t field_end = extra + 4 + number_at<std::uint16_t>(directory, extra + 2);
    if (field_end > end) return false;
    std::size_t next = extra + 4;
    extra = field_end;
    if (tag != kZip64Extra) continue;
    for (std::uint64_t* field : {&member.bytes, &member.compressed_bytes, &member.header_offset}) {
      if (*field != std::numeric_limits<std::uint32_t>::max()) continue;
      if (next + 8 > field_end) return false;
      *field = number_at<std::uint64_t>(directory, next);
      next += 8;
    }
  }
  return true;
}

std::uint32_t checksum(const std::vector<std::byte>& bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path)
    : path_(path.string()), file_(path, std::ios::binary) {
  std::error_code error;
  size_ =
      std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  if (!file_ || error) refuse("cannot be opened");
  read_directory(find_directory());
}

std::vector<std::byte> ZipArchive::read(const ZipMember& member) {
  const std::string name = "member " + member.name;
  if ((member.flags & kEncryptedFlag) != 0) refuse(name + " is encrypted");
  if (member.method != 0 && member.method != Z_DEFLATED) {
    refuse(name + " is compressed by method " + std::to_string(member.method) +
           "; stored (0) and deflated (8) can be read");
  }
  const auto header = bytes_at(member.header_offset, kLocalHeaderBytes);
  if (number_at<std::uint32_t>(header, 0) != kLocalHeader) refuse(name + " has no header");
  const std::uint64_t start = member.header_offset + kLocalHeaderBytes +
                              number_at<std::uint16_t>(header, 26) +
                              number_at<std::uint16_t>(header, 28);
  std::vector<std::byte> content = bytes_at(start, member.compressed_bytes);
  if (member.method == Z_DEFLATED) content = inflate(content, member);
  if (content.size() != member.bytes) refuse(name + " has another length than the directory says");
  if (checksum(content) != member.crc32) refuse(name + " is damaged (checksum differs)");
  return content;
}

void ZipArchive::refuse(const std::string& what) const { throw ConfigError(path_, what); }

std::vector<std::byte> ZipArchive::bytes_at(std::uint64_t offset, std::uint64_t count) {
  if (offset > size_ || count > size_ - offset) {
    refuse("is cut short or damaged: it has " + std::to_string(size_) + " bytes, but " +
           std::to_string(count) + " are to be read at " + std::to_string(offset));
  }
  std::vector<std::byte> bytes(count);
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
  if (!file_) refuse("cannot be read");
  return bytes;
}

ZipArchive::Directory ZipArchive::find_directory() {
  // A comment of up to 65535 bytes may follow the end record.
  const std::uint64_t tail_bytes = std::min<std::uint64_t>(size_, kEndRecordBytes + 65535);
  const std::uint64_t tail_start = size_ - tail_bytes;
  const auto tail = bytes_at(tail_start, tail_bytes);
  for (std::size_t back = kEndRecordBytes; back <= tail.size(); ++back) {
    const std::size_t at = tail.size() - back;
    if (number_at<std::uint32_t>(tail, at) != kEndRecord) continue;
    const Directory directory{number_at<std::uint16_t>(tail, at + 10),
                              number_at<std::uint32_t>(tail, at + 12),
                              number_at<std::uint32_t>(tail, at + 16)};
    const bool is_zip64 = directory.entries == 0xffff || directory.bytes == 0xffffffff ||
                          directory.offset == 0xffffffff;
    return is_zip64 ? find_zip64_directory(tail_start + at) : directory;
  }
  refuse("is no zip archive (.npz), or cut short: it has no end record");
}

ZipArchive::Directory ZipArchive::find_zip64_directory(std::uint64_t end_record) {
  if (end_record < kLocatorBytes) refuse("is a damaged zip archive: it has no zip64 locator");
  const auto locator = bytes_at(end_record - kLocatorBytes, kLocatorBytes);
  if (number_at<std::uint32_t>(locator, 0) != kZip64Locator) {
    refuse("is a damaged zip archive: it has no zip64 locator");
  }
  const auto end = bytes_at(number_at<std::uint64_t>(locator, 8), kZip64EndRecordBytes);
  if (number_at<std::uint32_t>(end, 0) != kZip64EndRecord) {
    refuse("is a damaged zip archive: it has no zip64 end record");
  }
  return {number_at<std::uint64_t>(end, 32), number_at<std::uint64_t>(end, 40),
          number_at<std::uint64_t>(end, 48)};
}

void ZipArchive::read_directory(const Directory& directory) {
  const auto bytes = bytes_at(directory.offset, directory.bytes);
  std::size_t at = 0;
  for (std::uint64_t entry = 0; entry < directory.entries; ++entry) {
    const std::string which = "entry " + std::to_string(entry) + " of the zip directory is damaged";
    if (at + kDirectoryEntryBytes > bytes.size()) refuse(which);
    if (number_at<std::uint32_t>(bytes, at) != kDirectoryEntry) refuse(which);
    const std::size_t name = at + kDirectoryEntryBytes;
    const std::size_t extra = name + number_at<std::uint16_t>(bytes, at + 28);
    const std::size_t comment = extra + number_at<std::uint16_t>(bytes, at + 30);
    const std::size_t next = comment + number_at<std::uint16_t>(bytes, at + 32);
    if (next > bytes.size()) refuse(which);
    ZipMember member{std::string(reinterpret_cast<const char*>(bytes.data() + name), extra - name),
                     number_at<std::uint16_t>(bytes, at + 8),
                     number_at<std::uint16_t>(bytes, at + 10),
                     number_at<std::uint32_t>(bytes, at + 16),
                     number_at<std::uint32_t>(bytes, at + 20),
                     number_at<std::uint32_t>(bytes, at + 24),
                     number_at<std::uint32_t>(bytes, at + 42)};
    if (!widen(member, bytes, extra, comment)) refuse(which);
    members_.push_back(std::move(member));
    at = next;
  }
}

std::vector<std::byte> ZipArchive::inflate(const std::vector<std::byte>& compressed,
                                           const ZipMember& member) {
  const std::string name = "member " + member.name;
  if (member.bytes / kMostInflation > compressed.size()) {
    refuse(name + " claims more bytes than its compressed data can hold");
  }
  std::vector<std::byte> content(member.bytes);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) refuse(name + " cannot be inflated");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  // zlib counts in 32 bits: feed and drain in pieces.
  constexpr std::size_t kPiece = std::size_t{1} << 30;
  std::size_t consumed = 0;
  std::size_t produced = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t in = std::min(kPiece, compressed.size() - consumed);
    const std::size_t out = std::min(kPiece, content.size() - produced);
    // zlib's interface predates const; it does not write through next_in.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(compressed.data() + consumed));
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef*>(content.data() + produced);
    stream.avail_out = static_cast<uInt>(out);
    status = ::inflate(&stream, Z_NO_FLUSH);
    consumed += in - stream.avail_in;
    produced += out - stream.avail_out;
  }
  if (status != Z_STREAM_END || produced != content.size()) {
    refuse(name + " is damaged (cannot be inflated)");
  }
  return content;
}

}  // namespace deltasim
