// traces/python/deltasim_trace.py writes what the reader understands.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"
#include "tests/traces/trace_support.h"
#include "traces/reader.h"

namespace {

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

constexpr const char* kPython = "/usr/bin/python3";  // Debian's, which has Debian's packages

bool has_numpy() {
  if (std::system((std::string(kPython) + " -c 'import numpy' 2> /dev/null").c_str()) == 0) {
    return true;
  }
  std::cout << "SKIPPED: python3-numpy is not installed\n";
  return false;
}

int write_trace(const std::filesystem::path& file, const char* mode) {
  const auto source = deltasim::test::source_directory();
  const std::string quoted = "' '";
  const std::string command = std::string(kPython) + " '" +
                              (source / "tests/traces/write_trace.py").string() + quoted +
                              (source / "traces/python").string() + quoted + file.string() +
                              quoted + mode + "' 2> /dev/null";
  return std::system(command.c_str());
}

/// As in write_trace.py.
float value(std::size_t element, std::int64_t frame, int stream) {
  const auto e = static_cast<std::int64_t>(element);
  const std::int64_t moved = e % 3 == 0 ? 17 * frame : 0;
  return static_cast<float>(std::max<std::int64_t>(0, (e * 31 + moved + stream) % 7 - 3));
}

void check_map(const MapBits& map, std::int64_t frame, int stream, bool values) {
  for (std::size_t i = 0; i < map.active.size(); ++i) {
    const float now = value(i, frame, stream);
    const float before = frame == 0 ? 0 : value(i, frame - 1, stream);
    BOOST_REQUIRE(map.active.test(i) == (now != 0));
    BOOST_REQUIRE(map.delta.test(i) == (now != before));
    if (values) BOOST_REQUIRE(map.values.at(i) == now);
  }
  BOOST_TEST(map.values.empty() != values);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(python_writer_test)

BOOST_AUTO_TEST_CASE(what_python_writes_is_read) {
  if (!has_numpy()) return;
  for (const bool values : {false, true}) {
    const TemporaryDirectory folder;
    const auto file = folder / "t.dtrace";
    BOOST_REQUIRE(write_trace(file, values ? "values" : "bits") == 0);
    TraceReader reader(file);
    BOOST_TEST(reader.damage() == "");
    const TraceHeader& header = reader.header();
    BOOST_TEST(header.has_values == values);
    BOOST_TEST(header.video.frames_per_second == 12.5);
    BOOST_TEST(header.video.start == 3);
    Graph graph = header.streams.at(1).graph;
    assign_stages(graph);  // the writer knows no stages
    BOOST_TEST((graph == deltasim::test::small_graph()));
    BOOST_TEST((header.streams.at(1).maps == recorded_maps(graph, {})));
    BOOST_TEST((header.streams.at(0).weights_kind == WeightsKind::kCrossModality));
    FrameRecord record;
    std::int64_t count = 0;
    for (; reader.next(record); ++count) {
      BOOST_TEST(record.source_frame == 3 + record.frame);
      BOOST_TEST(record.repeats_previous == (record.frame == 5));
      BOOST_TEST(record.top1 == (record.frame == 1 ? -1 : 0));
      for (const MapBits& map : record.maps) check_map(map, record.frame, record.stream, values);
    }
    BOOST_TEST(count == 36);
    BOOST_TEST(reader.damage() == "");
    reader.read(1, 13, record);
    check_map(record.maps.at(2), 13, 1, values);
  }
}

BOOST_AUTO_TEST_CASE(a_failed_recording_leaves_its_frames_under_another_name) {
  if (!has_numpy()) return;
  const TemporaryDirectory folder;
  BOOST_TEST(write_trace(folder / "t.dtrace", "fails") != 0);
  BOOST_TEST(!std::filesystem::exists(folder / "t.dtrace"));
  TraceReader reader(folder / "t.dtrace.partial");
  BOOST_TEST(reader.frames(0) == 3);
  BOOST_TEST(reader.damage().find("was not finished") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
