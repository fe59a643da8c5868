#pragma once
// The FIFOs between an in-order event dispatcher and the PE groups of an event-driven array, in
// whole cycles, event by event. No SystemC: time is what the caller says it is.

#include <cstdint>
#include <span>
#include <vector>

namespace deltasim {

/// One PE group that an event goes to, and how long the event keeps it busy.
struct EventTarget {
  int queue = 0;
  std::int64_t service = 0;  ///< cycles
  bool operator==(const EventTarget&) const = default;
};

/// One event as the dispatcher sees it: it needs room in all its targets' FIFOs at once. An event
/// without targets takes a dispatch slot and nothing else.
using EventTargets = std::span<const EventTarget>;

/// What one queue has done since start().
struct QueueStatistics {
  std::int64_t events = 0;
  std::int64_t busy = 0;       ///< cycles in service
  std::int64_t no_event = 0;   ///< idle cycles before an event because none had been sent
  std::int64_t fifo_full = 0;  ///< idle cycles before an event that another group's full FIFO held
  bool operator==(const QueueStatistics&) const = default;
};

/// With m counting a queue's events, d the FIFO depth, l the latency of the links:
///   dispatch = max(next free slot, start(m - d) of every target)
///   start(m) = max(finish(m - 1), dispatch + l)
///   finish(m) = start(m) + service
/// The dispatcher has `slots_per_cycle` slots a cycle and never overtakes.
class EventQueues {
 public:
  EventQueues(int queues, int fifo_depth, int slots_per_cycle, std::int64_t latency);

  /// Empties all queues and forgets the statistics; the first slot is at cycle `now`.
  void start(std::int64_t now);
  /// Events that are dispatched from here on have reached the dispatcher at cycle `time`.
  void supply_from(std::int64_t time);

  void dispatch(EventTargets targets);
  /// Sends `round` (an event an element) `rounds` times over. The same as so many calls of
  /// dispatch(), but once a round leaves the queues as it found them, only shifted in time, the
  /// remaining rounds are done in one step.
  void dispatch_rounds(std::span<const EventTargets> round, std::int64_t rounds);

  /// Cycle in which the last event so far is done, at least start()'s `now`.
  std::int64_t finish() const;
  /// Cycle in which the last event so far left the dispatcher.
  std::int64_t dispatched() const { return dispatcher_.clock; }
  std::vector<QueueStatistics> statistics() const;
  /// Cycle in which each queue's last event so far is done.
  std::vector<std::int64_t> finishes() const;
  /// Events that wait in the FIFOs when the last one so far leaves the dispatcher.
  std::int64_t waiting() const;

 private:
  struct Queue {
    std::int64_t finish = 0;
    std::int64_t hold_seen = 0;  ///< hold_total_ at the queue's last event
    /// In starts_: the start that the next event waits for, and the queue's ring.
    std::size_t oldest = 0, ring_begin = 0, ring_end = 0;
    QueueStatistics statistics;
  };
  /// The dispatcher's own state, apart so that the innermost loop can keep it in registers.
  struct Dispatcher {
    std::int64_t clock = 0;       ///< cycle of the last dispatch
    std::int64_t used = 0;        ///< slots used in it
    std::int64_t hold_total = 0;  ///< cycles that full FIFOs have held it
  };
  void send(Dispatcher& dispatcher, EventTargets targets);
  /// The dispatcher and some queues at one moment.
  struct Snapshot {
    std::int64_t clock = 0, hold_total = 0;
    std::vector<std::int64_t> state;  ///< see visit_state()
    std::vector<QueueStatistics> statistics;
  };
  /// Calls `visit` with all that decides how these queues go on, relative to the dispatcher's
  /// clock, until it returns false. @return whether it never did
  template <typename Visit>
  bool visit_state(std::span<const int> queues, Visit visit) const;
  void take(Snapshot& snapshot, std::span<const int> queues) const;
  bool matches(const Snapshot& snapshot, std::span<const int> queues) const;
  /// Does what has been done since the snapshot another `times` times.
  void repeat(const Snapshot& since, std::span<const int> queues, std::int64_t times);
  void dispatch_singly(std::span<const EventTargets> round, std::int64_t rounds);

  int depth_;
  int slots_;
  std::int64_t latency_;
  Dispatcher dispatcher_;
  std::int64_t available_ = 0;  ///< the supply's cycle
  std::int64_t begin_ = 0;
  std::vector<Queue> queues_;
  std::vector<std::int64_t> starts_;  ///< [queue][depth] ring of the last starts
};

}  // namespace deltasim
