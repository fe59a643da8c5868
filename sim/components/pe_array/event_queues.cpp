#include "sim/components/pe_array/event_queues.h"

#include <algorithm>

namespace deltasim {
namespace {

/// Queues that get an event of the round, each once.
std::vector<int> targeted(std::span<const EventTargets> round) {
  std::vector<int> queues;
  for (const EventTargets event : round) {
    for (const EventTarget& target : event) queues.push_back(target.queue);
  }
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
  return queues;
}

/// Adds what came since `then` another `times` times.
void repeat(QueueStatistics& now, const QueueStatistics& then, std::int64_t times) {
  now.events += (now.events - then.events) * times;
  now.busy += (now.busy - then.busy) * times;
  now.no_event += (now.no_event - then.no_event) * times;
  now.fifo_full += (now.fifo_full - then.fifo_full) * times;
}

}  // namespace

EventQueues::EventQueues(int queues, int fifo_depth, int slots_per_cycle, std::int64_t latency)
    : depth_(fifo_depth),
      slots_(slots_per_cycle),
      latency_(latency),
      queues_(static_cast<std::size_t>(queues)),
      starts_(static_cast<std::size_t>(queues) * static_cast<std::size_t>(fifo_depth)),
      statistics_(static_cast<std::size_t>(queues)) {}

void EventQueues::start(std::int64_t now) {
  clock_ = available_ = finish_ = now;
  used_ = 0;
  hold_total_ = 0;
  std::fill(queues_.begin(), queues_.end(), Queue{.finish = now});
  std::fill(starts_.begin(), starts_.end(), now);
  std::fill(statistics_.begin(), statistics_.end(), QueueStatistics{});
}

void EventQueues::supply_from(std::int64_t time) { available_ = std::max(available_, time); }

void EventQueues::dispatch(EventTargets targets) {
  const std::int64_t slot = std::max(used_ == slots_ ? clock_ + 1 : clock_, available_);
  std::int64_t time = slot;
  for (const EventTarget& target : targets) {
    const auto q = static_cast<std::size_t>(target.queue);
    time = std::max(time, starts_[q * static_cast<std::size_t>(depth_) +
                                  static_cast<std::size_t>(queues_[q].oldest)]);
  }
  used_ = time > clock_ ? 1 : used_ + 1;
  clock_ = time;
  hold_total_ += time - slot;

  const std::int64_t arrival = time + latency_;
  for (const EventTarget& target : targets) {
    const auto q = static_cast<std::size_t>(target.queue);
    Queue& queue = queues_[q];
    QueueStatistics& statistics = statistics_[q];
    const std::int64_t start = std::max(queue.finish, arrival);
    const std::int64_t idle = start - queue.finish;
    const std::int64_t held = std::min(idle, hold_total_ - queue.hold_seen);
    statistics.fifo_full += held;
    statistics.no_event += idle - held;
    statistics.busy += target.service;
    ++statistics.events;
    queue.hold_seen = hold_total_;
    starts_[q * static_cast<std::size_t>(depth_) + static_cast<std::size_t>(queue.oldest)] = start;
    queue.oldest = queue.oldest + 1 == depth_ ? 0 : queue.oldest + 1;
    queue.finish = start + target.service;
    finish_ = std::max(finish_, queue.finish);
  }
}

std::vector<std::int64_t> EventQueues::relative_state(std::span<const int> queues) const {
  std::vector<std::int64_t> state{used_, std::max<std::int64_t>(available_ - clock_, 0)};
  state.reserve(2 + queues.size() * static_cast<std::size_t>(depth_ + 2));
  for (const int q : queues) {
    const Queue& queue = queues_[static_cast<std::size_t>(q)];
    state.push_back(queue.finish - clock_);
    state.push_back(hold_total_ - queue.hold_seen);
    for (int i = 0; i < depth_; ++i) {
      const std::int64_t start =
          starts_[static_cast<std::size_t>(q * depth_ + (queue.oldest + i) % depth_)];
      state.push_back(std::max<std::int64_t>(start - clock_, 0));
    }
  }
  return state;
}

void EventQueues::shift(std::span<const int> queues, std::int64_t cycles, std::int64_t hold) {
  clock_ += cycles;
  hold_total_ += hold;
  for (const int q : queues) {
    Queue& queue = queues_[static_cast<std::size_t>(q)];
    queue.finish += cycles;
    queue.hold_seen += hold;
    finish_ = std::max(finish_, queue.finish);
    for (int i = 0; i < depth_; ++i) starts_[static_cast<std::size_t>(q * depth_ + i)] += cycles;
  }
}

void EventQueues::dispatch_rounds(std::span<const EventTargets> round, std::int64_t rounds) {
  // Before its FIFOs are full a round cannot repeat; short runs are not worth the comparison.
  const std::int64_t worthwhile = 2 * std::int64_t{depth_} + 4;
  if (rounds < worthwhile) {
    for (std::int64_t done = 0; done < rounds; ++done) {
      for (const EventTargets event : round) dispatch(event);
    }
    return;
  }
  const std::vector<int> queues = targeted(round);
  std::vector<std::int64_t> state;
  for (std::int64_t left = rounds; left > 0;) {
    const std::int64_t clock_before = clock_;
    const std::int64_t hold_before = hold_total_;
    const std::vector<QueueStatistics> statistics_before = statistics_;
    for (const EventTargets event : round) dispatch(event);
    --left;
    std::vector<std::int64_t> state_after = relative_state(queues);
    if (state_after == state) {
      shift(queues, (clock_ - clock_before) * left, (hold_total_ - hold_before) * left);
      for (const int q : queues) {
        repeat(statistics_[static_cast<std::size_t>(q)],
               statistics_before[static_cast<std::size_t>(q)], left);
      }
      return;
    }
    state = std::move(state_after);
  }
}

}  // namespace deltasim
