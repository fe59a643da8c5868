// What the interface's lines do, against the counts of DRAMPower's own tests
// (tests/tests_drampower/interface/test_interface_ddr4.cpp).

#include "sim/validation/drampower_sequence.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(drampower_sequence_test)

using namespace deltasim;
using dram::Command;

namespace {

constexpr std::int64_t kBurstBits = 64;
const std::vector<std::uint8_t> kWritten{0, 0, 0, 0, 0, 0, 0, 255};
const std::vector<std::uint8_t> kRead{0, 0, 0, 0, 0, 0, 0, 1};

/// A row that is read at two clocks.
DramPowerReplay two_reads(std::int64_t first, std::int64_t second) {
  return replay({{{0, Command::kActivate},
                  {first, Command::kRead, 16, kRead},
                  {second, Command::kRead, 16, kRead},
                  {16, Command::kPrecharge}},
                 24},
                kBurstBits);
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_of_a_write_and_a_read) {
  const DramPowerReplay use = replay({{{0, Command::kActivate},
                                       {4, Command::kWrite, 16, kWritten},
                                       {11, Command::kRead, 16, kRead},
                                       {16, Command::kPrecharge}},
                                      24},
                                     kBurstBits);
  BOOST_TEST(use.clock.rises == 48);
  BOOST_TEST(use.write.rises == 8);
  BOOST_TEST(use.write.low_clocks == 56 * 0.5);
  BOOST_TEST(use.read.rises == 8);
  BOOST_TEST(use.read.low_clocks == 63 * 0.5);
  BOOST_TEST(use.strobe.rises == 8 + 8);
  // their 57 for row 2 of bank 1: one line fewer in each of four commands, and one of the row
  BOOST_TEST(use.command.rises == 57 + 5);
}

BOOST_AUTO_TEST_CASE(bursts_that_follow_without_a_gap_do_not_return_to_idle) {
  BOOST_TEST(two_reads(4, 8).read.rises == 9);
  BOOST_TEST(two_reads(4, 11).read.rises == 16);
}

BOOST_AUTO_TEST_CASE(clocks_are_shared_out_between_the_states) {
  const DramPowerReplay use = two_reads(4, 8);
  const auto count = [&](dram::PowerTerm term) {
    return use.counts[static_cast<std::size_t>(term)];
  };
  BOOST_TEST(count(dram::PowerTerm::kActiveStandby) == 16);
  BOOST_TEST(count(dram::PowerTerm::kActiveBanks) == 16);
  BOOST_TEST(count(dram::PowerTerm::kPrechargedStandby) == 8);
  BOOST_TEST(count(dram::PowerTerm::kRead) == 2 * kBurstBits);
}

BOOST_AUTO_TEST_SUITE_END()
