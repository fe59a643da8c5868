#include "energy/table_scaling.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "arch/resources.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(table_scaling_test)

using namespace deltasim;
using boost::test_tools::tolerance;

std::filesystem::path shipped(std::string_view name) {
  return test::source_directory() / "configs" / "energy" / (std::string(name) + ".yaml");
}

/// E(V) = a V^2 + b V + c of Stillmaker & Baas, 45 nm and 7 nm.
double e45(double v) { return 1.103 * v * v - 0.362 * v + 0.2767; }
double e7(double v) { return 0.1776 * v * v - 0.09097 * v + 0.02447; }

const TechnologyPoint kSeven{7, Volts(0.7)};

BOOST_AUTO_TEST_CASE(entries_scale_from_their_own_node_and_voltage) {
  const EnergyTable plain = read_energy_table(shipped("horowitz_45nm"));
  const EnergyTable scaled = read_energy_table(shipped("horowitz_45nm"), kSeven);
  BOOST_REQUIRE(scaled.entries.size() == plain.entries.size());
  BOOST_TEST(!plain.scaled_to);
  BOOST_TEST(scaled.scaled_to.value().node_nm == 7);
  for (std::size_t i = 0; i < plain.entries.size(); ++i) {
    const EnergyEntry& before = plain.entries[i];
    const EnergyEntry& after = scaled.entries[i];
    BOOST_TEST_CONTEXT(before.title()) {
      BOOST_TEST(before.scaling.empty());
      BOOST_TEST(after.scaling.empty() == !is_scalable(before));
      if (after.scaling.empty()) {
        BOOST_TEST(after.energy.value() == before.energy.value());
        BOOST_TEST(after.node_nm == before.node_nm);
        continue;
      }
      BOOST_TEST(after.node_nm == 7);
      BOOST_TEST(after.voltage.value().value() == 0.7);
      if (before.node_nm != 45) continue;
      const double from = before.voltage ? 0.9 : 1.0;  // the node's nominal voltage
      BOOST_TEST(after.energy / before.energy == e7(0.7) / e45(from), tolerance(1e-9));
      const bool told = after.scaling.find("not stated") != std::string::npos;
      BOOST_TEST(told == !before.voltage);
      BOOST_TEST(after.verified == (before.verified && before.voltage));
      BOOST_TEST((after.scaling.find("from 45 nm") != std::string::npos), after.scaling);
    }
  }
}

BOOST_AUTO_TEST_CASE(dram_leakage_and_state_memories_are_not_scaled) {
  EnergyEntry entry;
  entry.energy = Picojoules(1);
  for (const PricedComponent component : {PricedComponent::kDram, PricedComponent::kStateMemory}) {
    entry.component = component;
    entry.action = PricedAction::kRead;
    BOOST_TEST(!is_scalable(entry));
  }
  entry.component = PricedComponent::kGlb;
  BOOST_TEST(is_scalable(entry));
  entry.action = PricedAction::kLeak;
  BOOST_TEST(!is_scalable(entry));
}

/// Horowitz's sum is of 45 nm although the ratios were published at 65 nm.
BOOST_AUTO_TEST_CASE(a_ratio_scales_from_the_node_of_its_reference) {
  const EnergyTable table = read_energy_table(shipped("eyeriss_relative"), kSeven);
  BOOST_TEST(table.entries.at(0).energy.value() == 0.95 * e7(0.7) / e45(0.9), tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(every_shipped_table_can_be_scaled) {
  for (const std::string& name : resource_names("energy")) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_CHECK_NO_THROW(read_energy_table(shipped(name), TechnologyPoint{22, Volts(0.8)}));
    }
  }
}

std::string table_of(const std::string& scale, const std::string& node) {
  return "name: t\nsources: {paper: Somebody 2014}\n" + scale +
         "entries:\n  - {component: alu, action: add, energy: 1 pJ, per: operation, width: 8 bit, "
         "voltage: 0.9 V, source: paper, verified: true,\n     node: " +
         node + "}\n";
}

Fault fault_of(const std::string& text) {
  try {
    parse_energy_table(text, "t.yaml");
  } catch (const ConfigError& error) {
    return error.faults().front();
  }
  return {};
}

BOOST_AUTO_TEST_CASE(beyond_the_equations_is_refused_with_the_line) {
  const std::string to_7 = "scale_to: {node: 7 nm, voltage: 0.7 V}\n";
  BOOST_TEST(parse_energy_table(table_of(to_7, "45 nm"), "t.yaml").entries[0].energy.value() ==
                 e7(0.7) / e45(0.9),
             tolerance(1e-9));
  for (const char* node : {"180 nm", "5 nm"}) {
    const Fault from = fault_of(table_of(to_7, node));
    BOOST_TEST(from.line == 6);
    BOOST_TEST(from.key_path == "entries[0].node");
    BOOST_TEST((from.expected.find("7 to 130 nm") != std::string::npos), from.message());
    const Fault to = fault_of(
        table_of(std::string("scale_to: {node: ") + node + ", voltage: 0.7 V}\n", "45 nm"));
    BOOST_TEST(to.line == 3);
    BOOST_TEST(to.key_path == "scale_to");
    BOOST_TEST((to.expected.find("7 to 130 nm") != std::string::npos), to.message());
  }
  BOOST_TEST(fault_of(table_of("scale_to: {node: 7 nm, voltage: 3 V}\n", "45 nm")).key_path ==
             "scale_to");
  BOOST_TEST(fault_of(table_of("scale_to: {node: 7 nm}\n", "45 nm")).key_path ==
             "scale_to.voltage");
}

/// Between nodes the nearest one's is taken.
BOOST_AUTO_TEST_CASE(nominal_voltages_fall_with_the_node) {
  BOOST_TEST(nominal_voltage(45).value() == 1.0);
  BOOST_TEST(nominal_voltage(40).value() == 1.0);
  BOOST_TEST(nominal_voltage(7).value() == 0.7);
  BOOST_TEST(nominal_voltage(130).value() == 1.3);
}

BOOST_AUTO_TEST_SUITE_END()
