#include "explore/state_budget.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "energy/area.h"
#include "sim/pipeline/priced_machine.h"
#include "tests/sim/engine_support.h"

namespace deltasim {
namespace {

RunSpec experiment(const Overrides& overrides = {}) {
  return load_experiment(test::configs() / "experiments" / "two_stream_sample.yaml", overrides);
}

/// The accelerator that a budget makes.
AcceleratorSpec with(RunSpec spec, const StateBudget& budget) {
  std::string how;
  for (auto& key : keys_of_budget(spec, budget, how)) {
    spec.accelerator_overrides.push_back(std::move(key));
  }
  BOOST_TEST(!how.empty());
  return load_machines(spec).machine.spec;
}

SquareMillimetres buffer_area(const RunSpec& spec, const AcceleratorSpec& accelerator) {
  const PricedMachine machine = price(load_machines(spec).machine, pricing_of(spec));
  return estimate_area(accelerator, machine.prices.table()).of("glb");
}

BOOST_AUTO_TEST_SUITE(state_budget_test)

BOOST_AUTO_TEST_CASE(no_budget_changes_nothing) {
  std::string how;
  BOOST_TEST(keys_of_budget(experiment(), {}, how).empty());
  BOOST_TEST(how.empty());
}

BOOST_AUTO_TEST_CASE(the_buffer_grows_with_its_share) {
  const AcceleratorSpec before = load_machines(experiment()).machine.spec;
  const AcceleratorSpec larger = with(experiment(), {.glb = Bytes(1 << 20), .area = {}});
  BOOST_TEST(larger.glb.partition.state == Bytes(1 << 20));
  BOOST_TEST(larger.glb.capacity ==
             before.glb.capacity + Bytes(1 << 20) - before.glb.partition.state);
  const AcceleratorSpec none = with(experiment(), {.glb = Bytes(0), .area = {}});
  BOOST_TEST(none.glb.partition.state == Bytes(0));
  // A share of any size is one that the accelerator's reader takes.
  BOOST_TEST(with(experiment(), {.glb = Bytes(12345), .area = {}}).glb.partition.state ==
             Bytes(12345));
  BOOST_TEST((with(experiment({{"accelerator.state.place", "glb"}}), {.glb = Bytes(0), .area = {}})
                  .state.place == StatePlace::kDram));
}

BOOST_AUTO_TEST_CASE(an_area_buys_what_it_holds_and_no_more) {
  const RunSpec spec = experiment();
  const SquareMillimetres area(3);
  const AcceleratorSpec bought = with(spec, {.glb = {}, .area = area});
  const AcceleratorSpec none = with(spec, {.glb = Bytes(0), .area = {}});
  const Bytes row(std::int64_t{bought.glb.banks} * bought.glb.width.value() / 8);
  const AcceleratorSpec more = with(spec, {.glb = bought.glb.partition.state + row, .area = {}});
  const SquareMillimetres without = buffer_area(spec, none);
  BOOST_TEST(bought.glb.partition.state > Bytes(0));
  BOOST_TEST((buffer_area(spec, bought) - without <= area));
  BOOST_TEST((buffer_area(spec, more) - without > area));
  BOOST_TEST(with(spec, {.glb = {}, .area = SquareMillimetres(0)}).glb.partition.state == Bytes(0));
}

BOOST_AUTO_TEST_CASE(areas_that_nobody_states_are_refused) {
  std::string how;
  const RunSpec spec = experiment({{"accelerator", "delta_event_256_edram"}});
  BOOST_CHECK_EXCEPTION(keys_of_budget(spec, {.glb = {}, .area = SquareMillimetres(1)}, how),
                        ConfigError, [](const ConfigError& error) {
                          const std::string text = error.what();
                          return text.find("edram") != std::string::npos &&
                                 text.find("--area-budget") != std::string::npos;
                        });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
