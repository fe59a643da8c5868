// Refreshes of ranks and of banks, their rate, and parts that lack what is asked for.

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

constexpr const char* kLpddr4 = "lpddr4_3200_8gb_x16";
constexpr const char* kMapping = "row_bank_column";

ChannelOptions per_bank_refresh() {
  ChannelOptions options;
  options.refresh = RefreshGranularity::kPerBank;
  return options;
}

Counters after(Clock clocks, const ChannelOptions& options, const char* part = kLpddr4) {
  DramChannel channel = test::dram_channel(test::dram_part(part), kMapping, options);
  channel.run_until(clocks);
  return channel.counters();
}

std::string fault_of(const ChannelOptions& options, const DramPart& part, const char* mapping) {
  try {
    test::dram_channel(part, mapping, options);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_refresh_test)

BOOST_AUTO_TEST_CASE(banks_take_turns_in_an_interval) {
  const Counters counters = after(6246 * 3 + 1, per_bank_refresh());
  BOOST_TEST(counters.bank_refreshes == 3 * 8);
  BOOST_TEST(counters.refreshes == 0);
  BOOST_TEST(after(6246 * 3 + 1, {}).refreshes == 3);
}

BOOST_AUTO_TEST_CASE(a_bank_refresh_leaves_the_other_banks_alone) {
  // The first bank is due after an eighth of the interval, at 780. Its row is open: precharge at
  // once, refresh tRPpb later, next activate tRFCpb - 2 after it. Bank 1 goes on reading.
  std::vector<IssuedCommand> log;
  ChannelOptions options = per_bank_refresh();
  options.log = &log;
  DramChannel channel = test::dram_channel(test::dram_part(kLpddr4), kMapping, options);
  channel.offer(0, 1, false, 0);
  channel.offer(64, 1, false, 0);  // bank 1
  channel.offer(1, 1, false, 785);
  channel.offer(65, 1, false, 786);
  channel.run_until_idle();
  const auto clocks_of = [&](Command command, int bank) {
    std::vector<Clock> clocks;
    for (const IssuedCommand& c : log) {
      if (c.command == command && c.bank == bank) clocks.push_back(c.clock);
    }
    return clocks;
  };
  const auto check = [](const std::vector<Clock>& clocks, const std::vector<Clock>& expected) {
    BOOST_TEST(clocks == expected, boost::test_tools::per_element());
  };
  check(clocks_of(Command::kPrecharge, 0), {780});
  check(clocks_of(Command::kRefreshBank, 0), {780 + 29});
  check(clocks_of(Command::kActivate, 0), {0, 780 + 29 + 222});
  check(clocks_of(Command::kRead, 1), {16 + 29, 786});
}

BOOST_AUTO_TEST_CASE(the_rate_can_be_lowered_and_switched_off) {
  ChannelOptions options;
  options.refresh_stretch = 4;
  BOOST_TEST(after(6246 * 8 + 1, options).refreshes == 2);
  options.refresh_stretch = 0;
  BOOST_TEST(after(6246 * 8 + 1, options).refreshes == 0);
  options.refresh = RefreshGranularity::kPerBank;
  BOOST_TEST(after(6246 * 8 + 1, options).bank_refreshes == 0);
}

BOOST_AUTO_TEST_CASE(a_part_without_bank_refreshes_is_a_fault) {
  const std::string fault =
      fault_of(per_bank_refresh(), test::dram_part(), "row_bank_column_bankgroup");
  BOOST_TEST((fault.find("dram.refresh.granularity") != std::string::npos), fault);
  BOOST_TEST((fault.find("refresh_bank") != std::string::npos), fault);
}

BOOST_AUTO_TEST_CASE(a_part_without_power_down_is_a_fault) {
  DramPart part = test::dram_part();
  part.power_down.reset();
  ChannelOptions options;
  options.power_down_after = 10;
  const std::string fault = fault_of(options, part, "row_bank_column_bankgroup");
  BOOST_TEST((fault.find("dram.power_down") != std::string::npos), fault);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
