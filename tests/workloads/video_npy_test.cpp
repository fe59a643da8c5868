#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/video_support.h"

namespace deltasim {
namespace {

using test::says;

BOOST_AUTO_TEST_SUITE(video_npy_test)

std::vector<std::uint8_t> pictures(int count, int height, int width) {
  std::vector<std::uint8_t> bytes;
  for (int n = 0; n < count; ++n) {
    const Image image = test::patterned_image(height, width, n);
    bytes.insert(bytes.end(), image.rgb.begin(), image.rgb.end());
  }
  return bytes;
}

BOOST_AUTO_TEST_CASE(pictures_come_in_order) {
  const test::TemporaryDirectory folder;
  test::write_npy(folder / "a.npy", "|u1", "(4, 5, 7, 3)", pictures(4, 5, 7));
  const auto source = open_frame_source(folder / "a.npy");
  BOOST_TEST(source->info().codec == "npy");
  BOOST_TEST(source->info().width == 7);
  BOOST_TEST(source->info().height == 5);
  BOOST_TEST(source->info().frames.value() == 4);
  BOOST_TEST((source->next() == test::patterned_image(5, 7, 0)));
  BOOST_TEST(source->skip());
  BOOST_TEST((source->next() == test::patterned_image(5, 7, 2)));
  BOOST_TEST((source->next() == test::patterned_image(5, 7, 3)));
  BOOST_TEST(!source->next().has_value());
  BOOST_TEST(!source->skip());
}

BOOST_AUTO_TEST_CASE(other_arrays_are_refused) {
  const test::TemporaryDirectory folder;
  const std::vector<std::uint8_t> bytes = pictures(4, 5, 7);
  const auto refused = [&](const std::string& dtype, const std::string& shape,
                           const std::string& why, std::size_t size, bool fortran = false) {
    test::write_npy(folder / "a.npy", dtype, shape, {bytes.begin(), bytes.begin() + size}, fortran);
    BOOST_CHECK_EXCEPTION(open_frame_source(folder / "a.npy"), ConfigError, says({"a.npy", why}));
  };
  refused("<f4", "(1, 5, 7, 3)", "f4", 420);
  refused("|i1", "(4, 5, 7, 3)", "i1", 420);
  refused("|u1", "(4, 5, 7, 1)", "[4,5,7,1]", 140);
  refused("|u1", "(5, 7, 3)", "[5,7,3]", 105);
  refused("|u1", "(0, 5, 7, 3)", "[0,5,7,3]", 0);
  refused("|u1", "(4, 5, 7, 3)", "419 bytes", 419);
  refused("|u1", "(3, 5, 7, 3)", "420 bytes", 420);
  refused("|u1", "(4, 5, 7, 3)", "Fortran", 420, true);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const test::TemporaryDirectory folder;
  test::write_npy(folder / "a.npy", "|u1", "(2, 3, 3, 3)", pictures(2, 3, 3));
  const std::string bytes = test::read_file(folder / "a.npy");
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_CHECK_THROW(open_frame_source(folder.write("cut.npy", bytes.substr(0, size))),
                      ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
