#pragma once
// Threads that walk the steps of a frame together.

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace deltasim {

/// A fixed team. Waiting is a short spin and then sleep, so that a neighbour on the same cores
/// (the trace's encoder) is not starved by a team that waits for its slowest member.
class Workers {
 public:
  /// @param threads at least 1; the caller of run() is one of them
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int count() const { return static_cast<int>(threads_.size()) + 1; }

  /// Number of blocks of a step, and the function that does one of them.
  struct Task {
    std::size_t blocks = 0;
    std::function<void(std::size_t block)> run;
  };
  /// Does the tasks one after another, the blocks of each in any order and in parallel.
  /// Rethrows the first exception; the blocks after it are then left out.
  void run(std::span<const Task> tasks);

 private:
  void member();
  void walk();
  void work_on(const Task& task, std::atomic<std::size_t>& next_block);
  void meet();

  std::vector<std::jthread> threads_;
  std::atomic<unsigned> start_{0};  ///< counts the calls of run()
  std::atomic<bool> stop_{false};
  std::span<const Task> tasks_;
  std::vector<std::atomic<std::size_t>> next_block_;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> meeting_{0};
  std::atomic<bool> failed_{false};
  std::exception_ptr failure_;
  std::mutex failure_mutex_;
};

/// Threads of this machine that the process may use.
int available_threads();

}  // namespace deltasim
