// The DRAM's energies against closed forms of the part's currents, by hand.

#include "energy/dram_power.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/errors.h"
#include "arch/resources.h"

BOOST_AUTO_TEST_SUITE(dram_power_test)

using namespace deltasim;
using namespace deltasim::dram;
using boost::test_tools::tolerance;

namespace {

/// JEDEC_8Gb_LPDDR4-3200_16bit.json of DRAMSys: tRAS 68, tRPpb 29, tRFCab 448, tREFI 6246.
constexpr std::string_view kLpddr4 = R"(source: DRAMSys
verified: true
rails:
  - {rail: vdd1, voltage: 1.8 V, IDD0: 3.5 mA, IDD2N: 2 mA, IDD2P: 1.2 mA, IDD3N: 2.25 mA,
     IDD3P: 1.2 mA, IDD4R: 2.25 mA, IDD4W: 2.25 mA, IDD5B: 10 mA, IDD5PB: 2.5 mA, IDD6: 0.3 mA}
  - {rail: vdd2, voltage: 1.1 V, IDD0: 45 mA, IDD2N: 27 mA, IDD2P: 3 mA, IDD3N: 30 mA,
     IDD3P: 9 mA, IDD4R: 275 mA, IDD4W: 210 mA, IDD5B: 90 mA, IDD5PB: 30 mA, IDD6: 0.5 mA}
  - {rail: vddq, voltage: 1.1 V, IDD0: 0.75 mA, IDD2N: 0.75 mA, IDD2P: 0.75 mA, IDD3N: 0.75 mA,
     IDD3P: 0.75 mA, IDD4R: 150 mA, IDD4W: 55 mA, IDD5B: 0.75 mA, IDD5PB: 0.75 mA, IDD6: 0.1 mA}
interface: {model: vddq_currents}
)";

DramPart lpddr4(std::string_view power = kLpddr4) {
  DramPart part;
  part.name = "lpddr4";
  part.organisation = {.bank_groups = 1,
                       .banks_per_group = 8,
                       .rows = 65536,
                       .columns = 1024,
                       .device_width_bits = 16,
                       .bus_width_bits = 16,
                       .burst_length = 16};
  part.clock_period_ps = 625;
  part.burst_clocks = 8;
  part.refresh_interval = 6246;
  part.constraints = {{Command::kRefresh, Command::kRefresh, Scope::kSameRank, 448}};
  ConfigDocument document = ConfigDocument::parse(power, "lpddr4.yaml");
  part.power = read_power_spec(document.root(), {68, 29, 448, 224});
  document.finish();
  return part;
}

DramPart shipped(std::string_view name) { return load_dram_part(configs_folder() / "dram", name); }

double unit(const DramPart& part, PowerTerm term) {
  const UnitEnergy unit = DramPower(part).unit(term);
  BOOST_TEST(unit.missing == "");
  return unit.energy.value();
}

/// Milliwatts of one rank in a state.
double milliwatts(const DramPart& part, PowerTerm term) {
  return unit(part, term) / static_cast<double>(part.clock_period_ps) * 1e3;
}

Activity any_activity() {
  Activity activity;
  std::int64_t count = 3;
  for (const Action action :
       {Action::kRead, Action::kWrite, Action::kActivate, Action::kRefresh, Action::kActiveStandby,
        Action::kPrechargedStandby, Action::kActivePowerDown, Action::kPrechargedPowerDown,
        Action::kSelfRefresh}) {
    activity.at(Component::kDram, action, DataKind::kWeight) = count *= 7;
  }
  return activity;
}

}  // namespace

