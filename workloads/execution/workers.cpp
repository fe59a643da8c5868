#include "workloads/execution/workers.h"

#include <sched.h>

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr int kSpins = 2000;  // about 50 microseconds: longer than most layers are uneven

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

void wait_for_change(const std::atomic<unsigned>& counter, unsigned old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (counter.load(std::memory_order_acquire) != old) return;
    pause_briefly();
  }
  counter.wait(old, std::memory_order_acquire);
}

}  // namespace

Workers::Workers(int threads) {
  DELTASIM_INVARIANT(threads >= 1, "a team has at least one member");
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this] { member(); });
}

Workers::~Workers() {
  stop_ = true;
  start_.fetch_add(1, std::memory_order_release);
  start_.notify_all();
}

void Workers::run(std::span<const Task> tasks) {
  tasks_ = tasks;
  if (next_block_.size() < tasks.size()) {
    next_block_ = std::vector<std::atomic<std::size_t>>(tasks.size());
  }
  for (auto& next : next_block_) next.store(0, std::memory_order_relaxed);
  failed_ = false;
  failure_ = nullptr;
  start_.fetch_add(1, std::memory_order_release);
  start_.notify_all();
  walk();
  if (failure_) std::rethrow_exception(failure_);
}

void Workers::member() {
  unsigned seen = 0;
  while (true) {
    wait_for_change(start_, seen);
    seen = start_.load(std::memory_order_acquire);
    if (stop_) return;
    walk();
  }
}

void Workers::walk() {
  // After the last meeting the caller may already have put other tasks there.
  const std::span<const Task> tasks = tasks_;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    work_on(tasks[i], next_block_[i]);
    meet();
  }
}

void Workers::work_on(const Task& task, std::atomic<std::size_t>& next_block) {
  try {
    while (!failed_.load(std::memory_order_relaxed)) {
      const std::size_t block = next_block.fetch_add(1, std::memory_order_relaxed);
      if (block >= task.blocks) return;
      task.run(block);
    }
  } catch (...) {
    const std::scoped_lock lock(failure_mutex_);
    if (!failed_.exchange(true)) failure_ = std::current_exception();
  }
}

void Workers::meet() {
  const unsigned meeting = meeting_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 < count()) {
    wait_for_change(meeting_, meeting);
    return;
  }
  arrived_.store(0, std::memory_order_relaxed);
  meeting_.store(meeting + 1, std::memory_order_release);
  meeting_.notify_all();
}

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace deltasim
