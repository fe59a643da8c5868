#include "arch/atomic_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>

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

BOOST_AUTO_TEST_CASE(two_that_write_one_file_do_not_write_into_each_other) {
  const TemporaryDirectory scratch;
  AtomicFile one(scratch / "a"), other(scratch / "a");
  BOOST_TEST(files_in(scratch) == 2U);
  one.write(std::string(400'000, '1'));
  other.write("2");
  one.commit();
  BOOST_TEST((read_file(scratch / "a") == std::string(400'000, '1')));
  other.commit();
  BOOST_TEST(read_file(scratch / "a") == "2");
  BOOST_TEST(files_in(scratch) == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_left_is_removed_and_what_is_written_is_not) {
  const TemporaryDirectory scratch;
  std::filesystem::create_directories(scratch / "b/c");
  const std::string left = ".0123456789abcdef.partial";
  scratch.write("a" + left, "half");
  scratch.write("b/a" + left, "half");
  scratch.write("b/c/a" + left, "half");
  scratch.write("trace.dtrace.partial", "to be gone on with");
  scratch.write("a.0123456789abcdeg.partial", "somebody's");
  AtomicFile live(scratch / "live");
  live.write("x");
  BOOST_TEST(deltasim::remove_partial_files(scratch.path(), 1) == 0U);  // they may be just begun
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path())) {
    std::filesystem::last_write_time(entry.path(), long_ago);
  }
  BOOST_TEST(deltasim::remove_partial_files(scratch.path(), 1) == 2U);
  BOOST_TEST(std::filesystem::exists(scratch / ("b/c/a" + left)));
  BOOST_TEST(std::filesystem::exists(scratch / "trace.dtrace.partial"));
  BOOST_TEST(std::filesystem::exists(scratch / "a.0123456789abcdeg.partial"));
  live.commit();
  BOOST_TEST(read_file(scratch / "live") == "x");
  BOOST_TEST(deltasim::remove_partial_files(scratch / "none") == 0U);
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_wrote_is_left_over) {
  const TemporaryDirectory scratch;
  const pid_t child = ::fork();
  if (child == 0) {
    AtomicFile file(scratch / "a");
    file.write(std::string(1'000'000, 'x'));
    ::raise(SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  BOOST_REQUIRE(files_in(scratch) == 1U);
  const auto left = std::filesystem::directory_iterator(scratch.path())->path();
  std::filesystem::last_write_time(
      left, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  BOOST_TEST(deltasim::remove_partial_files(scratch.path()) == 1U);
  BOOST_TEST(files_in(scratch) == 0U);
}

BOOST_AUTO_TEST_CASE(a_target_that_cannot_be_is_refused) {
  const TemporaryDirectory scratch;
  BOOST_CHECK_THROW(AtomicFile(scratch / "no/such/folder"), IoError);
  BOOST_CHECK_THROW(AtomicFile(scratch.path()), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
