// A sweep as text and as files, against literal text; the minimum against parabolas.

#include "report/dvfs_report.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

BOOST_AUTO_TEST_SUITE(dvfs_report_test)

using namespace deltasim;
using boost::test_tools::tolerance;

ClockPoint point(double megahertz, double volts, double dynamic_mJ, double leakage_mJ) {
  return {.clock_hz = megahertz * 1e6,
          .voltage_V = volts,
          .time_per_frame_s = 2 / megahertz,
          .dynamic_pJ = dynamic_mJ * 1e9,
          .leakage_pJ = leakage_mJ * 1e9,
          .dram_pJ = 1e9,
          .average_power_W = 0.5};
}

DvfsSweep sweep() {
  DvfsSweep sweep{.experiment = "e",
                  .accelerator = "a",
                  .energy_table = "t",
                  .mode = "delta",
                  .relation_source = "made up",
                  .relation_verified = true,
                  .nominal_voltage_V = 1,
                  .temperature_K = 300,
                  .frames = 2};
  sweep.points = {point(100, 0.8, 2, 4), point(200, 1, 3, 2), point(300, 1.2, 5, 1)};
  sweep.minimum = find_minimum(sweep.points);
  sweep.minimum.voltage_V = 0.98;
  sweep.notes = {"a note"};
  return sweep;
}

BOOST_AUTO_TEST_CASE(a_parabola_is_found_again) {
  std::vector<ClockPoint> points;
  for (const double clock : {100e6, 170e6, 300e6, 420e6}) {
    const double x = (clock - 230e6) / 1e8;
    points.push_back({.clock_hz = clock, .dynamic_pJ = 7 + 3 * x * x});
  }
  const SweepMinimum minimum = find_minimum(points);
  BOOST_TEST(minimum.interpolated);
  BOOST_TEST(minimum.clock_hz == 230e6, tolerance(1e-12));
  BOOST_TEST(minimum.energy_pJ == 7, tolerance(1e-12));
}

/// The vertex lies between the neighbours of the least point, and no higher than it.
BOOST_AUTO_TEST_CASE(the_neighbours_bracket_the_minimum) {
  for (const double middle : {1.0, 1.5, 1.9}) {
    const std::vector<ClockPoint> points{{.clock_hz = 1, .dynamic_pJ = 2},
                                         {.clock_hz = 4, .dynamic_pJ = middle},
                                         {.clock_hz = 5, .dynamic_pJ = 8}};
    const SweepMinimum minimum = find_minimum(points);
    BOOST_TEST(minimum.clock_hz > 1);
    BOOST_TEST(minimum.clock_hz < 5);
    BOOST_TEST(minimum.energy_pJ <= middle);
  }
}

BOOST_AUTO_TEST_CASE(at_an_end_nothing_is_interpolated) {
  const std::vector<ClockPoint> points{{.clock_hz = 1, .dynamic_pJ = 1},
                                       {.clock_hz = 2, .dynamic_pJ = 2},
                                       {.clock_hz = 3, .dynamic_pJ = 3}};
  const SweepMinimum minimum = find_minimum(points);
  BOOST_TEST(!minimum.interpolated);
  BOOST_TEST(minimum.clock_hz == 1);
  BOOST_TEST(find_minimum({points[2], points[1], points[0]}).point == 2U);
}

BOOST_AUTO_TEST_CASE(text_has_a_row_a_clock) {
  BOOST_TEST(dvfs_text(sweep()) ==
             R"(e on a, delta execution, 2 frames, 300 K; frames follow each other

    clock  supply   a frame   on chip   leakage      DRAM      idle    energy    power       EDP
      MHz       V        ms        mJ        mJ        mJ        mJ        mJ        W     mJ ms
    100.0   0.800    20.000     2.000     4.000     1.000     0.000     7.000    0.500   140.000
    200.0   1.000    10.000     3.000     2.000     1.000     0.000     6.000    0.500    60.000  least
    300.0   1.200     6.667     5.000     1.000     1.000     0.000     7.000    0.500    46.667

least energy: 200 MHz at 0.980 V, 6 mJ a frame (parabola through the points at 100, 200 and 300 MHz)
note: a note
)");
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_missed) {
  DvfsSweep late = sweep();
  late.frame_rate_hz = 60;
  late.points[0].missed_frames = 2;
  const std::string text = dvfs_text(late);
  BOOST_TEST(text.find("a frame every 16.67 ms") != std::string::npos);
  BOOST_TEST(text.find("140.000  2 late\n") != std::string::npos);
  BOOST_TEST(text.find("keeps up with 60 Hz: 200 MHz, 6 mJ") != std::string::npos);
  for (ClockPoint& point : late.points) point.missed_frames = 1;
  BOOST_TEST(dvfs_text(late).find("no simulated clock keeps up with 60 Hz") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(csv_has_units) {
  const std::string csv = dvfs_csv(sweep());
  BOOST_TEST(csv.starts_with("clock_hz,voltage_V,time_per_frame_s,"));
  BOOST_TEST(csv.find("\n100000000,0.8,0.02,2000000000,4000000000,1000000000,0,7000000000,0.5,"
                      "140000000,0\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(json_has_every_point) {
  const auto json = nlohmann::json::parse(dvfs_json(sweep()));
  BOOST_TEST(json.at("schema") == "deltasim.dvfs/1");
  BOOST_TEST(json.at("frame_rate_hz").is_null());
  BOOST_TEST(json.at("points").size() == 3U);
  BOOST_TEST(json.at("points")[2].at("energy_pJ").at("total") == 7e9);
  BOOST_TEST(json.at("minimum").at("interpolation") == "parabola");
  BOOST_TEST(json.at("minimum").at("point") == 1);
}

BOOST_AUTO_TEST_CASE(a_name_cannot_leave_its_string) {
  DvfsSweep odd = sweep();
  odd.accelerator = "a'; system 'touch x'; `y`";
  BOOST_TEST(dvfs_gnuplot(odd).find("set title 'a''; system ''touch x''; `y`, delta") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
