// Format: NumPy Enhancement Proposal 1, and numpy.lib.format for versions 2 and 3.

#include "workloads/npy.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include "arch/errors.h"
#include "workloads/half.h"
#include "workloads/zip_archive.h"

namespace deltasim {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
// NumPy's own limit for what it evaluates is 10,000; be kinder, but not boundless.
constexpr std::uint32_t kMaxHeaderBytes = 1 << 20;
constexpr std::array<std::string_view, 12> kTypes{"b1", "u1", "u2", "u4", "u8", "i1",
                                                  "i2", "i4", "i8", "f2", "f4", "f8"};

/// The Python dictionary literal of a .npy header, as far as NumPy writes it.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr") {
        header.dtype = type();
        has_type = true;
      } else if (key == "fortran_order") {
        header.fortran_order = boolean();
        has_order = true;
      } else if (key == "shape") {
        header.shape = tuple();
        has_shape = true;
      } else {
        refuse("its header has an unknown key '" + key + "'");
      }
      if (!accept(',') && peek() != '}') refuse("its header is damaged");
    }
    if (!has_type || !has_order || !has_shape) refuse("its header lacks descr, shape or order");
    check_size(header);
    return header;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw ConfigError(name_, what); }

  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) refuse("its header is damaged");
  }

  std::string string() {
    const char quote = peek();
    if (quote == '[') refuse("its elements are records; a plain number type is expected");
    if (quote != '\'' && quote != '"') refuse("its header is damaged");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) refuse("its header is damaged");
    const std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  bool boolean() {
    peek();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return value;
    }
    refuse("its header is damaged");
  }

  std::string type() {
    const std::string descr = string();
    const std::string type = descr.substr(descr.empty() ? 0 : 1);
    if (descr.starts_with('>') && type.size() == 2 && type[1] != '1') {
      refuse("its elements are big-endian ('" + descr + "'); little-endian is expected");
    }
    for (const std::string_view known : kTypes) {
      if (type == known && std::string_view("<|=>").find(descr[0]) != std::string_view::npos) {
        return type;
      }
    }
    refuse("its elements are of type '" + descr +
           "'; bool, (u)int8 to 64 and float16 to 64 can be read");
  }

  std::int64_t extent() {
    peek();
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 0) refuse("its shape has a damaged or absurd extent");
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> extents;
    expect('(');
    while (!accept(')')) {
      extents.push_back(extent());
      if (!accept(',') && peek() != ')') refuse("its shape is damaged");
    }
    return extents;
  }

  void check_size(const NpyHeader& header) const {
    std::int64_t bytes = header.element_bytes();
    for (const std::int64_t extent : header.shape) {
      if (__builtin_mul_overflow(bytes, extent, &bytes)) refuse("its shape is absurdly large");
    }
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
};

std::string read_bytes(std::istream& in, std::size_t count, std::string_view name) {
  std::string bytes(count, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(count));
  if (in.gcount() != static_cast<std::streamsize>(count)) {
    throw ConfigError(name, "is no NumPy array (.npy), or cut short in its header");
  }
  return bytes;
}

std::uint32_t header_length(std::istream& in, int version, std::string_view name) {
  const std::string bytes = read_bytes(in, version == 1 ? 2 : 4, name);
  std::uint32_t length = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return length;
}

