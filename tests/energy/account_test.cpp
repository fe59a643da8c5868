#include "energy/account.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/memory_technology.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(account_test)

using namespace deltasim;
using boost::test_tools::tolerance;

AcceleratorSpec accelerator(std::string_view name, const ConfigOverrides& overrides = {}) {
  return read_accelerator(
      test::source_directory() / "configs" / "accelerators" / (std::string(name) + ".yaml"),
      overrides);
}

EnergyTable table(std::string_view name) {
  return read_energy_table(test::source_directory() / "configs" / "energy" /
                           (std::string(name) + ".yaml"));
}

constexpr std::pair<Component, Action> kCounted[] = {
    {Component::kDram, Action::kRead},          {Component::kDram, Action::kWrite},
    {Component::kDram, Action::kActivate},      {Component::kDram, Action::kRefresh},
    {Component::kGlb, Action::kRead},           {Component::kGlb, Action::kWrite},
    {Component::kNoc, Action::kTransfer},       {Component::kPe, Action::kMac},
    {Component::kPe, Action::kGatedMac},        {Component::kRegisterFile, Action::kRead},
    {Component::kRegisterFile, Action::kWrite}, {Component::kDeltaUnit, Action::kAccumulate},
    {Component::kDeltaUnit, Action::kQuantize}, {Component::kDeltaUnit, Action::kEncode},
};

Activity any_activity() {
  Activity activity;
  for (const auto& [component, action] : kCounted) {
    for (std::size_t k = 0; k < kDataKinds; ++k) {
      activity.at(component, action, static_cast<DataKind>(k)) =
          *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
    }
  }
  return activity;
}

double price(const EnergyPrices& prices, Component component, Action action, DataKind kind) {
  return prices.at(component, action, kind).energy().value();
}

/// A chip that leaks 2 W, as Horowitz's table says nothing of it.
EnergyTable leaking(EnergyTable changed) {
  for (EnergyEntry& entry : changed.entries) {
    if (entry.action != PricedAction::kLeak) continue;
    entry.power = Watts(2);
    entry.zero_because.clear();
  }
  return changed;
}

bool close(Picojoules a, Picojoules b) {
  return std::abs(a.value() - b.value()) <= 1e-12 * std::max(a.value(), b.value());
}

