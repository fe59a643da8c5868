#include "energy/memory_technology.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/account.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(memory_technology_test)

using namespace deltasim;
using boost::test_tools::tolerance;

std::filesystem::path shipped(const std::string& kind, const std::string& name) {
  return test::source_directory() / "configs" / kind / (name + ".yaml");
}

MemoryTechnology technology(const std::string& name) {
  return read_memory_technology(shipped("memories", name));
}

EnergyTable table() { return read_energy_table(shipped("energy", "horowitz_45nm")); }

AcceleratorSpec with_memory(const std::string& name, Bytes capacity, int banks, Bits width) {
  AcceleratorSpec spec = read_accelerator(shipped("accelerators", "delta_event_256"));
  spec.memories = {{.name = "own",
                    .technology = name,
                    .capacity = capacity,
                    .banks = banks,
                    .width = width,
                    .ports = 1}};
  spec.state.place = StatePlace::kMemory;
  spec.state.memory = "own";
  return spec;
}

EnergyPrices prices(const AcceleratorSpec& spec) {
  return {with_state_memory(table(), technology(spec.memories[0].technology), spec.memories[0]),
          spec};
}

double price(const EnergyPrices& prices, Action action) {
  return prices.at(Component::kStateMemory, action, DataKind::kState).energy().value();
}

const std::string kSmall = R"(
name: small
node: 32 nm
voltage: 1 V
sources: {paper: a paper}
read: [{energy: 1 pJ, width: 8 bit, source: paper, verified: true}]
write: [{energy: 2 pJ, width: 8 bit, source: paper, verified: true}]
times: {read: 1 ns, write: 2 ns, source: paper, verified: true}
leakage: {power: 3 mW, capacity: 1 KiB, source: paper, verified: true}
)";

