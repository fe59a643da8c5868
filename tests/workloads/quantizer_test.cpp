// What the user may ask for, and what each quantizer does to a map.

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/execution_support.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(quantizer_test)

BOOST_AUTO_TEST_CASE(specs_are_read_and_written_back) {
  for (const char* text :
       {"none", "fixed_point:8", "step:3,3,4,4,4", "step:0.5", "step:@steps.yaml",
        "step:sparsity=0.88", "threshold:0.05", "sigma_delta:8"})
    BOOST_TEST(to_string(parse_quantizer(text)) == text);
  BOOST_TEST(parse_quantizer("fixed_point:8").as<FixedPointSpec>()->bits == 8);
  BOOST_TEST(parse_quantizer("step:3,3,4").as<StepSpec>()->stages.size() == 3U);
  BOOST_TEST(!parse_quantizer("threshold:0.05").quantize_input);
}

BOOST_AUTO_TEST_CASE(wrong_specs_say_what_is_wrong) {
  const std::pair<const char*, const char*> cases[] = {{"fixed_point:0", "from 2 to 16"},
                                                       {"fixed_point:17", "from 2 to 16"},
                                                       {"fixed_point", "number of bits"},
                                                       {"fixed_point:8.5", "number of bits"},
                                                       {"fixd_point:8", "fixed_point"},
                                                       {"banana", "one of none, fixed_point"},
                                                       {"", "one of none"},
                                                       {"none:3", "none"},
                                                       {"step:-1", "above 0"},
                                                       {"step:0", "above 0"},
                                                       {"step:nan", "above 0"},
                                                       {"step:inf", "above 0"},
                                                       {"step:3,,4", "step sizes"},
                                                       {"step:", "step sizes"},
                                                       {"step:1e-60", "above 0"},
                                                       {"step:@", "name of a YAML file"},
                                                       {"step:sparsity=1", "between 0"},
                                                       {"step:sparsity=x", "sparsity"},
                                                       {"threshold:-0.1", "at least 0"},
                                                       {"threshold:nan", "at least 0"},
                                                       {"sigma_delta:99", "from 2 to 16"},
                                                       {"step:3 4", "step sizes"}};
  for (const auto& [text, expected] : cases)
    BOOST_CHECK_EXCEPTION(parse_quantizer(text), ConfigError, [&](const ConfigError& error) {
      return std::string(error.what()).find(expected) != std::string::npos;
    });
  try {
    parse_quantizer("fixd_point:8");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults().front().nearest == "fixed_point");
  }
}

BOOST_AUTO_TEST_CASE(fixed_point_follows_the_thesis) {
  // I = 1 + floor(log2 max), F = bits - I - 1.
  BOOST_TEST(fixed_point_grid(8, 16.44F).step == 0.25F);
  BOOST_TEST(fixed_point_grid(8, 16.0F).step == 0.25F);
  BOOST_TEST(fixed_point_grid(8, 15.99F).step == 0.125F);
  BOOST_TEST(fixed_point_grid(6, 0.3F).step == std::exp2(-6.0F));
  BOOST_TEST(fixed_point_grid(8, 3.0F).max_code == 128);
  BOOST_TEST(fixed_point_grid(8, 0.0F).step == std::exp2(-7.0F));
}

RC_BOOST_PROP(fixed_point_is_within_half_a_step_and_clips, (unsigned seed)) {
  std::mt19937 random(seed);
  const int bits = *rc::gen::inRange(2, 17);
  std::vector<float> x = test::random_floats(257, random, 3);
  const auto largest =
      std::abs(*std::ranges::max_element(x, {}, [](float v) { return std::abs(v); }));
  const Grid grid = fixed_point_grid(bits, largest);
  x.push_back(10 * largest);
  std::vector<float> q = x;
  make_fixed_point(bits, largest)->quantize(q, 0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) RC_ASSERT(std::abs(q[i] - x[i]) <= grid.step / 2);
  RC_ASSERT(q.back() == static_cast<float>(grid.max_code) * grid.step);
  std::vector<float> again = q;
  make_fixed_point(bits, largest)->quantize(again, 0);
  RC_ASSERT(again == q);
}

