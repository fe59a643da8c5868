#include "energy/sram_prices.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "energy/area.h"
#include "energy/energy_prices.h"
#include "energy/on_chip_memories.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(sram_prices_test)

using namespace deltasim;
using boost::test_tools::tolerance;

AcceleratorSpec accelerator(std::string_view name, const ConfigOverrides& overrides = {}) {
  return read_accelerator(
      test::source_directory() / "configs" / "accelerators" / (std::string(name) + ".yaml"),
      overrides);
}

EnergyTable table() {
  return read_energy_table(test::source_directory() / "configs/energy/horowitz_45nm_cacti.yaml");
}

double price(const EnergyPrices& prices, Component component, Action action, DataKind kind) {
  return prices.at(component, action, kind).energy().value();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool any_contains(const std::vector<std::string>& texts, std::string_view part) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return contains(text, part); });
}

/// 1 MiB in 16 banks of 128 bits; 256 PEs with 4 KiB of weights (4 lanes x 8 bits) and 4 KiB of
/// partial sums (4 lanes x 32 bits): every one a point of the sweep.
BOOST_AUTO_TEST_CASE(prices_by_hand) {
  const SramModel cacti = read_sram_model(test::source_directory() / "configs/sram/cacti7.yaml");
  const EnergyPrices prices(table(), accelerator("delta_event_256"));
  const SramEstimate bank = cacti.at({Bytes(64 << 10), Bits(128), 1}, {}, false);
  using enum DataKind;
  BOOST_TEST(price(prices, Component::kGlb, Action::kRead, kState) == bank.read.value() / 128,
             tolerance(1e-12));
  BOOST_TEST(price(prices, Component::kGlb, Action::kWrite, kWeight) == bank.write.value() / 128,
             tolerance(1e-12));
  BOOST_TEST(price(prices, Component::kRegisterFile, Action::kRead, kWeight) == 2.8617 / 32,
             tolerance(1e-12));
  BOOST_TEST(price(prices, Component::kRegisterFile, Action::kRead, kPartialSum) == 4.4268 / 128,
             tolerance(1e-12));
  BOOST_TEST(price(prices, Component::kRegisterFile, Action::kWrite, kState) == 11.8899 / 128,
             tolerance(1e-12));
  const double watts =
      16 * bank.leakage.value() + 256 * 142e-9 + 256 * 141e-9;  // GLB, weights, partial sums
  BOOST_TEST(prices.leakage().value() == watts, tolerance(1e-12));
  prices.require_complete();
}

/// A table that is scaled takes its memories along, from the model's nearest node.
BOOST_AUTO_TEST_CASE(memories_follow_the_tables_node) {
  const SramModel cacti = read_sram_model(test::source_directory() / "configs/sram/cacti7.yaml");
  const AcceleratorSpec spec = accelerator("delta_event_256");
  const EnergyPrices here(table(), spec);
  const EnergyPrices there(
      read_energy_table(test::source_directory() / "configs/energy/horowitz_45nm_cacti.yaml",
                        TechnologyPoint{22, Volts(0.8)}),
      spec);
  const auto weights = [](const EnergyPrices& prices) {
    return price(prices, Component::kGlb, Action::kRead, DataKind::kWeight);
  };
  const SramTechnology scaled{.node_nm = 22, .voltage = Volts(0.8)};
  const SramEstimate bank = cacti.at({Bytes(64 << 10), Bits(128), 1}, scaled, false);
  BOOST_TEST(weights(there) == bank.read.value() / 128, tolerance(1e-12));
  BOOST_TEST(weights(there) < weights(here) / 2);
  BOOST_TEST(area_node(there.table()) == 22);
}

BOOST_AUTO_TEST_CASE(the_entries_can_be_cited) {
  const EnergyPrices prices(table(), accelerator("delta_event_256"));
  const auto& entries = prices.table().entries;
  BOOST_TEST(entries.size() == table().entries.size() + 9);
  const EnergyEntry& glb = entries[table().entries.size()];
  BOOST_TEST(glb.title() == "glb read, 1 MiB, 128 bit");
  BOOST_TEST(contains(glb.source, "HewlettPackard/cacti at 1ffd8dfb"));
  BOOST_TEST(glb.note == "global buffer by cacti7: 45 nm itrs-lstp, a swept point");
  BOOST_TEST((glb.verified && glb.node_nm == 45 && glb.voltage == Volts(1.1)));
}

BOOST_AUTO_TEST_CASE(registers_are_left_to_the_table) {
  const EnergyPrices prices(table(), accelerator("eyeriss_168"));
  // 27 banks of 4 KiB, 64 bits; scratch pads below 1 KiB keep the table's 45 nm figures.
  BOOST_TEST(price(prices, Component::kGlb, Action::kRead, DataKind::kWeight) == 3.3855 / 64,
             tolerance(1e-12));
  BOOST_TEST(
      price(prices, Component::kRegisterFile, Action::kRead, DataKind::kWeight) == 0.71011 / 16,
      tolerance(1e-12));
  BOOST_TEST(prices.leakage().value() == 27 * 140e-9, tolerance(1e-12));
  BOOST_TEST(any_contains(prices.table().notes, "below 1 KiB, where cacti7 begins"));
  BOOST_TEST(any_contains(prices.table().notes, "weight memory of 448 B, 16 bit"));
}

