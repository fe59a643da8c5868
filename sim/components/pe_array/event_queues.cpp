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
  available_ = begin_ = now;
  dispatcher_ = {.clock = now};
  std::fill(starts_.begin(), starts_.end(), now);
  const auto depth = static_cast<std::size_t>(depth_);
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    queues_[q] = {
        .finish = now, .oldest = q * depth, .ring_begin = q * depth, .ring_end = (q + 1) * depth};
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

std::vector<std::int64_t> EventQueues::finishes() const {
  std::vector<std::int64_t> finishes;
  for (const Queue& queue : queues_) finishes.push_back(queue.finish);
  return finishes;
}

std::int64_t EventQueues::waiting() const {
  return std::count_if(starts_.begin(), starts_.end(),
                       [this](std::int64_t start) { return start > dispatcher_.clock; });
}

/// One event; inlined where events come by the million.
inline void EventQueues::send(Dispatcher& dispatcher, EventTargets targets) {
  const std::int64_t next = dispatcher.clock + (dispatcher.used == slots_ ? 1 : 0);
  const std::int64_t slot = std::max(next, available_);
  std::int64_t time = slot;
  for (const EventTarget& target : targets) {
    time = std::max(time, starts_[queues_[static_cast<std::size_t>(target.queue)].oldest]);
  }
  dispatcher.used = time > dispatcher.clock ? 1 : dispatcher.used + 1;
  dispatcher.clock = time;
  dispatcher.hold_total += time - slot;

  for (const EventTarget& target : targets) {
    Queue& queue = queues_[static_cast<std::size_t>(target.queue)];
    const std::int64_t start = std::max(queue.finish, time + latency_);
    if (const std::int64_t idle = start - queue.finish; idle > 0) {
      const std::int64_t held = std::min(idle, dispatcher.hold_total - queue.hold_seen);
      queue.statistics.fifo_full += held;
      queue.statistics.no_event += idle - held;
    }
    queue.statistics.busy += target.service;
    ++queue.statistics.events;
    queue.hold_seen = dispatcher.hold_total;
    queue.finish = start + target.service;
    starts_[queue.oldest] = start;
    if (++queue.oldest == queue.ring_end) queue.oldest = queue.ring_begin;
  }
}

void EventQueues::dispatch(EventTargets targets) { send(dispatcher_, targets); }

void EventQueues::dispatch_singly(std::span<const EventTargets> round, std::int64_t rounds) {
  Dispatcher dispatcher = dispatcher_;
  for (; rounds > 0; --rounds) {
    for (const EventTargets event : round) send(dispatcher, event);
  }
  dispatcher_ = dispatcher;
}

template <typename Visit>
bool EventQueues::visit_state(std::span<const int> queues, Visit visit) const {
  const auto& [clock, used, hold_total] = dispatcher_;
  if (!visit(used) || !visit(std::max<std::int64_t>(available_ - clock, 0))) return false;
  for (const int q : queues) {
    const Queue& queue = queues_[static_cast<std::size_t>(q)];
    if (!visit(queue.finish - clock) || !visit(hold_total - queue.hold_seen)) return false;
    std::size_t at = queue.oldest;
    for (int i = 0; i < depth_; ++i) {
      if (!visit(std::max<std::int64_t>(starts_[at] - clock, 0))) return false;
      if (++at == queue.ring_end) at = queue.ring_begin;
    }
  }
  return true;
}

void EventQueues::take(Snapshot& snapshot, std::span<const int> queues) const {
  snapshot.clock = dispatcher_.clock;
  snapshot.hold_total = dispatcher_.hold_total;
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
  const std::int64_t cycles = (dispatcher_.clock - since.clock) * times;
  const std::int64_t hold = (dispatcher_.hold_total - since.hold_total) * times;
  dispatcher_.clock += cycles;
  dispatcher_.hold_total += hold;
  for (std::size_t i = 0; i < queues.size(); ++i) {
    Queue& queue = queues_[static_cast<std::size_t>(queues[i])];
    queue.finish += cycles;
    queue.hold_seen += hold;
    add_again(queue.statistics, since.statistics[i], times);
    for (std::size_t at = queue.ring_begin; at < queue.ring_end; ++at) starts_[at] += cycles;
  }
}

void EventQueues::dispatch_rounds(std::span<const EventTargets> round, std::int64_t rounds) {
  // The FIFOs' rings must have been written over before a round can repeat.
  std::int64_t left = rounds;
  const std::int64_t singly = left < 2 * depth_ ? left : depth_;
  dispatch_singly(round, singly);
  left -= singly;
  if (left == 0) return;

  const std::vector<int> queues = targeted(round);
  Snapshot anchor;
  for (std::int64_t reach = 1; left > 0; reach *= 2) {
    take(anchor, queues);
    for (std::int64_t period = 1; period <= reach && left > 0; ++period) {
      dispatch_singly(round, 1);
      --left;
      if (!matches(anchor, queues)) continue;
      repeat(anchor, queues, left / period);
      dispatch_singly(round, left % period);
      return;
    }
  }
}

}  // namespace deltasim
