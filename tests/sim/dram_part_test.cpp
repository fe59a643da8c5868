// Parts are data: what a file says is what the model does, and what is wrong with it is said.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

std::string shipped_text(const char* name = "ddr4_2400_8gb_x8.yaml") {
  std::ifstream file(test::source_directory() / "configs/dram" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

DramPart parse(const std::string& text) {
  ConfigDocument document = ConfigDocument::parse(text, "part.yaml");
  DramPart part = read_dram_part(document.root());
  document.finish();
  return part;
}

std::string fault_of(const std::string& from, const std::string& to) {
  try {
    parse(replaced(shipped_text(), from, to));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no fault";
}

void check_fault(const std::string& from, const std::string& to, const std::string& words) {
  const std::string fault = fault_of(from, to);
  BOOST_TEST_CONTEXT(fault) { BOOST_TEST((fault.find(words) != std::string::npos)); }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_part_test)

BOOST_AUTO_TEST_CASE(shipped_parts_are_sound) {
  struct Shipped {
    const char* name;
    std::int64_t burst_bytes;
    int devices;
    std::int64_t clock_period_ps;
    double gigabytes_per_second;
  };
  for (const Shipped& shipped : {Shipped{"ddr4_2400_8gb_x8", 64, 8, 833, 19.2},
                                 {"ddr4_2400_8gb_x8_cl17", 64, 8, 833, 19.2},
                                 {"ddr4_2400_4gb_x8", 64, 8, 833, 19.2},
                                 {"ddr4_3200_8gb_x8", 64, 8, 625, 25.6},
                                 {"lpddr4_2400_8gb_x16", 128, 4, 833, 19.2},
                                 {"lpddr4_3200_8gb_x16", 32, 1, 625, 6.4},
                                 {"hbm2_8gb_x128", 64, 1, 1000, 32}}) {
    const DramPart part = test::dram_part(shipped.name);
    BOOST_TEST_CONTEXT(shipped.name) {
      BOOST_TEST(part.name == shipped.name);
      BOOST_TEST(!part.source.empty());
      BOOST_TEST(part.organisation.burst_bytes() == shipped.burst_bytes);
      BOOST_TEST(part.organisation.devices() == shipped.devices);
      BOOST_TEST(part.clock_period_ps == shipped.clock_period_ps);
      BOOST_TEST(part.power_down.has_value());
      const double peak = static_cast<double>(part.organisation.burst_bytes()) * 1000 /
                          static_cast<double>(part.burst_clocks * part.clock_period_ps);
      BOOST_TEST(peak == shipped.gigabytes_per_second, boost::test_tools::tolerance(0.001));
    }
  }
  BOOST_TEST(test::dram_part().organisation.bytes_per_rank() == std::int64_t{8} << 30);
}

BOOST_AUTO_TEST_CASE(a_new_part_needs_no_code) {
  const DramPart part = parse(replaced(shipped_text(), "tRCD: 16", "tRCD: 23"));
  DramChannel channel = test::dram_channel(part, "row_bank_column_bankgroup");
  channel.begin_transaction();
  channel.offer(0, 1, false, 0);
  channel.run_until_served();
  BOOST_TEST(channel.latest_completed() == 23 + 16 + 4);
}

BOOST_AUTO_TEST_CASE(a_rule_of_its_own_is_obeyed) {
  const std::string rule =
      "  - {from: read, to: read, scope: same_bank, clocks: 2 + CL - tWTR_S}\n";
  const DramPart part = parse(replaced(shipped_text(), "constraints:\n", "constraints:\n" + rule));
  DramChannel channel = test::dram_channel(part, "bankgroup_bank_row_column");
  channel.begin_transaction();
  channel.offer(0, 3, false, 0);
  channel.run_until_served();
  BOOST_TEST(channel.latest_completed() == 16 + 2 * 15 + 16 + 4);
}

BOOST_AUTO_TEST_CASE(faults_are_named) {
  check_fault("clocks: tRRD_L", "clocks: tRRD_LL", "did you mean tRRD_L");
  check_fault("clocks: tRAS + tRP", "clocks: tRAS + + tRP", "joined by + and -");
  check_fault("clocks: tRAS + tRP", "clocks: tRAS tRP", "joined by + and -");
  check_fault("scope: same_bank,", "scope: same_bnk,", "did you mean same_bank");
  check_fault("from: activate", "from: activat", "did you mean activate");
  check_fault("  - {from: refresh, to: activate, scope: same_rank, clocks: tRFC}\n", "",
              "a row from refresh to activate");
  check_fault("rows: 65536", "rows: 65000", "a power of two");
  check_fault("tREFI: 9363", "tREFI: 500", "more than twice");
  check_fault("bus_width: 64 bit", "bus_width: 64", "bus_width");
  check_fault("bus_width: 64 bit", "bus_width: 20 bit", "a multiple of the device's 8 bits");
  check_fault("scope: same_bank, clocks: tRAS + tRP}", "scope: same_bank, clocks: tRAS}",
              "at least the 55 clocks of tRAS + tRP, not 39");
  check_fault("least: tCKE", "least: tCK", "did you mean tCKE");
  check_fault("burst: BL2", "burst: BL2\nbrust: 3", "brust");
  check_fault("clock_period: 833 ps", "clock_period: 833 MHz", "clock_period");
}

BOOST_AUTO_TEST_CASE(rules_that_no_part_can_lack) {
  check_fault("  - {from: refresh, to: refresh, scope: same_rank, clocks: tRFC}\n", "",
              "a row from refresh to refresh");
  check_fault("from: refresh, to: refresh, scope: same_rank, clocks: tRFC}",
              "from: refresh, to: refresh, scope: same_rank, clocks: 0}",
              "`timings: {refresh: TIMING}`");
  check_fault("  - {from: activate, to: activate, scope: same_rank, clocks: tRRD_S}\n", "",
              "a row from activate to activate, scope same_rank (tRRD)");
}

/// A refresh is due, 39 + 15 + 16 clocks later all banks are closed, 420 later it is done, and a
/// row is open tRCD later: with the interval of 9363, tRCD may be 8872 clocks.
BOOST_AUTO_TEST_CASE(a_row_can_be_used_between_two_refreshes) {
  for (const char* slow : {"tRCD: 8873", "tRCD: 13320", "tRCD: 1000000"}) {
    check_fault("tRCD: 16", slow, "refresh.interval");
  }
  check_fault("tRCD: 16", "tRCD: 8873", "more than the 9363 clocks");
  check_fault("tRTP: 9", "tRTP: 13320", "refresh.interval");
  check_fault("tWR: 18", "tWR: 13320", "refresh.interval");
  check_fault("tRP: 16", "tRP: 13320", "refresh.interval");
  check_fault("tFAW: 26", "tFAW: 13320", "refresh.interval");
  check_fault("tWTR_L: 9", "tWTR_L: 13320", "refresh.interval");
  // What is let through comes to an end.
  const DramPart part = parse(replaced(shipped_text(), "tRCD: 16", "tRCD: 8872"));
  DramChannel window = test::dram_channel(part, "row_bank_column_bankgroup");
  QueuedChannel queued = test::queued_channel(part, "row_bank_column_bankgroup");
  const auto use = [](auto& channel) {
    for (int i = 0; i < 200; ++i) channel.offer(i * 2047, 1, i % 3 == 0, 0);
    channel.run_until_idle();
    BOOST_TEST(channel.counters().reads + channel.counters().writes == 200);
  };
  use(window);
  use(queued);
}

BOOST_AUTO_TEST_CASE(a_burst_takes_the_clocks_of_its_beats) {
  check_fault("BL2: 4", "BL2: 2", "4 clocks: burst_length is 8, 2 beats a clock");
  check_fault("burst: BL2", "burst: 1", "part.yaml:");
  check_fault("burst_length: 8", "burst_length: 16", "8 clocks: burst_length is 16");
  check_fault("burst_length: 8", "burst_length: 1", "at least the 2 beats of a clock");
  check_fault("burst_length: 8", "burst_length: 8\n  beats_per_clock: 3", "a power of two");
  // Four beats a clock, as GDDR5 has them, are to be said.
  const std::string four =
      replaced(shipped_text(), "burst_length: 8", "burst_length: 8\n  beats_per_clock: 4");
  BOOST_TEST(parse(replaced(four, "BL2: 4", "BL2: 2")).burst_clocks == 2);
}

BOOST_AUTO_TEST_CASE(bursts_do_not_meet_on_the_data_bus) {
  check_fault("tCCD_S: 4", "tCCD_S: 3",
              "from read to read, scope same_rank, at least 4 clocks, not 3");
  check_fault("tCCD_S: 4", "tCCD_S: 1",
              "from write to write, scope same_rank, at least 4 clocks, not 1");
  check_fault("scope: same_rank, clocks: CL + BL2 + 2 - CWL", "scope: same_rank, clocks: 7",
              "from read to write, scope same_rank, at least 8 clocks, not 7");
  check_fault("write_latency: CWL", "write_latency: 40",
              "from write to read, scope same_rank, at least 28 clocks, not 19");
  // The distance within a group says nothing of banks in different ones.
  check_fault("{from: read, to: read, scope: same_rank,",
              "{from: read, to: read, scope: same_bank_group,", "at least 4 clocks, not 0");
}

BOOST_AUTO_TEST_CASE(a_channel_has_64_banks) {
  check_fault("banks_per_group: 4", "banks_per_group: 32", "at most 64 banks");
}

/// Ranks share the data bus.
BOOST_AUTO_TEST_CASE(ranks_need_rules_between_them) {
  const std::string rule =
      "  - {from: write, to: read, scope: other_rank, clocks: CWL + BL2 + tRTRS - CL}\n";
  const DramPart part = parse(replaced(shipped_text(), rule, ""));
  test::dram_channel(part, "row_bank_column_bankgroup");
  try {
    test::dram_channel(part, "row_bank_column_rank_bankgroup", {}, 2);
    BOOST_FAIL("no fault");
  } catch (const ConfigError& error) {
    const std::string what = error.what();
    BOOST_TEST((what.find("dram.ranks") != std::string::npos), what);
    BOOST_TEST((what.find("write to read, scope other_rank") != std::string::npos), what);
  }
}

std::string lpddr4_fault(const std::string& from, const std::string& to) {
  try {
    parse(replaced(shipped_text("lpddr4_3200_8gb_x16.yaml"), from, to));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no fault";
}

/// Eight refreshes of 224 clocks, one after the other, are 1792.
BOOST_AUTO_TEST_CASE(banks_that_are_refreshed_one_by_one_leave_time_for_work) {
  for (const char* too_often : {"tREFI: 1000", "tREFI: 1700", "tREFI: 1991"}) {
    const std::string fault = lpddr4_fault("tREFI: 6246", too_often);
    BOOST_TEST_CONTEXT(fault) {
      BOOST_TEST((fault.find("part.yaml") != std::string::npos));
      BOOST_TEST((fault.find("refresh.interval") != std::string::npos));
      BOOST_TEST((fault.find("more than 1991 clocks") != std::string::npos));
    }
  }
  BOOST_TEST(
      (lpddr4_fault("  - {from: refresh_bank, to: refresh_bank, scope: same_rank, clocks: "
                    "tRFCpb}\n",
                    "")
           .find("from refresh_bank to refresh_bank, scope same_rank") != std::string::npos));
  // What is let through comes to an end, with rows closed behind every burst.
  std::string text =
      replaced(shipped_text("lpddr4_3200_8gb_x16.yaml"), "tREFI: 6246", "tREFI: 1992");
  text.resize(text.find("\npower:"));
  const DramPart part = parse(text);
  ChannelOptions options;
  options.refresh = RefreshGranularity::kPerBank;
  DramChannel window = test::dram_channel(part, "row_bank_column", options);
  test::offer_pattern(window, "rndw");
  window.run_until_idle();
  QueuedChannel queued = test::queued_channel(part, "row_bank_column", options);
  test::offer_pattern(queued, "rndw");
  queued.run_until_idle();
  BOOST_TEST(window.counters().writes == queued.counters().writes);
}

/// tREFI / banks are 780 clocks, of which tRFCpb takes 224: 27 mA x 556 + 30 mA x 224.
BOOST_AUTO_TEST_CASE(refreshing_a_bank_draws_more_than_standby) {
  const std::string fault =
      lpddr4_fault("IDD5B: 90 mA, IDD5PB: 30 mA", "IDD5B: 90 mA, IDD5PB: 5 mA");
  BOOST_TEST_CONTEXT(fault) {
    BOOST_TEST((fault.find("IDD5PB") != std::string::npos));
    BOOST_TEST((fault.find("5 mA") != std::string::npos));
    BOOST_TEST((fault.find("at least 27.86") != std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(a_part_that_is_not_there) {
  try {
    test::dram_part("ddr4_2400_8gb_x4");
    BOOST_FAIL("no fault");
  } catch (const ConfigError& error) {
    const std::string what = error.what();
    BOOST_TEST((what.find("did you mean ddr4_2400_8gb_x8?") != std::string::npos));
    BOOST_TEST((what.find("ddr4_2400_4gb_x8, ddr4_2400_8gb_x8") != std::string::npos));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
