#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "energy/account.h"
#include "energy/ert_reader.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(ert_test)

using namespace deltasim;
using boost::test_tools::tolerance;

/// As Accelergy 0.3 writes it, a row for every choice of arguments.
const std::string kFull = R"(ERT:
  version: 0.3
  tables:
  - name: chip.PE[0..11].spad
    actions:
    - name: read
      arguments: {address_delta: 0, data_delta: 0}
      energy: 0.004
    - name: read
      arguments: {address_delta: 0, data_delta: 1}
      energy: 0.073
    - name: read
      arguments: {address_delta: 1, data_delta: 0}
      energy: 0.351
    - name: read
      arguments: {address_delta: 1, data_delta: 1}
      energy: 0.42
    - name: write
      arguments: null
      energy: 2
    - name: leak
      arguments: {}
      energy: 1e-03
  - name: chip.PE[0..11].mac[1..2]
    actions:
    - name: compute
      arguments: {}
      energy: 0.5
)";

/// The same as a summary: Accelergy averages over the rows.
const std::string kSummary = R"(ERT_summary:
  version: '0.4'
  table_summary:
    - name: chip.PE[0..11].spad
      actions:
        - name: read
          average_energy: 0.212
          max_energy: 0.42
          min_energy: 0.004
        - name: write
          energy: 2
        - name: leak
          energy: 0.001
      primitive_estimation(s):
        - name: spad
          estimator: Aladdin_table
    - name: chip.PE[0..11].mac[1..2]
      actions:
        - name: compute
          energy: 0.5
)";

BOOST_AUTO_TEST_CASE(both_forms_say_the_same) {
  for (const std::string& text : {kFull, kSummary}) {
    const EnergyReferenceTable ert = parse_energy_reference_table(text, "e.yaml");
    BOOST_REQUIRE(ert.components.size() == 2);
    const ErtComponent* spad = ert.component("chip.PE.spad");
    BOOST_REQUIRE(spad != nullptr);
    BOOST_TEST(spad == ert.component("chip.PE[0..11].spad"));
    BOOST_TEST(spad->instances() == 12);
    BOOST_TEST(ert.component("chip.PE.mac")->instances() == 24);
    const ErtAction* read = spad->action("read");
    BOOST_REQUIRE(read != nullptr);
    BOOST_TEST(read->average.value() == 0.212, tolerance(1e-12));
    BOOST_TEST(read->smallest.value() == 0.004);
    BOOST_TEST(read->largest.value() == 0.42);
    BOOST_TEST(spad->action("write")->average.value() == 2);
    BOOST_TEST(spad->action("gated_read") == nullptr);
    BOOST_TEST(ert.component("spad") == nullptr);
    const std::string shown = describe(ert);
    BOOST_TEST((shown.find("chip.PE[0..11].spad") != std::string::npos));
    BOOST_TEST((shown.find("from 0.004 to 0.42") != std::string::npos));
  }
}

/// The first fault of a text that is no good ERT.
Fault fault_of(const std::string& text) {
  try {
    parse_energy_reference_table(text, "e.yaml");
  } catch (const ConfigError& error) {
    return error.faults().front();
  }
  return {};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  BOOST_REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

BOOST_AUTO_TEST_CASE(a_bad_table_is_refused_with_its_place) {
  struct Case {
    std::string text, key, expected;
    int line;
  };
  const std::vector<Case> cases = {
      {replaced(kSummary, "energy: 2\n", "energy: -2\n"),
       "ERT_summary.table_summary[0].actions[1].energy", "a number from 0", 11},
      {replaced(kSummary, "energy: 2\n", "energy: .nan\n"),
       "ERT_summary.table_summary[0].actions[1].energy", "", 11},
      {replaced(kSummary, "energy: 2\n", "energy: 2 pJ\n"),
       "ERT_summary.table_summary[0].actions[1].energy", "", 11},
      {replaced(kSummary, "          max_energy: 0.42\n", ""),
       "ERT_summary.table_summary[0].actions[0].max_energy", "a number", 6},
      {replaced(kSummary, "name: write", "name: read"),
       "ERT_summary.table_summary[0].actions[1].name", "an action (with", 10},
      {replaced(kSummary, "mac[1..2]", "spad"), "ERT_summary.table_summary[1].name",
       "a component once", 17},
      {kFull.substr(0, kFull.find("    actions:\n    - name: compute")), "ERT.tables[1].actions",
       "a list", 24},
      {kFull.substr(0, kFull.find("  tables:")), "ERT.tables", "a list", 2},
      {"name: chip\nentries: []\n", "", "an Accelergy energy reference table", 1},
      {"[1, 2]\n", "", "a map of keys", 1},
      {"", "", "an Accelergy energy reference table", 0},
  };
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.expected << " in\n" << one.text) {
      const Fault fault = fault_of(one.text);
      BOOST_TEST(fault.key_path == one.key);
      BOOST_TEST(fault.expected.starts_with(one.expected), fault.message());
      if (one.line > 0) BOOST_TEST(fault.line == one.line);
      BOOST_TEST(fault.file == "e.yaml");
    }
  }
  BOOST_CHECK_THROW(parse_energy_reference_table("ERT: {tables: [", "e.yaml"), ConfigError);
  BOOST_CHECK_THROW(parse_energy_reference_table("ERT: \x01\x80\n", "e.yaml"), ConfigError);
}

