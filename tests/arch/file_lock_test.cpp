#include "arch/file_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(file_lock_test)

using namespace deltasim;

struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("deltasim_lock_" + std::to_string(::getpid()));
};

/// A process that holds the lock until it is killed.
pid_t start_holder(const std::filesystem::path& file) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const FileLock lock(file);
    const char held = '!';
    if (::write(ends[1], &held, 1) == 1) ::pause();
    ::_exit(0);
  }
  char held = 0;
  BOOST_REQUIRE(::read(ends[0], &held, 1) == 1);
  ::close(ends[0]);
  ::close(ends[1]);
  return holder;
}

BOOST_FIXTURE_TEST_CASE(it_is_held_until_its_holder_is_killed, Folder) {
  const pid_t holder = start_holder(path / "a.lock");
  int waited = 0;
  const FileLock lock(path / "a.lock", [&] {
    if (++waited == 2) ::kill(holder, SIGKILL);
  });
  BOOST_TEST(waited >= 2);
  ::waitpid(holder, nullptr, 0);
}

BOOST_FIXTURE_TEST_CASE(who_waits_may_give_up, Folder) {
  const pid_t holder = start_holder(path / "a.lock");
  BOOST_CHECK_THROW(FileLock(path / "a.lock", [] { throw std::runtime_error("enough"); }),
                    std::runtime_error);
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
}

BOOST_FIXTURE_TEST_CASE(it_is_free_again_after_its_holder, Folder) {
  { const FileLock lock(path / "a.lock"); }
  const FileLock again(path / "a.lock", [] { BOOST_FAIL("nobody holds it"); });
}

BOOST_FIXTURE_TEST_CASE(a_file_that_cannot_be_made_is_named, Folder) {
  BOOST_CHECK_EXCEPTION(FileLock(path / "none" / "a.lock"), IoError, [&](const IoError& error) {
    return std::string(error.what()).find("none/a.lock") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
