#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/pipeline/timeline_bytes.h"
#include "sim/pipeline/timeline_selection.h"
#include "tests/traces/trace_support.h"

namespace deltasim {
namespace {

using test::small_stream;

std::string refusal(const TimelineSelection& selection, std::int64_t frames = 4) {
  try {
    choose_timeline(selection, {"dense", "delta"},
                    {small_stream("spatial"), small_stream("temporal")}, frames);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

TimelineChoice choice_of(const TimelineSelection& selection, std::int64_t frames = 4) {
  return choose_timeline(selection, {"dense", "delta"},
                         {small_stream("spatial"), small_stream("temporal")}, frames);
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(pipeline_timeline_test)

BOOST_AUTO_TEST_CASE(by_default_the_second_frame_in_delta_execution) {
  const TimelineChoice choice = choice_of({});
  BOOST_TEST(choice.mode == "delta");
  BOOST_TEST(choice.first_frame == 1);
  BOOST_TEST(choice.frames == 1);
  BOOST_TEST(choice.has_stream(0));
  BOOST_TEST(choice.has_stream(1));
  BOOST_TEST((choice.layers[0] == std::vector<bool>{true, true, true}));
  BOOST_TEST(choice_of({}, 1).first_frame == 0);
  BOOST_TEST(choose_timeline({}, {"dense", "spatial"}, {small_stream("s")}, 1).mode == "spatial");
}

BOOST_AUTO_TEST_CASE(names_and_patterns) {
  const TimelineChoice choice = choice_of({.mode = "dense",
                                           .streams = {"temporal"},
                                           .frames = FrameRange{2, 2, 1},
                                           .layers = {"conv2", "f*"}});
  BOOST_TEST(choice.mode == "dense");
  BOOST_TEST(choice.first_frame == 2);
  BOOST_TEST(choice.frames == 2);
  BOOST_TEST(!choice.has_stream(0));
  BOOST_TEST((choice.layers[1] == std::vector<bool>{false, true, true}));
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_refused_with_the_nearest_name) {
  BOOST_TEST(says(refusal({.mode = "dlta"}), "did you mean delta?"));
  BOOST_TEST(says(refusal({.streams = {"spacial"}}), "did you mean spatial?"));
  BOOST_TEST(says(refusal({.layers = {"conv1", "cov2"}}), "did you mean conv2?"));
  BOOST_TEST(says(refusal({.layers = {"pool*"}}), "'pool*'"));
  BOOST_TEST(says(refusal({.frames = FrameRange{3, 2, 1}}), "0 to 3"));
  BOOST_TEST(says(refusal({.frames = FrameRange{0, INT64_MAX, 1}}), "--timeline-frames"));
}

BOOST_AUTO_TEST_CASE(waveforms_want_one_layer) {
  BOOST_TEST(says(refusal({.one_layer = true}), "6 layers"));
  BOOST_TEST(says(refusal({.layers = {"fc"}, .one_layer = true}), "2 layers"));
  BOOST_TEST(refusal({.streams = {"spatial"}, .layers = {"fc"}, .one_layer = true}) == "");
}

BOOST_AUTO_TEST_CASE(ranges) {
  const FrameRange range = parse_timeline_range("--timeline-tiles", "3:2");
  BOOST_TEST(range.start == 3);
  BOOST_TEST(range.count == 2);
  for (const char* text :
       {"", "3", "3:0", "-1:2", "3:2:2", "a:b", "3:2:", "1:99999999999999999999"}) {
    BOOST_CHECK_EXCEPTION(
        parse_timeline_range("--timeline-tiles", text), ConfigError, [](const ConfigError& error) {
          return says(error.what(), "--timeline-tiles") && says(error.what(), "START:COUNT");
        });
  }
}

BOOST_AUTO_TEST_CASE(bytes_give_the_timeline_back) {
  Timeline timeline;
  timeline.tracks = {{"DRAM", "channel 0", "bursts"}};
  timeline.counters = {{"DRAM", "waiting"}};
  timeline.labels = {"read", ""};
  timeline.spans = {{"layer", "conv1", 1, 2, {{"mode", "delta"}}, {{"cycles", 7}}}};
  timeline.slices = {{0, 1, 2, 3, 4}, {0, 0, 5, 6, -7}};
  timeline.samples = {{0, 1, 2}};
  timeline.provenance = {{"a", "b"}};
  timeline.notes = {"note"};
  const std::string bytes = to_bytes(timeline);
  BOOST_REQUIRE(timeline_from(bytes).has_value());
  BOOST_TEST((*timeline_from(bytes) == timeline));
  BOOST_TEST(!timeline_from(bytes + "x").has_value());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    BOOST_TEST(!timeline_from(std::string_view(bytes).substr(0, size)).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
