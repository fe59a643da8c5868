#include "workloads/video/image_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "arch/errors.h"
#include "workloads/video/video_source.h"

namespace deltasim {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the run of digits at the front of `text` off it, without leading zeros.
std::string_view take_number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

bool is_image_name(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 13> kExtensions = {
      ".png", ".jpg",  ".jpeg", ".bmp", ".ppm", ".pgm", ".pnm",
      ".tif", ".tiff", ".webp", ".tga", ".jp2", ".gif"};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

/// The only picture of a file.
Image read_image(const std::filesystem::path& path, SourceInfo* info = nullptr) {
  VideoSource source(path);
  std::optional<Image> image = source.next();
  DELTASIM_INVARIANT(image.has_value(), "an open video source holds a picture");
  if (source.skip())
    throw ConfigError(path.string(), "holds several pictures; one image a frame is expected");
  if (info != nullptr) *info = source.info();
  return std::move(*image);
}

}  // namespace

bool natural_less(std::string_view left, std::string_view right) {
  std::string_view a = left;
  std::string_view b = right;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a);
      const std::string_view y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a.front() != b.front())
        return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return left < right;
}

std::vector<std::filesystem::path> image_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) throw IoError(folder.string(), "cannot be read", error.value());
  std::vector<std::filesystem::path> files;
  for (const auto& entry : entries)
    if (entry.is_regular_file(error) && entry.path().filename().string().front() != '.' &&
        is_image_name(entry.path()))
      files.push_back(entry.path());
  if (files.empty())
    throw ConfigError(folder.string(), "this folder holds no images (png, jpg, ppm, bmp, ...)");
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return files;
}

ImageSource::ImageSource(std::vector<std::filesystem::path> files) : files_(std::move(files)) {
  DELTASIM_INVARIANT(!files_.empty(), "an image source has at least one file");
  const Image first = read_image(files_.front(), &info_);
  info_.codec = "images";
  info_.frames_per_second = 0;
  info_.frames = static_cast<std::int64_t>(files_.size());
}

std::optional<Image> ImageSource::next() {
  if (position_ == files_.size()) return std::nullopt;
  const std::filesystem::path& path = files_[position_];
  Image image = read_image(path);
  if (image.width != info_.width || image.height != info_.height)
    throw ConfigError(path.string(),
                      fmt::format("is {}x{}, but {} is {}x{}", image.width, image.height,
                                  files_.front().string(), info_.width, info_.height));
  ++position_;
  return image;
}

bool ImageSource::skip() {
  if (position_ == files_.size()) return false;
  ++position_;
  return true;
}

}  // namespace deltasim
