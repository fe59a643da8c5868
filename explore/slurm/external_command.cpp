#include "explore/slurm/external_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

/// Both ends are closed when a program is started, but for what it is given.
class Pipe {
 public:
  explicit Pipe(const std::string& program) {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw IoError(program, "start", errno);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_writing();
    ::close(ends_[0]);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

 private:
  std::array<int, 2> ends_{};
};

pid_t start(const std::vector<std::string>& words, const std::string& needed_for,
            const Pipe& output, const Pipe& errors) {
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.writing(), STDERR_FILENO);
  pid_t process = -1;
  const int error =
      ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) {
    throw NoProgram(words.front(), "there is no such program here: " + needed_for);
  }
  if (error != 0) throw IoError(words.front(), "start", error);
  return process;
}

/// @return whether there may be more
bool read_some(int descriptor, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  text.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

/// Until the program has closed both.
void read_both(const Pipe& output, const Pipe& errors, CommandOutput& read) {
  std::array<pollfd, 2> waiting{
      {{.fd = output.reading(), .events = POLLIN}, {.fd = errors.reading(), .events = POLLIN}}};
  const std::array<std::string*, 2> texts{&read.output, &read.errors};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;  // a signal came
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      if (!read_some(waiting[i].fd, *texts[i])) waiting[i].fd = -1;
    }
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

CommandOutput run_command(const std::vector<std::string>& words, const std::string& needed_for) {
  Pipe output(words.front()), errors(words.front());
  const pid_t process = start(words, needed_for, output, errors);
  output.close_writing();
  errors.close_writing();
  CommandOutput read;
  read_both(output, errors, read);
  read.status = wait_for(process);
  return read;
}

}  // namespace deltasim