template <typename T>
std::vector<float> converted(const NpyArray& array) {
  std::vector<float> values(static_cast<std::size_t>(array.header.elements()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, array.data.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<float>(value);
  }
  return values;
}

std::vector<float> halves(const NpyArray& array) {
  std::vector<float> values(static_cast<std::size_t>(array.header.elements()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, array.data.data() + 2 * i, 2);
    values[i] = half_to_float(bits);
  }
  return values;
}

std::vector<float> as_floats(const NpyArray& array) {
  const std::string& type = array.header.dtype;
  if (type == "f4") return converted<float>(array);
  if (type == "f8") return converted<double>(array);
  if (type == "f2") return halves(array);
  if (type == "b1" || type == "u1") return converted<std::uint8_t>(array);
  if (type == "u2") return converted<std::uint16_t>(array);
  if (type == "u4") return converted<std::uint32_t>(array);
  if (type == "u8") return converted<std::uint64_t>(array);
  if (type == "i1") return converted<std::int8_t>(array);
  if (type == "i2") return converted<std::int16_t>(array);
  if (type == "i4") return converted<std::int32_t>(array);
  if (type == "i8") return converted<std::int64_t>(array);
  throw ConfigError(array.name, "elements of unknown type '" + type + "'");
}

/// @param available bytes from the stream's position to its end
NpyArray read_array(std::istream& in, std::string name, std::uint64_t size) {
  NpyArray array;
  array.header = read_npy_header(in, name);
  if (array.header.fortran_order && array.header.shape.size() > 1) {
    throw ConfigError(name, "is in Fortran order; C order is expected (numpy.ascontiguousarray)");
  }
  const auto bytes =
      static_cast<std::uint64_t>(array.header.elements() * array.header.element_bytes());
  const std::uint64_t available = size - static_cast<std::uint64_t>(in.tellg());
  if (bytes != available) {
    throw ConfigError(name, (bytes > available ? "is cut short: " : "is longer than its shape: ") +
                                std::to_string(bytes) + " bytes of data are expected, " +
                                std::to_string(available) + " are there");
  }
  array.data.resize(bytes);
  in.read(reinterpret_cast<char*>(array.data.data()), static_cast<std::streamsize>(bytes));
  if (!in) throw ConfigError(name, "cannot be read");
  array.name = std::move(name);
  return array;
}

/// Reads from memory without copying it.
class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::vector<std::byte>& bytes) {
    auto* begin = reinterpret_cast<char*>(bytes.data());
    setg(begin, begin, begin + bytes.size());
  }

 protected:
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    // Only the position is ever asked for.
    return offset == 0 && from == std::ios_base::cur ? pos_type(gptr() - eback()) : pos_type(-1);
  }
};

}  // namespace

std::int64_t NpyHeader::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) product *= extent;
  return product;
}

std::int64_t NpyHeader::element_bytes() const { return dtype.back() - '0'; }

NpyHeader read_npy_header(std::istream& in, std::string_view name) {
  const std::string start = read_bytes(in, kMagic.size() + 2, name);
  if (!start.starts_with(kMagic)) throw ConfigError(name, "is no NumPy array (.npy)");
  const int version = static_cast<unsigned char>(start[kMagic.size()]);
  if (version < 1 || version > 3) {
    throw ConfigError(name, "is a .npy of format version " + std::to_string(version) +
                                "; versions 1 to 3 can be read");
  }
  const std::uint32_t length = header_length(in, version, name);
  if (length > kMaxHeaderBytes) throw ConfigError(name, "its header is absurdly long");
  const std::string text = read_bytes(in, length, name);
  return HeaderParser(text, name).parse();
}

Tensor to_tensor(const NpyArray& array) {
  Tensor tensor;
  for (const std::int64_t extent : array.header.shape) {
    if (extent > std::numeric_limits<int>::max()) {
      throw ConfigError(array.name, "its shape is absurdly large");
    }
    tensor.shape.push_back(static_cast<int>(extent));
  }
  tensor.values = as_floats(array);
  return tensor;
}

NpyArray read_npy(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::error_code error;
  const std::uint64_t size =
      std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  if (!in || error) throw ConfigError(path.string(), "cannot be opened");
  return read_array(in, path.string(), size);
}

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path) {
  constexpr std::string_view kSuffix = ".npy";
  ZipArchive archive(path);
  std::map<std::string, NpyArray> arrays;
  for (const ZipMember& member : archive.members()) {
    if (!member.name.ends_with(kSuffix)) {
      throw ConfigError(path.string(), "has a member '" + member.name + "', which is no .npy");
    }
    const std::string name = member.name.substr(0, member.name.size() - kSuffix.size());
    std::vector<std::byte> bytes = archive.read(member);
    MemoryBuffer buffer(bytes);
    std::istream in(&buffer);
    if (!arrays.emplace(name, read_array(in, path.string() + ": " + name, bytes.size())).second) {
      throw ConfigError(path.string(), "has two members '" + member.name + "'");
    }
  }
  return arrays;
}

}  // namespace deltasim
