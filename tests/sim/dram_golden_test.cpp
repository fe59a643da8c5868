// Cycles and commands of the request patterns that DRAMSys 5.0, Ramulator 2.1 and DRAMsim3 were
// given: 100,000 requests of 64 bytes, one offered a clock.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <iostream>

#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

using test::Direction;
using test::Order;

struct Outcome {
  double cycles_per_request;
  Counters counters;
};

Outcome run(const char* part, const char* mapping, Order order, Direction direction, int ranks,
            int window) {
  ChannelOptions options;
  options.window = window;
  DramChannel channel = test::dram_channel(test::dram_part(part), mapping, options, ranks);
  for (const test::Request& request : test::golden_pattern(order, direction)) {
    channel.offer(request.burst, 1, request.write, 0);
  }
  channel.run_until_taken();
  const double cycles = static_cast<double>(channel.last_taken()) / 1e5;
  channel.run_until_idle();
  return {cycles, channel.counters()};
}

struct Case {
  const char* theirs;
  const char* part;
  const char* mapping;
  Order order;
  Direction direction;
  int ranks;
  double cycles;     ///< a request, theirs
  double tolerance;  ///< of cycles, relative
  int window = 32;
};

void compare(const Case& c) {
  const Outcome ours = run(c.part, c.mapping, c.order, c.direction, c.ranks, c.window);
  const double error = ours.cycles_per_request / c.cycles - 1;
  std::cout << c.theirs << ": theirs " << c.cycles << ", ours " << ours.cycles_per_request << " ("
            << error * 100 << " %), activates " << ours.counters.activates << ", refreshes "
            << ours.counters.refreshes << "\n";
  BOOST_TEST_CONTEXT(c.theirs) { BOOST_TEST(std::abs(error) <= c.tolerance); }
}

constexpr const char* k8Gb = "ddr4_2400_8gb_x8";
constexpr const char* k8GbCl17 = "ddr4_2400_8gb_x8_cl17";
constexpr const char* k4Gb = "ddr4_2400_4gb_x8";
constexpr auto kSeq = Order::kSequential;
constexpr auto kRnd = Order::kRandom;

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_golden_test)

BOOST_AUTO_TEST_CASE(dramsys) {
  const Case cases[] = {
      {"DRAMSys, one bank", k4Gb, "bankgroup_bank_row_column", kSeq, Direction::kRead, 1, 6.535,
       0.03},
      {"DRAMSys, bank groups in turn", k4Gb, "row_bank_column_bankgroup", kSeq, Direction::kRead, 1,
       4.154, 0.03},
      {"DRAMSys, random", k4Gb, "row_bank_column_bankgroup", kRnd, Direction::kRead, 1, 6.772,
       0.03},
  };
  for (const Case& c : cases) compare(c);
}

BOOST_AUTO_TEST_CASE(ramulator) {
  const Case cases[] = {
      {"Ramulator ChRaBaRoCo_seqr", k8Gb, "bankgroup_bank_row_column", kSeq, Direction::kRead, 1,
       6.5993, 0.03},
      {"Ramulator ChRaBaRoCo_rndr", k8Gb, "bankgroup_bank_row_column", kRnd, Direction::kRead, 1,
       29.25628, 0.03},
      {"Ramulator MOP4CLXOR_seqr", k8Gb, "row_column_bank_bankgroup_column2_xor", kSeq,
       Direction::kRead, 1, 4.2806, 0.03},
      {"Ramulator MOP4CLXOR_rndr", k8Gb, "row_column_bank_bankgroup_column2_xor", kRnd,
       Direction::kRead, 1, 6.84294, 0.03},
      {"bank groups in turn against Ramulator MOP4CLXOR_seqr", k8Gb, "row_bank_column_bankgroup",
       kSeq, Direction::kRead, 1, 4.2806, 0.03},
      {"Ramulator RoBaRaCoCh_seqr", k8Gb, "row_bank_bankgroup_column", kSeq, Direction::kRead, 1,
       5.35256, 0.03},
      {"Ramulator RoBaRaCoCh_seqw", k8Gb, "row_bank_bankgroup_column", kSeq, Direction::kWrite, 1,
       5.36663, 0.03},
      {"Ramulator RoBaRaCoCh_mix", k8Gb, "row_bank_bankgroup_column", kSeq, Direction::kMix, 1,
       5.40236, 0.03},
      {"Ramulator RoBaRaCoCh_rndr", k8Gb, "row_bank_bankgroup_column", kRnd, Direction::kRead, 1,
       6.84342, 0.03},
      {"Ramulator RoBaRaCoCh_rndw", k8Gb, "row_bank_bankgroup_column", kRnd, Direction::kWrite, 1,
       6.85557, 0.03},
  };
  for (const Case& c : cases) compare(c);
}

BOOST_AUTO_TEST_CASE(dramsim3) {
  const char* mapping = "row_rank_bank_bankgroup_column";
  // It has a queue of 32 before one of 8 for each bank. One window stands for both: 40 bursts for
  // a stream, but for random bursts fewer than its 8 a bank.
  const Case cases[] = {
      {"DRAMsim3 seqr", k8GbCl17, mapping, kSeq, Direction::kRead, 2, 5.15583, 0.03, 40},
      {"DRAMsim3 seqw", k8GbCl17, mapping, kSeq, Direction::kWrite, 2, 5.12552, 0.03, 40},
      {"DRAMsim3 mix", k8GbCl17, mapping, kSeq, Direction::kMix, 2, 5.21271, 0.05, 40},
      {"DRAMsim3 rndr", k8GbCl17, mapping, kRnd, Direction::kRead, 2, 4.55102, 0.05, 40},
      {"DRAMsim3 rndw", k8GbCl17, mapping, kRnd, Direction::kWrite, 2, 4.23152, 0.06, 40},
  };
  for (const Case& c : cases) compare(c);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
