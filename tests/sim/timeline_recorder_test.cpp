// The recorder keeps by time what it is told in any order.

#include "sim/timeline/timeline_recorder.h"

#include <boost/test/unit_test.hpp>

namespace deltasim {
namespace {

struct Fixture {
  TimelineRecorder recorder{1000};
  int bus = recorder.add_track({"DRAM", "bus", "bursts"});
  int tiles =
      recorder.add_track({"array", "tiles", "MACs"}, TimelineRecorder::Touching::kKeepApart);
  int queue = recorder.add_counter({"DRAM", "waiting"});
  int read = recorder.label("read");
  int write = recorder.label("write");
};

BOOST_AUTO_TEST_SUITE(timeline_recorder_test)

BOOST_FIXTURE_TEST_CASE(labels_have_one_number, Fixture) {
  BOOST_TEST(recorder.label("read") == read);
  BOOST_TEST(read != write);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_kept_outside_of_windows, Fixture) {
  recorder.slice(bus, read, 0, 10, 1);
  recorder.change(queue, 5, 3);
  const Timeline timeline = recorder.finish();
  BOOST_TEST(timeline.slices.empty());
  BOOST_TEST(timeline.samples.empty());
  BOOST_TEST(timeline.tracks.size() == 2);
}

BOOST_FIXTURE_TEST_CASE(what_counts_is_the_time_and_not_when_it_is_told, Fixture) {
  recorder.slice(bus, read, 95, 105, 10);   // told before, reaches into the window
  recorder.slice(bus, write, 150, 160, 1);  // ahead of time
  recorder.open(100);
  recorder.slice(bus, read, 20, 30, 1);  // told too late
  recorder.slice(bus, read, 190, 210, 10);
  recorder.slice(bus, read, 210, 220, 1);
  recorder.close(200);
  recorder.slice(bus, write, 250, 260, 1);
  const Timeline timeline = recorder.finish();
  const std::vector<TimelineSlice> expected{
      {bus, read, 100, 105, 5}, {bus, write, 150, 160, 1}, {bus, read, 190, 200, 4}};
  BOOST_TEST((timeline.slices == expected));
}

BOOST_FIXTURE_TEST_CASE(a_window_takes_up_what_began_while_none_was_open, Fixture) {
  recorder.slice(bus, read, 100, 300, 20);
  recorder.advance(150);
  recorder.open(200);
  recorder.close(400);
  const std::vector<TimelineSlice> expected{{bus, read, 200, 300, 10}};
  BOOST_TEST((recorder.finish().slices == expected));
}

BOOST_FIXTURE_TEST_CASE(touching_slices_of_one_label_become_one, Fixture) {
  recorder.open(0);
  recorder.slice(bus, read, 0, 10, 1);
  recorder.slice(bus, read, 10, 20, 2);
  recorder.slice(bus, write, 20, 30, 1);
  recorder.slice(bus, write, 31, 40, 1);
  recorder.break_slices();
  recorder.slice(bus, write, 40, 50, 1);
  recorder.slice(tiles, read, 0, 10, 1);
  recorder.slice(tiles, read, 10, 20, 1);
  recorder.slice(tiles, read, 20, 20, 1);  // no length
  recorder.close(100);
  const std::vector<TimelineSlice> expected{{bus, read, 0, 20, 3},    {tiles, read, 0, 10, 1},
                                            {tiles, read, 10, 20, 1}, {bus, write, 20, 30, 1},
                                            {bus, write, 31, 40, 1},  {bus, write, 40, 50, 1}};
  BOOST_TEST((recorder.finish().slices == expected));
}

BOOST_FIXTURE_TEST_CASE(what_runs_as_a_window_closes_is_cut_there, Fixture) {
  recorder.begin(tiles, read, 50);
  recorder.open(60);
  recorder.close(80);
  recorder.end(tiles, 90, 7);
  recorder.open(100);
  recorder.close(120);
  const std::vector<TimelineSlice> expected{{tiles, read, 60, 80, 0}};
  BOOST_TEST((recorder.finish().slices == expected));
}

BOOST_FIXTURE_TEST_CASE(counters_start_with_what_they_are_when_a_window_opens, Fixture) {
  recorder.change(queue, 10, 5);
  recorder.change(queue, 120, -1);
  recorder.open(100);
  recorder.change(queue, 90, -2);  // told too late
  recorder.change(queue, 120, 4);
  recorder.change(queue, 120, 1);
  recorder.change(queue, 220, -7);  // after the window
  recorder.close(200);
  recorder.open(300);
  recorder.close(400);
  const std::vector<TimelineSample> expected{{queue, 100, 3}, {queue, 120, 7}, {queue, 300, 0}};
  BOOST_TEST((recorder.finish().samples == expected));
}

BOOST_FIXTURE_TEST_CASE(before_a_window_closes_parts_are_asked, Fixture) {
  recorder.before_close([this] { recorder.slice(bus, read, 10, 20, 1); });
  recorder.open(0);
  recorder.close(100);
  BOOST_TEST(recorder.finish().slices.size() == 1);
}

BOOST_FIXTURE_TEST_CASE(outside_of_windows_the_past_is_forgotten_but_not_the_counters, Fixture) {
  for (int i = 0; i < 200'000; ++i) {
    recorder.slice(bus, i % 2 == 0 ? read : write, i, i + 1, 1);
    recorder.change(queue, i, i % 2 == 0 ? 1 : -1);
    recorder.advance(i);
  }
  recorder.change(queue, 200'000, 3);
  recorder.open(200'001);
  recorder.close(200'002);
  const Timeline timeline = recorder.finish();
  BOOST_TEST(timeline.slices.empty());
  BOOST_REQUIRE(timeline.samples.size() == 1);
  BOOST_TEST(timeline.samples[0].value == 3);
}

BOOST_FIXTURE_TEST_CASE(the_limit_ends_all_at_one_time, Fixture) {
  recorder.open(0);
  for (int i = 0; i < 3000; ++i) {
    recorder.slice(bus, i % 2 == 0 ? read : write, 10 * i, 10 * i + 10, 1);
    recorder.slice(tiles, read, 10 * i + 5, 10 * i + 15, 1);
    recorder.advance(10 * i);
  }
  recorder.close(40'000);
  BOOST_TEST(recorder.cut_at() > 0);
  const Timeline timeline = recorder.finish();
  BOOST_TEST(timeline.slices.size() <= 1000);
  BOOST_TEST(timeline.slices.size() > 900);
}

BOOST_FIXTURE_TEST_CASE(what_the_limit_leaves_out_is_counted, Fixture) {
  recorder.open(0);
  for (int i = 0; i < 3000; ++i) {
    recorder.slice(tiles, read, 10 * i, 10 * i + 5, 1);
    recorder.advance(10 * i);
  }
  recorder.close(40'000);
  recorder.slice(tiles, read, 50'000, 50'001, 1);  // in no window
  const std::int64_t left_out = recorder.left_out();
  const Timeline timeline = recorder.finish();
  BOOST_TEST(left_out + static_cast<std::int64_t>(timeline.slices.size()) >= 2999);
  BOOST_TEST(left_out + static_cast<std::int64_t>(timeline.slices.size()) <= 3000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