// Bits move at 3.2 Gb/s x 16 = 51.2 Gb/s.
BOOST_AUTO_TEST_CASE(lpddr4_reads_and_writes, *boost::unit_test::tolerance(1e-9)) {
  const DramPart part = lpddr4();
  // (IDD4R - IDD3N) V / rate = (275 - 30) mA 1.1 V / 51.2 Gb/s = 5.26 pJ/bit; VDD1 adds nothing.
  BOOST_TEST(unit(part, PowerTerm::kRead) == 245e-3 * 1.1 / 51.2e9 * 1e12);
  BOOST_TEST(unit(part, PowerTerm::kIoRead) == (150 - 0.75) * 1e-3 * 1.1 / 51.2e9 * 1e12);  // 3.21
  BOOST_TEST(unit(part, PowerTerm::kWrite) == 180e-3 * 1.1 / 51.2e9 * 1e12);                // 3.87
  BOOST_TEST(unit(part, PowerTerm::kIoWrite) == (55 - 0.75) * 1e-3 * 1.1 / 51.2e9 * 1e12);  // 1.17
}

BOOST_AUTO_TEST_CASE(lpddr4_rows) {
  const DramPart part = lpddr4();
  // IDD0 less the standby beneath it, over tRC = 97 clocks of 0.625 ns: 1205 pJ a row.
  const double vdd1 = 1.8 * (3.5 * 97 - 2.25 * 68 - 2 * 29) * 0.625;
  const double vdd2 = 1.1 * (45 * 97 - 30 * 68 - 27 * 29) * 0.625;
  const double row = unit(part, PowerTerm::kActivate) + unit(part, PowerTerm::kPrecharge);
  BOOST_TEST(row == vdd1 + vdd2, tolerance(1e-9));
  BOOST_TEST(row == 1205, tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(lpddr4_refresh) {
  const DramPart part = lpddr4();
  // (IDD5 - IDD3N) V tRFCab, 280 ns: 22.4 nJ; every 3903.75 ns: 5.73 mW, and 7.17 % of the time.
  const double refresh = ((10 - 2.25) * 1.8 + (90 - 30) * 1.1) * 280;
  BOOST_TEST(unit(part, PowerTerm::kRefresh) == refresh, tolerance(1e-9));
  BOOST_TEST(refresh == 22.4e3, tolerance(1e-3));
  const IdlePower idle = idle_power(part, {}, IdleState::kPrechargedStandby);
  BOOST_TEST(idle.refresh.value() == 5.73e-3, tolerance(1e-3));
  BOOST_TEST(refresh_busy_fraction(part, 1, 0, 1, Seconds(6246 * 0.625e-9)) == 448.0 / 6246,
             tolerance(1e-9));
  // Its share of idling: 14.4 % in standby, 47.7 % in power-down.
  BOOST_TEST(idle.refresh / (idle.refresh + idle.background) == 0.144, tolerance(3e-3));
  const IdlePower down = idle_power(part, {}, IdleState::kPrechargedPowerDown);
  BOOST_TEST(down.refresh / (down.refresh + down.background) == 0.477, tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(lpddr4_background, *boost::unit_test::tolerance(1e-9)) {
  const DramPart part = lpddr4();
  BOOST_TEST(milliwatts(part, PowerTerm::kPrechargedStandby) == 2 * 1.8 + 27.75 * 1.1);     // 34.1
  BOOST_TEST(milliwatts(part, PowerTerm::kActiveStandby) == 2.25 * 1.8 + 30.75 * 1.1);      // 37.9
  BOOST_TEST(milliwatts(part, PowerTerm::kPrechargedPowerDown) == 1.2 * 1.8 + 3.75 * 1.1);  // 6.3
  BOOST_TEST(milliwatts(part, PowerTerm::kActivePowerDown) == 1.2 * 1.8 + 9.75 * 1.1);
  BOOST_TEST(milliwatts(part, PowerTerm::kSelfRefresh) == 0.3 * 1.8 + 0.6 * 1.1);
}

// IDD5PB is an average over tREFI / 8 = 780 clocks, of which one bank refreshes for 224.
BOOST_AUTO_TEST_CASE(lpddr4_bank_refresh) {
  const double vdd1 = 1.8 * (2.5 * 780 - 2 * (780 - 224) - 2.25 * 224) * 0.625;
  const double vdd2 = 1.1 * (30.0 * 780 - 27 * (780 - 224) - 30 * 224) * 0.625;
  BOOST_TEST(unit(lpddr4(), PowerTerm::kRefreshBank) == vdd1 + vdd2, tolerance(1e-9));
}

// Eight devices of DDR4-2400, from DRAMsim3's currents; a device moves 19.2 Gb/s.
BOOST_AUTO_TEST_CASE(ddr4_first_order) {
  const DramPart part = shipped("ddr4_2400_8gb_x8_cl17");
  BOOST_TEST(unit(part, PowerTerm::kRead) == (135 - 43) * 1.2 / 19.2, tolerance(1e-3));   // 5.75
  BOOST_TEST(unit(part, PowerTerm::kWrite) == (123 - 43) * 1.2 / 19.2, tolerance(1e-3));  // 5.00
  // (48 x 56 - 43 x 39 - 34 x 17) mA clocks x 1.2 V x 0.833 ns: 433 pJ a device (431 at 0.83 ns)
  const double row = unit(part, PowerTerm::kActivate) + unit(part, PowerTerm::kPrecharge);
  BOOST_TEST(row == 8 * 433 * 1.2 * 0.833, tolerance(1e-9));
  BOOST_TEST(row / 8 == 431, tolerance(5e-3));
  // (250 - 43) mA x 1.2 V x 350 ns: 86.6 nJ a device
  BOOST_TEST(unit(part, PowerTerm::kRefresh) == 8 * 207 * 1.2 * 420 * 0.833, tolerance(1e-9));
  BOOST_TEST(unit(part, PowerTerm::kRefresh) / 8 == 86.6e3, tolerance(5e-3));
  BOOST_TEST(milliwatts(part, PowerTerm::kPrechargedStandby) == 8 * 40.8, tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(micron_ddr4_first_order) {
  const DramPart part = shipped("ddr4_2400_4gb_x8");
  BOOST_TEST(unit(part, PowerTerm::kRead) == 8.78, tolerance(1e-3));
  BOOST_TEST(unit(part, PowerTerm::kWrite) == 7.80, tolerance(1e-3));
}

// The files say what was worked out by hand above.
BOOST_AUTO_TEST_CASE(the_shipped_lpddr4_is_the_one_above) {
  const DramPower file(shipped("lpddr4_3200_8gb_x16")), hand(lpddr4());
  for (std::size_t t = 0; t < kPowerTerms; ++t) {
    const auto term = static_cast<PowerTerm>(t);
    BOOST_TEST_CONTEXT(to_string(term)) {
      BOOST_TEST(file.unit(term).known());
      BOOST_TEST(file.unit(term).energy.value() == hand.unit(term).energy.value(), tolerance(1e-9));
    }
  }
}

BOOST_AUTO_TEST_CASE(hbm2_first_order) {
  const DramPart part = shipped("hbm2_8gb_x128");
  BOOST_TEST(unit(part, PowerTerm::kRead) == (390 - 55) * 1.2 / 256, tolerance(1e-9));   // 1.57
  BOOST_TEST(unit(part, PowerTerm::kWrite) == (500 - 55) * 1.2 / 256, tolerance(1e-9));  // 2.09
  BOOST_TEST(unit(part, PowerTerm::kIoRead) == 0.8);
}

BOOST_AUTO_TEST_CASE(a_part_without_currents_says_so) {
  BOOST_CHECK_THROW(DramPower{shipped("lpddr4_2400_8gb_x16")}, ConfigError);
}

BOOST_AUTO_TEST_CASE(an_activate_pays_for_its_precharge) {
  const DramPower power(lpddr4());
  const double row = power.unit(PowerTerm::kActivate).energy.value() +
                     power.unit(PowerTerm::kPrecharge).energy.value();
  BOOST_TEST(power.unit(Action::kActivate).energy.value() == row, tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(terms_add_up_to_the_actions) {
  const DramPower power(lpddr4());
  const Activity activity = any_activity();
  double by_action = 0;
  for (std::size_t a = 0; a < kActions; ++a) {
    const auto action = static_cast<Action>(a);
    by_action += power.unit(action).energy.value() *
                 static_cast<double>(activity.at(Component::kDram, action, DataKind::kWeight));
  }
  BOOST_TEST(power.energy(power.counts(activity)).total().value() == by_action, tolerance(1e-12));
}

// DRAMPower's bank-wise model: what rho leaves of active standby is charged by open banks; with all
// of them open it is IDD3N again.
BOOST_AUTO_TEST_CASE(standby_by_open_banks) {
  const DramPart part = lpddr4("rho: 0.25\n" + std::string(kLpddr4));
  BOOST_TEST(milliwatts(part, PowerTerm::kActiveStandby) ==
                 (2 + 0.25 * 0.25) * 1.8 + (27 + 0.25 * 3) * 1.1 + 0.75 * 1.1,
             tolerance(1e-9));
  BOOST_TEST(
      milliwatts(part, PowerTerm::kActiveStandby) + 8 * milliwatts(part, PowerTerm::kActiveBanks) ==
          2.25 * 1.8 + 30.75 * 1.1,
      tolerance(1e-9));
  BOOST_TEST((DramPower(part).unit(Action::kActiveStandby).missing.find("open banks") !=
              std::string::npos));
}

BOOST_AUTO_TEST_CASE(interface_lines) {
  // C V^2 / 2 a rise; V^2 / R while low.
  const BusLine line{Farads(1e-12), Ohms(1e3)};
  BOOST_TEST(line_energy(line, Volts(1.2), 10, 0, Seconds(1e-9)).value() == 7.2, tolerance(1e-9));
  BOOST_TEST(line_energy(line, Volts(1.2), 0, 3, Seconds(1e-9)).value() == 4.32, tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(random_data_on_lines) {
  const std::string lines =
      "{model: lines, voltage: 1 V, clock: {capacitance: 2 pF, resistance: 1 MOhm},\n"
      "  command: {capacitance: 2 pF, resistance: 1 MOhm, lines: 20},\n"
      "  strobe: {capacitance: 2 pF, resistance: 1 MOhm},\n"
      "  read: {capacitance: 2 pF, resistance: 1 MOhm},\n"
      "  write: {capacitance: 2 pF, resistance: 100 Ohm}}";
  std::string text(kLpddr4);
  const std::size_t vddq = text.find("  - {rail: vddq");
  text = text.substr(0, vddq) + "interface: " + lines + "\n";
  const DramPart part = lpddr4(text);
  // a data line rises for one bit in four; two pairs of strobes rise 8 x 4 times in 256 bits
  BOOST_TEST(unit(part, PowerTerm::kIoRead) == 0.25 + 32.0 / 256, tolerance(1e-2));
  // low for half of the time: 1 V^2 / 100 Ohm x half of half a clock of 0.625 ns
  BOOST_TEST(unit(part, PowerTerm::kIoWrite) == 0.25 + 32.0 / 256 + 1e10 * 0.25 * 0.625e-9,
             tolerance(1e-2));
  BOOST_TEST(unit(part, PowerTerm::kIoClock) == 2, tolerance(1e-2));
  BOOST_TEST(unit(part, PowerTerm::kIoCommand) == 10, tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(idling_until_the_next_frame) {
  const DramPart part = lpddr4();
  const Seconds idle(0.04);
  const double self_refresh = (0.3 * 1.8 + 0.6 * 1.1) * 1e-3 * 0.04 * 1e12;
  BOOST_TEST(idle_energy(part, {}, 1, 1, idle, IdleState::kSelfRefresh).value() == self_refresh,
             tolerance(1e-9));
  BOOST_TEST(idle_energy(part, {}, 2, 4, idle, IdleState::kSelfRefresh).value() == 8 * self_refresh,
             tolerance(1e-9));
  BOOST_TEST(idle_energy(part, {}, 1, 1, idle, IdleState::kPrechargedPowerDown).value() ==
                 (6.285 + 5.7345) * 1e-3 * 0.04 * 1e12,
             tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(idling_is_refreshed_as_the_controller_says,
                     *boost::unit_test::tolerance(1e-9)) {
  const DramPart part = lpddr4();
  ControllerSpec controller;
  const auto power = [&] { return idle_power(part, controller, IdleState::kPrechargedStandby); };
  const IdlePower always = power();
  controller.refresh_stretch = 100;
  BOOST_TEST(power().refresh.value() == always.refresh.value() / 100);
  controller.refresh_stretch = 0;
  BOOST_TEST(power().refresh.value() == 0.0);
  BOOST_TEST(power().background.value() == always.background.value());
  controller.refresh_stretch = 1;
  controller.refresh = RefreshGranularity::kPerBank;  // all eight banks in tREFI
  BOOST_TEST(power().refresh.value() ==
             8 * unit(part, PowerTerm::kRefreshBank) * 1e-12 / (6246 * 0.625e-9));
}

/// The clock's line toggles in standby, between frames as within them.
BOOST_AUTO_TEST_CASE(idle_standby_costs_what_it_does_in_a_simulation) {
  DramPart part = shipped("ddr4_2400_8gb_x8");
  part.power->interface.model = InterfaceModel::kLines;
  const BusLine line{Farads(1e-12), Ohms(100)};
  part.power->interface.lines = {Volts(1), line, line, line, line, line, 20};
  const DramPower power(part);
  const double clock_s = static_cast<double>(part.clock_period_ps) * 1e-12;
  BOOST_TEST(power.unit(PowerTerm::kIoClock).energy.value() > 0);
  BOOST_TEST(idle_power(part, {}, IdleState::kPrechargedStandby).background.value() ==
                 power.unit(Action::kPrechargedStandby).energy.value() * 1e-12 / clock_s,
             tolerance(1e-9));
  BOOST_TEST(idle_power(part, {}, IdleState::kPrechargedPowerDown).background.value() ==
                 power.unit(Action::kPrechargedPowerDown).energy.value() * 1e-12 / clock_s,
             tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_negative_energy_is_refused) {
  DramPart part = shipped("ddr4_2400_8gb_x8");
  Rail pump{"vpp", Volts(2.5), {}};
  pump.currents.fill(Amperes(0));
  pump.currents[static_cast<std::size_t>(Current::kIdd3n)] = Amperes(1);  // below it: IPP5B
  part.power->rails.push_back(pump);
  try {
    DramPower{part};
    BOOST_FAIL("no fault");
  } catch (const ConfigError& error) {
    const std::string what = error.what();
    BOOST_TEST((what.find("ddr4_2400_8gb_x8") != std::string::npos), what);
    BOOST_TEST((what.find("below the standby") != std::string::npos), what);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_stated_is_an_error_that_names_it) {
  const DramPart ddr4 = shipped("ddr4_2400_8gb_x8");
  BOOST_TEST(DramPower(ddr4).unit(PowerTerm::kRefreshBank).missing == "tRFCpb of ddr4_2400_8gb_x8");
  PowerCounts counts{};
  counts[static_cast<std::size_t>(PowerTerm::kRefreshBank)] = 1;
  BOOST_CHECK_THROW(DramPower(ddr4).energy(counts), ConfigError);
  DramPart silent = ddr4;
  silent.power.reset();
  BOOST_CHECK_THROW(DramPower{silent}, ConfigError);
  BOOST_CHECK_THROW(idle_energy(silent, {}, 1, 1, Seconds(1), IdleState::kSelfRefresh),
                    ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