std::string fault_of(const std::string& text) {
  try {
    parse_memory_technology(text, "small.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

std::string changed(const std::string& from, const std::string& to) {
  std::string text = kSmall;
  return text.replace(text.find(from), from.size(), to);
}

BOOST_AUTO_TEST_CASE(figures_beyond_all_memories_are_refused) {
  const auto refused = [](const std::string& from, const std::string& to, const std::string& what) {
    const std::string fault = fault_of(changed(from, to));
    BOOST_TEST((fault.find(what) != std::string::npos), "no '" << what << "' in: " << fault);
  };
  BOOST_TEST(fault_of(changed("write: 2 ns", "write: 1 ms")).empty());
  refused("write: 2 ns", "write: 1.1 ms", "times.write");
  refused("write: 2 ns", "write: 1e18 ns", "times.write");
  refused("read: 1 ns", "read: 1 s", "times.read");
  refused("write: 2 ns", "write: 2 ns, write_cycle: 1 s", "times.write_cycle");
  refused("write: 2 ns", "write: 2 ns, read_cycle: 1 s", "times.read_cycle");
  refused("energy: 2 pJ", "energy: 2e9 pJ", "write[0].energy");
  refused("power: 3 mW", "power: 1e10 W", "leakage.power");
}

BOOST_AUTO_TEST_CASE(every_shipped_technology_can_be_read_and_cites_its_figures) {
  const auto names = resource_names("memories");
  BOOST_TEST(names.size() >= 4);
  for (const std::string& name : names) {
    BOOST_TEST_CONTEXT(name) {
      const MemoryTechnology memory = technology(name);
      BOOST_TEST(memory.name == name);
      BOOST_TEST(!memory.description.empty());
      BOOST_TEST(memory.node_nm > 0);
      std::vector<Evidence> evidence{memory.times.evidence, memory.leakage.evidence};
      for (const auto* accesses : {&memory.read, &memory.write}) {
        for (const AccessEnergy& access : *accesses) evidence.push_back(access.evidence);
      }
      if (memory.retention) evidence.push_back(memory.retention->evidence);
      if (memory.refresh) evidence.push_back(memory.refresh->evidence);
      if (memory.endurance) evidence.push_back(memory.endurance->evidence);
      for (const Evidence& each : evidence) {
        BOOST_TEST(!each.source.empty());
        BOOST_TEST((each.source != "no source" || !each.verified));
      }
      BOOST_TEST((!memory.retention || memory.refresh.has_value()));
    }
  }
}

/// V^2/R x t of ISAAC's cells, and the bus: 45 fJ + 54 fJ, 80 pJ + 54 fJ a bit.
BOOST_AUTO_TEST_CASE(prices_by_hand) {
  const EnergyPrices rram = prices(with_memory("rram", Bytes(1 << 20), 16, Bits(256)));
  BOOST_TEST(price(rram, Action::kRead) == 0.3 * 0.3 / 2e3 * 1e-9 * 1e12 + 0.054, tolerance(1e-9));
  BOOST_TEST(price(rram, Action::kWrite) == 2.0 * 2.0 / 2e3 * 40e-9 * 1e12 + 0.054,
             tolerance(1e-9));
  const EnergyPrices edram = prices(with_memory("edram_32nm", Bytes(1 << 20), 16, Bits(64)));
  BOOST_TEST(price(edram, Action::kRead) == 20.45 / 256 + 0.054, tolerance(1e-9));
  BOOST_TEST(edram.leakage().value() == 8 * 105e-6, tolerance(1e-9));
  BOOST_TEST(edram.state_refresh().value() == 8 * 4.194e-3, tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(static_memory_costs_what_its_banks_do) {
  // 16 banks of 64 KiB behind 128 bits: the swept point itself.
  const EnergyPrices swept = prices(with_memory("sram_45nm", Bytes(1 << 20), 16, Bits(128)));
  BOOST_TEST(price(swept, Action::kRead) == 39.332 / 128, tolerance(1e-12));
  BOOST_TEST(price(swept, Action::kWrite) == 36.0435 / 128, tolerance(1e-12));
  // Between 64 and 128 KiB, where it is 50.2566 pJ.
  const EnergyPrices between =
      prices(with_memory("sram_45nm", Bytes(12 * 96 * 1024), 12, Bits(128)));
  BOOST_TEST(price(between, Action::kRead) > 39.332 / 128);
  BOOST_TEST(price(between, Action::kRead) < 50.2566 / 128);
  // One bank of 8 MiB lies beyond the sweep.
  const EnergyPrices beyond = prices(with_memory("sram_45nm", Bytes(1 << 23), 1, Bits(128)));
  BOOST_CHECK_THROW(beyond.require_complete(), ConfigError);
  const auto names_widths = [](const ConfigError& error) {
    return std::string(error.what()).find("32, 64, 128, 256") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(prices(with_memory("sram_45nm", Bytes(1 << 20), 16, Bits(512))),
                        ConfigError, names_widths);
}

BOOST_AUTO_TEST_CASE(refresh_costs_by_the_time_and_is_the_memory_s) {
  const AcceleratorSpec spec = with_memory("edram_32nm", Bytes(1 << 20), 16, Bits(256));
  const EnergyPrices priced = prices(spec);
  Activity activity;
  activity.at(Component::kStateMemory, Action::kWrite, DataKind::kState) = 1000;
  const EnergyBreakdown energy = account(activity, priced, Seconds(1e-3));
  const double refresh = 8 * 4.194e-3 * 1e-3 * 1e12;
  const double writes = 1000 * (20.45 / 256 + 0.054);
  BOOST_TEST(energy.of(EnergyData::kRefresh).value() == refresh, tolerance(1e-9));
  BOOST_TEST(energy.of(EnergyData::kState).value() == writes, tolerance(1e-9));
  BOOST_TEST(energy.of(EnergyComponent::kStateMemory).value() == refresh + writes, tolerance(1e-9));
  BOOST_TEST(energy.of(EnergyData::kLeakage).value() == 8 * 105e-6 * 1e-3 * 1e12, tolerance(1e-9));
  const EnergyTableReport report = energy_table_report(activity, priced, Seconds(1e-3));
  BOOST_TEST(report.total.value() == energy.total().value(), tolerance(1e-9));
  // Refresh and leakage are not verified.
  BOOST_TEST(report.unverified_share == 1 - writes / report.total.value(), tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(state_in_dram_needs_no_memory_s_prices) {
  const AcceleratorSpec spec = read_accelerator(shipped("accelerators", "delta_event_256"));
  const EnergyPrices priced(with_state_memory(table(), spec), spec);
  BOOST_CHECK_NO_THROW(priced.require_complete());
  BOOST_TEST(priced.state_refresh().value() == 0);
  BOOST_TEST(!state_technology(spec).has_value());
}

BOOST_AUTO_TEST_CASE(a_small_technology_is_read) {
  const MemoryTechnology memory = parse_memory_technology(kSmall, "small.yaml");
  BOOST_TEST(memory.times.read_cycle.value() == 1e-9);
  BOOST_TEST(memory.times.write_cycle.value() == 2e-9);
  BOOST_TEST(memory.leakage.of(Bytes(2048)).value() == 6e-3, tolerance(1e-12));
  BOOST_TEST(!memory.retention.has_value());
  BOOST_TEST(!memory.endurance.has_value());
}

std::string with_reads(const std::string& reads) {
  return changed("read: [{energy: 1 pJ, width: 8 bit, source: paper, verified: true}]",
                 "read: [" + reads + "]");
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused_with_place_and_expectation) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {changed("energy: 1 pJ", "energy: -1 pJ"), "read[0].energy"},
      {changed("energy: 1 pJ", "energy: 0 pJ"), "read[0].energy"},
      {changed("energy: 2 pJ, ", ""), "write[0].energy"},
      {changed("write: 2 ns", "write: 2"), "times.write"},
      {changed("read: 1 ns, ", ""), "times.read"},
      {changed("source: paper, verified: true}]\nwrite", "source: papr, verified: true}]\nwrite"),
       "did you mean paper"},
      {changed("node: 32 nm", "node: thirty"), "a feature size"},
      {changed("power: 3 mW, ", ""), "leakage.power"},
      {kSmall + "endurance: {writes: 0, source: paper, verified: true}\n", "endurance.writes"},
      {kSmall + "refresh: {power: 1 mW, capacity: 1 KiB, source: paper, verified: true}\n",
       "the retention time"},
      {kSmall + "endurence: {writes: 1e6}\n", "endurence"},
      {changed("read: [{energy: 1 pJ, width: 8 bit, source: paper, verified: true}]", "read: []"),
       "at least one energy"},
      {with_reads("{energy: 1 pJ, width: 8 bit, bank: 1 KiB, source: paper, verified: true}, "
                  "{energy: 1 pJ, width: 8 bit, source: paper, verified: true}"),
       "a bank in each of several energies"},
      {with_reads("{energy: 1 pJ, width: 8 bit, bank: 1 KiB, source: paper, verified: true}, "
                  "{energy: 2 pJ, width: 8 bit, bank: 1 KiB, source: paper, verified: true}"),
       "each bank of a width once"},
  };
  for (const auto& [text, expected] : cases) {
    BOOST_TEST_CONTEXT(expected) {
      const std::string fault = fault_of(text);
      BOOST_TEST(fault.starts_with("small.yaml:"), fault);
      BOOST_TEST(fault.find(expected) != std::string::npos, fault);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
