#pragma once
// Work items in processes of their own: SystemC elaborates once a process, and a crash takes one
// item with it, not the run.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// How an item ended.
struct ItemOutcome {
  std::size_t item = 0;
  std::string bytes;        ///< what the work returned
  std::string fault;        ///< empty where it went well; otherwise what happened
  bool user_fault = false;  ///< the fault is in the user's input
  bool timed_out = false;   ///< the fault is that it took longer than its limit
};

/// Sends a part of an item's result from its child; what was sent is not lost with the process.
using SendPart = std::function<void(const std::string& bytes)>;

/// What is done about an item, and by whom.
struct PoolCalls {
  /// In a forked child. @return the rest of the result
  std::function<std::string(std::size_t item, const SendPart& send)> work;
  /// In the calling process: parts as they were sent, in their order, those together that came
  /// together.
  std::function<void(std::size_t item, const std::vector<std::string>& parts)> take;
  /// In the calling process, as an item ends, after all of its parts.
  std::function<void(ItemOutcome)> done;
};

/// Does `calls` for each of `items`, at most `jobs` at a time; items end in any order. Threads of
/// the caller must be idle: a child has none of them, and what they had locked stays locked there.
/// Work may use a pool itself: with its process, those that it started are ended too.
/// @param limit how long an item may take, from its start or its last part to its next part or its
///        end, before its process is ended; none: as long as it likes
/// @throws Interrupted after a signal: children are ended, items not reported are not done
/// @throws IoError where no process can be made
void run_in_workers(const std::vector<std::size_t>& items, int jobs, const PoolCalls& calls,
                    std::optional<std::chrono::duration<double>> limit = std::nullopt);

/// The same for items whose result comes as a whole.
void run_in_workers(const std::vector<std::size_t>& items, int jobs,
                    const std::function<std::string(std::size_t)>& work,
                    const std::function<void(ItemOutcome)>& done,
                    std::optional<std::chrono::duration<double>> limit = std::nullopt);

}  // namespace deltasim
