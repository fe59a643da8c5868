#include <boost/test/unit_test.hpp>
#include <cmath>

#include "sim/pipeline/claims.h"

BOOST_AUTO_TEST_SUITE(pipeline_claims_test)

using namespace deltasim;
using boost::test_tools::tolerance;

/// A site of 100 elements and a layer of 1000 MACs that reads it, three frames.
TraceSummary summary() {
  StreamSummary stream;
  stream.name = "spatial";
  stream.frames = 3;
  MapSummary site{.name = "relu", .shape = {5, 5, 4}};
  site.active = {50, 40, 90};
  site.changed = {10, 30};
  MapSummary other{.name = "input", .kind = RecordedMap::Kind::kInput, .shape = {5, 5, 4}};
  other.active = {100, 100, 100};
  other.changed = {100, 100};
  stream.maps = {site, other};
  LayerSummary layer{.name = "conv", .input = {5, 5, 4}, .output = {5, 5, 4}, .dense_macs = 1000};
  layer.spatial_macs = {500, 400, 900};
  layer.delta_macs = {80, 270};
  layer.events = {10, 30};
  stream.layers = {layer};
  TraceSummary summary;
  summary.streams = {stream};
  return summary;
}

BOOST_AUTO_TEST_CASE(sparsities_of_all_frames) {
  const TraceSparsity found = trace_sparsity(summary(), 3);
  BOOST_TEST(found.activation == 1 - 180.0 / 300, tolerance(1e-12));
  BOOST_TEST(found.temporal == 1 - 40.0 / 200, tolerance(1e-12));
  BOOST_TEST(found.mac_weighted_density == 0.2, tolerance(1e-12));
  BOOST_TEST(found.effectual_share == 350.0 / 2000, tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(sparsities_of_the_first_frames_alone) {
  const TraceSparsity two = trace_sparsity(summary(), 2);
  BOOST_TEST(two.activation == 1 - 90.0 / 200, tolerance(1e-12));
  BOOST_TEST(two.temporal == 0.9, tolerance(1e-12));
  BOOST_TEST(two.effectual_share == 0.08, tolerance(1e-12));
  const TraceSparsity one = trace_sparsity(summary(), 1);
  BOOST_TEST(one.activation == 0.5, tolerance(1e-12));
  BOOST_TEST(one.temporal == 0);
}

Figures figures(std::int64_t macs, double seconds, std::int64_t bits, double energy) {
  Figures figures;
  figures.macs = {.dense = 1000, .executed = macs};
  figures.time_s = seconds;
  figures.activity.at(Component::kDram, Action::kRead, DataKind::kWeight) = bits;
  figures.activity.at(Component::kDram, Action::kWrite, DataKind::kState) = bits;
  figures.activity.at(Component::kGlb, Action::kRead, DataKind::kWeight) = 12345;
  figures.energy.total = energy;
  return figures;
}

BOOST_AUTO_TEST_CASE(reductions_are_ratios) {
  const Reductions found =
      reductions("dense", figures(1000, 2, 600, 30), figures(100, 0.5, 400, 24));
  BOOST_TEST(found.against == "dense");
  BOOST_TEST(found.macs == 10);
  BOOST_TEST(found.cycles == 4);
  BOOST_TEST(found.dram_accesses == 1.5);
  BOOST_TEST(found.energy == 1.25);
  // Nothing is left: without bound. Nothing was there either: no reduction.
  BOOST_TEST(std::isinf(reductions("dense", figures(1, 1, 1, 1), figures(0, 0, 0, 0)).energy));
  BOOST_TEST(reductions("dense", figures(0, 0, 0, 0), figures(0, 0, 0, 0)).energy == 0);
}

ModeResults results(std::int64_t first, std::int64_t second) {
  ModeResults results(1, std::vector<FrameResult>(2));
  results[0][0].layers.resize(1);
  results[0][0].layers[0].array_cycles = first;
  results[0][1].layers.resize(2);
  results[0][1].layers[0].array_cycles = second;
  results[0][1].layers[1].array_cycles = second;
  return results;
}

void expect_steps(const std::vector<WaterfallStep>& steps,
                  const std::vector<std::pair<std::string, double>>& expected) {
  BOOST_TEST_REQUIRE(steps.size() == expected.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    BOOST_TEST(steps[i].key == expected[i].first);
    BOOST_TEST(steps[i].reduction == expected[i].second, tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(waterfall_from_the_ideal_to_what_is_left) {
  ModeFigures dense, delta;
  dense.steady = figures(1000, 8, 100, 1000);
  dense.figures = figures(2000, 16, 200, 2000);
  delta.steady = figures(100, 2, 50, 250);
  delta.steady.energy.by_data = {{"weight", 150}, {"state", 40}, {"index", 10}, {"leakage", 50}};
  delta.figures = figures(1100, 10, 150, 1600);
  const auto steps =
      waterfall(trace_sparsity(summary(), 3), dense, delta, results(7, 60), results(9, 20));
  expect_steps(steps, {{"ideal", 5},
                       {"mac_weighted", 5},
                       {"borders_strides", 2000.0 / 350},
                       {"imbalance", 3},
                       {"memory_bound", 4},
                       {"energy_without_state", 5},
                       {"energy", 4},
                       {"with_first_frame", 1.25}});
}

BOOST_AUTO_TEST_CASE(waterfall_against_execution_that_skips_zero_activations) {
  ModeFigures spatial, delta;
  spatial.steady = figures(300, 3, 100, 500);
  spatial.steady.energy.by_data = {{"weight", 480}, {"index", 20}};
  spatial.figures = figures(600, 6, 200, 1000);
  delta.steady = figures(100, 2, 50, 400);
  delta.steady.energy.by_data = {{"weight", 200}, {"state", 180}, {"index", 20}};
  delta.figures = figures(400, 5, 150, 800);
  const TraceSparsity sparsity = trace_sparsity(summary(), 3);
  const auto steps =
      waterfall_against_spatial(sparsity, spatial, delta, results(7, 60), results(9, 20));
  expect_steps(steps, {{"ideal", (1 - sparsity.activation) / (1 - sparsity.temporal)},
                       {"macs", 3},
                       {"imbalance", 3},
                       {"memory_bound", 1.5},
                       {"energy_without_state", 2.4},
                       {"energy", 1.25},
                       {"with_first_frame", 1.25}});
}

BOOST_AUTO_TEST_SUITE_END()
