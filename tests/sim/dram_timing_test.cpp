// Legal at exactly the clock that the part's table gives, and not one earlier.

#include <boost/test/unit_test.hpp>
#include <vector>

#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

// Burst numbers with "row_bank_column_bankgroup": two bits of bank group, seven of column, two of
// bank, then the row.
constexpr const char* kMapping = "row_bank_column_bankgroup";
constexpr std::int64_t burst(int row, int bank, int group) {
  return row * 2048 + bank * 512 + group;
}

/// The commands that serve these bursts, all offered at clock 0.
std::vector<IssuedCommand> commands(const std::vector<test::Request>& requests,
                                    ChannelOptions options = {},
                                    const DramPart& part = test::dram_part()) {
  std::vector<IssuedCommand> log;
  options.log = &log;
  DramChannel channel = test::dram_channel(part, kMapping, options);
  for (const test::Request& request : requests) channel.offer(request.burst, 1, request.write, 0);
  channel.run_until_idle();
  return log;
}

std::vector<Clock> clocks_of(const std::vector<IssuedCommand>& log, Command command) {
  std::vector<Clock> clocks;
  for (const IssuedCommand& c : log) {
    if (c.command == command) clocks.push_back(c.clock);
  }
  return clocks;
}

void check_clocks(const std::vector<IssuedCommand>& log, Command command,
                  const std::vector<Clock>& expected) {
  const std::vector<Clock> clocks = clocks_of(log, command);
  BOOST_TEST_CONTEXT(to_string(command)) {
    BOOST_TEST(clocks == expected, boost::test_tools::per_element());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_timing_test)

BOOST_AUTO_TEST_CASE(a_first_read_has_its_data_after_tRCD_and_CL) {
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping);
  channel.begin_transaction();
  channel.offer(0, 1, false, 100);
  channel.run_until_served();
  BOOST_TEST(channel.latest_completed() == 100 + 16 + 16 + 4);  // tRCD + CL + burst
  const auto log = commands({{0, false}});
  check_clocks(log, Command::kActivate, {0});
  check_clocks(log, Command::kRead, {16});
}

BOOST_AUTO_TEST_CASE(a_first_write_has_its_data_after_tRCD_and_CWL) {
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping);
  channel.begin_transaction();
  channel.offer(0, 1, true, 0);
  channel.run_until_served();
  BOOST_TEST(channel.latest_completed() == 16 + 12 + 4);
}

BOOST_AUTO_TEST_CASE(another_row_waits_for_tRAS_and_tRP) {
  const auto log = commands({{burst(0, 0, 0), false}, {burst(1, 0, 0), false}});
  check_clocks(log, Command::kPrecharge, {39});
  check_clocks(log, Command::kActivate, {0, 55});  // tRC
  check_clocks(log, Command::kRead, {16, 71});
}

BOOST_AUTO_TEST_CASE(a_late_read_holds_its_row_for_tRTP) {
  // Eight reads of one row, 6 clocks apart from 16 on: the last one at 58.
  std::vector<test::Request> requests;
  for (int i = 0; i < 8; ++i) requests.push_back({burst(0, 0, 0) + 4 * i, false});
  requests.push_back({burst(1, 0, 0), false});
  check_clocks(commands(requests), Command::kPrecharge, {58 + 9});
}

BOOST_AUTO_TEST_CASE(a_write_holds_its_row_for_tWR) {
  const auto log = commands({{burst(0, 0, 0), true}, {burst(1, 0, 0), true}});
  check_clocks(log, Command::kPrecharge, {16 + 12 + 4 + 18});
}

BOOST_AUTO_TEST_CASE(activates_keep_tRRD_and_tFAW) {
  check_clocks(commands({{burst(0, 0, 0), false}, {burst(0, 1, 0), false}}), Command::kActivate,
               {0, 6});  // tRRD_L
  std::vector<test::Request> requests;
  for (int i = 0; i < 6; ++i) requests.push_back({burst(0, i / 4, i % 4), false});
  // tRRD_S apart; the fifth waits for tFAW after the first, the sixth for it after the second.
  check_clocks(commands(requests), Command::kActivate, {0, 4, 8, 12, 26, 30});
}

