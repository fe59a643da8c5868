// Designs tried on clips are compared by what they have in common.

#include "report/designs_over_clips.h"

#include <boost/test/unit_test.hpp>

#include "report/sweep_analysis.h"
#include "report/sweep_findings.h"
#include "tests/report/made_up_sweep.h"

BOOST_AUTO_TEST_SUITE(designs_over_clips_test)

using namespace deltasim;

namespace {

/// Three clips of classes, on two depths: a deeper queue helps but on the last clip.
SweepResult tried_on_clips() {
  SweepAxis clips{.name = "video.file", .levels = {"a.avi", "b.avi", "c.avi"}};
  clips.classes = {"Run", "Run", "Walk"};
  const std::vector axes{clips, made_up_axis("depth", 2)};
  return made_up_sweep(axes, {energy_objective()}, grid_of(axes), [](const Levels& l) {
    const std::vector<std::vector<double>> energy{{10, 6}, {20, 12}, {30, 39}};
    return std::vector{energy[l[0]][l[1]]};
  });
}

void lose(SweepPoint& point, const std::string& error) {
  point.status = PointStatus::kFailed;
  point.objectives.clear();
  point.error = error;
}

}  // namespace

BOOST_AUTO_TEST_CASE(objectives_are_means_over_clips) {
  const SweepResult designs = designs_over_clips(tried_on_clips()).value();
  BOOST_TEST_REQUIRE(designs.axes.size() == 1U);
  BOOST_TEST(designs.axes[0].name == "depth");
  BOOST_TEST_REQUIRE(designs.points.size() == 2U);
  BOOST_TEST(designs.points[0].values[0] == "1");
  BOOST_TEST(designs.points[0].objectives[0] == 20);
  BOOST_TEST(designs.points[1].objectives[0] == 19);
  BOOST_TEST(designs.notes.back().find("3 of the 3 clips") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(designs_are_compared_on_the_same_clips) {
  SweepResult sweep = tried_on_clips();
  lose(sweep.points[4], "c.avi: damaged");  // depth 1
  const SweepResult designs = designs_over_clips(sweep).value();
  BOOST_TEST(designs.points[0].objectives[0] == 15);
  BOOST_TEST(designs.points[1].objectives[0] == 9);
  BOOST_TEST(designs.notes.back().find("2 of the 3 clips") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_design_that_fails_on_all_clips_leaves_the_others) {
  SweepResult sweep = tried_on_clips();
  for (const std::size_t i : {0, 2, 4}) lose(sweep.points[i], "too small");
  const SweepResult designs = designs_over_clips(sweep).value();
  BOOST_TEST((designs.points[0].status == PointStatus::kFailed));
  BOOST_TEST(designs.points[0].error == "too small");
  BOOST_TEST(designs.points[1].objectives[0] == 19);
}

BOOST_AUTO_TEST_CASE(findings_are_of_designs) {
  const SweepResult sweep = tried_on_clips();
  const SweepAnalysis analysis = analyse(sweep);
  BOOST_TEST_REQUIRE(analysis.designs.has_value());
  std::string text;
  for (const auto& sentence : sweep_findings(compared(sweep, analysis), analysis)) text += sentence;
  BOOST_TEST(text.find("The least energy is 19 pJ, of depth 2") != std::string::npos, text);
  BOOST_TEST(text.find("a.avi") == std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(clips_alone_are_the_question) {
  SweepAxis clips{.name = "video.file", .levels = {"a.avi", "b.avi"}};
  clips.classes = {"", ""};
  const std::vector axes{clips, made_up_axis("depth", 1)};
  const auto sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes),
                                   [](const Levels&) { return std::vector{1.0}; });
  BOOST_TEST(!designs_over_clips(sweep).has_value());
  BOOST_TEST(
      !designs_over_clips(made_up_sweep({axes[1]}, {energy_objective()}, {{0}}, [](const Levels&) {
         return std::vector{1.0};
       })).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
