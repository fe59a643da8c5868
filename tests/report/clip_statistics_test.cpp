// Statistics over the clips of a sweep, against plain computations.

#include "report/clip_statistics.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "arch/errors.h"
#include "report/clip_details.h"
#include "report/clip_report.h"

using namespace deltasim;

namespace {

constexpr double kExact = 1e-12;

ClipFigures figures(double spatial, double temporal, double energy) {
  return {.streams = {{"spatial", 0.5, spatial}, {"temporal", 0.6, temporal}},
          .sites = {{"spatial", "conv1", 100, 0.5, spatial},
                    {"temporal", "conv1", 100, 0.6, temporal - 0.1},
                    {"temporal", "layer1", 300, 0.6, temporal + 0.1}},
          .modes = {{.name = "delta",
                     .frames = 4,
                     .cycles = 400,
                     .time_s = 1e-6,
                     .energy_pJ = energy,
                     .mac_reduction = 4,
                     .cycle_reduction = 2,
                     .energy_reduction = 3}}};
}

SweepPoint point(std::int64_t id, const std::string& clip, const std::string& fifo,
                 const ClipFigures& kept) {
  return {.id = id,
          .hash = std::to_string(id),
          .values = {fifo, clip},
          .status = PointStatus::kDone,
          .objectives = {},
          .error = {},
          .wall_s = 1,
          .details = clip_details(kept)};
}

/// Two designs; clips a and b of class Walk, c of Run, d of none.
SweepResult sweep() {
  SweepResult result{.name = "clips",
                     .description = {},
                     .axes = {},
                     .objectives = {},
                     .points = {},
                     .provenance = {},
                     .notes = {}};
  result.axes.push_back({.name = "fifo", .levels = {"1", "4"}});
  result.axes.push_back({.name = "video.file",
                         .levels = {"a", "b", "c", "d", "e"},
                         .classes = {"Walk", "Walk", "Run", "", "Run"}});
  const double spatial[] = {0.9, 0.7, 0.5, 0.1};
  for (int design = 0; design < 2; ++design) {
    for (int clip = 0; clip < 4; ++clip) {
      result.points.push_back(
          point(design * 5 + clip, std::string(1, static_cast<char>('a' + clip)),
                design == 0 ? "1" : "4", figures(spatial[clip], 0.8, 100.0 * (clip + 1))));
    }
    result.points.push_back({.id = design * 5 + 4,
                             .hash = "x" + std::to_string(design),
                             .values = {design == 0 ? "1" : "4", "e"},
                             .status = design == 0 ? PointStatus::kFailed : PointStatus::kOpen,
                             .objectives = {},
                             .error = design == 0 ? "e.avi: no video, \"at all\"" : ""});
  }
  return result;
}

const ClipSpread& spread(const ClipGroup& group, const std::string& name) {
  for (const auto& [quantity, spread] : group.quantities) {
    if (quantity == name) return spread;
  }
  BOOST_FAIL("no quantity " + name);
  throw 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clip_statistics_test)

BOOST_AUTO_TEST_CASE(spread_is_that_of_a_sample) {
  const ClipSpread four = spread_of({4, 1, 3, 2});
  BOOST_TEST(four.number == 4U);
  BOOST_TEST(four.mean == 2.5);
  BOOST_TEST(four.median == 2.5);
  BOOST_TEST(four.least == 1);
  BOOST_TEST(four.most == 4);
  BOOST_TEST(four.standard_deviation == std::sqrt(5.0 / 3), boost::test_tools::tolerance(kExact));
  const ClipSpread three = spread_of({5, 1, 2});
  BOOST_TEST(three.median == 2);
  const ClipSpread one = spread_of({0.1});
  BOOST_TEST(one.mean == 0.1);
  BOOST_TEST(one.standard_deviation == 0);
  const ClipSpread equal = spread_of(std::vector<double>(7, 0.1));
  BOOST_TEST(equal.mean == 0.1);
  BOOST_TEST(equal.standard_deviation == 0);
}

BOOST_AUTO_TEST_CASE(details_read_back_as_they_were) {
  ClipFigures kept = figures(1.0 / 3, 0.1 + 0.2, 1e300);
  kept.sites.front().temporal_sparsity.reset();
  kept.modes.front().cycle_reduction.reset();
  kept.modes.front().cycles = 9007199254740993;
  const ClipFigures read = clip_figures_from(clip_details(kept), "a");
  BOOST_TEST(clip_details(read) == clip_details(kept));
  BOOST_TEST(read.streams[0].temporal_sparsity.value() == 1.0 / 3);
  BOOST_TEST(!read.sites[0].temporal_sparsity.has_value());
  BOOST_TEST(read.sites[2].elements == 300);
  BOOST_TEST(read.modes[0].cycles == 9007199254740993);
  BOOST_TEST(!read.modes[0].cycle_reduction.has_value());
  BOOST_TEST(read.modes[0].energy_reduction.value() == 3);
  for (const char* wrong : {"", "{", "[]", "{\"streams\": 1}", "{\"streams\": [[1]]}"}) {
    BOOST_CHECK_THROW(clip_figures_from(wrong, "a"), ConfigError);
  }
}

BOOST_AUTO_TEST_CASE(figures_of_a_run) {
  RunResult run;
  run.sites = {{"spatial", "conv1", 100, 0.5, 0.9, {}}, {"spatial", "layer1", 300, 0.1, 0.5, {}}};
  ModeFigures dense{.name = "dense"}, delta{.name = "delta"};
  dense.figures.frames = delta.figures.frames = 2;
  dense.figures.macs = {.dense = 1000, .executed = 1000};
  delta.figures.macs = {.dense = 1000, .executed = 250};
  dense.figures.time_s = 4;
  delta.figures.time_s = 2;
  dense.figures.energy.total = 30;
  delta.figures.energy.total = 10;
  run.modes = {dense, delta};
  const ClipFigures clip = clip_figures(run);
  BOOST_TEST(clip.streams.size() == 1U);
  BOOST_TEST(clip.streams[0].temporal_sparsity.value() == 0.6,
             boost::test_tools::tolerance(kExact));
  BOOST_TEST(clip.streams[0].activation_sparsity == 0.2, boost::test_tools::tolerance(kExact));
  BOOST_TEST(clip.modes[1].mac_reduction == 4);
  BOOST_TEST(clip.modes[1].cycle_reduction.value() == 2);
  BOOST_TEST(clip.modes[1].energy_reduction.value() == 3);
  run.modes = {delta};
  BOOST_TEST(!clip_figures(run).modes[0].energy_reduction.has_value());
  BOOST_TEST(clip_figures(run).modes[0].mac_reduction == 4);
}

BOOST_AUTO_TEST_CASE(merged_over_clips_and_classes) {
  const ClipStudy study = clip_study(sweep()).value();
  BOOST_TEST(study.designs.size() == 2U);
  BOOST_TEST(study.failed == 1U);
  BOOST_TEST(study.failed_clips == 1U);
  BOOST_TEST(study.open == 1U);
  BOOST_TEST(study.other_axes == std::vector<std::string>{"fifo"},
             boost::test_tools::per_element());
  const ClipDesign& design = study.designs[0];
  BOOST_TEST(design.groups.size() == 3U);
  BOOST_TEST(design.groups[0].clips == 4U);
  BOOST_TEST(design.groups[1].name == "Run");
  BOOST_TEST(design.groups[1].clips == 1U);
  BOOST_TEST(design.groups[2].name == "Walk");
  const ClipSpread all = spread(design.groups[0], "temporal_sparsity_spatial");
  BOOST_TEST(all.mean == 0.55, boost::test_tools::tolerance(kExact));
  BOOST_TEST(all.median == 0.6, boost::test_tools::tolerance(kExact));
  const ClipSpread walk = spread(design.groups[2], "temporal_sparsity_spatial");
  BOOST_TEST(walk.mean == 0.8, boost::test_tools::tolerance(kExact));
  BOOST_TEST(walk.standard_deviation == std::sqrt(0.02), boost::test_tools::tolerance(kExact));
  BOOST_TEST(spread(design.groups[2], "energy_per_frame_pJ_delta").most == 50);
  BOOST_TEST(design.groups[0].sites.size() == 3U);
  const SiteSpread& site = design.groups[0].sites[2];
  BOOST_TEST(site.name == "layer1");
  BOOST_TEST(site.temporal_sparsity.value().number == 4U);
  BOOST_TEST(site.temporal_sparsity.value().mean == 0.9, boost::test_tools::tolerance(kExact));
}

BOOST_AUTO_TEST_CASE(no_axis_of_clips_no_study) {
  SweepResult plain = sweep();
  plain.axes[1].classes.clear();
  BOOST_TEST(!clip_study(plain).has_value());
}

BOOST_AUTO_TEST_CASE(tables_have_every_clip_with_units) {
  const SweepResult clips = sweep();
  const ClipStudy study = clip_study(clips).value();
  const std::string rows = csv(clips_table(clips, study));
  BOOST_TEST(rows.starts_with(
      "clip,class,status,error,fifo,activation_sparsity_spatial,temporal_sparsity_spatial,"));
  BOOST_TEST(rows.find("energy_per_frame_pJ_delta") != std::string::npos);
  BOOST_TEST(rows.find("\na,Walk,done,,1,0.5,0.9,") != std::string::npos);
  BOOST_TEST(rows.find("\ne,,failed,\"e.avi: no video, \"\"at all\"\"\",1,,") != std::string::npos);
  const Table classes = classes_table(study);
  BOOST_TEST(csv(classes).starts_with("fifo,class,quantity,clips,mean,standard_deviation,min,"));
  BOOST_TEST(classes.rows.size() == 2U * 3 * 10);
  BOOST_TEST(sites_table(study).rows.size() == 2U * 3 * 3);
  for (const Table& table : {classes, sites_table(study), clips_table(clips, study)}) {
    for (const auto& row : table.rows) BOOST_TEST(row.size() == table.columns.size());
  }
}

BOOST_AUTO_TEST_CASE(figures_say_what_is_missing) {
  const SweepResult clips = sweep();
  const ClipStudy study = clip_study(clips).value();
  const Figure sites = clip_sites_figure(study, study.designs[0], "clip_sites");
  BOOST_TEST(sites.missing.empty());
  BOOST_TEST(sites.data.rows.size() == 3U);
  BOOST_TEST(clip_classes_figure(study, study.designs[0], "c").data.rows.size() == 4U);
  SweepResult unnamed = sweep();
  unnamed.axes[1].classes.assign(5, "");
  const ClipStudy without = clip_study(unnamed).value();
  BOOST_TEST(!clip_classes_figure(without, without.designs[0], "c").missing.empty());
}

BOOST_AUTO_TEST_SUITE_END()
