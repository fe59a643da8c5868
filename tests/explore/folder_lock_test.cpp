// Who holds a sweep's folder, here or on another machine.
#include "explore/folder_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "arch/errors.h"
#include "explore/host_name.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(folder_lock_test)

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

namespace {

/// A process that holds a folder until it is ended.
class Holder {
 public:
  explicit Holder(const TemporaryDirectory& folder) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    process_ = ::fork();
    if (process_ == 0) {
      const FolderLock lock(folder.path());
      const char held = '!';
      if (::write(ends[1], &held, 1) == 1) ::pause();
      ::_exit(0);
    }
    char held = 0;
    BOOST_REQUIRE(::read(ends[0], &held, 1) == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Holder() { end(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void end() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  pid_t process() const { return process_; }

 private:
  pid_t process_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_process_of_this_machine_is_known) {
  const TemporaryDirectory folder;
  BOOST_TEST(!holder_of(folder.path()));
  Holder holder(folder);
  const std::optional<FolderHolder> found = holder_of(folder.path());
  BOOST_REQUIRE(found);
  BOOST_TEST(found->is_here);
  BOOST_TEST(found->process == holder.process());
  BOOST_TEST(found->host == host_name());
  const std::string text = "process " + std::to_string(holder.process());
  BOOST_TEST(found->text() == text);
  BOOST_CHECK_EXCEPTION(FolderLock(folder.path()), ConfigError, [&](const ConfigError& fault) {
    return std::string(fault.what()).find("(" + text + ")") != std::string::npos;
  });
  holder.end();
  BOOST_TEST(!holder_of(folder.path()));
  const FolderLock again(folder.path());
}

BOOST_AUTO_TEST_CASE(a_process_of_another_machine_is_never_taken_for_one_of_this) {
  const TemporaryDirectory folder;
  const Holder holder(folder);
  const std::string number = std::to_string(holder.process());
  folder.write("sweep.lock", "elsewhere " + number + "\n");
  BOOST_TEST(!holder_of(folder.path())->is_here);
  BOOST_TEST(holder_of(folder.path())->text() == "process " + number + " on elsewhere");
  BOOST_TEST((holder_of(folder.path())->use == FolderUse::kWorks));
  folder.write("sweep.lock", "elsewhere " + number + " waits\n");
  BOOST_TEST((holder_of(folder.path())->use == FolderUse::kWaits));
  folder.write("sweep.lock", host_name() + " 1\n");  // another container with this host's name
  BOOST_TEST(!holder_of(folder.path())->is_here);
  folder.write("sweep.lock", "");
  BOOST_TEST(!holder_of(folder.path())->is_here);
  BOOST_TEST(holder_of(folder.path())->text() == "a process that is not known");
}

BOOST_AUTO_TEST_SUITE_END()
