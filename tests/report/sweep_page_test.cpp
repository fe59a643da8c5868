// What the page of a sweep holds, of sweeps with more points than it has room for.

#include "report/sweep_page.h"

#include <boost/test/unit_test.hpp>

#include "tests/report/made_up_sweep.h"

BOOST_AUTO_TEST_SUITE(sweep_page_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(a_front_larger_than_the_page_keeps_its_knee_and_ends) {
  // Two slopes that meet at the knee; every design is on the front.
  constexpr std::size_t kDesigns = kMostPagePoints + 2500, kKnee = kDesigns - 10;
  SweepAxis axis{.name = "size", .levels = {}};
  for (std::size_t i = 0; i < kDesigns; ++i) axis.levels.push_back(std::to_string(i));
  const auto sweep = made_up_sweep(
      {axis}, {energy_objective(), time_objective()}, grid_of({axis}), [](const Levels& l) {
        const auto along = static_cast<double>(l[0]), knee = static_cast<double>(kKnee);
        return std::vector{along < knee ? along : knee + 1e4 * (along - knee),
                           along < knee ? 1e4 * (knee - along) : knee - along};
      });
  const Json model = sweep_page_model(sweep, analyse(sweep));
  const Json& front = model["front"]["all"];
  BOOST_TEST(model["points"]["ids"].size() == kMostPagePoints);
  BOOST_TEST_REQUIRE(front["knee"].is_number());
  const auto id_of = [&](std::size_t row) {
    return model["points"]["ids"][row].get<std::size_t>();
  };
  BOOST_TEST(id_of(front["knee"].get<std::size_t>()) == kKnee);
  BOOST_TEST(id_of(0) == 0U);
  BOOST_TEST(id_of(kMostPagePoints - 1) == kDesigns - 1);
}

BOOST_AUTO_TEST_SUITE_END()
