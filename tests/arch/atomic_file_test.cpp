#include "arch/atomic_file.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(atomic_file_test)

using deltasim::AtomicFile;
using deltasim::IoError;
using deltasim::test::read_file;
using deltasim::test::TemporaryDirectory;

namespace {

std::size_t files_in(const TemporaryDirectory& folder) {
  const std::filesystem::directory_iterator files(folder.path());
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_file_appears_with_commit_and_not_before) {
  const TemporaryDirectory scratch;
  AtomicFile file(scratch / "a");
  const std::string large(1'000'000, 'x');
  file.write("head");
  file.write(large);
  file.write("tail");
  BOOST_TEST(!std::filesystem::exists(scratch / "a"));
  file.commit();
  BOOST_TEST((read_file(scratch / "a") == "head" + large + "tail"));
  BOOST_TEST(files_in(scratch) == 1U);
  BOOST_CHECK_THROW(file.write("more"), deltasim::InternalError);
}

BOOST_AUTO_TEST_CASE(without_commit_the_old_file_stays) {
  const TemporaryDirectory scratch;
  scratch.write("a", "old");
  { AtomicFile(scratch / "a").write("new"); }
  BOOST_TEST(read_file(scratch / "a") == "old");
  BOOST_TEST(files_in(scratch) == 1U);
  deltasim::write_file_atomically(scratch / "a", "new");
  BOOST_TEST(read_file(scratch / "a") == "new");
}

BOOST_AUTO_TEST_CASE(a_link_keeps_pointing_at_the_new_content) {
  const TemporaryDirectory scratch;
  scratch.write("real", "old");
  std::filesystem::create_symlink("real", scratch / "link");
  deltasim::write_file_atomically(scratch / "link", "new");
  BOOST_TEST(std::filesystem::is_symlink(scratch / "link"));
  BOOST_TEST(read_file(scratch / "real") == "new");
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_reported) {
  AtomicFile file("/dev/full");
  file.write("x");
  BOOST_CHECK_EXCEPTION(file.commit(), IoError, [](const IoError& error) {
    return std::string(error.what()) == "/dev/full: cannot write: No space left on device";
  });
  BOOST_CHECK_THROW(AtomicFile("/dev/full").write(std::string(1'000'000, 'x')), IoError);
}

BOOST_AUTO_TEST_CASE(a_disk_that_fills_up_leaves_nothing_behind) {
  const TemporaryDirectory scratch;
  scratch.write("a", "old");
  std::filesystem::create_symlink("/dev/full", scratch / "full");
  BOOST_CHECK_THROW(deltasim::write_file_atomically(scratch / "full", "new"), IoError);
  BOOST_TEST(files_in(scratch) == 2U);
}

BOOST_AUTO_TEST_CASE(a_target_that_cannot_be_is_refused) {
  const TemporaryDirectory scratch;
  BOOST_CHECK_THROW(AtomicFile(scratch / "no/such/folder"), IoError);
  BOOST_CHECK_THROW(AtomicFile(scratch.path()), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
