#include "energy/energy_table.h"

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "arch/resources.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(energy_table_test)

using namespace deltasim;

std::filesystem::path shipped(std::string_view name) {
  return test::source_directory() / "configs" / "energy" / (std::string(name) + ".yaml");
}

/// A table of one entry, written as "key: value" lines.
std::string table_of(const std::vector<std::string>& entries) {
  std::string text = "name: t\nsources: {paper: Somebody 2014}\nentries:\n";
  for (const std::string& entry : entries) text += "  - {" + entry + "}\n";
  return text;
}

const std::string kRest =
    ", width: 8 bit, node: 45 nm, voltage: 0.9 V, source: paper, verified: true";

std::vector<Fault> faults_of(const std::string& text) {
  try {
    parse_energy_table(text, "t.yaml");
  } catch (const ConfigError& error) {
    return error.faults();
  }
  return {};
}

/// Every figure says what it is, for which node, voltage and width, who says so, and whether it
/// was looked up.
BOOST_AUTO_TEST_CASE(every_shipped_entry_can_be_cited) {
  BOOST_TEST(resource_names("energy").size() >= 6);
  for (const std::string& name : resource_names("energy")) {
    const EnergyTable table = read_energy_table(find_resource("energy", name));
    BOOST_TEST(table.name == name);
    for (const EnergyEntry& entry : table.entries) {
      BOOST_TEST_CONTEXT(name << ": " << entry.title()) {
        BOOST_TEST(entry.source.size() > 20);
        BOOST_TEST(entry.node_nm >= 5);
        BOOST_TEST(entry.width.value() >= 1);
        const bool has_figure = entry.energy.value() > 0 || entry.power.value() > 0;
        BOOST_TEST(has_figure == entry.zero_because.empty());
        BOOST_TEST((entry.verified || entry.note.size() > 20));
      }
    }
  }
}

const EnergyEntry& entry_of(const EnergyTable& table, std::string_view title) {
  const auto found = std::ranges::find_if(
      table.entries, [&](const EnergyEntry& entry) { return entry.title() == title; });
  BOOST_REQUIRE_MESSAGE(found != table.entries.end(), title);
  return *found;
}