BOOST_AUTO_TEST_CASE(columns_keep_tCCD) {
  const auto one_group = commands({{burst(0, 0, 0), false}, {burst(0, 0, 0) + 4, false}});
  check_clocks(one_group, Command::kRead, {16, 22});
  const auto groups = commands({{burst(0, 0, 0), false}, {burst(0, 0, 1), false}});
  check_clocks(groups, Command::kRead, {16, 20});
}

BOOST_AUTO_TEST_CASE(the_bus_turns_round_after_tWTR) {
  // Both rows are opened at once; a window of one write makes the controller write first.
  ChannelOptions options;
  options.window = 1;
  options.write_high = 1;
  options.write_low = 0;
  const auto same = commands({{burst(0, 0, 0), true}, {burst(0, 0, 0) + 4, false}}, options);
  check_clocks(same, Command::kWrite, {16});
  check_clocks(same, Command::kRead, {16 + 12 + 4 + 9});  // CWL + burst + tWTR_L
  const TimingTable table(test::dram_part(), 1);
  BOOST_TEST(table.distance(Command::kWrite, 0, Command::kRead, 1) == 12 + 4 + 9);
  BOOST_TEST(table.distance(Command::kWrite, 0, Command::kRead, 4) == 12 + 4 + 3);
  BOOST_TEST(table.distance(Command::kRead, 0, Command::kWrite, 4) == 16 + 4 + 2 - 12);
}

BOOST_AUTO_TEST_CASE(a_refresh_closes_all_rows_and_takes_tRFC) {
  std::vector<IssuedCommand> log;
  ChannelOptions options;
  options.log = &log;
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping, options);
  channel.offer(0, 1, false, 0);
  channel.offer(1, 1, false, 9363);  // on the clock at which the refresh is due
  channel.run_until_idle();
  check_clocks(log, Command::kPrechargeAll, {9363});
  check_clocks(log, Command::kRefresh, {9363 + 16});
  check_clocks(log, Command::kActivate, {0, 9363 + 16 + 420});
}

BOOST_AUTO_TEST_CASE(an_idle_channel_is_refreshed_all_the_same) {
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping, {}, 1);
  channel.run_until(9363 * 10 + 1);
  BOOST_TEST(channel.counters().refreshes == 10);
  DramChannel two = test::dram_channel(test::dram_part(), "row_rank_bank_column_bankgroup", {}, 2);
  two.run_until(9363 * 10 + 9363 / 2);  // the first rank's turn comes after half an interval
  BOOST_TEST(two.counters().refreshes == 20);
  two.run_until(9363 * 10 + 9363 / 2 + 1);
  BOOST_TEST(two.counters().refreshes == 21);
}

BOOST_AUTO_TEST_CASE(closed_rows_precharge_themselves) {
  ChannelOptions options;
  options.open_page = false;
  std::vector<IssuedCommand> log;
  options.log = &log;
  DramChannel channel = test::dram_channel(test::dram_part(), kMapping, options);
  channel.offer(0, 1, false, 0);
  channel.offer(2048, 1, false, 40);
  channel.run_until_idle();
  check_clocks(log, Command::kReadAuto, {16, 71});
  check_clocks(log, Command::kActivate, {0, 55});
  check_clocks(log, Command::kPrecharge, {});
  BOOST_TEST(channel.counters().row_misses == 2);
}

BOOST_AUTO_TEST_CASE(longer_rule_wins) {
  DramPart part = test::dram_part();
  part.constraints.push_back({Command::kRead, Command::kRead, Scope::kSameRank, 9});
  const TimingTable table(part, 1);
  BOOST_TEST(table.distance(Command::kRead, 0, Command::kRead, 0) == 9);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
