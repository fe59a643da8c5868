#include "workloads/video/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr int kCoefficientBits = 22;

/// The input samples that make one output sample.
struct Taps {
  int first = 0;
  std::vector<int> weights;  ///< sum to about 2^22
};

Taps taps_at(int output, double scale, int extent) {
  const double reach = std::max(scale, 1.0);
  const double centre = (output + 0.5) * scale;
  const int first = std::max(static_cast<int>(centre - reach + 0.5), 0);
  const int last = std::min(static_cast<int>(centre + reach + 0.5), extent);
  std::vector<double> triangle;
  double sum = 0;
  for (int i = first; i < last; ++i) {
    const double distance = std::abs((i - centre + 0.5) * (1.0 / reach));
    triangle.push_back(std::max(1.0 - distance, 0.0));
    sum += triangle.back();
  }
  Taps taps{first, {}};
  for (const double weight : triangle)
    taps.weights.push_back(static_cast<int>(weight / sum * (1 << kCoefficientBits) + 0.5));
  return taps;
}

std::vector<Taps> all_taps(int from, int to) {
  std::vector<Taps> taps;
  taps.reserve(static_cast<std::size_t>(to));
  for (int output = 0; output < to; ++output)
    taps.push_back(taps_at(output, static_cast<double>(from) / to, from));
  return taps;
}

std::uint8_t rounded(int sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kCoefficientBits, 0, 255));
}

constexpr int kHalf = 1 << (kCoefficientBits - 1);

Image resize_width(const Image& image, int width) {
  Image result{image.height, width, {}};
  result.rgb.resize(static_cast<std::size_t>(image.height) * width * 3);
  const std::vector<Taps> taps = all_taps(image.width, width);
  std::uint8_t* out = result.rgb.data();
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.rgb.data() + static_cast<std::size_t>(y) * image.width * 3;
    for (const Taps& tap : taps) {
      int red = kHalf, green = kHalf, blue = kHalf;
      const std::uint8_t* in = row + std::ptrdiff_t{tap.first} * 3;
      for (const int weight : tap.weights) {
        red += weight * in[0];
        green += weight * in[1];
        blue += weight * in[2];
        in += 3;
      }
      *out++ = rounded(red);
      *out++ = rounded(green);
      *out++ = rounded(blue);
    }
  }
  return result;
}

Image resize_height(const Image& image, int height) {
  Image result{height, image.width, {}};
  const std::size_t row_bytes = static_cast<std::size_t>(image.width) * 3;
  result.rgb.resize(row_bytes * static_cast<std::size_t>(height));
  std::vector<int> sums(row_bytes);
  std::uint8_t* out = result.rgb.data();
  for (const Taps& tap : all_taps(image.height, height)) {
    std::fill(sums.begin(), sums.end(), kHalf);
    const std::uint8_t* in = image.rgb.data() + static_cast<std::size_t>(tap.first) * row_bytes;
    for (const int weight : tap.weights) {
      for (std::size_t i = 0; i < row_bytes; ++i) sums[i] += weight * in[i];
      in += row_bytes;
    }
    out = std::transform(sums.begin(), sums.end(), out, rounded);
  }
  return result;
}

}  // namespace

void check(const PictureTransform& transform) {
  if (transform.crop > 0 && transform.resize_short >= transform.crop) return;
  throw ConfigError(
      Fault{"", 0, "resize",
            fmt::format("shorter side {}, crop {}", transform.resize_short, transform.crop),
            "a crop of at least 1 pixel that is no larger than the shorter side", ""});
}

Image resize_bilinear(const Image& image, int height, int width) {
  DELTASIM_INVARIANT(image.height > 0 && image.width > 0 && height > 0 && width > 0,
                     "pictures have an extent");
  if (width == image.width) return height == image.height ? image : resize_height(image, height);
  const Image narrow = resize_width(image, width);
  return height == image.height ? narrow : resize_height(narrow, height);
}

Image crop_centre(const Image& image, int side) {
  DELTASIM_INVARIANT(side > 0 && side <= image.height && side <= image.width,
                     "a crop lies inside its picture");
  const int top = (image.height - side) / 2;
  const int left = (image.width - side) / 2;
  Image result{side, side, {}};
  result.rgb.reserve(static_cast<std::size_t>(side) * side * 3);
  for (int y = top; y < top + side; ++y) {
    const auto row = image.rgb.begin() + (std::ptrdiff_t{y} * image.width + left) * 3;
    result.rgb.insert(result.rgb.end(), row, row + std::ptrdiff_t{side} * 3);
  }
  return result;
}

Image resize_and_crop(const Image& image, const PictureTransform& transform) {
  check(transform);
  if (image.height == transform.crop && image.width == transform.crop) return image;
  const std::int64_t target = transform.resize_short;
  const int shorter = std::min(image.height, image.width);
  const auto scaled = [&](int side) { return static_cast<int>(side * target / shorter); };
  return crop_centre(resize_bilinear(image, scaled(image.height), scaled(image.width)),
                     transform.crop);
}

void spatial_input(const Image& image, const Normalisation& normalisation, std::span<float> out) {
  DELTASIM_INVARIANT(out.size() == image.rgb.size(), "the input has the picture's shape");
  for (std::size_t i = 0; i < out.size(); i += 3)
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t channel = normalisation.bgr ? 2 - c : c;
      out[i + channel] =
          (static_cast<float>(image.rgb[i + c]) - normalisation.mean[c]) * normalisation.scale[c];
    }
}

void temporal_input(std::span<const std::shared_ptr<const Image>> pictures, std::span<float> out,
                    float scale) {
  DELTASIM_INVARIANT(pictures.size() >= 2, "a difference needs two pictures");
  const std::size_t bytes = pictures.front()->rgb.size();
  const std::size_t differences = pictures.size() - 1;
  DELTASIM_INVARIANT(out.size() == bytes * differences,
                     "the input has three channels a difference");
  for (const std::shared_ptr<const Image>& picture : pictures)
    DELTASIM_INVARIANT(picture->rgb.size() == bytes, "the pictures of a stack have one size");
  // Pixel by pixel: the output is written once from front to back.
  float* to = out.data();
  for (std::size_t at = 0; at < bytes; at += 3)
    for (std::size_t i = 0; i < differences; ++i) {
      const std::uint8_t* before = pictures[i]->rgb.data() + at;
      const std::uint8_t* after = pictures[i + 1]->rgb.data() + at;
      for (int c = 0; c < 3; ++c) *to++ = static_cast<float>(after[c] - before[c]) * scale;
    }
}

}  // namespace deltasim
