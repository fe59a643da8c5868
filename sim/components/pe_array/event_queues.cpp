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
void add_again(QueueStatistics& now, const QueueStatistics& then, std::int64_t times) {
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
      starts_(static_cast<std::size_t>(queues) * static_cast<std::size_t>(fifo_depth)) {}

void EventQueues::start(std::int64_t now) {
  clock_ = available_ = begin_ = now;
  used_ = 0;
  hold_total_ = 0;
  std::fill(starts_.begin(), starts_.end(), now);
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    queues_[q] = {.finish = now, .oldest = ring(static_cast<int>(q))};
  }
}

void EventQueues::supply_from(std::int64_t time) { available_ = std::max(available_, time); }

std::int64_t EventQueues::finish() const {
  std::int64_t last = begin_;
  for (const Queue& queue : queues_) last = std::max(last, queue.finish);
  return last;
}

std::vector<QueueStatistics> EventQueues::statistics() const {
  std::vector<QueueStatistics> statistics;
  for (const Queue& queue : queues_) statistics.push_back(queue.statistics);
  return statistics;
}

void EventQueues::dispatch(EventTargets targets) {
  const std::int64_t slot = std::max(used_ == slots_ ? clock_ + 1 : clock_, available_);
  std::int64_t time = slot;
  for (const EventTarget& target : targets) {
    time = std::max(time, starts_[queues_[static_cast<std::size_t>(target.queue)].oldest]);
  }
  used_ = time > clock_ ? 1 : used_ + 1;
  clock_ = time;
  hold_total_ += time - slot;

  const std::int64_t arrival = time + latency_;
  for (const EventTarget& target : targets) {
    Queue& queue = queues_[static_cast<std::size_t>(target.queue)];
    const std::int64_t start = std::max(queue.finish, arrival);
    if (const std::int64_t idle = start - queue.finish; idle > 0) {
      const std::int64_t held = std::min(idle, hold_total_ - queue.hold_seen);
      queue.statistics.fifo_full += held;
      queue.statistics.no_event += idle - held;
    }
    queue.statistics.busy += target.service;
    ++queue.statistics.events;
    queue.hold_seen = hold_total_;
    queue.finish = start + target.service;
    starts_[queue.oldest] = start;
    ++queue.oldest;
    if (queue.oldest == ring(target.queue + 1)) queue.oldest = ring(target.queue);
  }
}

void EventQueues::dispatch_round(std::span<const EventTargets> round) {
  for (const EventTargets event : round) dispatch(event);
}

template <typename Visit>
bool EventQueues::visit_state(std::span<const int> queues, Visit visit) const {
  if (!visit(used_) || !visit(std::max<std::int64_t>(available_ - clock_, 0))) return false;
  for (const int q : queues) {
    const Queue& queue = queues_[static_cast<std::size_t>(q)];
    if (!visit(queue.finish - clock_) || !visit(hold_total_ - queue.hold_seen)) return false;
    std::size_t at = queue.oldest;
    for (int i = 0; i < depth_; ++i) {
      if (!visit(std::max<std::int64_t>(starts_[at] - clock_, 0))) return false;
      if (++at == ring(q + 1)) at = ring(q);
    }
  }
  return true;
}

void EventQueues::take(Snapshot& snapshot, std::span<const int> queues) const {
  snapshot.clock = clock_;
  snapshot.hold_total = hold_total_;
  snapshot.state.clear();
  snapshot.statistics.clear();
  visit_state(queues, [&](std::int64_t value) {
    snapshot.state.push_back(value);
    return true;
  });
  for (const int q : queues) {
    snapshot.statistics.push_back(queues_[static_cast<std::size_t>(q)].statistics);
  }
}

bool EventQueues::matches(const Snapshot& snapshot, std::span<const int> queues) const {
  auto expected = snapshot.state.begin();
  return visit_state(queues, [&](std::int64_t value) { return value == *expected++; });
}

void EventQueues::repeat(const Snapshot& since, std::span<const int> queues, std::int64_t times) {
  const std::int64_t cycles = (clock_ - since.clock) * times;
  const std::int64_t hold = (hold_total_ - since.hold_total) * times;
  clock_ += cycles;
  hold_total_ += hold;
  for (std::size_t i = 0; i < queues.size(); ++i) {
    const int q = queues[i];
    Queue& queue = queues_[static_cast<std::size_t>(q)];
    queue.finish += cycles;
    queue.hold_seen += hold;
    add_again(queue.statistics, since.statistics[i], times);
    for (std::size_t at = ring(q); at < ring(q + 1); ++at) starts_[at] += cycles;
  }
}

void EventQueues::dispatch_rounds(std::span<const EventTargets> round, std::int64_t rounds) {
  // The FIFOs' rings must have been written over before a round can repeat.
  std::int64_t left = rounds;
  const std::int64_t singly = left < 2 * depth_ ? left : depth_;
  for (; left > rounds - singly; --left) dispatch_round(round);
  if (left == 0) return;

  const std::vector<int> queues = targeted(round);
  Snapshot anchor;
  for (std::int64_t reach = 1; left > 0; reach *= 2) {
    take(anchor, queues);
    for (std::int64_t period = 1; period <= reach && left > 0; ++period) {
      dispatch_round(round);
      --left;
      if (!matches(anchor, queues)) continue;
      repeat(anchor, queues, left / period);
      for (left %= period; left > 0; --left) dispatch_round(round);
      return;
    }
  }
}

}  // namespace deltasim
