// What a sweep says of its networks' weights.

#include "report/weights_notes.h"

#include <boost/test/unit_test.hpp>

#include "tests/report/made_up_sweep.h"

BOOST_AUTO_TEST_SUITE(weights_notes_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(each_kind_is_told_once) {
  const std::vector axes{made_up_axis("depth", 4)};
  SweepResult sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes),
                                    [](const Levels&) { return std::vector{1.0}; });
  BOOST_TEST(weights_notes(sweep).empty());
  const StreamWeights both{{"spatial", "trained"}, {"temporal", "cross-modality"}};
  sweep.points[0].details = sweep.points[2].details = with_weights("", both);
  sweep.points[1].details = with_weights(R"({"sites": 49})", {{"spatial", "untrained"}});
  sweep.points[3].details = "edited {";
  const std::vector<std::string> expected{
      "weights of the spatial stream: trained; temporal stream: cross-modality",
      "weights of the spatial stream: untrained"};
  BOOST_TEST(weights_notes(sweep) == expected, boost::test_tools::per_element());
  BOOST_TEST(sweep.points[1].details.find("49") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
