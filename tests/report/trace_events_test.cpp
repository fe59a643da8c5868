#include "report/trace_events.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace deltasim {
namespace {

Timeline small_timeline() {
  Timeline timeline;
  timeline.tracks = {{"DMA", "load", "bytes"}, {"DRAM", "channel 0", "bursts"}};
  timeline.counters = {{"DRAM", "waiting"}};
  timeline.labels = {"weight", "read"};
  timeline.spans = {{.level = "layer",
                     .name = "conv\"1",
                     .begin = 0,
                     .end = 3'000'000,
                     .texts = {{"mode", "delta"}},
                     .figures = {{"cycles", 1500}}}};
  timeline.slices = {{1, 1, 1'000, 2'500'001, 3}, {0, 0, 2'000, 4'000, 0}};
  timeline.samples = {{0, 1'000, 7}};
  timeline.provenance = {{"mode", "delta"}};
  return timeline;
}

BOOST_AUTO_TEST_SUITE(trace_events_test)

BOOST_AUTO_TEST_CASE(the_document) {
  const std::string expected =
      R"({"displayTimeUnit":"ns","otherData":{"mode":"delta","left_out":[]},
"traceEvents":[
{"ph":"M","pid":1,"tid":0,"name":"process_name","args":{"name":"frames and layers"}},
{"ph":"M","pid":1,"tid":0,"name":"process_sort_index","args":{"sort_index":1}},
{"ph":"M","pid":2,"tid":0,"name":"process_name","args":{"name":"DMA"}},
{"ph":"M","pid":2,"tid":0,"name":"process_sort_index","args":{"sort_index":2}},
{"ph":"M","pid":3,"tid":0,"name":"process_name","args":{"name":"DRAM"}},
{"ph":"M","pid":3,"tid":0,"name":"process_sort_index","args":{"sort_index":3}},
{"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"frames"}},
{"ph":"M","pid":1,"tid":1,"name":"thread_sort_index","args":{"sort_index":1}},
{"ph":"M","pid":1,"tid":2,"name":"thread_name","args":{"name":"layers"}},
{"ph":"M","pid":1,"tid":2,"name":"thread_sort_index","args":{"sort_index":2}},
{"ph":"M","pid":2,"tid":3,"name":"thread_name","args":{"name":"load"}},
{"ph":"M","pid":2,"tid":3,"name":"thread_sort_index","args":{"sort_index":3}},
{"ph":"M","pid":3,"tid":4,"name":"thread_name","args":{"name":"channel 0"}},
{"ph":"M","pid":3,"tid":4,"name":"thread_sort_index","args":{"sort_index":4}},
{"ph":"X","pid":1,"tid":2,"ts":0.000000,"dur":3.000000,"name":"conv\"1","args":{"mode":"delta","cycles":1500}},
{"ph":"C","pid":3,"tid":0,"ts":0.001000,"name":"waiting","args":{"value":7}},
{"ph":"X","pid":3,"tid":4,"ts":0.001000,"dur":2.499001,"name":"read","args":{"bursts":3}},
{"ph":"X","pid":2,"tid":3,"ts":0.002000,"dur":0.002000,"name":"weight"}
]}
)";
  BOOST_TEST(trace_events(small_timeline()) == expected);
}

BOOST_AUTO_TEST_CASE(it_is_json_whatever_the_names) {
  Timeline timeline = small_timeline();
  timeline.spans[0].name = "\xff{}\n\t\\ {0}";
  timeline.labels[1] = "{} \"quoted\"";
  timeline.notes = {"left out: \"all\""};
  const auto document = nlohmann::json::parse(trace_events(timeline));
  BOOST_TEST(document["otherData"]["left_out"][0] == "left out: \"all\"");
  BOOST_TEST(document["traceEvents"].back()["name"] == "weight");
}

BOOST_AUTO_TEST_CASE(an_empty_timeline_is_a_document) {
  const auto document = nlohmann::json::parse(trace_events({}));
  BOOST_TEST(document["traceEvents"].is_array());
}

BOOST_AUTO_TEST_CASE(appended_timelines_share_tracks_by_name) {
  Timeline timeline = small_timeline();
  Timeline more = small_timeline();
  std::swap(more.tracks[0], more.tracks[1]);
  for (TimelineSlice& slice : more.slices) slice.track = 1 - slice.track;
  more.labels = {"weight", "read", "write"};
  more.slices[0].label = 2;
  append(timeline, more, 10'000'000);
  BOOST_TEST(timeline.tracks.size() == 2);
  BOOST_TEST(timeline.counters.size() == 1);
  BOOST_TEST(timeline.labels.size() == 3);
  BOOST_TEST((timeline.slices[2] == TimelineSlice{1, 2, 10'001'000, 12'500'001, 3}));
  BOOST_TEST((timeline.slices[3] == TimelineSlice{0, 0, 10'002'000, 10'004'000, 0}));
  BOOST_TEST((timeline.samples[1] == TimelineSample{0, 10'001'000, 7}));
  BOOST_TEST(timeline.spans[1].end == 13'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
