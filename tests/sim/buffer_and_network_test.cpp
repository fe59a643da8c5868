#include <boost/test/unit_test.hpp>
#include <numeric>

#include "arch/errors.h"
#include "sim/components/dma/dma_chunks.h"
#include "sim/components/glb/glb_model.h"
#include "sim/components/glb/glb_regions.h"
#include "sim/components/noc/noc_model.h"
#include "tests/sim/mapping_support.h"

namespace deltasim {
namespace {

GlbSpec four_banks(int ports = 1) {
  GlbSpec spec;
  spec.capacity = Bytes(4096);
  spec.banks = 4;
  spec.width = Bits(64);
  spec.ports = ports;
  return spec;
}

NocSpec noc(NocTopology topology, bool multicast = true) {
  return {topology, Bits(64), Cycles(2), multicast};
}

BOOST_AUTO_TEST_SUITE(buffer_and_network_test)

BOOST_AUTO_TEST_CASE(a_contiguous_range_uses_all_banks_of_the_buffer) {
  GlbModel glb(four_banks());
  BOOST_TEST(glb.bits_per_cycle() == 256);
  const Service service = glb.access(10, 0, 64 * 12);
  BOOST_TEST(service.begin == 10);
  BOOST_TEST(service.end == 13);
}

BOOST_AUTO_TEST_CASE(requests_that_meet_in_a_bank_wait_and_others_do_not) {
  GlbModel glb(four_banks());
  BOOST_TEST(glb.access(0, 0, 64).end == 1);
  BOOST_TEST(glb.access(0, 32, 64).end == 2);  // four words on: bank 0 again
  BOOST_TEST(glb.access(0, 8, 64).end == 1);   // bank 1
  GlbModel two_ports(four_banks(2));
  BOOST_TEST(two_ports.access(0, 0, 64).end == 1);
  BOOST_TEST(two_ports.access(0, 32, 64).end == 1);
  BOOST_TEST(two_ports.access(0, 64, 64).end == 2);
}

BOOST_AUTO_TEST_CASE(an_unaligned_range_touches_one_word_more) {
  GlbModel glb(four_banks());
  BOOST_TEST(glb.access(0, 4, 4 * 64).end == 2);
  BOOST_TEST(glb.access(5, 0, 0).end == 5);
}

BOOST_AUTO_TEST_CASE(regions_lie_behind_each_other_and_wrap) {
  GlbSpec spec = four_banks();
  spec.partition = {Bytes(100), Bytes(200), Bytes(300), Bytes(400)};
  BOOST_TEST(glb_address(spec, GlbRegion::kWeights, 105) == 5);
  BOOST_TEST(glb_address(spec, GlbRegion::kActivations, 7) == 107);
  BOOST_TEST(glb_address(spec, GlbRegion::kPartialSums, 0) == 300);
  BOOST_TEST(glb_address(spec, GlbRegion::kState, 401) == 601);
}

BOOST_AUTO_TEST_CASE(a_bus_serves_one_transfer_after_the_other) {
  const auto bus = make_noc(noc(NocTopology::kBus), 4, 4);
  const Destinations all{1, 16};
  BOOST_TEST(bus->multicast(0, 128, all).end == 2 + 2);  // two flits and the way
  const Service second = bus->multicast(0, 64, all);
  BOOST_TEST(second.begin == 2);
  BOOST_TEST(second.end == 3 + 2);
  BOOST_TEST(bus->bit_hops() == (128 + 64) * 8);
  BOOST_TEST(bus->busy_cycles() == 3);
}

BOOST_AUTO_TEST_CASE(without_multicast_every_destination_gets_its_own_copy) {
  const auto bus = make_noc(noc(NocTopology::kBus, false), 4, 4);
  BOOST_TEST(bus->multicast(0, 64, {1, 16}).end == 16 + 2);
  BOOST_TEST(bus->bit_hops() == 64 * 8 * 16);
}

BOOST_AUTO_TEST_CASE(a_mesh_counts_the_links_of_its_tree) {
  // All 16: a way in, three links along the row, three down each column.
  const auto mesh = make_noc(noc(NocTopology::kMesh), 4, 4);
  BOOST_TEST(mesh->multicast(0, 64, {1, 16}).end == 1 + 7 * 2);
  BOOST_TEST(mesh->bit_hops() == 64 * (1 + 3 + 4 * 3));
  // The first PE only.
  const auto other = make_noc(noc(NocTopology::kMesh), 4, 4);
  other->multicast(0, 64, {1, 1});
  BOOST_TEST(other->bit_hops() == 64);
  BOOST_TEST(other->latency({1, 1}) == 2);
}

BOOST_AUTO_TEST_CASE(a_crossbar_serves_rows_side_by_side) {
  const auto crossbar = make_noc(noc(NocTopology::kCrossbar), 4, 4);
  for (int i = 0; i < 4; ++i) BOOST_TEST(crossbar->multicast(0, 64, {1, 1}).end == 1 + 2);
  BOOST_TEST(crossbar->multicast(0, 64, {1, 1}).end == 2 + 2);
}

BOOST_AUTO_TEST_CASE(sums_leave_by_all_columns) {
  const auto bus = make_noc(noc(NocTopology::kBus), 3, 4);
  BOOST_TEST(bus->collect(0, 64 * 8).end == 2 + 3 * 2);
  BOOST_TEST(bus->bit_hops() == 64 * 8 * 2);             // two of three rows on the average
  BOOST_TEST(bus->multicast(0, 64, {1, 1}).begin == 0);  // the way in is another
}

BOOST_AUTO_TEST_CASE(dma_pieces_cover_the_ranges_and_cut_no_burst) {
  test::Dice dice(1);
  for (int i = 0; i < 200; ++i) {
    std::vector<dram::ByteRange> ranges;
    std::int64_t address = 0, bytes = 0, bursts = 0;
    for (int r = dice.between(0, 6); r > 0; --r) {
      address += dice.between(0, 300);
      ranges.push_back({address, dice.between(1, 20000)});
      address += ranges.back().bytes;
      bytes += ranges.back().bytes;
      bursts += dram::bursts_of(ranges.back(), 64);
    }
    DmaChunks chunks(ranges, 4096, 64);
    BOOST_TEST(chunks.bytes_in_all() == bytes);
    std::int64_t moved = 0, moved_bursts = 0;
    EncodedSize shares;
    while (chunks.next()) {
      BOOST_TEST(chunks.bytes_before() == moved);
      for (const dram::ByteRange& piece : chunks.ranges()) {
        moved += piece.bytes;
        moved_bursts += dram::bursts_of(piece, 64);
      }
      BOOST_TEST(chunks.bytes_so_far() == moved);
      BOOST_TEST(chunks.bytes_so_far() - chunks.bytes_before() <= 4096);
      shares += share_of({1001, 77}, chunks.bytes_before(), chunks.bytes_so_far(), bytes);
    }
    BOOST_TEST(moved == bytes);
    BOOST_TEST(moved_bursts == bursts);
    if (bytes > 0) BOOST_CHECK((shares == EncodedSize{1001, 77}));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
