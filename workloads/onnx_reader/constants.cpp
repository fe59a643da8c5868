#include "workloads/onnx_reader/constants.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <utility>

#include "arch/errors.h"
#include "workloads/half.h"

namespace deltasim {
namespace {

using onnx::TensorProto;

constexpr std::int64_t kMaxElements = std::numeric_limits<int>::max();

/// One tensor and what its messages need.
class TensorReader {
 public:
  TensorReader(const TensorProto& tensor, const std::string& who,
               const std::filesystem::path& model)
      : tensor_(tensor), who_(who), model_(model) {
    if (tensor.has_segment()) refuse("a tensor in segments", "a whole tensor");
    count_elements();
  }

  Tensor floats() const {
    Tensor result;
    for (const std::int64_t extent : tensor_.dims())
      result.shape.push_back(static_cast<int>(extent));
    switch (tensor_.data_type()) {
      case TensorProto::FLOAT:
        result.values = values<float, float>(tensor_.float_data());
        break;
      case TensorProto::DOUBLE:
        result.values = values<double, float>(tensor_.double_data());
        break;
      case TensorProto::FLOAT16:
        for (const auto bits : values<std::uint16_t, std::uint16_t>(tensor_.int32_data())) {
          result.values.push_back(half_to_float(bits));
        }
        break;
      case TensorProto::BFLOAT16:
        for (const auto bits : values<std::uint16_t, std::uint16_t>(tensor_.int32_data())) {
          result.values.push_back(std::bit_cast<float>(std::uint32_t{bits} << 16));
        }
        break;
      default:
        refuse("elements of type " + type_name(), "float16, bfloat16, float or double");
    }
    return result;
  }

  std::vector<std::int64_t> integers() const {
    if (tensor_.dims_size() > 1) refuse("a tensor of several dimensions", "a list of integers");
    switch (tensor_.data_type()) {
      case TensorProto::INT64:
        return values<std::int64_t, std::int64_t>(tensor_.int64_data());
      case TensorProto::INT32:
        return values<std::int32_t, std::int64_t>(tensor_.int32_data());
      default:
        refuse("elements of type " + type_name(), "int32 or int64");
    }
  }

 private:
  [[noreturn]] void refuse(std::string found, std::string expected) const {
    throw ConfigError(Fault{model_.string(), 0, who_, std::move(found), std::move(expected), ""});
  }

  std::string type_name() const {
    return TensorProto::DataType_IsValid(tensor_.data_type())
               ? TensorProto::DataType_Name(static_cast<TensorProto::DataType>(tensor_.data_type()))
               : std::to_string(tensor_.data_type());
  }

  void count_elements() {
    for (const std::int64_t extent : tensor_.dims()) {
      if (extent < 0 || extent > kMaxElements ||
          __builtin_mul_overflow(elements_, extent, &elements_) || elements_ > kMaxElements) {
        refuse("an extent of " + std::to_string(extent),
               "extents from 0, at most 2^31 - 1 elements in all");
      }
    }
  }

  /// Elements stored as `Stored`, from raw bytes or from the typed field.
  template <typename Stored, typename Result, typename Field>
  std::vector<Result> values(const Field& typed) const {
    if (tensor_.data_location() == TensorProto::EXTERNAL) return decode<Stored, Result>(external());
    if (tensor_.has_raw_data()) return decode<Stored, Result>(tensor_.raw_data());
    if (typed.size() != elements_) {
      refuse(std::to_string(typed.size()) + " values", std::to_string(elements_));
    }
    std::vector<Result> result;
    result.reserve(static_cast<std::size_t>(elements_));
    for (const auto value : typed) result.push_back(static_cast<Result>(value));
    return result;
  }

  template <typename Stored, typename Result>
  std::vector<Result> decode(const std::string& bytes) const {
    const std::size_t expected = static_cast<std::size_t>(elements_) * sizeof(Stored);
    if (bytes.size() != expected) {
      refuse(std::to_string(bytes.size()) + " bytes of data", std::to_string(expected));
    }
    std::vector<Result> result(static_cast<std::size_t>(elements_));
    for (std::size_t i = 0; i < result.size(); ++i) {
      Stored value;
      std::memcpy(&value, bytes.data() + i * sizeof(Stored), sizeof(Stored));
      result[i] = static_cast<Result>(value);
    }
    return result;
  }

  std::uint64_t external_number(const std::string& key, const std::string& text) const {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
      refuse("external data with " + key + " '" + text + "'", "a number of bytes");
    }
    return number;
  }

  /// Bytes of the tensor in a file beside the model.
  std::string external() const {
    std::filesystem::path location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    for (const auto& entry : tensor_.external_data()) {
      if (entry.key() == "location") location = entry.value();
      if (entry.key() == "offset") offset = external_number("offset", entry.value());
      if (entry.key() == "length") length = external_number("length", entry.value());
    }
    // A model must not make us read files from elsewhere on the machine.
    const auto normal = location.lexically_normal();
    if (location.empty() || location.is_absolute() || *normal.begin() == "..") {
      refuse("external data in '" + location.string() + "'", "a file in the model's folder");
    }
    return slice(model_.parent_path() / normal, offset, length);
  }

  std::string slice(const std::filesystem::path& path, std::uint64_t offset,
                    std::optional<std::uint64_t> length) const {
    std::error_code error;
    const std::uint64_t size =
        std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
    std::ifstream in(path, std::ios::binary);
    if (!in || error) refuse("external data in '" + path.string() + "'", "a file that can be read");
    if (offset > size || length.value_or(0) > size - offset) {
      refuse("external data beyond the end of '" + path.string() + "'",
             "a file of at least " + std::to_string(offset) + " + " +
                 std::to_string(length.value_or(0)) + " bytes");
    }
    std::string bytes(length.value_or(size - offset), '\0');
    in.seekg(static_cast<std::streamoff>(offset));
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!in) refuse("external data in '" + path.string() + "'", "a file that can be read");
    return bytes;
  }

  const TensorProto& tensor_;
  const std::string& who_;
  const std::filesystem::path& model_;
  std::int64_t elements_ = 1;
};

}  // namespace

Tensor read_floats(const onnx::TensorProto& tensor, const std::string& who,
                   const std::filesystem::path& model) {
  return TensorReader(tensor, who, model).floats();
}

std::vector<std::int64_t> read_integers(const onnx::TensorProto& tensor, const std::string& who,
                                        const std::filesystem::path& model) {
  return TensorReader(tensor, who, model).integers();
}

}  // namespace deltasim
