#include <boost/test/unit_test.hpp>

#include "sim/components/state_memory/state_memory_model.h"
#include "tests/support/shared_data.h"

namespace deltasim {
namespace {

using dram::ByteRange;

/// Reads take 3 cycles and hold the bank for 2; writes take 10 and hold it for 8.
constexpr StateMemoryTimes kTimes{.read = 3, .read_cycle = 2, .write = 10, .write_cycle = 8};

MemorySpec four_banks(int ports = 1) {
  return {.name = "memory",
          .technology = "none",
          .capacity = Bytes(4096),
          .banks = 4,
          .width = Bits(64),
          .ports = ports};
}

StateMemoryService access(StateMemoryModel& model, std::int64_t time, ByteRange range, bool write) {
  return model.access(time, {&range, 1}, write);
}

BOOST_AUTO_TEST_SUITE(state_memory_test)

BOOST_AUTO_TEST_CASE(a_contiguous_range_takes_a_bank_cycle_for_each_round_of_the_banks) {
  for (const bool write : {false, true}) {
    StateMemoryModel model(four_banks(), kTimes);
    const std::int64_t cycle = write ? 8 : 2;
    const std::int64_t latency = write ? 10 : 3;
    const auto service = access(model, 100, {0, 12 * 8}, write);
    BOOST_TEST(service.words == 12);
    BOOST_TEST(service.accepted == 100 + 2 * cycle);
    BOOST_TEST(service.end == 100 + 2 * cycle + latency);
    BOOST_TEST(model.finish() == service.end);
    BOOST_TEST(model.busy_cycles() == 12 * cycle / 4);
  }
}

BOOST_AUTO_TEST_CASE(requests_that_meet_in_a_bank_wait_and_others_do_not) {
  StateMemoryModel model(four_banks(), kTimes);
  BOOST_TEST(access(model, 0, {0, 8}, true).end == 10);
  BOOST_TEST(access(model, 0, {8, 8}, false).end == 3);        // bank 1
  BOOST_TEST(access(model, 0, {32, 8}, false).end == 8 + 3);   // bank 0, once the write lets go
  BOOST_TEST(access(model, 7, {16, 8}, false).end == 10);      // bank 2 was idle
  BOOST_TEST(access(model, 50, {0, 8}, false).end == 50 + 3);  // nothing waits any more
}

BOOST_AUTO_TEST_CASE(two_ports_begin_twice_as_many_accesses) {
  StateMemoryModel one(four_banks(), kTimes);
  StateMemoryModel two(four_banks(2), kTimes);
  const ByteRange range{0, 64 * 8};
  BOOST_TEST(access(one, 0, range, false).accepted == 15 * 2);
  BOOST_TEST(access(two, 0, range, false).accepted == 15);
}

BOOST_AUTO_TEST_CASE(whole_words_are_moved) {
  StateMemoryModel model(four_banks(), kTimes);
  BOOST_TEST(access(model, 0, {4, 8}, false).words == 2);
  BOOST_TEST(access(model, 0, {7, 1}, false).words == 1);
  BOOST_TEST(access(model, 0, {8, 0}, false).words == 0);
  const std::vector<ByteRange> ranges{{0, 4}, {4, 4}};  // the same word, twice
  BOOST_TEST(model.access(0, ranges, false).words == 2);
}

BOOST_AUTO_TEST_CASE(times_become_whole_cycles) {
  const AccessTimes times{.read = Seconds(2e-9),
                          .read_cycle = Seconds(0.1e-9),
                          .write = Seconds(50e-9),
                          .write_cycle = Seconds(50.1e-9),
                          .evidence = {}};
  const StateMemoryTimes cycles = cycles_of(times, Hertz(500e6));
  BOOST_TEST(cycles.read == 1);
  BOOST_TEST(cycles.read_cycle == 1);
  BOOST_TEST(cycles.write == 25);
  BOOST_TEST(cycles.write_cycle == 26);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