std::string fault_of(EnergyTable changed, const AcceleratorSpec& spec) {
  try {
    EnergyPrices(std::move(changed), spec);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(what_was_not_swept_is_refused_or_told) {
  const AcceleratorSpec large =
      accelerator("delta_event_256",
                  {{"glb.capacity", "8 MiB"}, {"glb.banks", "1"}, {"pe_array.mac_lanes", "1"}});
  const std::string fault = fault_of(table(), large);
  BOOST_TEST(contains(fault, "horowitz_45nm_cacti.yaml: models.sram"));
  BOOST_TEST(contains(fault, "global buffer of 8 MiB, 128 bit"));
  BOOST_TEST(contains(fault, "weight memory of 4 KiB, 8 bit"));
  BOOST_TEST(contains(fault, "extrapolation: true"));

  EnergyTable beyond = table();
  beyond.sram->extrapolation = true;
  const EnergyPrices prices(beyond, large);
  BOOST_TEST(any_contains(prices.table().notes,
                          "weight memory of 4 KiB, 8 bit: 45 nm itrs-lstp, extrapolated beyond"));
  const auto& entries = prices.table().entries;
  BOOST_TEST(std::ranges::any_of(entries, [](const EnergyEntry& entry) {
    return entry.component == PricedComponent::kGlb && !entry.verified;
  }));
  // 8 MiB in four banks lie within.
  BOOST_TEST(fault_of(table(), accelerator("delta_event_256",
                                           {{"glb.capacity", "8 MiB"}, {"glb.banks", "4"}})) == "");
  BOOST_TEST(contains(fault_of(table(), accelerator("delta_event_256", {{"glb.ports", "2"}})),
                      "glb.ports: 1"));
  EnergyTable other = table();
  other.sram->technology = {16, "itrs-lstp", Volts(0.8)};
  BOOST_TEST(any_contains(EnergyPrices(other, accelerator("delta_event_256")).table().notes,
                          "by Stillmaker & Baas"));
}

/// 4 MiB a bank of low-standby-power cells cycle in 3.4 ns, the clock in 2 ns.
BOOST_AUTO_TEST_CASE(a_memory_too_slow_for_the_clock_is_told) {
  const EnergyPrices slow(table(), accelerator("delta_event_256", {{"glb.capacity", "64 MiB"}}));
  BOOST_TEST(any_contains(slow.table().notes, "longer than the clock's 2 ns"));
  const EnergyPrices fast(table(), accelerator("delta_event_256"));
  BOOST_TEST(!any_contains(fast.table().notes, "longer than"));
}

BOOST_AUTO_TEST_CASE(a_table_without_a_model_stays_as_it_is) {
  EnergyTable plain = table();
  plain.sram.reset();
  const AcceleratorSpec spec = accelerator("delta_event_256");
  BOOST_TEST(with_sram_entries(plain, spec).entries.size() == plain.entries.size());
  // Entries of its own go before the model's.
  EnergyTable own = table();
  EnergyEntry glb;
  glb.component = PricedComponent::kGlb;
  glb.action = PricedAction::kAccess;
  glb.per_bits = true;
  glb.width = Bits(1);
  glb.energy = Picojoules(7);
  glb.verified = true;
  own.entries.push_back(glb);
  BOOST_TEST(price(EnergyPrices(own, spec), Component::kGlb, Action::kRead, DataKind::kWeight) ==
             7);
}

std::string faults_of(const std::string& sram) {
  const std::string text = "name: t\nsources: {}\nentries: []\nmodels: {sram: " + sram + "}\n";
  try {
    parse_energy_table(text, "t.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(the_key_is_checked) {
  BOOST_TEST(faults_of("{model: cacti7}") == "");
  BOOST_TEST(contains(faults_of("{model: cacti}"), "t.yaml:4: models.sram.model"));
  BOOST_TEST(contains(faults_of("{model: cacti}"), "did you mean cacti7?"));
  BOOST_TEST(contains(faults_of("{node: 45 nm}"), "models.sram.model"));
  BOOST_TEST(contains(faults_of("{model: cacti7, node: 45}"), "a feature size such as 45 nm"));
  BOOST_TEST(contains(faults_of("{model: cacti7, voltage: -1 V}"), "models.sram.voltage"));
  BOOST_TEST(contains(faults_of("{model: cacti7, extrapolate: true}"), "unknown key"));
}

BOOST_AUTO_TEST_SUITE_END()
