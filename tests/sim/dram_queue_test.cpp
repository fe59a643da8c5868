// The controller with a command queue for every bank: its order of commands, by hand.

#include <boost/test/unit_test.hpp>
#include <vector>

#include "sim/components/dram/dram_model.h"
#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

// Burst numbers with "row_bank_column_bankgroup", as in dram_timing_test.cpp.
constexpr const char* kMapping = "row_bank_column_bankgroup";
constexpr std::int64_t burst(int row, int bank, int group) {
  return row * 2048 + bank * 512 + group;
}

ChannelOptions per_bank() {
  ChannelOptions options;
  options.queues = QueueStructure::kPerBank;
  return options;
}

/// The clocks of one command in what serves these bursts, all offered at clock 0.
std::vector<Clock> clocks_of(Command command, const std::vector<test::Request>& requests,
                             ChannelOptions options = per_bank()) {
  std::vector<IssuedCommand> log;
  options.log = &log;
  QueuedChannel channel = test::queued_channel(test::dram_part(), kMapping, options);
  for (const test::Request& request : requests) channel.offer(request.burst, 1, request.write, 0);
  channel.run_until_idle();
  std::vector<Clock> clocks;
  for (const IssuedCommand& issued : log) {
    if (issued.command == command) clocks.push_back(issued.clock);
  }
  return clocks;
}

void check(const std::vector<Clock>& clocks, const std::vector<Clock>& expected) {
  BOOST_TEST(clocks == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_queue_test)

BOOST_AUTO_TEST_CASE(a_burst_is_a_clock_in_the_transaction_queue) {
  check(clocks_of(Command::kActivate, {{0, false}}), {1});
  check(clocks_of(Command::kRead, {{0, false}}), {1 + 16});  // tRCD
}

BOOST_AUTO_TEST_CASE(another_row_waits_for_tRAS_and_tRP) {
  const std::vector<test::Request> requests{{burst(0, 0, 0), false}, {burst(1, 0, 0), false}};
  check(clocks_of(Command::kPrecharge, requests), {1 + 39});
  check(clocks_of(Command::kActivate, requests), {1, 1 + 55});
}

BOOST_AUTO_TEST_CASE(a_row_is_closed_before_its_bursts_after_so_many_uses) {
  // Two banks of a group take turns, 12 clocks (2 tCCD_L) from read to read of one: longer than
  // tRTP, so that the precharge for row 1, asked for second, is legal between two reads of row 0.
  std::vector<test::Request> requests{{burst(0, 0, 0), false}, {burst(1, 0, 0), false}};
  for (int i = 1; i < 7; ++i) {
    requests.push_back({burst(0, 0, 0) + 4 * i, false});
    requests.push_back({burst(0, 1, 0) + 4 * i, false});
  }
  BOOST_TEST(clocks_of(Command::kPrecharge, requests).size() == 2);  // and back to row 0
  ChannelOptions patient = per_bank();
  patient.row_hit_limit = 100;
  BOOST_TEST(clocks_of(Command::kPrecharge, requests, patient).size() == 1);
}

BOOST_AUTO_TEST_CASE(a_full_bank_holds_up_its_own_transactions_only) {
  ChannelOptions options = per_bank();
  options.commands_per_bank = 1;
  // The second burst waits for the first to leave its queue; the third goes past it.
  const std::vector<test::Request> requests{
      {burst(0, 0, 0), false}, {burst(0, 0, 0) + 4, false}, {burst(0, 0, 1), false}};
  // ACT tRRD_S after the first bank's, the reads tCCD_S apart.
  check(clocks_of(Command::kRead, requests, options), {17, 5 + 16, 21 + 4});
}

BOOST_AUTO_TEST_CASE(writes_wait_until_half_a_queue_is_there) {
  // Reads wait, so writes do, until 32 fill their queue.
  std::vector<test::Request> requests;
  for (int i = 0; i < 100; ++i) requests.push_back({burst(0, 0, 0) + i, false});
  for (int i = 0; i < 40; ++i) requests.push_back({burst(0, 1, 0) + i, true});
  const std::vector<Clock> writes = clocks_of(Command::kWrite, requests);
  BOOST_TEST(writes.size() == 40);
  const std::vector<Clock> reads = clocks_of(Command::kRead, requests);
  BOOST_TEST(reads.size() == 100);
  BOOST_TEST(writes.front() > reads[50]);
}

BOOST_AUTO_TEST_CASE(a_model_serves_with_it) {
  const DramPart part = test::dram_part();
  DramModel model(part, AddressMapping(kMapping, part.organisation, 1, 1), per_bank());
  BOOST_TEST(model.serve({0, 64}, false, 7).completed == 7 + 1 + 16 + 16 + 4);
  BOOST_TEST(model.serve({0, 64}, true, 1000).completed == 1001);  // posted
  model.finish(12'000);
  const Counters counters = model.counters();
  BOOST_TEST(counters.reads + counters.writes == 2);
  BOOST_TEST(counters.refreshes == 1);
  BOOST_TEST(counters.states.sum() == 12'000);
}

/// The marks at which writes are drained belong to the other controller.
BOOST_AUTO_TEST_CASE(transaction_queues_have_1_to_64_entries) {
  for (int window = 1; window <= 64; ++window) {
    ChannelOptions options = per_bank();
    options.window = window;
    QueuedChannel channel = test::queued_channel(test::dram_part(), kMapping, options);
    for (int i = 0; i < 300; ++i) channel.offer(burst(i % 7, i % 4, i % 3), 1, i % 3 == 0, 0);
    channel.run_until_idle();
    BOOST_TEST(channel.counters().reads == 200);
    BOOST_TEST(channel.counters().writes == 100);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
