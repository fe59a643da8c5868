#include "sim/components/pe_array/event_queues.h"

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace deltasim {
namespace {

/// The recursion of the header written as it stands, remembering every start.
class NaiveQueues {
 public:
  NaiveQueues(int queues, int depth, int slots, std::int64_t latency)
      : depth_(depth),
        slots_(slots),
        latency_(latency),
        starts_(static_cast<std::size_t>(queues)),
        finish_(static_cast<std::size_t>(queues), 0) {}

  void dispatch(EventTargets targets) {
    std::int64_t time = dispatches_.empty() ? 0 : dispatches_.back();
    if (std::count(dispatches_.begin(), dispatches_.end(), time) >= slots_) ++time;
    for (const EventTarget& target : targets) {
      const auto& starts = starts_[static_cast<std::size_t>(target.queue)];
      if (starts.size() >= static_cast<std::size_t>(depth_)) {
        time = std::max(time, starts[starts.size() - static_cast<std::size_t>(depth_)]);
      }
    }
    dispatches_.push_back(time);
    for (const EventTarget& target : targets) {
      const auto q = static_cast<std::size_t>(target.queue);
      const std::int64_t start = std::max(finish_[q], time + latency_);
      starts_[q].push_back(start);
      finish_[q] = start + target.service;
    }
  }
  std::int64_t finish() const { return *std::max_element(finish_.begin(), finish_.end()); }
  std::int64_t dispatched() const { return dispatches_.empty() ? 0 : dispatches_.back(); }

 private:
  int depth_, slots_;
  std::int64_t latency_;
  std::vector<std::vector<std::int64_t>> starts_;
  std::vector<std::int64_t> finish_, dispatches_;
};

using Round = std::vector<std::vector<EventTarget>>;

Round any_round(int queues) {
  Round round(static_cast<std::size_t>(*rc::gen::inRange(1, 5)));
  for (auto& event : round) {
    for (int q = 0; q < queues; ++q) {
      if (*rc::gen::inRange(0, 3) == 0) {
        event.push_back({q, *rc::gen::inRange<std::int64_t>(1, 12)});
      }
    }
  }
  return round;
}

BOOST_AUTO_TEST_SUITE(event_queues_test)

BOOST_AUTO_TEST_CASE(a_single_queue_is_bound_by_the_slower_of_supply_and_service) {
  const EventTarget slow{0, 5};
  EventQueues queues(1, 4, 1, 2);
  queues.start(100);
  for (int i = 0; i < 10; ++i) queues.dispatch({&slow, 1});
  BOOST_TEST(queues.finish() == 100 + 2 + 10 * 5);
  BOOST_TEST(queues.statistics()[0].no_event == 2);
  BOOST_TEST(queues.statistics()[0].fifo_full == 0);

  const EventTarget fast{0, 1};
  queues.start(0);
  for (int i = 0; i < 10; ++i) queues.dispatch({&fast, 1});
  BOOST_TEST(queues.finish() == 2 + 10);
}

BOOST_AUTO_TEST_CASE(an_empty_supply_is_waited_for) {
  const EventTarget target{0, 3};
  EventQueues queues(1, 4, 2, 0);
  queues.start(0);
  queues.supply_from(50);
  queues.dispatch({&target, 1});
  BOOST_TEST(queues.finish() == 53);
  BOOST_TEST(queues.statistics()[0].no_event == 50);
}

BOOST_AUTO_TEST_CASE(a_full_fifo_of_one_group_starves_the_other) {
  const EventTarget slow{0, 10};
  const EventTarget fast{1, 1};
  EventQueues queues(2, 1, 1, 0);
  queues.start(0);
  for (int i = 0; i < 8; ++i) {
    queues.dispatch({&slow, 1});
    queues.dispatch({&fast, 1});
  }
  BOOST_TEST(queues.statistics()[1].fifo_full > 8 * 5);
  BOOST_TEST(queues.statistics()[0].fifo_full == 0);
}

BOOST_AUTO_TEST_CASE(deeper_fifos_never_finish_later) {
  rc::check("deeper is no slower", [] {
    const int count = *rc::gen::inRange(1, 4);
    const int depth = *rc::gen::inRange(1, 6);
    EventQueues shallow(count, depth, 1, 1);
    EventQueues deep(count, 2 * depth, 1, 1);
    shallow.start(0);
    deep.start(0);
    for (int i = 0; i < 20; ++i) {
      for (const auto& event : any_round(count)) {
        shallow.dispatch(event);
        deep.dispatch(event);
      }
    }
    RC_ASSERT(deep.finish() <= shallow.finish());
  });
}

BOOST_AUTO_TEST_CASE(follows_the_recursion_and_rounds_in_one_step_equal_single_events) {
  rc::check("equal to the naive recursion", [] {
    const int count = *rc::gen::inRange(1, 4);
    const int depth = *rc::gen::inRange(1, 6);
    const int slots = *rc::gen::inRange(1, 4);
    const auto latency = *rc::gen::inRange<std::int64_t>(0, 4);
    EventQueues stepped(count, depth, slots, latency);
    EventQueues single(count, depth, slots, latency);
    NaiveQueues naive(count, depth, slots, latency);
    stepped.start(0);
    single.start(0);
    for (int burst = 0; burst < 4; ++burst) {
      const Round round = any_round(count);
      const auto rounds = *rc::gen::inRange<std::int64_t>(0, 80);
      std::vector<EventTargets> views(round.begin(), round.end());
      stepped.dispatch_rounds(views, rounds);
      for (std::int64_t i = 0; i < rounds; ++i) {
        for (const auto& event : round) {
          single.dispatch(event);
          naive.dispatch(event);
        }
      }
      RC_ASSERT(single.finish() == naive.finish());
      RC_ASSERT(single.dispatched() == naive.dispatched());
      RC_ASSERT(stepped.finish() == single.finish());
      RC_ASSERT(stepped.dispatched() == single.dispatched());
      RC_ASSERT(stepped.statistics() == single.statistics());
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
