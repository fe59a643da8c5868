// Prices that come from the part's currents instead of the table.

#include "energy/dram_prices.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/account.h"
#include "energy/dram_power.h"

BOOST_AUTO_TEST_SUITE(dram_prices_test)

using namespace deltasim;
using boost::test_tools::tolerance;

namespace {

dram::DramPart part() {
  return dram::load_dram_part(configs_folder() / "dram", "ddr4_2400_8gb_x8");
}

EnergyTable flat() { return read_energy_table(find_resource("energy", "horowitz_45nm")); }

EnergyPrices prices(EnergyTable table) {
  return EnergyPrices(std::move(table),
                      read_accelerator(find_resource("accelerators", "delta_event_256")));
}

Activity busy() {
  Activity activity;
  const auto count = [&](Action action, DataKind kind, std::int64_t value) {
    activity.at(Component::kDram, action, kind) = value;
  };
  count(Action::kRead, DataKind::kWeight, 512'000);
  count(Action::kRead, DataKind::kState, 51'200);
  count(Action::kWrite, DataKind::kState, 10'240);
  count(Action::kActivate, DataKind::kWeight, 50);
  count(Action::kActivate, DataKind::kState, 20);
  count(Action::kRefresh, DataKind::kActivation, 3);
  count(Action::kActiveStandby, DataKind::kActivation, 9'000);
  count(Action::kPrechargedStandby, DataKind::kActivation, 18'000);
  return activity;
}

double energy(const EnergyBreakdown& breakdown, EnergyData data) {
  return breakdown.at(EnergyComponent::kDram, data).value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_named_terms_are_the_component) {
  const EnergyPrices currents = prices(priced_by_currents(flat(), part()));
  currents.require_complete();
  const EnergyBreakdown energy = account(busy(), currents, Seconds(1e-3));
  const dram::DramPower power(part());
  BOOST_TEST(energy.of(EnergyComponent::kDram).value() ==
                 power.energy(power.counts(busy())).total().value(),
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(every_kind_of_data_pays_for_its_own) {
  const EnergyBreakdown breakdown =
      account(busy(), prices(priced_by_currents(flat(), part())), Seconds(0));
  // (IDD4R - IDD3N) V over four clocks of 0.833 ns for the 64 bits that a device moves
  const double read = (135 - 43) * 1.2 * 4 * 0.833 / 64, write = (123 - 43) * 1.2 * 4 * 0.833 / 64;
  const double row = 8 * (48 * 55 - 43 * 39 - 34 * 16) * 1.2 * 0.833;
  BOOST_TEST(energy(breakdown, EnergyData::kWeight) == 512'000 * read + 50 * row, tolerance(1e-9));
  BOOST_TEST(energy(breakdown, EnergyData::kState) == 51'200 * read + 10'240 * write + 20 * row,
             tolerance(1e-9));
  BOOST_TEST(energy(breakdown, EnergyData::kActivation) == 0.0);
  BOOST_TEST(energy(breakdown, EnergyData::kRefresh) == 3 * 8 * (250 - 43) * 1.2 * 420 * 0.833,
             tolerance(1e-9));
  BOOST_TEST(
      energy(breakdown, EnergyData::kBackground) == 8 * (9'000 * 43 + 18'000 * 34) * 1.2 * 0.833,
      tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_flat_price_has_the_background_in_it) {
  const EnergyBreakdown breakdown = account(busy(), prices(flat()), Seconds(0));
  BOOST_TEST(energy(breakdown, EnergyData::kBackground) == 0.0);
  BOOST_TEST(energy(breakdown, EnergyData::kWeight) == 512'000 * 20.0, tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(entries_cite_the_part) {
  const EnergyTable table = priced_by_currents(flat(), part());
  BOOST_TEST((table.dram == DramEnergyModel::kCurrents));
  for (const EnergyEntry& entry : table.entries) {
    if (entry.component != PricedComponent::kDram) continue;
    BOOST_TEST((entry.source.find("DRAMsim3") != std::string::npos));
    BOOST_TEST((entry.note.find("ddr4_2400_8gb_x8") != std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(a_current_that_is_not_stated_is_missed_when_it_is_counted) {
  const EnergyPrices currents = prices(priced_by_currents(
      flat(), dram::load_dram_part(configs_folder() / "dram", "ddr4_2400_4gb_x8")));
  Activity asleep;
  asleep.at(Component::kDram, Action::kPrechargedPowerDown, DataKind::kActivation) = 1;
  try {
    account(asleep, currents, Seconds(0));
    BOOST_FAIL("power-down of a part without IPP2P was priced");
  } catch (const ConfigError& error) {
    const std::string what = error.what();
    BOOST_TEST((what.find("dram precharged_power_down") != std::string::npos), what);
  }
}

std::string gaps(const dram::DramPart& part, const dram::ControllerSpec& controller) {
  AcceleratorSpec spec = read_accelerator(find_resource("accelerators", "delta_event_256"));
  spec.dram.controller = controller;
  try {
    EnergyPrices(priced_by_currents(flat(), part), spec).require_complete();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

void check_gap(const std::string& told, std::string_view words) {
  BOOST_TEST_CONTEXT(told) { BOOST_TEST((told.find(words) != std::string::npos)); }
}

BOOST_AUTO_TEST_CASE(a_gap_shows_before_anything_is_counted) {
  dram::DramPart part = dram::load_dram_part(configs_folder() / "dram", "ddr4_2400_4gb_x8");
  dram::ControllerSpec controller;
  BOOST_TEST(gaps(part, controller) == "");
  controller.power_down_after = 64;
  const std::string asleep = gaps(part, controller);
  check_gap(asleep,
            "dram precharged_power_down: not stated: IDD2P of rail vpp of ddr4_2400_4gb_x8");
  check_gap(asleep, "dram active_power_down: not stated: IDD3P of rail vpp of ddr4_2400_4gb_x8");
  BOOST_TEST((asleep.find("horowitz") == std::string::npos), asleep);
  BOOST_TEST((asleep.find("refresh_bank") == std::string::npos), asleep);
  controller = {};
  controller.refresh = dram::RefreshGranularity::kPerBank;
  check_gap(gaps(part, controller), "dram refresh_bank: not stated: ");
  controller.refresh_stretch = 0;
  BOOST_TEST(gaps(part, controller) == "");
  part.power->rails.front().currents[static_cast<std::size_t>(dram::Current::kIdd2n)].reset();
  check_gap(gaps(part, {}), "dram precharged_standby: not stated: IDD2N of rail vdd");
}

BOOST_AUTO_TEST_CASE(a_table_may_ask_for_currents) {
  const std::string models = R"(name: x
models: {dram: currents}
sources: {s: a source}
entries:
  - {component: chip, action: leak, zero_because: not known, width: 1 bit, node: 45 nm,
     voltage: not stated, source: s, verified: true}
)";
  BOOST_TEST((parse_energy_table(models, "x.yaml").dram == DramEnergyModel::kCurrents));
  std::string wrong = models;
  wrong.replace(wrong.find("currents"), 8, "curents");
  try {
    parse_energy_table(wrong, "x.yaml");
    BOOST_FAIL("no fault");
  } catch (const ConfigError& error) {
    const std::string what = error.what();
    BOOST_TEST((what.find("did you mean currents") != std::string::npos), what);
  }
}

BOOST_AUTO_TEST_SUITE_END()
