#include "traces/synth.h"

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "arch/errors.h"
#include "tests/traces/trace_support.h"
#include "traces/counts.h"
#include "workloads/networks/network.h"

namespace {

using namespace deltasim;

SynthOptions small_options() {
  SynthOptions options;
  options.streams.push_back({deltasim::test::small_stream("spatial"), {0.5, 0.2}, {}});
  options.frames = 6;
  return options;
}

/// One large map behind a 1x1 convolution, so that sampling errors are small.
SynthOptions large_options(int height, int width, int channels, MapDensity density) {
  Graph graph;
  graph.add("input", InputOp{{height, width, channels}}, {});
  graph.add("conv", ConvolutionOp{{}, channels, 1}, {0});
  graph.add("relu", ReluOp{}, {1});
  SynthOptions options;
  options.streams.push_back({synth_stream_info("spatial", graph), density, {}});
  options.frames = 20;
  return options;
}

std::vector<FrameRecord> all_frames(SynthOptions options) {
  SyntheticTrace trace(std::move(options));
  std::vector<FrameRecord> records(1);
  while (trace.next(records.back())) records.emplace_back();
  records.pop_back();
  return records;
}

double share(const Bitmap& map) {
  return static_cast<double>(map.count()) / static_cast<double>(map.size());
}

double unchanged_pixels(const Bitmap& delta, std::size_t channels) {
  std::size_t unchanged = 0;
  for (std::size_t bit = 0; bit < delta.size(); bit += channels) {
    unchanged += delta.any(bit, bit + channels) ? 0U : 1U;
  }
  return static_cast<double>(unchanged * channels) / static_cast<double>(delta.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(synth_test)

RC_BOOST_PROP(active_and_delta_belong_together, ()) {
  SynthOptions options = small_options();
  options.seed = *rc::gen::arbitrary<std::uint64_t>();
  options.exact = *rc::gen::arbitrary<bool>();
  options.streams[0].density.delta = *rc::gen::element(0.0, 0.1, 0.5, 0.9, 1.0);
  if (!options.exact && options.streams[0].density.delta < 0.5) {
    options.still_pixels = *rc::gen::element(0.0, 0.4);
  }
  const auto records = all_frames(options);
  RC_ASSERT(records.size() == 6U);
  for (std::size_t m = 0; m < records[0].maps.size(); ++m) {
    RC_ASSERT(records[0].maps[m].active == records[0].maps[m].delta);
    for (std::size_t t = 1; t < records.size(); ++t) {
      const MapBits& before = records[t - 1].maps[m];
      const MapBits& now = records[t].maps[m];
      for (std::size_t i = 0; i < now.active.size(); ++i) {
        const bool was = before.active.test(i);
        const bool is = now.active.test(i);
        RC_ASSERT((now.delta.test(i) ? was || is : was == is));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(densities_are_met_and_stay) {
  for (const MapDensity density : {MapDensity{0.5, 0.25}, {0.23, 0.12}, {0.1, 0.19}, {0.9, 0.5}}) {
    for (const auto& record : all_frames(large_options(32, 32, 256, density))) {
      // 262,144 elements: a standard deviation is below 0.001.
      BOOST_TEST(std::abs(share(record.maps[0].active) - density.active) < 0.006);
      if (record.frame == 0) continue;
      BOOST_TEST(std::abs(share(record.maps[0].delta) - density.delta) < 0.006);
    }
  }
}

BOOST_AUTO_TEST_CASE(exact_counts_are_exact) {
  SynthOptions options = large_options(9, 7, 100, {0.5, 0.12});
  options.exact = true;
  for (const auto& record : all_frames(options)) {
    BOOST_TEST(record.maps[0].active.count() == 3150U);
    if (record.frame > 0) BOOST_TEST(record.maps[0].delta.count() == 756U);
  }
}

BOOST_AUTO_TEST_CASE(still_pixels_raise_pixel_sparsity_alone) {
  SynthOptions options = large_options(56, 56, 64, {0.5, 0.12});
  const auto spread = all_frames(options);
  options.still_pixels = 0.6;
  const auto clustered = all_frames(options);
  double delta = 0;
  for (std::size_t t = 1; t < clustered.size(); ++t) {
    BOOST_TEST(unchanged_pixels(spread[t].maps[0].delta, 64) < 0.01);
    BOOST_TEST(std::abs(unchanged_pixels(clustered[t].maps[0].delta, 64) - 0.6) < 0.01);
    delta += share(clustered[t].maps[0].delta) / 19;
  }
  BOOST_TEST(std::abs(delta - 0.12) < 0.003);
}

BOOST_AUTO_TEST_CASE(the_region_persists_as_asked) {
  const auto overlap = [](double persistence) {
    SynthOptions options = large_options(56, 56, 64, {0.5, 0.12});
    options.still_pixels = 0.7;
    options.persistence = persistence;
    const auto records = all_frames(options);
    double common = 0;
    for (std::size_t t = 2; t < records.size(); ++t) {
      for (std::size_t bit = 0; bit < records[t].maps[0].delta.size(); bit += 64) {
        const bool both = records[t].maps[0].delta.any(bit, bit + 64) &&
                          records[t - 1].maps[0].delta.any(bit, bit + 64);
        common += both ? 1.0 / (18 * 56 * 56 * 0.3) : 0;
      }
    }
    return common;
  };
  BOOST_TEST(overlap(0.98) > 0.8);
  BOOST_TEST(overlap(0.0) < 0.5);  // chance alone gives 0.3
}

BOOST_AUTO_TEST_CASE(equal_options_give_equal_bits_and_other_seeds_others) {
  const auto first = all_frames(small_options());
  BOOST_TEST((all_frames(small_options()) == first));
  SynthOptions other = small_options();
  other.seed = 2;
  BOOST_TEST((all_frames(other) != first));
}

BOOST_AUTO_TEST_CASE(eighty_eight_percent_give_a_reduction_of_8_33) {
  SynthOptions options = synth_preset("uniform:0.88");
  options.frames = 2;
  BOOST_TEST(options.streams.size() == 2U);
  SyntheticTrace trace(std::move(options));
  FrameRecord record;
  std::int64_t valid = 0;
  std::int64_t effectual = 0;
  while (trace.next(record)) {
    if (record.frame == 0) continue;
    const StreamInfo& stream = trace.header().streams[static_cast<std::size_t>(record.stream)];
    for (const Layer& layer : layers_of(stream.graph, stream.maps)) {
      valid += valid_macs(layer);
      effectual += count_work(layer, record.maps[static_cast<std::size_t>(layer.input_map)].delta)
                       .effectual_macs;
    }
  }
  const double reduction = static_cast<double>(valid) / static_cast<double>(effectual);
  BOOST_TEST(std::abs(reduction * 0.12 - 1) < 0.005, reduction);
}

BOOST_AUTO_TEST_CASE(thesis_preset_has_its_sparsities) {
  SynthOptions options = synth_preset("thesis");
  options.frames = 2;
  SyntheticTrace trace(std::move(options));
  FrameRecord record;
  while (trace.next(record)) {
    if (record.frame == 0) continue;
    double zeros = 0;
    double elements = 0;
    for (const MapBits& map : record.maps) {
      zeros += static_cast<double>(map.delta.size() - map.delta.count());
      elements += static_cast<double>(map.delta.size());
    }
    BOOST_TEST(std::abs(zeros / elements - (record.stream == 0 ? 0.86 : 0.89)) < 0.001);
  }
}

BOOST_AUTO_TEST_CASE(impossible_wishes_are_refused) {
  const auto refused = [](auto change) {
    SynthOptions options = small_options();
    change(options);
    BOOST_CHECK_THROW(SyntheticTrace{options}, ConfigError);
  };
  refused([](SynthOptions& o) { o.streams[0].density = {0.1, 0.3}; });
  refused([](SynthOptions& o) { o.streams[0].density = {1.5, 0.3}; });
  refused([](SynthOptions& o) { o.streams[0].density.delta = -0.1; });
  refused([](SynthOptions& o) { o.streams[0].maps["relu9"] = {}; });
  refused([](SynthOptions& o) { o.still_pixels = 0.9; });
  refused([](SynthOptions& o) { o.still_pixels = 1; });
  refused([](SynthOptions& o) { o.blob = 0; });
  refused([](SynthOptions& o) { o.persistence = 2; });
  refused([](SynthOptions& o) { o.frames = 0; });
  refused([](SynthOptions& o) { o.streams.clear(); });
  BOOST_CHECK_THROW(synth_preset("tesis"), ConfigError);
  BOOST_CHECK_THROW(synth_preset("uniform:1.2"), ConfigError);
  BOOST_CHECK_THROW(synth_preset("uniform:x"), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
