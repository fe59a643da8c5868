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

/// Runs `work(item)` for each of `items` in forked children, at most `jobs` at a time, and calls
/// `done` in this process as each ends, in any order. Threads of the
/// caller must be idle: a child has none of them, and what they had locked stays locked there. Work
/// may use a pool itself: with its process, those that it started are ended too.
/// @param limit how long an item may take before its process is ended; none: as long as it likes
/// @throws Interrupted after a signal: children are ended, items not reported are not done
/// @throws IoError where no process can be made
void run_in_workers(const std::vector<std::size_t>& items, int jobs,
                    const std::function<std::string(std::size_t)>& work,
                    const std::function<void(ItemOutcome)>& done,
                    std::optional<std::chrono::duration<double>> limit = std::nullopt);

}  // namespace deltasim
