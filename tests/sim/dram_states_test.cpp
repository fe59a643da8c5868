// Background states: hand-computed clocks, and their sum.

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "sim/components/dram/dram_model.h"
#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

constexpr const char* kMapping = "row_bank_column_bankgroup";

StateClocks states_of(const std::vector<test::Request>& requests, Clock end,
                      ChannelOptions options = {}) {
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping, options);
  for (const test::Request& request : requests) channel.offer(request.burst, 1, request.write, 0);
  channel.run_until_idle();
  channel.run_until(end);
  return channel.states_until(end);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_states_test)

BOOST_AUTO_TEST_CASE(an_untouched_rank_stands_precharged) {
  const StateClocks states = states_of({}, 5000);
  BOOST_TEST(states.precharged_standby == 5000);
  BOOST_TEST(states.active_standby == 0);
}

BOOST_AUTO_TEST_CASE(an_open_row_keeps_its_rank_active) {
  const StateClocks states = states_of({{0, false}}, 1000);
  BOOST_TEST(states.active_standby == 1000);  // opened at clock 0
}

BOOST_AUTO_TEST_CASE(a_refresh_closes_rows_and_counts_as_active) {
  // The row is open until the precharge at 9363, tRP later the refresh takes tRFC.
  const StateClocks states = states_of({{0, false}}, 12'000);
  BOOST_TEST(states.active_standby == 9363 + 420);
  BOOST_TEST(states.precharged_standby == 12'000 - 9363 - 420);
  // In the middle of the refresh it is active from its start on.
  BOOST_TEST(states_of({{0, false}}, 9363 + 16 + 100).active_standby == 9363 + 100);
}

BOOST_AUTO_TEST_CASE(an_auto_precharge_starts_after_tRAS_and_tRTP) {
  ChannelOptions options;
  options.open_page = false;
  BOOST_TEST(states_of({{0, false}}, 1000, options).active_standby == 39);  // tRAS > tRCD + tRTP
  // tRCD, CWL, burst and tWR.
  BOOST_TEST(states_of({{0, true}}, 1000, options).active_standby == 16 + 12 + 4 + 18);
  // Another bank group's row, opened tRRD_S later, closes tRRD_S later.
  BOOST_TEST(states_of({{0, false}, {1, false}}, 1000, options).active_standby == 4 + 39);
}

BOOST_AUTO_TEST_CASE(an_idle_rank_sleeps) {
  ChannelOptions options;
  options.power_down_after = 100;
  // Nothing to do from clock 0 on.
  StateClocks states = states_of({}, 5000, options);
  BOOST_TEST(states.precharged_power_down == 4900);
  BOOST_TEST(states.precharged_standby == 100);
  // tRCD, CL and a burst later its row stays open.
  states = states_of({{0, false}}, 5000, options);
  BOOST_TEST(states.active_standby == 16 + 16 + 4 + 100);
  BOOST_TEST(states.active_power_down == 5000 - 136);
}

BOOST_AUTO_TEST_CASE(waking_takes_tXP) {
  ChannelOptions options;
  options.power_down_after = 100;
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping, options);
  channel.begin_transaction();
  channel.offer(0, 1, false, 1000);
  channel.run_until_served();
  BOOST_TEST(channel.latest_completed() == 1000 + 8 + 16 + 16 + 4);
  // Asleep for less than tCKE: it wakes only after that.
  DramChannel early = test::dram_channel(test::dram_part(), kMapping, options);
  early.begin_transaction();
  early.offer(0, 1, false, 102);
  early.run_until_served();
  BOOST_TEST(early.latest_completed() == 100 + 6 + 8 + 16 + 16 + 4);
  BOOST_TEST(early.states_until(1000).precharged_power_down == 6);
  // On time: it never slept.
  DramChannel awake = test::dram_channel(test::dram_part(), kMapping, options);
  awake.begin_transaction();
  awake.offer(0, 1, false, 100);
  awake.run_until_served();
  BOOST_TEST(awake.latest_completed() == 100 + 16 + 16 + 4);
}

BOOST_AUTO_TEST_CASE(a_refresh_wakes_the_rank) {
  ChannelOptions options;
  options.power_down_after = 100;
  // Asleep from 100 to 9363, tXP, a refresh of tRFC, another 100 clocks.
  const StateClocks states = states_of({}, 12'000, options);
  BOOST_TEST(states.active_standby == 420);
  BOOST_TEST(states.precharged_power_down == 9263 + (12'000 - 9363 - 8 - 420 - 100));
}

/// However it was used: ranks x channels x clocks, in each state at least nothing.
RC_BOOST_PROP(the_states_add_up, ()) {
  const int channels = *rc::gen::element(1, 2);
  const int ranks = *rc::gen::element(1, 2);
  ChannelOptions options;
  options.open_page = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) options.queues = QueueStructure::kPerBank;
  if (*rc::gen::arbitrary<bool>()) options.power_down_after = *rc::gen::inRange(1, 500);
  const DramPart part = test::dram_part();
  DramModel model(
      part,
      AddressMapping("row_rank_bank_column_bankgroup_channel", part.organisation, channels, ranks),
      options);
  Clock clock = 0;
  StateClocks before;
  for (const int gap : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20'000))) {
    clock += gap;
    const std::int64_t bursts = *rc::gen::inRange(1, 200);
    const bool write = *rc::gen::arbitrary<bool>();
    model.serve({*rc::gen::inRange<std::int64_t>(0, 1 << 16) * 64, bursts * 64}, write, clock);
    const StateClocks states = model.counters(clock).states;
    RC_ASSERT(states.sum() >= clock * ranks * channels);
    RC_ASSERT(states.active_standby >= before.active_standby);
    RC_ASSERT(states.precharged_standby >= before.precharged_standby);
    before = states;
  }
  const Clock end = std::max(model.finish(clock), clock);
  RC_ASSERT(model.counters().states.sum() == end * ranks * channels);
  RC_ASSERT(model.counters(end + 77).states.sum() == (end + 77) * ranks * channels);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
