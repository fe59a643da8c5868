#include "traces/mask_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/errors.h"

namespace deltasim {

MaskFile::MaskFile(const std::filesystem::path& file, const Shape& shape)
    : name_(file.string()), in_(file, std::ios::binary), shape_(shape) {
  if (!in_) throw ConfigError(name_, "the mask cannot be read");
  header_ = read_npy_header(in_, name_);
  const std::vector<std::int64_t> frame{shape.height, shape.width, shape.channels};
  std::vector<std::int64_t> extents = header_.shape;
  if (extents.size() == 4) {
    frames_ = extents.front();
    extents.erase(extents.begin());
  }
  packed_ =
      extents.size() == 1 && header_.dtype == "u1" && extents.front() == (shape.elements() + 7) / 8;
  if ((!packed_ && extents != frame) || header_.fortran_order || frames_ < 1) {
    throw ConfigError(Fault{name_, 0, "",
                            fmt::format("an array of shape ({}){}", fmt::join(header_.shape, ", "),
                                        header_.fortran_order ? " in Fortran order" : ""),
                            fmt::format("({}), the same behind a number of frames, or its bits in "
                                        "{} bytes",
                                        fmt::join(frame, ", "), (shape.elements() + 7) / 8),
                            ""});
  }
  const std::int64_t bytes = packed_ ? extents.front() : shape.elements() * header_.element_bytes();
  data_.resize(static_cast<std::size_t>(bytes));
}

bool MaskFile::is_set(std::size_t element) const {
  if (packed_) return (static_cast<unsigned char>(data_[element / 8]) >> (7 - element % 8)) & 1U;
  const auto width = static_cast<std::size_t>(header_.element_bytes());
  const char* bytes = data_.data() + element * width;
  unsigned any = 0;
  for (std::size_t i = 0; i + 1 < width; ++i) any |= static_cast<unsigned char>(bytes[i]);
  const auto last = static_cast<unsigned char>(bytes[width - 1]);
  // A float's sign is no value: -0 is zero.
  return (any | (header_.dtype.starts_with('f') ? last & 0x7fU : last)) != 0;
}

Bitmap MaskFile::next() {
  in_.read(data_.data(), static_cast<std::streamsize>(data_.size()));
  if (in_.gcount() != static_cast<std::streamsize>(data_.size())) {
    throw ConfigError(name_, "ends before its last frame");
  }
  Bitmap map(static_cast<std::size_t>(shape_.elements()));
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (is_set(i)) map.set(i);
  }
  return map;
}

}  // namespace deltasim
