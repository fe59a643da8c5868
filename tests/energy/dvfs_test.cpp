// Voltage for a clock, and energy at another voltage, against closed forms and published figures.

#include "energy/dvfs.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "arch/accelerator_reader.h"
#include "arch/dvfs_reader.h"
#include "arch/errors.h"
#include "energy/account.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(dvfs_test)

using namespace deltasim;
using boost::test_tools::tolerance;

/// @param head the relation and whatever else stands before the keys that are always there
DvfsSpec read(const std::string& head) {
  ConfigDocument document = ConfigDocument::parse(
      head + "\nnominal_voltage: 1 V\nsource: made up\nverified: false\n", "dvfs.yaml");
  DvfsSpec spec = read_dvfs(document.root());
  document.finish();
  return spec;
}

const std::string kPairs =
    "pairs: [{clock: 100 MHz, voltage: 0.8 V}, {clock: 200 MHz, voltage: 1 V}, "
    "{clock: 250 MHz, voltage: 1.2 V}]";

std::string law(const std::string& threshold, const std::string& alpha, const std::string& lowest) {
  return "alpha_power: {threshold: " + threshold + ", alpha: " + alpha +
         ", clock: 500 MHz, voltage: 1 V, lowest: " + lowest + ", highest: 1.2 V}";
}