RC_BOOST_PROP(steps_per_channel_follow_the_offset, (unsigned seed)) {
  std::mt19937 random(seed);
  const auto channels = *rc::gen::inRange<std::size_t>(1, 9);
  std::vector<float> steps = test::random_floats(channels, random);
  for (float& step : steps) step = 0.01F + std::abs(step);
  const std::vector<float> x = test::random_floats(channels * 20, random, 5);
  std::vector<float> whole = x, parts = x;
  const auto quantizer = make_step_per_channel(steps);
  quantizer->quantize(whole, 0);
  const auto cut = *rc::gen::inRange<std::size_t>(0, x.size() + 1);
  quantizer->quantize(std::span(parts).first(cut), 0);
  quantizer->quantize(std::span(parts).subspan(cut), cut);
  RC_ASSERT(whole == parts);
  for (std::size_t i = 0; i < x.size(); ++i)
    RC_ASSERT(std::abs(whole[i] - x[i]) <= steps[i % channels] * 0.5001F);
}

RC_BOOST_PROP(threshold_changes_only_what_moved_far, (unsigned seed)) {
  std::mt19937 random(seed);
  const auto quantizer = make_threshold(0.5F, 100);
  std::vector<float> sent(100, 0.0F);
  for (int frame = 0; frame < 5; ++frame) {
    const std::vector<float> x = test::random_floats(100, random);
    std::vector<float> q = x;
    quantizer->quantize(q, 0);
    for (std::size_t i = 0; i < 100; ++i)
      RC_ASSERT(q[i] == (std::abs(x[i] - sent[i]) > 0.5F ? x[i] : sent[i]));
    sent = q;
  }
}

RC_BOOST_PROP(sigma_delta_loses_nothing_over_time, (unsigned seed)) {
  std::mt19937 random(seed);
  const auto quantizer = make_sigma_delta(6, 4.0F, 50);
  const float step = quantizer->grid()->step;
  std::vector<double> given(50, 0), sent(50, 0);
  for (int frame = 0; frame < 20; ++frame) {
    std::vector<float> x = test::random_floats(50, random, 2);
    for (std::size_t i = 0; i < 50; ++i) given[i] += x[i];
    quantizer->quantize(x, 0);
    for (std::size_t i = 0; i < 50; ++i) {
      sent[i] += x[i];
      RC_ASSERT(std::abs(given[i] - sent[i]) <= step * 0.501);
    }
  }
}

struct Sites {
  Graph graph = test::graph_with_everything();
  std::vector<RecordedMap> maps = recorded_maps(graph, {});
  SiteQuantizers bind(const std::string& text) {
    return make_site_quantizers(parse_quantizer(text), graph, maps, {});
  }
};

BOOST_AUTO_TEST_CASE(a_list_of_steps_must_reach_the_last_stage) {
  Sites sites;
  for (NodeId id = 0; id < 20; ++id) sites.graph.set_stage(id, id / 5);
  BOOST_CHECK_EXCEPTION(sites.bind("step:1,2"), ConfigError, [](const ConfigError& error) {
    return error.faults().size() == 1 && error.faults()[0].expected.find("4") != std::string::npos;
  });
  sites.bind("step:1,2,3,4");
  sites.bind("step:1");
}

BOOST_AUTO_TEST_CASE(a_step_file_is_checked_as_a_whole) {
  const test::TemporaryDirectory folder;
  const auto file = folder.path() / "steps.yaml";
  Sites sites;
  std::ofstream out(file);
  for (const RecordedMap& map : sites.maps)
    if (map.kind == RecordedMap::Kind::kSite) out << map.name << ": 0.5\n";
  out.close();
  SiteQuantizers bound = sites.bind("step:@" + file.string());
  BOOST_TEST(bound.maps[0] == nullptr);
  BOOST_TEST(bound.maps[1]->grid()->step == 0.5F);
  std::ofstream(file) << "relu0: [1, 2]\nrelu9: 3\na.relu1: -1\n";
  BOOST_CHECK_EXCEPTION(sites.bind("step:@" + file.string()), ConfigError,
                        [](const ConfigError& error) { return error.faults()[0].line == 3; });
  std::ofstream(file) << "relu0: [1, 2]\nrelu9: 3\n";
  BOOST_CHECK_EXCEPTION(sites.bind("step:@" + file.string()), ConfigError,
                        [](const ConfigError& error) { return error.faults().size() > 5; });
  BOOST_CHECK_THROW(sites.bind("step:@/nowhere.yaml"), ConfigError);
}

BOOST_AUTO_TEST_CASE(fixed_point_needs_calibration) {
  Sites sites;
  BOOST_CHECK_THROW(sites.bind("fixed_point:8"), ConfigError);
  BOOST_TEST(needs_calibration(parse_quantizer("fixed_point:8")));
  BOOST_TEST(needs_calibration(parse_quantizer("step:sparsity=0.5")));
  BOOST_TEST(!needs_calibration(parse_quantizer("step:0.5")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
