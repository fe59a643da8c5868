#include "workloads/video/npy_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/errors.h"
#include "workloads/npy.h"

namespace deltasim {
namespace {

constexpr std::int64_t kMaxSide = 1 << 15;

void check_header(const NpyHeader& header, const std::string& file) {
  const auto reject = [&](const std::string& found) {
    throw ConfigError(
        Fault{file, 0, "", found, "uint8 pictures of shape [N,H,W,3] in C order", ""});
  };
  const std::vector<std::int64_t>& shape = header.shape;
  if (header.dtype != "u1") reject(fmt::format("elements of type \"{}\"", header.dtype));
  if (header.fortran_order) reject("Fortran order");
  if (shape.size() != 4 || shape[3] != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1 ||
      shape[1] > kMaxSide || shape[2] > kMaxSide)
    reject(fmt::format("shape [{}]", fmt::join(shape, ",")));
}

}  // namespace

NpySource::NpySource(const std::filesystem::path& path)
    : file_(path.string()), stream_(path, std::ios::binary) {
  if (!stream_) throw ConfigError(file_, "cannot be opened");
  const NpyHeader header = read_npy_header(stream_, file_);
  check_header(header, file_);
  data_ = stream_.tellg();
  stream_.seekg(0, std::ios::end);
  const std::int64_t bytes = std::int64_t{stream_.tellg()} - data_;
  if (bytes != header.elements())
    throw ConfigError(Fault{
        file_, 0, "", fmt::format("{} bytes of pictures", bytes),
        fmt::format("{} for the shape [{}]", header.elements(), fmt::join(header.shape, ",")), ""});
  info_ = {"npy", static_cast<int>(header.shape[2]), static_cast<int>(header.shape[1]), 0,
           header.shape[0]};
}

std::optional<Image> NpySource::next() {
  if (position_ == *info_.frames) return std::nullopt;
  Image image{info_.height, info_.width, {}};
  image.rgb.resize(static_cast<std::size_t>(info_.height) * info_.width * 3);
  stream_.seekg(data_ + position_ * static_cast<std::streamoff>(image.rgb.size()));
  stream_.read(reinterpret_cast<char*>(image.rgb.data()),
               static_cast<std::streamsize>(image.rgb.size()));
  if (!stream_) throw IoError(file_, fmt::format("frame {} cannot be read", position_), 0);
  ++position_;
  return image;
}

bool NpySource::skip() {
  if (position_ == *info_.frames) return false;
  ++position_;
  return true;
}

}  // namespace deltasim
