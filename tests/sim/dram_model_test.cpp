// The DRAM as a resource: ranges of bytes in, times out.

#include "sim/components/dram/dram_model.h"

#include <rapidcheck/boost_test.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>
#include <iostream>

#include "arch/errors.h"
#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

DramModel model(const char* mapping = "row_bank_column_bankgroup", int channels = 1,
                const char* part_name = "ddr4_2400_4gb_x8") {
  const DramPart part = test::dram_part(part_name);
  return DramModel(part, AddressMapping(mapping, part.organisation, channels, 1));
}

/// Clocks a burst of a stream in transactions of `bytes`, of which so many are under way at once.
double paced_stream(DramModel m, std::int64_t bytes, std::size_t under_way) {
  constexpr std::int64_t kBursts = 100'000;
  std::deque<Clock> completed(under_way, 0);
  for (std::int64_t at = 0; at < kBursts * 64; at += bytes) {
    const Service service = m.serve({at, bytes}, false, completed.front());
    completed.pop_front();
    completed.push_back(service.completed);
  }
  return static_cast<double>(m.finish()) / kBursts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_model_test)

BOOST_AUTO_TEST_CASE(a_part_of_a_burst_costs_a_burst) {
  BOOST_TEST(bursts_of({0, 0}, 64) == 0);
  BOOST_TEST(bursts_of({63, 1}, 64) == 1);
  BOOST_TEST(bursts_of({63, 2}, 64) == 2);
  BOOST_TEST(bursts_of({64, 64}, 64) == 1);
  BOOST_TEST(bursts_of({1, 128}, 64) == 3);
  DramModel m = model();
  m.serve({60, 8}, false, 0);
  BOOST_TEST(m.counters().reads == 2);
}

BOOST_AUTO_TEST_CASE(first_latency) {
  DramModel m = model();
  BOOST_TEST(m.serve({0, 64}, false, 7).completed == 7 + 16 + 16 + 4);
  const Service write = m.serve({0, 64}, true, 1000);
  BOOST_TEST(write.completed == 1001);  // posted
  BOOST_TEST(m.finish() == 1000 + 16 + 4);
  BOOST_TEST(m.counters().row_hits == 1);
}

BOOST_AUTO_TEST_CASE(nothing_takes_no_time) {
  DramModel m = model();
  const Service service = m.serve({0, 0}, false, 5);
  BOOST_TEST(service.completed == 5);
  BOOST_TEST(m.finish() == 0);
}

BOOST_AUTO_TEST_CASE(beyond_the_end_is_a_fault) {
  DramModel m = model();
  BOOST_TEST(m.capacity_bytes() == std::int64_t{4} << 30);
  BOOST_CHECK_NO_THROW(m.serve({m.capacity_bytes() - 64, 64}, false, 0));
  BOOST_CHECK_THROW(m.serve({m.capacity_bytes() - 64, 65}, false, 0), ConfigError);
  BOOST_CHECK_THROW(m.serve({-1, 8}, false, 0), ConfigError);
}

BOOST_AUTO_TEST_CASE(time_passes_with_refreshes) {
  DramModel m = model();
  m.serve({0, 64}, false, 0);
  m.finish(9360 * 3 + 1);
  BOOST_TEST(m.counters().refreshes == 3);
}

BOOST_AUTO_TEST_CASE(a_row_is_opened_for_the_data_that_ask_for_it_first) {
  const DramPart part = test::dram_part();
  for (const QueueStructure queues : {QueueStructure::kWindow, QueueStructure::kPerBank}) {
    ChannelOptions options;
    options.queues = queues;
    options.refresh_stretch = 0;
    DramModel m(part, AddressMapping("bankgroup_bank_row_column", part.organisation, 1, 1),
                options);
    constexpr std::int64_t kRow = 8192;  // bytes
    m.serve({0, 3 * kRow}, false, 0, DataKind::kWeight);
    m.serve({3 * kRow, kRow + 64}, true, 20'000, DataKind::kState);
    m.serve({2 * kRow, kRow}, false, 50'000, DataKind::kPartialSum);  // it was closed meanwhile
    m.serve({2 * kRow, 64}, false, 90'000, DataKind::kIndex);         // it is open
    m.finish();
    const std::array<std::int64_t, kDataKinds> expected{3, 0, 1, 2, 0};
    BOOST_TEST(m.counters().activates_for == expected, boost::test_tools::per_element());
  }
}

/// The golden streams keep their pace when they come in transactions, as from a DMA that has two
/// or four buffers (DRAMSys 5.0; see dram_golden_test.cpp).
BOOST_AUTO_TEST_CASE(streams_in_transactions) {
  for (const std::int64_t bytes : {1024, 4096, 16384}) {
    for (const std::size_t under_way : {2U, 4U}) {
      const double groups = paced_stream(model(), bytes, under_way) / 4.154;
      const double bank =
          paced_stream(model("bankgroup_bank_row_column"), bytes, under_way) / 6.535;
      std::cout << bytes << " bytes, " << under_way << " under way: " << (groups - 1) * 100
                << " % and " << (bank - 1) * 100 << " % from DRAMSys\n";
      if (bytes * static_cast<std::int64_t>(under_way) < 8192) continue;
      BOOST_TEST(std::abs(groups - 1) < 0.03);
      BOOST_TEST(std::abs(bank - 1) < 0.03);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_channels_take_half_the_time) {
  const double one = paced_stream(model(), 16384, 4);
  const double two = paced_stream(model("row_bank_column_bankgroup_channel", 2), 16384, 4);
  BOOST_TEST(std::abs(two / one - 0.5) < 0.01);
}

/// However the bursts are cut into transactions, as long as they are offered at the same clocks
/// the commands are the same.
RC_BOOST_PROP(transactions_do_not_change_the_schedule, ()) {
  const auto sizes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 90));
  DramModel cut = model();
  DramModel whole = model();
  std::vector<ByteRange> ranges;
  std::int64_t at = *rc::gen::inRange(0, 4096) * 64;
  for (const int bursts : sizes) {
    cut.serve({at, bursts * 64}, false, 0);
    ranges.push_back({at, bursts * 64});
    at += *rc::gen::element<std::int64_t>(0, 64 * 512, 64 * 4096) + bursts * 64;
  }
  whole.serve(ranges, false, 0);
  RC_ASSERT(cut.finish() == whole.finish());
  RC_ASSERT(cut.counters() == whole.counters());
}

/// Nothing is served before it was offered, nor faster than the bus can carry it.
RC_BOOST_PROP(times_are_possible, ()) {
  DramModel m = model();
  Clock clock = 0;
  std::int64_t bursts = 0;
  for (const int gap : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 500))) {
    clock += gap;
    const std::int64_t count = *rc::gen::inRange(1, 64);
    const bool write = *rc::gen::arbitrary<bool>();
    const Service service =
        m.serve({*rc::gen::inRange<std::int64_t>(0, 1 << 20) * 64, count * 64}, write, clock);
    RC_ASSERT(service.accepted > clock);
    RC_ASSERT(service.completed >= service.accepted);
    if (!write) RC_ASSERT(service.completed >= clock + 16 + 4);  // CL + burst
    bursts += count;
  }
  const Clock end = m.finish();
  RC_ASSERT(end >= bursts * 4);
  RC_ASSERT(m.counters().reads + m.counters().writes == bursts);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