/// A folder with the full ERT and a table whose `components` are given.
struct Folder {
  test::TemporaryDirectory directory;

  EnergyTable read(const std::string& components, const std::string& more = "",
                   const std::string& ert = kFull, const std::string& head = "") {
    directory.write("chip.ERT.yaml", ert);
    return read_energy_table(
        directory.write("t.yaml", "name: t\nsources: {a: Somebody 2014}\n" + head +
                                      "ert:\n  file: chip.ERT.yaml\n  source: a\n  verified: true\n"
                                      "  node: 45 nm\n  voltage: not stated\n" +
                                      more + "  components:\n" + components));
  }
  std::vector<Fault> faults(const std::string& components, const std::string& more = "") {
    try {
      read(components, more);
    } catch (const ConfigError& error) {
      return error.faults();
    }
    return {};
  }
};

const std::string kSpad = "    rf_weight: {name: chip.PE.spad, width: 16 bit}\n";
const std::string kMac =
    "    pe: {name: 'chip.PE[0..11].mac[1..2]', width: 8 bit, any_width: true}\n";

BOOST_AUTO_TEST_CASE(components_are_mapped_to_ours) {
  Folder folder;
  const EnergyTable table = folder.read(kSpad + kMac, "  cycle: 1 ns\n");
  BOOST_REQUIRE(table.entries.size() == 4);
  const EnergyEntry& read = table.entries[0];
  BOOST_TEST(read.title() == "rf read, weight, 16 bit");
  BOOST_TEST(read.energy_per_unit() == 0.212 / 16, tolerance(1e-12));
  BOOST_TEST(read.source == "Somebody 2014");
  BOOST_TEST(read.verified);
  BOOST_TEST(read.node_nm == 45);
  BOOST_TEST(!read.voltage);
  BOOST_TEST(read.note == "read of chip.PE[0..11].spad");
  BOOST_TEST(table.entries[1].energy_per_unit() == 2.0 / 16, tolerance(1e-12));
  // 12 of them at 1 fJ a nanosecond
  BOOST_TEST(table.entries[2].title() == "rf leak, weight");
  BOOST_TEST(table.entries[2].power.value() == 12e-6, tolerance(1e-12));
  BOOST_TEST(table.entries[3].title() == "pe mac, any width");
  BOOST_TEST(table.entries[3].energy.value() == 0.5);

  const EnergyTable scaled =
      folder.read(kSpad, "", kFull, "scale_to: {node: 7 nm, voltage: 0.7 V}\n");
  BOOST_TEST(scaled.entries[0].node_nm == 7);
  BOOST_TEST(scaled.entries[0].energy.value() < 0.1 * 0.212);

  const EnergyTable largest = folder.read(kSpad, "  figure: largest\n");
  BOOST_TEST(largest.entries[0].energy.value() == 0.42);
  const EnergyTable named = folder.read(
      "    delta_unit: {name: chip.PE.mac, width: 8 bit, actions: {encode: compute}}\n");
  BOOST_TEST(named.entries.at(0).title() == "delta_unit encode, 8 bit");
}