/// Horowitz, ISSCC 2014: what everybody quotes.
BOOST_AUTO_TEST_CASE(horowitz_is_quoted_rightly) {
  const EnergyTable table = read_energy_table(shipped("horowitz_45nm"));
  const std::vector<std::pair<std::string, double>> figures = {
      {"alu multiply, 8 bit", 0.2},
      {"alu multiply, 32 bit", 3.1},
      {"alu add, 8 bit", 0.03},
      {"alu add, 16 bit", 0.05},
      {"alu add, 32 bit", 0.1},
      {"sram access, 8 KiB, 64 bit", 10.0 / 64},
      {"sram access, 32 KiB, 64 bit", 20.0 / 64},
      {"sram access, 1 MiB, 64 bit", 100.0 / 64},
      {"dram access, 32 bit", 20.0}};
  for (const auto& [title, energy] : figures) {
    const EnergyEntry& entry = entry_of(table, title);
    BOOST_TEST(entry.energy_per_unit() == energy, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(entry.node_nm == 45);
    BOOST_TEST(entry.voltage.value().value() == 0.9);
  }
}

/// Chen, Emer, Sze, ISCA 2016, table IV: 1, 1, 2, 6, 200.
BOOST_AUTO_TEST_CASE(the_eyeriss_ratios_hold) {
  const EnergyTable table = read_energy_table(shipped("eyeriss_relative"));
  const double mac = entry_of(table, "pe mac, any width").energy.value();
  const std::vector<std::pair<std::string, double>> ratios = {{"rf access, 16 bit", 1},
                                                              {"noc transfer, 16 bit", 2},
                                                              {"glb access, 16 bit", 6},
                                                              {"dram access, 16 bit", 200}};
  for (const auto& [title, ratio] : ratios) {
    BOOST_TEST(entry_of(table, title).energy.value() / mac == ratio,
               boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(!entry_of(table, "delta_unit quantize, any width").verified);
}

struct Quoted {
  std::string_view table, title;
  double per_unit;  ///< pJ a bit or an operation
  bool verified;
};

/// Figures as the sources print them: Jouppi 2021 table 2 and AccelForge, SENECA table 8,
/// Accelergy's ERTs.
BOOST_AUTO_TEST_CASE(the_other_tables_are_quoted_rightly) {
  const std::vector<Quoted> figures = {
      {"tpuv4i_7nm", "alu multiply, 8 bit", 0.07, true},
      {"tpuv4i_7nm", "alu multiply, 32 bit", 1.48, false},
      {"tpuv4i_7nm", "alu add, 8 bit", 0.007, false},
      {"tpuv4i_7nm", "alu add, 32 bit", 0.03, true},
      {"tpuv4i_7nm", "sram access, 8 KiB, 64 bit", 7.5 / 64, false},
      {"tpuv4i_7nm", "sram access, 1 MiB, 64 bit", 14.0 / 64, false},
      {"tpuv4i_7nm", "sram read, 4 MiB, 1 bit", 0.249, true},
      {"tpuv4i_7nm", "sram write, 128 MiB, 1 bit", 2.36, true},
      {"tpuv4i_7nm", "dram access, 1 bit", 7.03, true},
      {"seneca_22nm", "pe mac, 8 bit", 1.2, true},
      {"seneca_22nm", "pe mac, 16 bit", 2.8, true},
      {"seneca_22nm", "rf read, 16 bit", 3.7 / 16, true},
      {"seneca_22nm", "rf write, 16 bit", 3.9 / 16, true},
      {"seneca_22nm", "noc transfer, 32 bit", 0.0625, true},
      {"seneca_22nm", "delta_unit quantize, any width", 1.2 + 1.4 + 1.4 + 1.1, true},
      {"seneca_22nm", "delta_unit decode, any width", 11.6, false},
      {"accelergy_45nm", "pe mac, 8 bit", 0.5608, true},
      {"accelergy_45nm", "pe mac, 16 bit", 2.20035, true},
      {"accelergy_45nm", "sram read, 448 B, 16 bit", 0.71011 / 16, true},
      {"accelergy_45nm", "sram write, 100 KiB, 64 bit", 37.1554 / 64, true},
      {"accelergy_45nm", "dram access, 64 bit", 8, true},
  };
  for (const Quoted& quoted : figures) {
    BOOST_TEST_CONTEXT(quoted.table) {
      const EnergyTable table = read_energy_table(shipped(quoted.table));
      const EnergyEntry& entry = entry_of(table, quoted.title);
      BOOST_TEST(entry.energy_per_unit() == quoted.per_unit, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(entry.verified == quoted.verified);
    }
  }
}

/// CNNergy: a 16-bit MAC of 0.95 pJ at 45 nm and 0.9 V, by C V^2 to 65 nm and 1 V; ratios
/// 1/1/2/6/200; 0.1063 W of clock network at 200 MHz, most of it in the 168 PEs.
BOOST_AUTO_TEST_CASE(the_eyeriss_chip_is_priced_as_cnnergy_does) {
  const EnergyTable table = read_energy_table(shipped("eyeriss_65nm"));
  const auto close = boost::test_tools::tolerance(1e-5);
  const double mac = entry_of(table, "pe mac, 16 bit").energy.value();
  BOOST_TEST(mac == 0.95 * (65.0 / 45) / (0.9 * 0.9), close);
  BOOST_TEST(entry_of(table, "pe mac, 8 bit").energy.value() / mac == 0.25 / 0.95, close);
  const std::vector<std::pair<std::string, double>> ratios = {
      {"rf access, weight, 16 bit", 1},
      {"rf access, activation, index, 16 bit", 1},
      {"rf access, partial_sum, state, 16 bit", 1},
      {"noc transfer, 16 bit", 2},
      {"glb access, 16 bit", 6},
      {"dram access, 16 bit", 200}};
  for (const auto& [title, ratio] : ratios) {
    BOOST_TEST(entry_of(table, title).energy.value() / mac == ratio, close);
  }
  const double a_clock = 168 * entry_of(table, "pe clock").energy.value() +
                         entry_of(table, "chip clock").energy.value();
  BOOST_TEST(a_clock * 200e6 * 1e-12 == 0.1063, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(an_entry_is_read_as_it_is_written) {
  const EnergyTable table = parse_energy_table(
      table_of(
          {"component: glb, action: read, capacity: 2 KiB, energy: 16 pJ, per: bits" + kRest,
           "component: alu, action: add, energy: 30 fJ, per: operation, note: n" + kRest,
           "component: chip, action: leak, power: 3 mW" + kRest,
           "component: rf, action: read, data: [weight, index], energy: 1 pJ, per: bits" + kRest,
           "component: rf, action: read, data: state, energy: 1 pJ, per: bits" + kRest,
           "component: pe, action: clock, energy: 3 pJ, per: operation" + kRest}),
      "t.yaml");
  BOOST_TEST(table.file == "t.yaml");
  BOOST_TEST(!table.extrapolation);
  BOOST_REQUIRE(table.entries.size() == 6);
  BOOST_TEST(table.entries[0].energy_per_unit() == 2);
  BOOST_TEST(table.entries[0].capacity.value().value() == 2048);
  BOOST_TEST(table.entries[0].source == "Somebody 2014");
  BOOST_TEST(table.entries[1].energy_per_unit() == 0.03);
  BOOST_TEST(table.entries[1].note == "n");
  BOOST_TEST(table.entries[2].power.value() == 0.003);
  BOOST_TEST(table.entries[3].names(DataKind::kIndex));
  BOOST_TEST(!table.entries[3].names(DataKind::kState));
  BOOST_TEST(table.entries[3].title() == "rf read, weight, index, 8 bit");
  BOOST_TEST(table.entries[4].names(DataKind::kState));
  BOOST_TEST(table.entries[5].title() == "pe clock");
}

BOOST_AUTO_TEST_CASE(a_ratio_is_no_surer_than_its_reference) {
  for (const bool sure : {true, false}) {
    const EnergyTable table = parse_energy_table(
        table_of({"component: pe, action: mac, ratio: 3, per: operation" + kRest}) +
            "reference: {energy: 2 pJ, source: paper, verified: " + (sure ? "true}" : "false}"),
        "t.yaml");
    BOOST_TEST(table.entries.at(0).energy.value() == 6);
    BOOST_TEST(table.entries.at(0).verified == sure);
  }
}

struct Case {
  std::string entry;
  std::string key;       ///< of the only fault, below "entries[0]."
  std::string expected;  ///< begins so
};

BOOST_AUTO_TEST_CASE(wrong_entries_are_refused) {
  const std::vector<Case> cases = {
      {"component: alu, action: multiply, energy: -1 pJ, per: operation" + kRest, "energy", ""},
      {"component: alu, action: multiply, energy: 0 pJ, per: operation" + kRest, "energy", ""},
      {"component: alu, action: multiply, energy: 1, per: operation" + kRest, "energy", ""},
      {"component: alu, action: multiply, per: operation" + kRest, "energy", ""},
      {"component: alu, action: multiply, energy: 1 pJ" + kRest, "per", ""},
      {"component: alu, action: leak, power: 1 W" + kRest, "action", "one of alu has: multiply"},
      {"component: noc, action: read, energy: 1 pJ, per: bits" + kRest, "action", "one of noc"},
      {"component: alu, action: add, ratio: 2, per: operation" + kRest, "ratio", "an energy, for"},
      {"component: dram, action: read, energy: 1 pJ, per: operation" + kRest, "per", "bits"},
      {"component: dram, action: refresh, energy: 1 pJ, per: bits" + kRest, "per", "operation"},
      {"component: alu, action: add, energy: 1 pJ, zero_because: x" + kRest, "energy", "no figure"},
      {"component: pe, action: clock, energy: 1 pJ, per: bits" + kRest, "per", "operation"},
      {"component: rf, action: read, data: weights, energy: 1 pJ, per: bits" + kRest, "data",
       "weight, activation"},
      {"component: rf, action: read, data: [], energy: 1 pJ, per: bits" + kRest, "data",
       "at least one"},
      {"component: alu, action: add, energy: .nan pJ, per: operation" + kRest, "energy", ""},
      {"component: alu, action: add, energy: nan pJ, per: operation" + kRest, "energy", ""},
      {"component: alu, action: add, energy: 1 pC, per: operation" + kRest, "energy", ""},
      {"component: ram, action: read, energy: 1 pJ, per: bits" + kRest, "component", "one of"},
      {"component: alu, action: add, energy: 1 pJ, per: operation, width: 0 bit, node: 45 nm, "
       "voltage: 1 V, source: paper, verified: true",
       "width", "a number of bits from 1 bit"},
      {"component: alu, action: add, capacity: 1 B, energy: 1 pJ, per: operation" + kRest,
       "capacity", ""},
      {"component: alu, action: add, energy: 1 pJ, per: operation, width: 8 bit, node: 45, "
       "voltage: 1 V, source: paper, verified: true",
       "node", "a feature size"},
      {"component: alu, action: add, energy: 1 pJ, per: operation, width: 8 bit, node: 45 nm, "
       "voltage: 1 V, source: papr, verified: true",
       "source", "a key of sources"},
      {"component: alu, action: add, energy: 1 pJ, per: operation, width: 8 bit, node: 45 nm, "
       "voltage: high, source: paper, verified: true",
       "voltage", ""},
      {"component: alu, action: add, energy: 1 pJ, per: operation, width: 8 bit, node: 45 nm, "
       "voltage: 1 V, source: paper",
       "verified", ""},
  };
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.entry) {
      const std::vector<Fault> faults = faults_of(table_of({one.entry}));
      BOOST_REQUIRE(faults.size() == 1);
      BOOST_TEST(faults[0].key_path == "entries[0]." + one.key);
      BOOST_TEST(faults[0].expected.starts_with(one.expected), faults[0].message());
    }
  }
}

BOOST_AUTO_TEST_CASE(two_prices_for_one_thing_are_refused) {
  const std::string sram = "component: sram, energy: 1 pJ, per: bits";
  const std::string alu = "component: alu, action: add, energy: 1 pJ, per: ";
  const std::vector<std::vector<std::string>> conflicts = {
      {sram + ", action: read, capacity: 1 KiB" + kRest,
       sram + ", action: access, capacity: 1 KiB" + kRest},
      {sram + ", action: read, capacity: 1 KiB" + kRest, sram + ", action: read" + kRest},
      {alu + "operation" + kRest, alu + "operation" + kRest},
      {alu + "operation" + kRest, alu + "bits" + kRest},
      {alu + "operation" + kRest, "component: alu, action: add, zero_because: x" + kRest},
      {sram + ", action: read, data: [state, weight]" + kRest,
       sram + ", action: read, data: weight" + kRest},
  };
  for (const auto& entries : conflicts) {
    const std::vector<Fault> faults = faults_of(table_of(entries));
    BOOST_REQUIRE(faults.size() == 1);
    BOOST_TEST(faults[0].key_path == "entries[1].action");
  }
  BOOST_TEST(faults_of(table_of({sram + ", action: read, capacity: 1 KiB" + kRest,
                                 sram + ", action: write, capacity: 1 KiB" + kRest,
                                 sram + ", action: access, capacity: 2 KiB" + kRest}))
                 .empty());
  BOOST_TEST(faults_of(table_of({sram + ", action: read, data: weight" + kRest,
                                 sram + ", action: read, data: state" + kRest,
                                 sram + ", action: access" + kRest}))
                 .empty());
}

BOOST_AUTO_TEST_CASE(all_faults_of_a_table_are_reported_at_once) {
  const std::vector<Fault> faults =
      faults_of(table_of({"component: alu, action: ad, energy: 1 pJ, per: operation" + kRest,
                          "component: pe, action: mac, energy: 1 W, per: operation" + kRest}) +
                "extrapolatoin: true\n");
  BOOST_REQUIRE(faults.size() == 3);
  BOOST_TEST(faults_of("name: t\nsources: {}\n").size() == 1);  // no entries
}

BOOST_AUTO_TEST_CASE(the_table_is_shown_with_its_sources) {
  const std::string text = describe(read_energy_table(shipped("horowitz_45nm")));
  for (const char* part : {"alu multiply, 8 bit", "20 pJ/bit", "[1] M. Horowitz, ISSCC 2014",
                           "45 nm, 900 mV", "counted as zero"}) {
    BOOST_TEST((text.find(part) != std::string::npos), part << " is not in\n" << text);
  }
  const std::string ratios = describe(read_energy_table(shipped("eyeriss_relative")));
  BOOST_TEST((ratios.find("not verified") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_damaged_table_never_does_worse_than_config_error) {
  const std::string whole = test::read_file(shipped("eyeriss_relative"));
  const bool held = rc::check("damaged table", [&] {
    std::string text = whole;
    const int changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes; ++i) {
      const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
      if (*rc::gen::arbitrary<bool>()) {
        text.erase(place, *rc::gen::inRange<std::size_t>(1, 60));
      } else {
        text.insert(place, *rc::gen::element<std::string>("\n", ": ", "- ", "[", "{", "*a ", "'",
                                                          "0", "\x80", "1e400", "~"));
      }
      if (text.empty()) text = " ";
    }
    try {
      describe(parse_energy_table(text, "damaged"));
    } catch (const ConfigError& error) {
      RC_ASSERT(!error.faults().empty());
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
