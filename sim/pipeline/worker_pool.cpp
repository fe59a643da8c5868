#include "sim/pipeline/worker_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "arch/errors.h"
#include "arch/interrupt.h"

namespace deltasim {
namespace {

// Kinds of messages. A child sends any number of parts, then how it went.
constexpr char kPart = 'p';
constexpr char kWentWell = '+';
constexpr char kUserFault = 'u';
constexpr char kOurFault = '!';
constexpr int kPollMilliseconds = 200;

using Clock = std::chrono::steady_clock;
using Limit = std::optional<std::chrono::duration<double>>;

/// On the pipe: the kind, the number of bytes as this machine has it, the bytes.
struct Message {
  char kind = 0;
  std::string bytes;
};
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint64_t);

struct Child {
  pid_t process = -1;
  int pipe = -1;
  std::size_t item = 0;
  std::string received{};                  ///< and not taken yet: a message that has not come whole
  std::optional<Message> ended{};          ///< the last message
  Clock::time_point heard = Clock::now();  ///< when it was started, or last sent a part
};

void write_all(int file, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(file, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
}

void send(int pipe, const Message& message) {
  const std::uint64_t size = message.bytes.size();
  std::string bytes(1, message.kind);
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  write_all(pipe, bytes + message.bytes);
}

std::optional<Message> take_message(std::string& received) {
  std::uint64_t size = 0;
  if (received.size() < kHeaderBytes) return std::nullopt;
  std::memcpy(&size, received.data() + 1, sizeof size);
  if (received.size() - kHeaderBytes < size) return std::nullopt;
  Message message{.kind = received.front(), .bytes = received.substr(kHeaderBytes, size)};
  received.erase(0, kHeaderBytes + size);
  return message;
}

Message outcome_message(int pipe, const PoolCalls& calls, std::size_t item) {
  const SendPart send_part = [pipe](const std::string& bytes) {
    send(pipe, {.kind = kPart, .bytes = bytes});
  };
  try {
    return {.kind = kWentWell, .bytes = calls.work(item, send_part)};
  } catch (const ConfigError& fault) {
    return {.kind = kUserFault, .bytes = fault.what()};
  } catch (const IoError& fault) {
    return {.kind = kUserFault, .bytes = fault.what()};
  } catch (const std::exception& fault) {
    return {.kind = kOurFault, .bytes = fault.what()};
  }
}

/// Never returns. Ends without the parent's destructors and buffers.
[[noreturn]] void be_child(int pipe, pid_t parent, const PoolCalls& calls, std::size_t item) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it ended before this was asked for
  std::signal(SIGINT, SIG_IGN);           // the parent decides
  send(pipe, outcome_message(pipe, calls, item));
  ::_exit(0);
}

Child start(const PoolCalls& calls, std::size_t item) {
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
    be_child(ends[1], parent, calls, item);
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
  if (!child.ended || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    outcome.fault = ending(status);
  } else if (child.ended->kind == kWentWell) {
    outcome.bytes = std::move(child.ended->bytes);
  } else {
    outcome.fault = std::move(child.ended->bytes);
    outcome.user_fault = child.ended->kind == kUserFault;
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

/// Hands on the parts that have come whole.
void take_messages(Child& child, const PoolCalls& calls) {
  std::vector<std::string> parts;
  while (std::optional<Message> message = take_message(child.received)) {
    if (message->kind == kPart) {
      parts.push_back(std::move(message->bytes));
    } else {
      child.ended = std::move(message);
    }
  }
  if (parts.empty()) return;
  child.heard = Clock::now();
  calls.take(child.item, parts);
}

/// Reads what has come; true where the child has closed its end.
bool receive(Child& child, const PoolCalls& calls) {
  char buffer[65536];
  const ssize_t count = ::read(child.pipe, buffer, sizeof buffer);
  if (count > 0) {
    child.received.append(buffer, static_cast<std::size_t>(count));
    take_messages(child, calls);
  }
  return count == 0 || (count < 0 && errno != EINTR);
}

bool has_sent_more(const Child& child) {
  pollfd wait{child.pipe, POLLIN, 0};
  return ::poll(&wait, 1, 0) > 0;
}

/// Takes a child out of those that run.
Child take(Children& children, std::size_t index) {
  Child child = std::move(children.running[index]);
  children.running.erase(children.running.begin() + static_cast<std::ptrdiff_t>(index));
  return child;
}

/// Until the first child may be late, and no longer than signals are to wait for an answer.
int patience_milliseconds(const Children& children, const Limit& limit) {
  double patience = kPollMilliseconds;
  if (!limit) return kPollMilliseconds;
  for (const Child& child : children.running) {
    const std::chrono::duration<double, std::milli> left = *limit - (Clock::now() - child.heard);
    patience = std::min(patience, std::ceil(left.count()));
  }
  return static_cast<int>(std::max(0.0, patience));
}

void await_some(Children& children, const Limit& limit, const PoolCalls& calls) {
  std::vector<pollfd> waits;
  for (const Child& child : children.running) waits.push_back({child.pipe, POLLIN, 0});
  if (::poll(waits.data(), waits.size(), patience_milliseconds(children, limit)) <= 0) return;
  for (std::size_t i = waits.size(); i-- > 0;) {
    if (waits[i].revents == 0 || !receive(children.running[i], calls)) continue;
    Child child = take(children, i);
    calls.done(outcome_of(child));
  }
}

/// Ends its process. What it has sent until then counts. @return whether it was late indeed
bool end_late(Child& child, const PoolCalls& calls) {
  const Clock::time_point heard = child.heard;
  ::kill(child.process, SIGKILL);
  while (!receive(child, calls)) {
  }
  return child.heard == heard;  // and no part came at the last moment
}

void end_the_late(Children& children, const Limit& limit, const PoolCalls& calls) {
  if (!limit) return;
  for (std::size_t i = children.running.size(); i-- > 0;) {
    Child& running = children.running[i];
    if (Clock::now() - running.heard < *limit || has_sent_more(running)) continue;
    const bool late = end_late(running, calls);
    Child child = take(children, i);
    ItemOutcome outcome = outcome_of(child);
    if (late) {
      outcome.bytes.clear();
      outcome.fault = fmt::format("took longer than {:g} s and was ended", limit->count());
      outcome.user_fault = false;
      outcome.timed_out = true;
    }
    calls.done(std::move(outcome));
  }
}

}  // namespace

void run_in_workers(const std::vector<std::size_t>& items, int jobs, const PoolCalls& calls,
                    Limit limit) {
  Children children;
  std::size_t next = 0;
  while (next < items.size() || !children.running.empty()) {
    if (interrupted()) throw Interrupted("interrupted");
    while (next < items.size() && children.running.size() < static_cast<std::size_t>(jobs)) {
      children.running.push_back(start(calls, items[next++]));
    }
    await_some(children, limit, calls);
    end_the_late(children, limit, calls);
  }
}

void run_in_workers(const std::vector<std::size_t>& items, int jobs,
                    const std::function<std::string(std::size_t)>& work,
                    const std::function<void(ItemOutcome)>& done, Limit limit) {
  run_in_workers(items, jobs,
                 {.work = [&](std::size_t item, const SendPart&) { return work(item); },
                  .take = [](std::size_t, const std::vector<std::string>&) {},
                  .done = done},
                 limit);
}

}  // namespace deltasim
