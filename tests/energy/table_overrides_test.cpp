#include "energy/table_overrides.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/energy_table.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(table_overrides_test)

using namespace deltasim;

EnergyTable horowitz(const ConfigOverrides& overrides) {
  return read_energy_table(test::source_directory() / "configs/energy/horowitz_45nm.yaml", {},
                           overrides);
}

const EnergyEntry& entry_of(const EnergyTable& table, const std::string& title) {
  for (const EnergyEntry& entry : table.entries) {
    if (entry.title() == title) return entry;
  }
  throw InternalError("no entry " + title);
}

std::vector<Fault> faults_of(const ConfigOverrides& overrides) {
  try {
    horowitz(overrides);
  } catch (const ConfigError& error) {
    return error.faults();
  }
  return {};
}

BOOST_AUTO_TEST_CASE(a_figure_is_replaced_and_no_longer_that_of_its_source) {
  const EnergyTable plain = horowitz({});
  const EnergyTable table = horowitz({{"dram.access.energy", "99 pJ"}});
  BOOST_TEST(table.entries.size() == plain.entries.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    const EnergyEntry& entry = table.entries[i];
    if (entry.energy == plain.entries[i].energy) {
      BOOST_TEST(entry.source == plain.entries[i].source);
      continue;
    }
    ++changed;
    BOOST_TEST((entry.component == PricedComponent::kDram));
    BOOST_TEST(entry.energy.value() == 99);
    BOOST_TEST(!entry.verified);
    BOOST_TEST(entry.source == "set by energy.dram.access.energy=99 pJ");
  }
  BOOST_TEST(changed == 1U);
}

BOOST_AUTO_TEST_CASE(capacity_width_and_topology_tell_entries_apart) {
  const auto energy = [](const std::string& key, const std::string& title) {
    return entry_of(horowitz({{key, "7 pJ"}}), title).energy.value();
  };
  BOOST_TEST(energy("sram.access.32 KiB.energy", "sram access, 32 KiB, 64 bit") == 7);
  BOOST_TEST(energy("sram.access.32768 B.energy", "sram access, 32 KiB, 64 bit") == 7);
  BOOST_TEST(energy("alu.add.16 bit.energy", "alu add, 16 bit") == 7);
  BOOST_TEST(energy("noc.transfer.mesh.energy", "noc transfer, mesh, 256 bit") == 7);
}

BOOST_AUTO_TEST_CASE(paths_of_the_file_work_too) {
  const EnergyTable table = horowitz({{"entries.0.energy", "0.3 pJ"}, {"extrapolation", "true"}});
  BOOST_TEST(table.entries[0].energy.value() == 0.3);
  BOOST_TEST(!table.entries[0].verified);
  BOOST_TEST(table.extrapolation);
}

/// What costs nothing with a reason comes to cost something, and the other way round.
BOOST_AUTO_TEST_CASE(a_figure_takes_the_place_of_whatever_stood_there) {
  const EnergyTable leaking = horowitz({{"chip.leak.power", "2 mW"}});
  const EnergyEntry& leak = leaking.entries.back();
  BOOST_TEST((leak.action == PricedAction::kLeak));
  BOOST_TEST(leak.power.value() == 2e-3);
  BOOST_TEST(leak.zero_because == "");
  const EnergyTable free = horowitz({{"alu.compare.zero_because", "'it''s: free'"}});
  BOOST_TEST(free.entries[5].zero_because == "it's: free");
}

BOOST_AUTO_TEST_CASE(the_user_may_say_where_a_figure_is_from) {
  const EnergyTable table = horowitz({{"sources.mine", "Mine 2024"},
                                      {"alu.compare.source", "mine"},
                                      {"alu.compare.verified", "true"},
                                      {"alu.compare.energy", "1 pJ"}});
  const EnergyEntry& entry = entry_of(table, "alu compare, 32 bit");
  BOOST_TEST(entry.source == "Mine 2024");
  BOOST_TEST(entry.verified);
}

BOOST_AUTO_TEST_CASE(ratios_follow_their_reference) {
  const auto read = [](const ConfigOverrides& overrides) {
    return read_energy_table(test::source_directory() / "configs/energy/eyeriss_relative.yaml", {},
                             overrides);
  };
  const EnergyTable plain = read({});
  const EnergyTable table = read({{"reference.energy", "1.9 pJ"}});
  BOOST_TEST(plain.entries[0].energy.value() == 0.95);
  BOOST_TEST(table.entries[0].energy.value() == 1.9);
  BOOST_TEST(!table.entries[0].verified);
}

BOOST_AUTO_TEST_CASE(what_names_no_entry_or_several_is_told_at_once) {
  const std::vector<Fault> faults = faults_of(
      {{"dram.acess.energy", "1 pJ"}, {"alu.add.energy", "1 pJ"}, {"noc.energy", "1 pJ"}});
  BOOST_REQUIRE(faults.size() == 3U);
  BOOST_TEST(faults[0].key_path == "energy.dram.acess.energy");
  BOOST_TEST(faults[0].nearest == "dram.access");
  BOOST_TEST(faults[1].expected ==
             "one entry; 3 are named so: alu.add.8 bit; alu.add.16 bit; alu.add.32 bit");
  BOOST_TEST(faults[2].expected == "a key of an entry, such as dram.read.energy");
}

BOOST_AUTO_TEST_CASE(wrong_values_and_keys_are_found_by_the_reader) {
  const std::vector<Fault> unit = faults_of({{"dram.access.energy", "20 KiB"}});
  BOOST_REQUIRE(unit.size() == 1U);
  BOOST_TEST(unit[0].file == "--set energy.dram.access.energy");
  BOOST_TEST(unit[0].found.find("20 KiB") != std::string::npos);
  const std::vector<Fault> key = faults_of({{"dram.access.enrgy", "20 pJ"}});
  BOOST_REQUIRE(key.size() == 1U);
  BOOST_TEST(key[0].nearest == "energy");
  BOOST_TEST(faults_of({{"extrapolatoin", "true"}}).at(0).nearest == "extrapolation");
  BOOST_TEST(faults_of({{"entries.99.energy", "1 pJ"}}).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