BOOST_AUTO_TEST_CASE(the_sums_agree) {
  const EnergyPrices prices(leaking(table("horowitz_45nm")), accelerator("delta_event_256"));
  const bool held = rc::check("total = by component = by data", [&] {
    const EnergyBreakdown energy = account(any_activity(), prices, Seconds(0.01));
    Picojoules by_component, by_data;
    for (std::size_t c = 0; c < kEnergyComponents; ++c) {
      by_component += energy.of(static_cast<EnergyComponent>(c));
    }
    for (std::size_t d = 0; d < kEnergyData; ++d) by_data += energy.of(static_cast<EnergyData>(d));
    RC_ASSERT(energy.total() == by_component);
    RC_ASSERT(close(energy.total(), by_data));
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(the_account_is_linear_and_repeatable) {
  const EnergyPrices prices(leaking(table("horowitz_45nm")), accelerator("delta_spatial_256"));
  const bool held = rc::check("account(a + b) = account(a) + account(b)", [&] {
    const Activity a = any_activity();
    const Activity b = any_activity();
    Activity both = a;
    both += b;
    EnergyBreakdown sum = account(a, prices, Seconds(1e-3));
    sum += account(b, prices, Seconds(3e-3));
    const EnergyBreakdown whole = account(both, prices, Seconds(4e-3));
    for (std::size_t c = 0; c < kEnergyComponents; ++c) {
      const auto component = static_cast<EnergyComponent>(c);
      RC_ASSERT(close(sum.of(component), whole.of(component)));
    }
    RC_ASSERT(whole == account(both, prices, Seconds(4e-3)));
  });
  BOOST_TEST(held);
}

/// 8-bit multiplication 0.2 pJ + 32-bit addition 0.1 pJ; 1 MiB: 100 pJ / 64 bits; DRAM 20 pJ/bit.
BOOST_AUTO_TEST_CASE(an_account_by_hand) {
  Activity activity;
  activity.at(Component::kPe, Action::kMac, DataKind::kWeight) = 1000;
  activity.at(Component::kGlb, Action::kRead, DataKind::kState) = 640;
  activity.at(Component::kDram, Action::kWrite, DataKind::kState) = 5;
  activity.at(Component::kDram, Action::kRefresh, DataKind::kWeight) = 3;
  const EnergyBreakdown energy = account(activity, accelerator("delta_event_256"),
                                         leaking(table("horowitz_45nm")), Seconds(1e-9));
  BOOST_TEST(energy.of(EnergyComponent::kPe).value() == 300, tolerance(1e-12));
  BOOST_TEST(energy.of(EnergyComponent::kGlb).value() == 1000, tolerance(1e-12));
  BOOST_TEST(energy.of(EnergyComponent::kDram).value() == 100, tolerance(1e-12));
  BOOST_TEST(energy.of(EnergyComponent::kLeakage).value() == 2000, tolerance(1e-12));
  BOOST_TEST(energy.of(EnergyData::kCompute).value() == 300, tolerance(1e-12));
  BOOST_TEST(energy.of(EnergyData::kState).value() == 1100, tolerance(1e-12));
  BOOST_TEST(energy.of(EnergyData::kWeight).value() == 0);
  BOOST_TEST(energy.of(EnergyData::kLeakage).value() == 2000, tolerance(1e-12));
  BOOST_TEST(energy.total().value() == 3400, tolerance(1e-12));
}

/// A memory of 4 KiB lies halfway, in log, between 2 KiB and 8 KiB.
BOOST_AUTO_TEST_CASE(horowitz_prices_by_hand) {
  const EnergyPrices prices(table("horowitz_45nm"), accelerator("delta_event_256"));
  const auto rf = Component::kRegisterFile;
  BOOST_TEST(
      price(prices, rf, Action::kRead, DataKind::kWeight) == std::sqrt(1.96991 / 16 * 10 / 64),
      tolerance(1e-12));
  BOOST_TEST(
      price(prices, rf, Action::kWrite, DataKind::kPartialSum) == std::sqrt(1.83309 / 16 * 10 / 64),
      tolerance(1e-12));
  // FIFO: 16 events of 8 bits are 16 B, between a register (1 B) and 48 B.
  const double t = std::log(16.0) / std::log(48.0);
  BOOST_TEST(price(prices, rf, Action::kRead, DataKind::kActivation) ==
                 std::pow(0.009, 1 - t) * std::pow(0.25281 / 16, t),
             tolerance(1e-12));
  BOOST_TEST(price(prices, Component::kNoc, Action::kTransfer, DataKind::kIndex) == 0.054);
  BOOST_TEST(price(prices, Component::kDeltaUnit, Action::kAccumulate, DataKind::kState) == 0.1);
  // ReLU and rounding at 16 bits, difference and test for zero at 8.
  BOOST_TEST(price(prices, Component::kDeltaUnit, Action::kQuantize, DataKind::kActivation) ==
                 24 * 0.02947 / 32 + 0.05 + 0.03,
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_noc_is_priced_by_its_topology) {
  const auto hop = [](std::string_view name) {
    const EnergyPrices prices(table("horowitz_45nm"), accelerator(name));
    return price(prices, Component::kNoc, Action::kTransfer, DataKind::kWeight);
  };
  BOOST_TEST(hop("delta_spatial_256") == 20.74 / 256, tolerance(1e-12));
  BOOST_TEST(hop("systolic_32x32_ws") == 0.009, tolerance(1e-12));
}

/// 16 bits: halfway in log between 8 (0.2 pJ) and 32 (3.1 pJ); plus a 16-bit addition.
BOOST_AUTO_TEST_CASE(a_multiplication_between_two_widths_is_interpolated) {
  const EnergyPrices eyeriss(table("horowitz_45nm"), accelerator("eyeriss_168"));
  BOOST_TEST(price(eyeriss, Component::kPe, Action::kMac, DataKind::kWeight) ==
                 std::sqrt(0.2 * 3.1) + 0.05,
             tolerance(1e-12));
  // 8-bit weights times 32-bit activations cost what 16 x 16 bits do.
  const EnergyPrices mixed(table("horowitz_45nm"),
                           accelerator("eyeriss_168", {{"pe_array.weight_bits", "8 bit"},
                                                       {"pe_array.activation_bits", "32 bit"},
                                                       {"pe_array.partial_sum_bits", "32 bit"},
                                                       {"state.bits", "32 bit"},
                                                       {"activation_format", "bitmask"}}));
  BOOST_TEST(
      price(mixed, Component::kPe, Action::kMac, DataKind::kWeight) == std::sqrt(0.2 * 3.1) + 0.1,
      tolerance(1e-12));
}

/// Event queues have entries of their own; a scratch pad of a row-stationary array is none.
BOOST_AUTO_TEST_CASE(the_register_file_is_priced_by_what_it_holds) {
  const EnergyTable seneca = table("seneca_22nm");
  const EnergyPrices cores(seneca, accelerator("seneca_like_64"));
  const auto rf = Component::kRegisterFile;
  BOOST_TEST(price(cores, rf, Action::kRead, DataKind::kActivation) == 2.9 / 16, tolerance(1e-12));
  BOOST_TEST(price(cores, rf, Action::kRead, DataKind::kWeight) == 3.7 / 16, tolerance(1e-12));
  const EnergyPrices pads(seneca, accelerator("eyeriss_168"));
  BOOST_TEST(price(pads, rf, Action::kRead, DataKind::kActivation) == 3.7 / 16, tolerance(1e-12));

  EnergyTable dear = table("eyeriss_65nm");
  for (EnergyEntry& entry : dear.entries) {
    if (entry.component == PricedComponent::kRegisterFile && entry.names(DataKind::kWeight)) {
      entry.energy = Picojoules(160);
    }
  }
  const EnergyPrices prices(dear, accelerator("eyeriss_168"));
  BOOST_TEST(price(prices, rf, Action::kRead, DataKind::kWeight) == 10, tolerance(1e-12));
  BOOST_TEST(price(prices, rf, Action::kRead, DataKind::kState) == 1.694102 / 16, tolerance(1e-12));
}

/// CNNergy's 0.1063 W of clock network at 200 MHz and 1 V follow the clock, and its voltage
/// squared: 0.82 V at 100 MHz.
BOOST_AUTO_TEST_CASE(the_clock_network_costs_by_the_clock) {
  const auto chip = [](const char* clock) {
    return EnergyPrices(table("eyeriss_65nm"), accelerator("eyeriss_168", {{"clock", clock}}));
  };
  BOOST_TEST(chip("200 MHz").clock_power().value() == 0.1063, tolerance(1e-3));
  BOOST_TEST(chip("100 MHz").clock_power().value() == 0.05315 * 0.82 * 0.82, tolerance(1e-3));
  const EnergyBreakdown energy = account(Activity(), chip("200 MHz"), Seconds(1));
  BOOST_TEST(energy.of(EnergyComponent::kClock).value() == 0.1063e12, tolerance(1e-3));
  BOOST_TEST(energy.of(EnergyData::kClock).value() == energy.total().value(), tolerance(1e-12));
  BOOST_TEST(energy_table_report(Activity(), chip("200 MHz"), Seconds(1)).total.value() ==
                 energy.total().value(),
             tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(eyeriss_ratios_per_sixteen_bits) {
  const EnergyPrices prices(table("eyeriss_relative"), accelerator("eyeriss_168"));
  const double mac = price(prices, Component::kPe, Action::kMac, DataKind::kWeight);
  const auto ratio = [&](Component component, Action action) {
    return price(prices, component, action, DataKind::kWeight) * 16 / mac;
  };
  BOOST_TEST(mac == 0.95);
  BOOST_TEST(ratio(Component::kRegisterFile, Action::kRead) == 1, tolerance(1e-12));
  BOOST_TEST(ratio(Component::kNoc, Action::kTransfer) == 2, tolerance(1e-12));
  BOOST_TEST(ratio(Component::kGlb, Action::kWrite) == 6, tolerance(1e-12));
  BOOST_TEST(ratio(Component::kDram, Action::kRead) == 200, tolerance(1e-12));
}

/// The message of the ConfigError that an account of one count throws.
std::string refusal(const AcceleratorSpec& spec, const EnergyTable& prices, Component component,
                    Action action, DataKind kind) {
  Activity activity;
  activity.at(component, action, kind) = 1;
  try {
    account(activity, spec, prices, Seconds(0));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(a_missing_entry_is_an_error_that_names_it) {
  EnergyTable poor = table("horowitz_45nm");
  std::erase_if(poor.entries, [](const EnergyEntry& entry) {
    return entry.component == PricedComponent::kNoc || entry.action == PricedAction::kAdd;
  });
  const AcceleratorSpec spec = accelerator("delta_event_256");
  const auto contains = [](const std::string& text, std::string_view part) {
    BOOST_TEST((text.find(part) != std::string::npos), part << " is not in " << text);
  };
  contains(refusal(spec, poor, Component::kNoc, Action::kTransfer, DataKind::kIndex),
           "no entry for noc transfer, topology bus");
  contains(refusal(spec, poor, Component::kPe, Action::kMac, DataKind::kWeight),
           "no entry for pe mac, nor alu add, 32 bit");
  BOOST_TEST(refusal(spec, poor, Component::kDram, Action::kRead, DataKind::kWeight).empty());
  BOOST_TEST(account(Activity(), spec, poor, Seconds(1)).total().value() == 0);
}

/// Gating is priced where it can happen only.
BOOST_AUTO_TEST_CASE(all_gaps_show_before_anything_is_counted) {
  EnergyTable poor = table("horowitz_45nm");
  std::erase_if(poor.entries, [](const EnergyEntry& entry) {
    return entry.component == PricedComponent::kNoc || entry.action == PricedAction::kEncode ||
           entry.action == PricedAction::kGatedMac;
  });
  const auto gaps = [&](std::string_view name) -> std::size_t {
    try {
      EnergyPrices(poor, accelerator(name)).require_complete();
    } catch (const ConfigError& error) {
      return error.faults().size();
    }
    return 0;
  };
  BOOST_TEST(gaps("delta_event_256") == 2U);
  BOOST_TEST(gaps("eyeriss_168") == 3U);
}

BOOST_AUTO_TEST_CASE(sizes_beyond_the_table_are_an_error_unless_extrapolation_is_asked_for) {
  const AcceleratorSpec spec = accelerator("delta_event_256", {{"glb.capacity", "4 MiB"}});
  EnergyTable prices = table("horowitz_45nm");
  const std::string text = refusal(spec, prices, Component::kGlb, Action::kRead, DataKind::kWeight);
  BOOST_TEST((text.find("glb read, 4 MiB") != std::string::npos), text);
  BOOST_TEST((text.find("extrapolation: true") != std::string::npos), text);
  prices.extrapolation = true;
  // 32 KiB to 1 MiB is five doublings and a factor of five; 4 MiB is two doublings more.
  BOOST_TEST(price(EnergyPrices(prices, spec), Component::kGlb, Action::kRead, DataKind::kWeight) ==
                 100.0 / 64 * std::pow(5, 2.0 / 5),
             tolerance(1e-12));
  const AcceleratorSpec narrow =
      accelerator("delta_event_256",
                  {{"pe_array.weight_bits", "4 bit"}, {"pe_array.activation_bits", "4 bit"}});
  BOOST_TEST(
      !refusal(narrow, table("horowitz_45nm"), Component::kPe, Action::kMac, DataKind::kWeight)
           .empty());
}

BOOST_AUTO_TEST_CASE(leakage_must_be_spoken_of) {
  EnergyTable silent = table("horowitz_45nm");
  std::erase_if(silent.entries,
                [](const EnergyEntry& entry) { return entry.action == PricedAction::kLeak; });
  BOOST_CHECK_THROW(EnergyPrices(silent, accelerator("delta_event_256")), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_count_that_no_component_has_is_our_own_fault) {
  Activity activity;
  activity.at(Component::kDram, Action::kMac, DataKind::kWeight) = 1;
  BOOST_CHECK_THROW(
      account(activity, accelerator("delta_event_256"), table("horowitz_45nm"), Seconds(0)),
      InternalError);
}

BOOST_AUTO_TEST_CASE(every_shipped_accelerator_has_prices_in_every_shipped_table) {
  for (const std::string& energy : resource_names("energy")) {
    for (const std::string& name : resource_names("accelerators")) {
      BOOST_TEST_CONTEXT(energy << ", " << name) {
        const AcceleratorSpec spec = accelerator(name);
        const EnergyPrices prices(with_state_memory(table(energy), spec), spec);
        BOOST_CHECK_NO_THROW(prices.require_complete());
      }
    }
  }
}

/// 1000 MACs at 0.95 pJ are verified, 1000 quantizations at as much are not.
BOOST_AUTO_TEST_CASE(the_report_weighs_what_is_not_verified) {
  Activity activity;
  activity.at(Component::kPe, Action::kMac, DataKind::kWeight) = 1000;
  activity.at(Component::kDeltaUnit, Action::kQuantize, DataKind::kState) = 1000;
  activity.at(Component::kDram, Action::kActivate, DataKind::kState) = 7;
  const EnergyPrices prices(table("eyeriss_relative"), accelerator("delta_event_256"));
  const EnergyTableReport report = energy_table_report(activity, prices, Seconds(1));
  BOOST_TEST(report.total.value() == 1900, tolerance(1e-12));
  BOOST_TEST(report.unverified_share == 0.5, tolerance(1e-12));
  BOOST_TEST(report.used.size() == 4);     // with activations and leakage
  BOOST_TEST(report.as_zero.size() == 2);  // which count as zero
  const std::string text = describe(report, prices.table());
  for (const char* part : {"delta_unit quantize, any width", "not verified", "chip leak",
                           "50.00 % of the energy rests on unverified entries"}) {
    BOOST_TEST((text.find(part) != std::string::npos), part << " is not in\n" << text);
  }
}

BOOST_AUTO_TEST_CASE(the_report_and_the_account_have_one_total) {
  const EnergyPrices prices(leaking(table("horowitz_45nm")), accelerator("seneca_like_64"));
  const bool held = rc::check("totals", [&] {
    const Activity activity = any_activity();
    const EnergyTableReport report = energy_table_report(activity, prices, Seconds(0.1));
    RC_ASSERT(close(report.total, account(activity, prices, Seconds(0.1)).total()));
    double shares = 0;
    for (const EntryUse& use : report.used) shares += use.share;
    RC_ASSERT(std::abs(shares - 1) < 1e-9);
  });
  BOOST_TEST(held);
}

/// What moves data belongs to the data; operations and refresh belong to none.
BOOST_AUTO_TEST_CASE(every_count_belongs_to_one_kind_of_data) {
  for (const Action action :
       {Action::kRead, Action::kWrite, Action::kActivate, Action::kTransfer}) {
    BOOST_TEST((energy_data(action, DataKind::kWeight) == EnergyData::kWeight));
    BOOST_TEST((energy_data(action, DataKind::kIndex) == EnergyData::kIndex));
  }
  for (const Action action :
       {Action::kMac, Action::kGatedMac, Action::kAccumulate, Action::kQuantize, Action::kEncode}) {
    BOOST_TEST((energy_data(action, DataKind::kState) == EnergyData::kCompute));
  }
  BOOST_TEST((energy_data(Action::kRefresh, DataKind::kState) == EnergyData::kRefresh));
}

BOOST_AUTO_TEST_CASE(the_keys_of_the_result) {
  const auto text = [](auto value) { return std::string(to_string(value)); };
  BOOST_TEST(text(EnergyComponent::kRegisterFile) == "rf");
  BOOST_TEST(text(EnergyComponent::kDeltaUnit) == "delta_unit");
  BOOST_TEST(text(EnergyComponent::kLeakage) == "leakage");
  BOOST_TEST(text(EnergyData::kPartialSum) == "partial_sum");
  BOOST_TEST(text(EnergyData::kCompute) == "compute");
  BOOST_TEST(text(EnergyData::kRefresh) == "refresh");
  BOOST_TEST(text(EnergyData::kLeakage) == "leakage");
}

BOOST_AUTO_TEST_SUITE_END()
