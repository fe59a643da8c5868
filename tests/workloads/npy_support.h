#pragma once
// Writes .npy and .npz files for tests, byte by byte, whole or broken.

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace deltasim::test {

/// Little-endian bytes of any number of values.
template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// A .npy whose header is this dictionary.
inline std::string npy(const std::string& dictionary, const std::string& data, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  const auto length = static_cast<std::uint32_t>(dictionary.size());
  bytes += version == 1 ? bytes_of<std::uint16_t>({static_cast<std::uint16_t>(length)})
                        : bytes_of<std::uint32_t>({length});
  return bytes + dictionary + data;
}

inline std::string npy_dictionary(const std::string& type, const std::string& shape,
                                  bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }\n";
}

inline std::string npy_floats(const std::string& shape, const std::vector<float>& values) {
  return npy(npy_dictionary("<f4", shape), bytes_of(values));
}

/// Builds a zip archive member by member.
class ZipWriter {
 public:
  /// @param zip64 writes sizes and offset to the zip64 extra field only
  void add(const std::string& name, const std::string& content, bool deflated = false,
           bool zip64 = false) {
    const std::string stored = deflated ? deflate(content) : content;
    const auto crc = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
    const std::uint64_t offset = bytes_.size();
    const std::string common =
        bytes_of<std::uint16_t>({20, 0, static_cast<std::uint16_t>(deflated ? 8 : 0), 0, 0}) +
        bytes_of<std::uint32_t>({crc, zip64 ? ~0U : static_cast<std::uint32_t>(stored.size()),
                                 zip64 ? ~0U : static_cast<std::uint32_t>(content.size())});
    const auto name_length = static_cast<std::uint16_t>(name.size());
    bytes_ += bytes_of<std::uint32_t>({0x04034b50}) + common +
              bytes_of<std::uint16_t>({name_length, 0}) + name + stored;
    const std::string extra =
        zip64 ? bytes_of<std::uint16_t>({1, 24}) +
                    bytes_of<std::uint64_t>({content.size(), stored.size(), offset})
              : "";
    directory_ +=
        bytes_of<std::uint32_t>({0x02014b50}) + bytes_of<std::uint16_t>({20}) + common +
        bytes_of<std::uint16_t>({name_length, static_cast<std::uint16_t>(extra.size()), 0, 0, 0}) +
        bytes_of<std::uint32_t>({0, zip64 ? ~0U : static_cast<std::uint32_t>(offset)}) + name +
        extra;
    ++entries_;
  }

  std::string finish(bool zip64 = false) const {
    const auto offset = static_cast<std::uint64_t>(bytes_.size());
    std::string end;
    if (zip64) {
      end += bytes_of<std::uint32_t>({0x06064b50}) + bytes_of<std::uint64_t>({44}) +
             bytes_of<std::uint16_t>({45, 45}) + bytes_of<std::uint32_t>({0, 0}) +
             bytes_of<std::uint64_t>({entries_, entries_, directory_.size(), offset}) +
             bytes_of<std::uint32_t>({0x07064b50, 0}) +
             bytes_of<std::uint64_t>({offset + directory_.size()}) + bytes_of<std::uint32_t>({1});
    }
    const auto count = static_cast<std::uint16_t>(zip64 ? 0xffff : entries_);
    end += bytes_of<std::uint32_t>({0x06054b50}) + bytes_of<std::uint16_t>({0, 0, count, count}) +
           bytes_of<std::uint32_t>({zip64 ? ~0U : static_cast<std::uint32_t>(directory_.size()),
                                    zip64 ? ~0U : static_cast<std::uint32_t>(offset)}) +
           bytes_of<std::uint16_t>({0});
    return bytes_ + directory_ + end;
  }

 private:
  static std::string deflate(const std::string& content) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, content.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
  }

  std::string bytes_;
  std::string directory_;
  std::uint64_t entries_ = 0;
};

}  // namespace deltasim::test