BOOST_AUTO_TEST_CASE(a_map_that_does_not_fit_is_refused_with_its_place) {
  struct Case {
    std::string components, key, expected, nearest;
  };
  const std::vector<Case> cases = {
      {"    glb: {name: chip.PE.spat, width: 16 bit}\n", "ert.components.glb.name",
       "a component of ", "chip.PE[0..11].spad"},
      {"    glb: {name: system.spadd, width: 16 bit}\n", "ert.components.glb.name",
       "a component of ", "chip.PE[0..11].spad"},
      {"    glb: {name: chip.PE.mac, width: 16 bit}\n", "ert.components.glb.name",
       "a component with the action read", ""},
      {"    glb: {name: chip.PE.spad}\n", "ert.components.glb.width", "a number of bits", ""},
      {"    glb: {name: chip.PE.spad, width: 0 bit}\n", "ert.components.glb.width",
       "a number of bits", ""},
      {"    pe: {name: chip.PE.mac, width: 8 bit, actions: {mac: computed}}\n",
       "ert.components.pe.actions.mac", "an action of chip.PE[0..11].mac[1..2]: compute",
       "compute"},
      {"    glbs: {name: chip.PE.spad, width: 8 bit}\n", "ert.components.glbs", "", "glb"},
      {kSpad + "    rf: {name: chip.PE.spad, width: 8 bit, data: weight}\n",
       "ert.components.rf.data", "", ""},
  };
  Folder folder;
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.components) {
      const std::vector<Fault> faults = folder.faults(one.components);
      BOOST_REQUIRE(!faults.empty());
      BOOST_TEST(faults[0].key_path == one.key);
      BOOST_TEST(faults[0].expected.starts_with(one.expected), faults[0].message());
      BOOST_TEST(faults[0].nearest == one.nearest);
      BOOST_TEST(faults[0].line > 0);
      BOOST_TEST(faults[0].file.ends_with("t.yaml"));
    }
  }
  BOOST_CHECK_THROW(folder.read(kSpad, "", "ERT: {}\n"), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_node_that_cannot_be_scaled_is_told_at_the_map) {
  Folder folder;
  try {
    folder.read(kSpad, "", kFull, "scale_to: {node: 7 nm, voltage: 9 V}\n");
    BOOST_TEST(false);
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults().front().key_path == "scale_to");
  }
  const std::string text = test::read_file(folder.directory.path() / "t.yaml");
  const auto file = folder.directory.write(
      "t.yaml", replaced(replaced(text, "9 V", "0.7 V"), "node: 45 nm", "node: 180 nm"));
  try {
    read_energy_table(file);
    BOOST_TEST(false);
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults().front().key_path == "ert.node");
    BOOST_TEST(error.faults().front().line == 8);
  }
}

/// An ERT in a table's place is told from a faulty table.
BOOST_AUTO_TEST_CASE(a_bare_table_of_accelergy_needs_a_map) {
  Folder folder;
  folder.read(kSpad);
  const auto bare = folder.directory.path() / "chip.ERT.yaml";
  BOOST_TEST(is_energy_reference_table(bare));
  BOOST_TEST(!is_energy_reference_table(folder.directory.path() / "t.yaml"));
  try {
    read_energy_table(bare);
    BOOST_TEST(false);
  } catch (const ConfigError& error) {
    BOOST_TEST((std::string(error.what()).find("the key `ert`") != std::string::npos));
  }
}

/// Figures of table7_eyeriss_setup/ert_art/ERT_summary.yaml, whatever way they came.
BOOST_AUTO_TEST_CASE(the_shipped_example_prices_by_its_ert) {
  const auto configs = test::source_directory() / "configs";
  const EnergyPrices prices(read_energy_table(configs / "energy" / "eyeriss_like_ert.yaml"),
                            read_accelerator(configs / "accelerators" / "eyeriss_168.yaml"));
  const auto price = [&](Component component, Action action, DataKind kind) {
    return prices.at(component, action, kind).energy().value();
  };
  const auto close = tolerance(1e-12);
  using enum Component;
  BOOST_TEST(price(kDram, Action::kRead, DataKind::kState) == 8, close);
  BOOST_TEST(price(kGlb, Action::kRead, DataKind::kWeight) == 49.1739 / 64, close);
  BOOST_TEST(price(kGlb, Action::kWrite, DataKind::kWeight) == 37.1554 / 64, close);
  BOOST_TEST(price(kRegisterFile, Action::kRead, DataKind::kWeight) == 0.71011 / 16, close);
  BOOST_TEST(price(kRegisterFile, Action::kWrite, DataKind::kWeight) == 1.13063 / 16, close);
  BOOST_TEST(price(kRegisterFile, Action::kRead, DataKind::kActivation) == 0.19652 / 16, close);
  BOOST_TEST(price(kRegisterFile, Action::kRead, DataKind::kPartialSum) == 0.25281 / 16, close);
  BOOST_TEST(price(kPe, Action::kMac, DataKind::kWeight) == 2.20035, close);
  BOOST_TEST(price(kPe, Action::kGatedMac, DataKind::kWeight) == 0.06595, close);
  BOOST_TEST(price(kDeltaUnit, Action::kDecode, DataKind::kActivation) == 0.0241, close);
}

BOOST_AUTO_TEST_SUITE_END()
