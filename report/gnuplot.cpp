#include "report/gnuplot.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace deltasim {
namespace {

/// What the child process begins with.
class StartConditions {
 public:
  explicit StartConditions(const std::filesystem::path& folder) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  StartConditions(const StartConditions&) = delete;
  StartConditions& operator=(const StartConditions&) = delete;
  ~StartConditions() { ::posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::string run_gnuplot(const std::filesystem::path& script) {
  const std::filesystem::path folder = std::filesystem::absolute(script).parent_path();
  const StartConditions conditions(folder);
  std::string program = "gnuplot", name = script.filename().string();
  char* const arguments[] = {program.data(), name.data(), nullptr};
  pid_t process = -1;
  const int error =
      ::posix_spawnp(&process, program.c_str(), conditions.get(), nullptr, arguments, environ);
  if (error == ENOENT) {
    return "gnuplot is not installed (Debian: gnuplot-nox); with it, `gnuplot " + name +
           "` in that folder draws the picture";
  }
  if (error != 0) return fmt::format("gnuplot cannot be started: {}", std::strerror(error));
  const int status = wait_for(process);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fmt::format("gnuplot could not draw {}, see its message above", (folder / name).string());
}

}  // namespace deltasim
