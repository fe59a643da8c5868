// Cycles and commands of the request patterns that DRAMSys 5.0, Ramulator 2.1 and DRAMsim3 were
// given: 100,000 requests of 64 bytes, one offered a clock.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <iostream>

#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

struct Outcome {
  double cycles_per_request;
  Counters counters;
};

template <typename Channel>
Outcome run(Channel channel, const char* pattern) {
  test::offer_pattern(channel, pattern);
  channel.run_until_taken();
  const double cycles = static_cast<double>(channel.last_taken()) / 1e5;
  return {cycles, channel.counters()};
}

struct Case {
  const char* theirs;
  const char* part;
  const char* mapping;
  const char* pattern;
  double cycles;  ///< a request, theirs
};

void compare(const Case& c, const Outcome& ours) {
  const double error = ours.cycles_per_request / c.cycles - 1;
  std::cout << c.theirs << ": theirs " << c.cycles << ", ours " << ours.cycles_per_request << " ("
            << error * 100 << " %), activates " << ours.counters.activates() << ", refreshes "
            << ours.counters.refreshes << "\n";
  BOOST_TEST_CONTEXT(c.theirs) { BOOST_TEST(std::abs(error) <= 0.02); }
}

void compare(const Case& c) {
  compare(c, run(test::dram_channel(test::dram_part(c.part), c.mapping), c.pattern));
}

constexpr const char* k8Gb = "ddr4_2400_8gb_x8";
constexpr const char* k8GbCl17 = "ddr4_2400_8gb_x8_cl17";
constexpr const char* k4Gb = "ddr4_2400_4gb_x8";

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_golden_test)

BOOST_AUTO_TEST_CASE(dramsys) {
  const Case cases[] = {
      {"DRAMSys, one bank", k4Gb, "bankgroup_bank_row_column", "seqr", 6.535},
      {"DRAMSys, bank groups in turn", k4Gb, "row_bank_column_bankgroup", "seqr", 4.154},
      {"DRAMSys, random", k4Gb, "row_bank_column_bankgroup", "rndr", 6.772},
  };
  for (const Case& c : cases) compare(c);
}

BOOST_AUTO_TEST_CASE(ramulator) {
  const Case cases[] = {
      {"Ramulator ChRaBaRoCo_seqr", k8Gb, "bankgroup_bank_row_column", "seqr", 6.5993},
      {"Ramulator ChRaBaRoCo_rndr", k8Gb, "bankgroup_bank_row_column", "rndr", 29.25628},
      {"Ramulator MOP4CLXOR_seqr", k8Gb, "row_column_bank_bankgroup_column2_xor", "seqr", 4.2806},
      {"Ramulator MOP4CLXOR_rndr", k8Gb, "row_column_bank_bankgroup_column2_xor", "rndr", 6.84294},
      {"bank groups in turn against Ramulator MOP4CLXOR_seqr", k8Gb, "row_bank_column_bankgroup",
       "seqr", 4.2806},
      {"Ramulator RoBaRaCoCh_seqr", k8Gb, "row_bank_bankgroup_column", "seqr", 5.35256},
      {"Ramulator RoBaRaCoCh_seqw", k8Gb, "row_bank_bankgroup_column", "seqw", 5.36663},
      {"Ramulator RoBaRaCoCh_mix", k8Gb, "row_bank_bankgroup_column", "mix", 5.40236},
      {"Ramulator RoBaRaCoCh_rndr", k8Gb, "row_bank_bankgroup_column", "rndr", 6.84342},
      {"Ramulator RoBaRaCoCh_rndw", k8Gb, "row_bank_bankgroup_column", "rndw", 6.85557},
  };
  for (const Case& c : cases) compare(c);
}

BOOST_AUTO_TEST_CASE(dramsim3) {
  const char* mapping = "row_rank_bank_bankgroup_column";
  const Case cases[] = {
      {"DRAMsim3 seqr", k8GbCl17, mapping, "seqr", 5.15583},
      {"DRAMsim3 seqw", k8GbCl17, mapping, "seqw", 5.12552},
      {"DRAMsim3 mix", k8GbCl17, mapping, "mix", 5.21271},
      {"DRAMsim3 rndr", k8GbCl17, mapping, "rndr", 4.55102},
      {"DRAMsim3 rndw", k8GbCl17, mapping, "rndw", 4.23152},
  };
  for (const Case& c : cases) {
    compare(c, run(test::queued_channel(test::dram_part(c.part), c.mapping, {}, 2), c.pattern));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
