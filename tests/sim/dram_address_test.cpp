#include <boost/test/unit_test.hpp>
#include <set>

#include "arch/errors.h"
#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

AddressMapping mapping(const char* name, int channels = 1, int ranks = 1) {
  return AddressMapping(name, test::dram_part().organisation, channels, ranks);
}

bool fault_names(const char* name, const char* word, int channels = 1) {
  try {
    mapping(name, channels);
  } catch (const ConfigError& error) {
    return std::string(error.what()).find(word) != std::string::npos;
  }
  return false;
}

/// A part small enough to look at every address.
Organisation small() {
  Organisation o = test::dram_part().organisation;
  o.rows = 8;
  o.columns = 64;
  return o;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_address_test)

BOOST_AUTO_TEST_CASE(a_stream_alternates_between_bank_groups) {
  const AddressMapping m = mapping("row_bank_column_bankgroup");
  BOOST_TEST((m.place(0) == Place{0, 0}));
  BOOST_TEST((m.place(1) == Place{4, 0}));
  BOOST_TEST((m.place(3) == Place{12, 0}));
  BOOST_TEST((m.place(4) == Place{0, 0}));
  BOOST_TEST((m.place(512) == Place{1, 0}));
  BOOST_TEST((m.place(2048) == Place{0, 1}));
  BOOST_TEST(m.block().block_bits == 9);
  BOOST_TEST(m.block().cycle == 4);
}

BOOST_AUTO_TEST_CASE(a_stream_stays_in_one_bank) {
  const AddressMapping m = mapping("bankgroup_bank_row_column");
  BOOST_TEST((m.place(127) == Place{0, 0}));
  BOOST_TEST((m.place(128) == Place{0, 1}));
  BOOST_TEST((m.place(std::int64_t{128} * 65536) == Place{1, 0}));
  BOOST_TEST(m.block().block_bits == 7);
  BOOST_TEST(m.block().cycle == 1);
}

BOOST_AUTO_TEST_CASE(columns_in_two_places_and_xor) {
  const AddressMapping m = mapping("row_column_bank_bankgroup_column2_xor");
  BOOST_TEST((m.place(3) == Place{0, 0}));
  BOOST_TEST((m.place(4) == Place{4, 0}));
  BOOST_TEST((m.place(16) == Place{1, 0}));
  // Row 1 flips the lowest bit of the bank group, row 4 that of the bank.
  BOOST_TEST((m.place(2048) == Place{4, 1}));
  BOOST_TEST((m.place(4 * 2048) == Place{1, 4}));
  BOOST_TEST(m.block().block_bits == 2);
}

BOOST_AUTO_TEST_CASE(every_burst_has_a_place_of_its_own) {
  for (const char* name :
       {"row_rank_bank_column_bankgroup_channel", "rank_row_bankgroup_column_channel_bank_xor",
        "channel_row_column_bank_rank_bankgroup_column2_xor"}) {
    const AddressMapping m(name, small(), 2, 2);
    std::set<std::tuple<int, std::int64_t>> numbers;
    std::map<std::tuple<int, int, int>, int> rows;
    for (std::int64_t burst = 0; burst < m.capacity_bursts(); ++burst) {
      const auto [channel, number] = m.channel_of(burst);
      numbers.insert({channel, number});
      const Place place = m.place(number);
      ++rows[{channel, place.bank, place.row}];
    }
    BOOST_TEST(numbers.size() == 2U * 2 * 16 * 8 * 8);
    BOOST_TEST(rows.size() == 2U * 2 * 16 * 8);
    for (const auto& [row, bursts] : rows) BOOST_TEST(bursts == 8);
  }
}

BOOST_AUTO_TEST_CASE(a_range_is_a_range_in_each_channel) {
  const AddressMapping m("row_bank_column_bankgroup_channel_column2", small(), 4, 1);
  for (std::int64_t burst = 0; burst < 300; ++burst) {
    const auto [at, number] = m.channel_of(burst);
    for (int channel = 0; channel < 4; ++channel) {
      const std::int64_t here = m.first_in_channel(burst, channel);
      const std::int64_t next = m.first_in_channel(burst + 1, channel);
      BOOST_TEST(next - here == (channel == at ? 1 : 0));
      if (channel == at) BOOST_TEST(here == number);
    }
  }
}

BOOST_AUTO_TEST_CASE(wrong_names_say_what_is_wrong) {
  BOOST_TEST(fault_names("row_bank_colum_bankgroup", "did you mean column"));
  BOOST_TEST(fault_names("row_bank_column", "'bankgroup' too few"));
  BOOST_TEST(fault_names("row_bank_column_bankgroup", "'channel' too few", 2));
  BOOST_TEST(fault_names("row_row_bank_column_bankgroup", "'row' twice"));
  BOOST_TEST(fault_names("row_bank_column_bankgroup_column9", "column9"));
  BOOST_TEST(fault_names("row_xor_bank_column_bankgroup", "xor"));
  BOOST_TEST(fault_names("row_bank_column_bankgroup_channel", "power of two", 3));
  BOOST_TEST(fault_names("", "no field is called ''"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
