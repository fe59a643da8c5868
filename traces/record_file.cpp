#include "traces/record_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "arch/errors.h"

namespace deltasim {
namespace {

// The first byte is no text and the last one is changed by text-mode transfers.
constexpr std::array<std::uint8_t, 8> kMagic{0x89, 'd', 't', 'r', 'a', 'c', 'e', '\n'};
constexpr std::array<std::uint8_t, 8> kEndMagic{'d', 't', 'r', 'a', 'c', 'e', 'E', '\n'};
constexpr std::size_t kCheckedHeadBytes = 24;
constexpr std::size_t kCheckedFooterBytes = 16;

template <typename Integer>
void put(Bytes& out, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    out.push_back(static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * i)));
  }
}

template <typename Integer>
Integer get(const std::uint8_t* at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) value |= std::uint64_t{at[i]} << (8 * i);
  return static_cast<Integer>(value);
}

Bytes checked_head(const RecordHead& head) {
  Bytes out;
  put(out, static_cast<std::uint32_t>(head.type));
  put(out, head.stream);
  put(out, head.frame);
  put(out, head.length);
  return out;
}

/// XXH3-64 over pieces.
class Checksum {
 public:
  Checksum() : state_(XXH3_createState(), XXH3_freeState) { XXH3_64bits_reset(state_.get()); }
  void add(ByteView bytes) { XXH3_64bits_update(state_.get(), bytes.data(), bytes.size()); }
  std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

}  // namespace

Bytes file_head() {
  Bytes out(kMagic.begin(), kMagic.end());
  put(out, kTraceSchema);
  put(out, std::uint32_t{0});
  return out;
}

Bytes record_head(RecordHead head, ByteView payload) {
  head.length = payload.size();
  Bytes out = checked_head(head);
  Checksum checksum;
  checksum.add(out);
  checksum.add(payload);
  put(out, checksum.value());
  return out;
}

Bytes footer(std::uint64_t index_offset) {
  Bytes out;
  put(out, index_offset);
  put(out, std::uint64_t{0});
  put(out, std::uint64_t{XXH3_64bits(out.data(), kCheckedFooterBytes)});
  out.insert(out.end(), kEndMagic.begin(), kEndMagic.end());
  return out;
}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void FileHandle::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

RecordFile::RecordFile(const std::filesystem::path& file)
    : name_(file.string()), handle_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status {};
  if (handle_.get() < 0 || ::fstat(handle_.get(), &status) != 0) {
    throw ConfigError(name_, fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) throw ConfigError(name_, "is no file");
  size_ = static_cast<std::uint64_t>(status.st_size);
  check_head();
}

void RecordFile::check_head() const {
  std::array<std::uint8_t, kFileHeadBytes> bytes{};
  if (size_ >= kFileHeadBytes) read(0, bytes);
  if (!std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    throw ConfigError(name_,
                      "is no deltasim trace (its first bytes are not those of a .dtrace "
                      "file)");
  }
  const auto schema = get<std::uint32_t>(bytes.data() + kMagic.size());
  if (schema > kTraceSchema) {
    throw ConfigError(
        name_, fmt::format("has trace schema {}, and this version of deltasim reads up to schema "
                           "{}: a newer deltasim, one that writes schema {}, can read it",
                           schema, kTraceSchema, schema));
  }
  if (schema == 0 || get<std::uint32_t>(bytes.data() + kMagic.size() + 4) != 0) {
    throw ConfigError(name_, "has a damaged file head (schema 0 or a reserved bit set)");
  }
}

void RecordFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  for (std::size_t done = 0; done < out.size();) {
    const ssize_t count = ::pread(handle_.get(), out.data() + done, out.size() - done,
                                  static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError(name_, "read", errno);
    if (count == 0) throw ConfigError(name_, "became shorter while it was read");
    done += static_cast<std::size_t>(count);
  }
}

std::optional<RecordHead> RecordFile::head(std::uint64_t offset) const {
  if (offset > size_ || size_ - offset < kRecordHeadBytes) return std::nullopt;
  std::array<std::uint8_t, kRecordHeadBytes> bytes{};
  read(offset, bytes);
  const auto type = get<std::uint32_t>(bytes.data());
  const RecordHead head{static_cast<RecordType>(type), get<std::uint32_t>(bytes.data() + 4),
                        get<std::uint64_t>(bytes.data() + 8), get<std::uint64_t>(bytes.data() + 16),
                        get<std::uint64_t>(bytes.data() + kCheckedHeadBytes)};
  const bool known = type >= static_cast<std::uint32_t>(RecordType::kHeader) &&
                     type <= static_cast<std::uint32_t>(RecordType::kIndex);
  if (!known || head.length > size_ - offset - kRecordHeadBytes) return std::nullopt;
  return head;
}

bool RecordFile::payload(std::uint64_t offset, const RecordHead& head, std::uint64_t most,
                         Bytes& out) const {
  if (head.length > most) return false;
  out.resize(head.length);
  read(offset + kRecordHeadBytes, out);
  Checksum checksum;
  checksum.add(checked_head(head));
  checksum.add(out);
  return checksum.value() == head.checksum;
}

bool RecordFile::verify(std::uint64_t offset, const RecordHead& head) const {
  Checksum checksum;
  checksum.add(checked_head(head));
  Bytes piece(std::min<std::uint64_t>(head.length, 1U << 20U));
  for (std::uint64_t done = 0; done < head.length; done += piece.size()) {
    piece.resize(std::min<std::uint64_t>(head.length - done, piece.size()));
    read(offset + kRecordHeadBytes + done, piece);
    checksum.add(piece);
  }
  return checksum.value() == head.checksum;
}

std::optional<std::uint64_t> RecordFile::index_offset() const {
  if (size_ < kFileHeadBytes + kFooterBytes) return std::nullopt;
  std::array<std::uint8_t, kFooterBytes> bytes{};
  read(size_ - kFooterBytes, bytes);
  const bool whole =
      std::equal(kEndMagic.begin(), kEndMagic.end(), bytes.end() - kEndMagic.size()) &&
      get<std::uint64_t>(bytes.data() + kCheckedFooterBytes) ==
          XXH3_64bits(bytes.data(), kCheckedFooterBytes);
  if (!whole) return std::nullopt;
  return get<std::uint64_t>(bytes.data());
}

}  // namespace deltasim
