#include "sim/pipeline/worker_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "arch/errors.h"
#include "arch/interrupt.h"

namespace deltasim {
namespace {

// First byte of what a child sends.
constexpr char kWentWell = '+';
constexpr char kUserFault = 'u';
constexpr char kOurFault = '!';
constexpr int kPollMilliseconds = 200;

using Clock = std::chrono::steady_clock;
using Limit = std::optional<std::chrono::duration<double>>;

struct Child {
  pid_t process = -1;
  int pipe = -1;
  std::size_t item = 0;
  std::string received{};
  Clock::time_point started = Clock::now();
};

void write_all(int file, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(file, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
}

std::string message_of(const std::function<std::string(std::size_t)>& work, std::size_t item) {
  try {
    return kWentWell + work(item);
  } catch (const ConfigError& fault) {
    return kUserFault + std::string(fault.what());
  } catch (const IoError& fault) {
    return kUserFault + std::string(fault.what());
  } catch (const std::exception& fault) {
    return kOurFault + std::string(fault.what());
  }
}

/// Never returns. Ends without the parent's destructors and buffers.
[[noreturn]] void be_child(int pipe, pid_t parent,
                           const std::function<std::string(std::size_t)>& work, std::size_t item) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it ended before this was asked for
  std::signal(SIGINT, SIG_IGN);           // the parent decides
  write_all(pipe, message_of(work, item));
  ::_exit(0);
}

Child start(const std::function<std::string(std::size_t)>& work, std::size_t item) {
  int ends[2];
  if (::pipe(ends) != 0) throw IoError("worker process", "connect", errno);
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) {
    const int error = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    throw IoError("worker process", "start", error);
  }
  if (process == 0) {
    ::close(ends[0]);
    be_child(ends[1], parent, work, item);
  }
  ::close(ends[1]);
  return {.process = process, .pipe = ends[0], .item = item};
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) {
    return fmt::format("its process was ended by signal {} ({})", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
  }
  return fmt::format("its process ended with status {} and no result", WEXITSTATUS(status));
}

ItemOutcome outcome_of(Child& child) {
  int status = 0;
  while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  ::close(child.pipe);
  ItemOutcome outcome{.item = child.item};
  if (child.received.empty() || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    outcome.fault = ending(status);
  } else if (child.received.front() == kWentWell) {
    outcome.bytes = child.received.substr(1);
  } else {
    outcome.fault = child.received.substr(1);
    outcome.user_fault = child.received.front() == kUserFault;
  }
  return outcome;
}

/// Ends what still runs when the pool is left, for whatever reason.
class Children {
 public:
  Children() = default;
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (Child& child : running) {
      ::kill(child.process, SIGKILL);
      outcome_of(child);
    }
  }
  std::vector<Child> running;
};

/// Reads what has come; true where the child has closed its end.
bool receive(Child& child) {
  char buffer[65536];
  const ssize_t count = ::read(child.pipe, buffer, sizeof buffer);
  if (count > 0) child.received.append(buffer, static_cast<std::size_t>(count));
  return count == 0 || (count < 0 && errno != EINTR);
}

/// Takes a child out of those that run.
Child take(Children& children, std::size_t index) {
  Child child = std::move(children.running[index]);
  children.running.erase(children.running.begin() + static_cast<std::ptrdiff_t>(index));
  return child;
}

void await_some(Children& children, const std::function<void(ItemOutcome)>& done) {
  std::vector<pollfd> waits;
  for (const Child& child : children.running) waits.push_back({child.pipe, POLLIN, 0});
  if (::poll(waits.data(), waits.size(), kPollMilliseconds) <= 0) return;
  for (std::size_t i = waits.size(); i-- > 0;) {
    if (waits[i].revents == 0 || !receive(children.running[i])) continue;
    Child child = take(children, i);
    done(outcome_of(child));
  }
}

void end_the_late(Children& children, const Limit& limit,
                  const std::function<void(ItemOutcome)>& done) {
  if (!limit) return;
  for (std::size_t i = children.running.size(); i-- > 0;) {
    if (Clock::now() - children.running[i].started < *limit) continue;
    Child child = take(children, i);
    ::kill(child.process, SIGKILL);
    ItemOutcome outcome = outcome_of(child);
    outcome.bytes.clear();
    outcome.fault = fmt::format("took longer than {:g} s and was ended", limit->count());
    outcome.user_fault = false;
    outcome.timed_out = true;
    done(std::move(outcome));
  }
}

}  // namespace

void run_in_workers(const std::vector<std::size_t>& items, int jobs,
                    const std::function<std::string(std::size_t)>& work,
                    const std::function<void(ItemOutcome)>& done, Limit limit) {
  Children children;
  std::size_t next = 0;
  while (next < items.size() || !children.running.empty()) {
    if (interrupted()) throw Interrupted("interrupted");
    while (next < items.size() && children.running.size() < static_cast<std::size_t>(jobs)) {
      children.running.push_back(start(work, items[next++]));
    }
    await_some(children, done);
    end_the_late(children, limit, done);
  }
}

}  // namespace deltasim
