#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/workloads/video_support.h"
#include "workloads/video/preprocess.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(video_preprocess_test)

/// A grey picture of these levels.
Image grey(int height, int width, const std::vector<int>& levels) {
  Image image{height, width, {}};
  for (const int level : levels)
    image.rgb.insert(image.rgb.end(), 3, static_cast<std::uint8_t>(level));
  return image;
}

BOOST_AUTO_TEST_CASE(shrinking_weighs_all_covered_pixels) {
  // Factor 2: the triangle over four pixels weighs 1 3 3 1 eighths, cut and renormalised at the
  // borders (3 3 1 sevenths).
  const Image row = resize_bilinear(grey(1, 6, {0, 70, 140, 21, 7, 14}), 1, 3);
  BOOST_TEST((row == grey(1, 3, {50, 70, 12})));
  const Image column = resize_bilinear(grey(6, 1, {0, 70, 140, 21, 7, 14}), 3, 1);
  BOOST_TEST((column == grey(3, 1, {50, 70, 12})));
}

BOOST_AUTO_TEST_CASE(growing_interpolates_between_two_pixels) {
  // Factor 2: sample centres lie a quarter pixel off, ends are held.
  BOOST_TEST((resize_bilinear(grey(1, 2, {0, 100}), 1, 4) == grey(1, 4, {0, 25, 75, 100})));
}

BOOST_AUTO_TEST_CASE(a_flat_picture_stays_flat) {
  for (const int level : {0, 1, 127, 254, 255})
    for (const int side : {1, 2, 5, 16, 31, 48}) {
      const Image image = grey(16, 16, std::vector<int>(256, level));
      BOOST_TEST(
          (resize_bilinear(image, side, side) ==
           grey(side, side, std::vector<int>(static_cast<std::size_t>(side * side), level))));
    }
}

BOOST_AUTO_TEST_CASE(the_longer_side_keeps_the_ratio_and_the_centre_is_cut) {
  const PictureTransform transform{8, 4};
  const Image wide = test::patterned_image(8, 13, 0);
  const Image cut = resize_and_crop(wide, transform);  // needs no resize: rows 2..5, columns 4..7
  BOOST_TEST(cut.height == 4);
  BOOST_TEST(cut.width == 4);
  for (int y = 0; y < 4; ++y)
    for (int i = 0; i < 12; ++i)
      BOOST_TEST(cut.rgb[static_cast<std::size_t>(y * 12 + i)] ==
                 wide.rgb[static_cast<std::size_t>(((y + 2) * 13 + 4) * 3 + i)]);
  // 24x32 to shorter side 8: 8 x 10 (32 * 8 / 24 rounded down).
  const Image large = test::patterned_image(24, 32, 1);
  BOOST_TEST((resize_and_crop(large, transform) == crop_centre(resize_bilinear(large, 8, 10), 4)));
  const Image tall = test::patterned_image(32, 24, 1);
  BOOST_TEST((resize_and_crop(tall, transform) == crop_centre(resize_bilinear(tall, 10, 8), 4)));
}

BOOST_AUTO_TEST_CASE(a_picture_of_the_networks_size_is_used_as_it_is) {
  const Image image = test::patterned_image(224, 224, 5);
  BOOST_TEST((resize_and_crop(image, {}) == image));
}

BOOST_AUTO_TEST_CASE(impossible_transforms_are_refused) {
  BOOST_CHECK_THROW(check(PictureTransform{8, 9}), ConfigError);
  BOOST_CHECK_THROW(check(PictureTransform{8, 0}), ConfigError);
  BOOST_CHECK_NO_THROW(check(PictureTransform{8, 8}));
}

BOOST_AUTO_TEST_CASE(the_spatial_input_is_mean_free_and_channel_innermost) {
  const Image image{1, 2, {10, 20, 30, 40, 50, 60}};
  Normalisation normalisation;
  normalisation.mean = {1, 2, 3};
  normalisation.scale = {1, 0.5F, 2};
  std::vector<float> out(6);
  spatial_input(image, normalisation, out);
  BOOST_TEST((out == std::vector<float>{9, 9, 54, 39, 24, 114}));
  normalisation.bgr = true;
  spatial_input(image, normalisation, out);
  BOOST_TEST((out == std::vector<float>{54, 9, 9, 114, 24, 39}));
}

BOOST_AUTO_TEST_CASE(the_temporal_input_stacks_differences_oldest_first) {
  const auto picture = [](std::vector<std::uint8_t> rgb) {
    return std::make_shared<const Image>(Image{1, 2, std::move(rgb)});
  };
  const std::vector<std::shared_ptr<const Image>> pictures = {picture({0, 10, 20, 255, 7, 7}),
                                                              picture({1, 12, 23, 0, 7, 8}),
                                                              picture({5, 12, 20, 255, 6, 9})};
  std::vector<float> out(12);
  temporal_input(pictures, out);
  BOOST_TEST((out == std::vector<float>{1, 2, 3, 4, 0, -3, -255, 0, 1, 255, -1, 1}));
  temporal_input(pictures, out, 2);
  BOOST_TEST(out[6] == -510.0F);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
