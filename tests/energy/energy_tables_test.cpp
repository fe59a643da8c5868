#include "energy/energy_tables.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "arch/resources.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(energy_tables_test)

using namespace deltasim;

/// All that a table says, or why it cannot be read.
template <typename Read>
std::vector<std::string> told(Read read) {
  try {
    const EnergyTable table = read();
    std::vector<std::string> texts{table.file, describe(table)};
    for (const EnergyEntry& entry : table.entries) {
      texts.push_back(entry.title() + print(entry.power) + entry.source + entry.note +
                      entry.scaling + std::to_string(entry.energy_per_unit()) +
                      (entry.verified ? "verified" : "") + std::to_string(entry.line));
    }
    texts.insert(texts.end(), table.notes.begin(), table.notes.end());
    return texts;
  } catch (const ConfigError& error) {
    return {error.what()};
  }
}

/// What is known of one table must not show in another, whichever was read first.
void require_same(const std::string& file, const std::vector<ConfigOverrides>& points) {
  EnergyTables tables;
  for (const std::optional<TechnologyPoint>& scale :
       {std::optional<TechnologyPoint>(), std::optional<TechnologyPoint>({22, Volts(0.8)})}) {
    for (const ConfigOverrides& overrides : points) {
      const auto expected = told([&] { return read_energy_table(file, scale, overrides); });
      const auto found = told([&] { return tables.read(file, scale, overrides); });
      const std::string first = overrides.empty() ? "nothing" : overrides.front().first;
      BOOST_TEST_CONTEXT(file << ", " << first << (scale ? ", scaled" : "")) {
        BOOST_TEST(found == expected, boost::test_tools::per_element());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_shipped_table_reads_as_by_itself) {
  for (const std::string& name : resource_names("energy")) {
    require_same(find_resource("energy", name),
                 {{},
                  {{"dram.access.energy", "5 pJ"}},
                  {{"dram.read.energy", "5 pJ"}, {"pe.mac.energy", "1 pJ"}},
                  {{"entries.0.energy", "7 pJ"}, {"entries.0.note", "mine"}},
                  {{"chip.leak.power", "3 mW"}},
                  {{"reference.energy", "2 pJ"}},
                  {{"extrapolation", "true"}},
                  {{"entries.1.zero_because", "free"}},
                  {}});
  }
}

BOOST_AUTO_TEST_CASE(faults_are_told_as_by_a_reader_of_the_whole_table) {
  require_same(find_resource("energy", "horowitz_45nm"),
               {{{"dram.access.energy", "5 MHz"}},
                {{"dram.access.energy", "-5 pJ"}},
                {{"dram.access.energi", "5 pJ"}},
                {{"dram.acess.energy", "5 pJ"}},
                {{"sram.access.energy", "5 pJ"}},
                {{"entries.999.energy", "5 pJ"}},
                {{"entries.0.component", "alu"}},
                {{"entries.0", "5 pJ"}},
                {{"entries", "[]"}},
                {{"nothing.at.all", "1"}},
                {{"dram.access.energy", "[1, 2]"}},
                {{"dram.access.energy", "{a: 1"}},
                {{"dram.access.energy", "5 pJ"}, {"dram.access.ratio", "2"}}});
}

/// Two entries for the same, of which an override has changed one.
BOOST_AUTO_TEST_CASE(an_entry_that_becomes_another_is_refused) {
  const EnergyTable plain = read_energy_table(find_resource("energy", "horowitz_45nm"));
  std::vector<std::size_t> sized;
  for (std::size_t i = 0; i < plain.entries.size(); ++i) {
    if (plain.entries[i].component == PricedComponent::kSram) sized.push_back(i);
  }
  BOOST_REQUIRE(sized.size() >= 2U);
  const auto capacity_of = [&](std::size_t from, std::size_t to) {
    return ConfigOverrides{{"entries." + std::to_string(to) + ".capacity",
                            print(plain.entries[from].capacity.value())}};
  };
  const ConfigOverrides first = capacity_of(sized[1], sized[0]);
  const auto found =
      told([&] { return read_energy_table(find_resource("energy", "horowitz_45nm"), {}, first); });
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].find("no second price") != std::string::npos);
  require_same(find_resource("energy", "horowitz_45nm"), {first, capacity_of(sized[0], sized[1])});
}

BOOST_AUTO_TEST_CASE(a_table_that_only_an_override_mends_is_read) {
  const test::TemporaryDirectory folder;
  const std::string file =
      folder.write("table.yaml",
                   "name: a\nsources: {s: a source}\nentries:\n"
                   "  - {component: chip, action: leak, width: 1 bit, node: 45 "
                   "nm, voltage: 1 V, source: s, verified: false, power: 3}\n");
  require_same(file, {{}, {{"chip.leak.power", "3 mW"}}, {{"chip.leak.energy", "3 pJ"}}});
  require_same(folder.write("bare.yaml", "ERT: {}\n"), {{}, {{"entries.0.energy", "3 pJ"}}});
}

BOOST_AUTO_TEST_SUITE_END()
