#pragma once
// From a source picture to the numbers that enter a network.

#include <array>
#include <memory>
#include <span>

#include "workloads/video/frame_source.h"

namespace deltasim {

/// How a source picture becomes one of the network's size.
struct PictureTransform {
  int resize_short = 256;  ///< pixels of the shorter side after resizing
  int crop = 224;          ///< pixels of both sides of the square cut from the centre
};

/// @throws ConfigError where crop or resize_short is not positive or crop > resize_short
void check(const PictureTransform& transform);

/// Bilinear resize with the triangle filter widened to the scale when shrinking (antialiased), in
/// two passes, rows first, each rounded to 8 bits from 22-bit coefficients: the method of Pillow's
/// BILINEAR, and so of torchvision on PIL images. Integer arithmetic: the same on every machine.
Image resize_bilinear(const Image& image, int height, int width);

/// The square of `side` pixels at the centre, half a pixel to the top left where it does not
/// divide. `side` is no larger than the picture.
Image crop_centre(const Image& image, int side);

/// Resizes the shorter side to `resize_short` (the longer one keeps the ratio, rounded down), then
/// crops. A picture that is crop x crop already is returned as it is.
Image resize_and_crop(const Image& image, const PictureTransform& transform);

/// value = (pixel - mean) * scale, per channel in the order R, G, B.
struct Normalisation {
  std::array<float, 3> mean{123.68F, 116.78F, 103.94F};
  std::array<float, 3> scale{1, 1, 1};
  bool bgr = false;  ///< write the channels in the order B, G, R
};

/// Writes the spatial stream's input, NHWC [height][width][3].
/// @param out height * width * 3 elements
void spatial_input(const Image& image, const Normalisation& normalisation, std::span<float> out);

/// Writes the temporal stream's input, NHWC [height][width][3 n]: of n + 1 pictures, oldest first,
/// channel 3 i + c is (picture[i + 1] - picture[i]) * scale in colour c (R, G, B), no mean taken.
/// @param out height * width * 3 n elements
void temporal_input(std::span<const std::shared_ptr<const Image>> pictures, std::span<float> out,
                    float scale = 1);

}  // namespace deltasim