std::string complaint(const std::string& head) {
  try {
    read(head);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

AcceleratorSpec accelerator(const ConfigOverrides& overrides = {},
                            const char* name = "delta_event_256") {
  return read_accelerator(
      test::source_directory() / "configs" / "accelerators" / (std::string(name) + ".yaml"),
      overrides);
}

/// The shipped table, with a chip that leaks.
EnergyTable leaking_table(Watts power) {
  EnergyTable table =
      read_energy_table(test::source_directory() / "configs" / "energy" / "horowitz_45nm.yaml");
  for (EnergyEntry& entry : table.entries) {
    if (entry.action != PricedAction::kLeak) continue;
    entry.power = power;
    entry.zero_because.clear();
  }
  return table;
}

BOOST_AUTO_TEST_CASE(pairs_are_met_and_joined_by_lines) {
  const VoltageFrequency relation = read(kPairs).relation;
  BOOST_TEST(voltage_for(relation, Hertz(100e6)).value() == 0.8);
  BOOST_TEST(voltage_for(relation, Hertz(200e6)).value() == 1.0);
  BOOST_TEST(voltage_for(relation, Hertz(250e6)).value() == 1.2);
  BOOST_TEST(voltage_for(relation, Hertz(150e6)).value() == 0.9, tolerance(1e-12));
  BOOST_TEST(voltage_for(relation, Hertz(240e6)).value() == 1.16, tolerance(1e-12));
  BOOST_TEST(clock_at(relation, Volts(0.85)).value() == 125e6, tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(beyond_the_relation_there_is_no_voltage) {
  const VoltageFrequency relation = read(kPairs).relation;
  for (const double clock : {99.9e6, 250.1e6, std::nan("")}) {
    BOOST_CHECK_EXCEPTION(
        voltage_for(relation, Hertz(clock)), ConfigError,
        [](const ConfigError& error) { return contains(error.what(), "from 100 MHz to 250 MHz"); });
  }
}

/// alpha = 2, Vth = 0.2 V: f = k (V - 0.2)^2 / V, solved for V in closed form.
BOOST_AUTO_TEST_CASE(the_law_is_inverted) {
  const VoltageFrequency relation = read(law("0.2 V", "2", "0.4 V")).relation;
  const double k = 500e6 / (0.8 * 0.8);
  BOOST_TEST(clock_range(relation).lowest.value() == k * 0.04 / 0.4, tolerance(1e-12));
  BOOST_TEST(clock_range(relation).highest.value() == k * 1.0 / 1.2, tolerance(1e-12));
  for (const double clock : {100e6, 300e6, 500e6, 650e6}) {
    const double b = 0.4 + clock / k;
    const double voltage = (b + std::sqrt(b * b - 4 * 0.04)) / 2;
    BOOST_TEST(voltage_for(relation, Hertz(clock)).value() == voltage, tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(the_point_of_a_law_is_met_to_the_bit) {
  BOOST_TEST(voltage_for(read(law("0.35 V", "1.37", "0.5 V")).relation, Hertz(500e6)).value() == 1);
  BOOST_TEST(energy_scale(accelerator()).dynamic == 1);
  BOOST_TEST(energy_scale(accelerator()).leakage == 1);
}

BOOST_AUTO_TEST_CASE(both_ends_of_a_range_have_a_voltage) {
  for (const std::string& head : {kPairs, law("0.35 V", "1.3", "0.5 V")}) {
    const VoltageFrequency relation = read(head).relation;
    const ClockRange range = clock_range(relation);
    BOOST_TEST(
        clock_at(relation, voltage_for(relation, range.lowest)).value() == range.lowest.value(),
        tolerance(1e-12));
    BOOST_TEST(
        clock_at(relation, voltage_for(relation, range.highest)).value() == range.highest.value(),
        tolerance(1e-12));
  }
}

/// Average leakage of a gate, uA, at 0.95 and 1.05 V (Liao, He and Lepak, TCAD 24(7), 2005, 65 nm).
BOOST_AUTO_TEST_CASE(leakage_follows_published_currents) {
  constexpr double kReference = 23.44;
  const double ours = relative_leakage_current(Volts(0.95), Kelvins(373.15));
  const struct {
    double celsius, at_095, at_105;
  } published[] = {{100, 23.44, 29.56}, {80, 19.44, 25.14}, {60, 16.00, 21.33}};
  for (const auto& row : published) {
    const Kelvins temperature(row.celsius + 273.15);
    BOOST_TEST(relative_leakage_current(Volts(0.95), temperature) / ours == row.at_095 / kReference,
               tolerance(0.02));
    BOOST_TEST(relative_leakage_current(Volts(1.05), temperature) / ours == row.at_105 / kReference,
               tolerance(0.02));
  }
}

BOOST_AUTO_TEST_CASE(energy_scales_with_the_square_of_the_voltage) {
  const DvfsSpec spec = read(kPairs);
  const EnergyScale at_nominal = energy_scale(spec, operating_point(spec, Hertz(200e6)));
  BOOST_TEST(at_nominal.dynamic == 1);
  BOOST_TEST(at_nominal.leakage == 1);
  const EnergyScale slow = energy_scale(spec, operating_point(spec, Hertz(100e6)));
  BOOST_TEST(slow.dynamic == 0.64, tolerance(1e-12));
  BOOST_TEST(slow.leakage < 0.8);  // the current falls, too
}

BOOST_AUTO_TEST_CASE(a_leakage_of_the_users_own) {
  const DvfsSpec spec =
      read(kPairs + "\nleakage: {per_volt: 2, doubling: 10 K}\ntemperature: 330 K");
  const EnergyScale fast = energy_scale(spec, operating_point(spec, Hertz(250e6)));
  BOOST_TEST(fast.leakage == 1.2 * std::exp(0.4) * 8, tolerance(1e-12));
}

/// What the hook in the prices does to an account: on-chip energy by V^2, DRAM's not at all.
BOOST_AUTO_TEST_CASE(an_account_at_another_clock) {
  const EnergyTable table = leaking_table(Watts(1));
  const AcceleratorSpec nominal = accelerator(), slow = accelerator({{"clock", "250 MHz"}});
  const EnergyScale scale = energy_scale(slow);
  BOOST_TEST(scale.dynamic < 1);
  Activity activity;
  activity.at(Component::kPe, Action::kMac, DataKind::kWeight) = 1000;
  activity.at(Component::kGlb, Action::kRead, DataKind::kWeight) = 1000;
  activity.at(Component::kDram, Action::kRead, DataKind::kWeight) = 1000;
  const EnergyBreakdown before = account(activity, nominal, table, Seconds(1e-3));
  const EnergyBreakdown after = account(activity, slow, table, Seconds(1e-3));
  for (const EnergyComponent on_chip : {EnergyComponent::kPe, EnergyComponent::kGlb}) {
    BOOST_TEST(after.of(on_chip) / before.of(on_chip) == scale.dynamic, tolerance(1e-12));
  }
  BOOST_TEST((after.of(EnergyComponent::kDram) == before.of(EnergyComponent::kDram)));
  BOOST_TEST(
      after.of(EnergyComponent::kLeakage) / before.of(EnergyComponent::kLeakage) == scale.leakage,
      tolerance(1e-12));
  const EnergyTableReport report =
      energy_table_report(activity, EnergyPrices(table, slow), Seconds(1e-3));
  BOOST_TEST(report.total / after.total() == 1, tolerance(1e-12));
}

/// Half the clock at 0.82 of the voltage.
BOOST_AUTO_TEST_CASE(a_clock_network_follows_both) {
  const EnergyTable table =
      read_energy_table(test::source_directory() / "configs" / "energy" / "eyeriss_65nm.yaml");
  const Watts nominal = EnergyPrices(table, accelerator({}, "eyeriss_168")).clock_power();
  const Watts slow =
      EnergyPrices(table, accelerator({{"clock", "100 MHz"}}, "eyeriss_168")).clock_power();
  BOOST_TEST(nominal.value() > 0);
  BOOST_TEST(slow / nominal == 0.5 * 0.82 * 0.82, tolerance(1e-12));
}

/// A fixed piece of work: cycles / f seconds of leaking, so many dynamic joules at V0.
double energy_of_work(const DvfsSpec& spec, double clock, double leakage_watts) {
  constexpr double kCycles = 1e6, kDynamicJoules = 1e-3;
  const EnergyScale scale = energy_scale(spec, operating_point(spec, Hertz(clock)));
  return scale.dynamic * kDynamicJoules + scale.leakage * leakage_watts * kCycles / clock;
}

BOOST_AUTO_TEST_CASE(energy_over_the_clock_is_convex_where_the_chip_leaks) {
  const DvfsSpec spec = read(law("0.35 V", "1.4", "0.4 V"));
  const ClockRange range = clock_range(spec.relation);
  constexpr int kSteps = 60;
  std::vector<double> energy;
  for (int i = 0; i <= kSteps; ++i) {
    const double clock =
        range.lowest.value() + (range.highest - range.lowest).value() * i / double{kSteps};
    energy.push_back(energy_of_work(spec, clock, 0.2));
  }
  for (std::size_t i = 1; i + 1 < energy.size(); ++i) {
    BOOST_TEST(energy[i - 1] + energy[i + 1] >= 2 * energy[i]);
  }
  const auto least = std::min_element(energy.begin(), energy.end());
  BOOST_TEST((least != energy.begin() && least != energy.end() - 1));
}

BOOST_AUTO_TEST_CASE(without_leakage_slower_is_always_cheaper) {
  const DvfsSpec spec = read(kPairs);
  double before = 0;
  for (double clock = 100e6; clock <= 250e6; clock += 10e6) {
    const double energy = energy_of_work(spec, clock, 0);
    BOOST_TEST(energy > before);
    before = energy;
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_relation_is_refused) {
  const auto refused = [](const std::string& head, const std::string& fragment) {
    const std::string message = complaint(head);
    BOOST_TEST(contains(message, fragment), "'" << message << "' lacks '" << fragment << "'");
  };
  refused("pairs: [{clock: 100 MHz, voltage: 1 V}]", "at least two pairs");
  refused("pairs: [{clock: 200 MHz, voltage: 0.8 V}, {clock: 100 MHz, voltage: 1 V}]",
          "a clock above 200 MHz");
  refused("pairs: [{clock: 100 MHz, voltage: 1 V}, {clock: 200 MHz, voltage: 1 V}]",
          "a voltage above 1 V");
  refused("pairs: [{clock: 100 MHz, voltage: -1 V}, {clock: 200 MHz, voltage: 1 V}]",
          "not negative");
  refused("pairs: [{clock: nan, voltage: 1 V}, {clock: 200 MHz, voltage: 1 V}]", "pairs[0].clock");
  refused("pairs: [{clock: 100 MHz, voltage: 1 V}, {clock: 200 MHz, voltage: 12 V}]", "to 5 V");
  refused(law("0.35 V", "1.4", "0.3 V"), "a voltage above the threshold of 350 mV");
  refused(law("0.35 V", "1.4", "1.3 V"), "a voltage above the lowest");
  refused(law("1.1 V", "1.4", "1.15 V"), "a voltage above the threshold of 1.1 V");
  refused(law("0.35 V", "3", "0.5 V"), "from 1 to 2");
  refused(law("0.35 V", "nan", "0.5 V"), "alpha_power.alpha");
  refused(kPairs + "\n" + law("0.35 V", "1.4", "0.5 V"), "not both");
  refused("", "pairs");
  refused(kPairs + "\ntemperature: 25 C", "a temperature");
  refused(kPairs + "\ntemperature: 30 K", "from 200 K to 450 K");
  refused(kPairs + "\nvoltage: 1 V", "voltage");
}

BOOST_AUTO_TEST_CASE(a_clock_without_a_voltage_is_refused_with_the_accelerator) {
  const auto tells_range = [](const ConfigError& error) {
    return contains(error.what(), "a clock from 100 MHz to 250 MHz");
  };
  BOOST_CHECK_EXCEPTION(accelerator({{"clock", "300 MHz"}}, "eyeriss_168"), ConfigError,
                        tells_range);
  BOOST_TEST(
      energy_scale(accelerator({{"clock", "250 MHz"}}, "eyeriss_168")).dynamic == 1.17 * 1.17,
      tolerance(1e-12));
  BOOST_TEST(energy_scale(accelerator({}, "systolic_32x32_os")).dynamic == 1);
}

BOOST_AUTO_TEST_SUITE_END()
