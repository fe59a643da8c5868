#include "report/sweep_csv.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(sweep_csv_test)

using namespace deltasim;

namespace {

SweepResult made_up() {
  SweepResult sweep{.name = "made_up",
                    .axes = {{.name = "accelerator.clock", .levels = {"500 MHz", "1 GHz"}},
                             {.name = "fifo_depth", .levels = {"1", "4"}},
                             {.name = "energy", .levels = {"a, b", "c"}}},
                    .objectives = {{.name = "energy", .expression = "e", .unit = "pJ"},
                                   {.name = "energy", .expression = "f"},
                                   {.name = "time_s", .expression = "t", .unit = "s"}}};
  sweep.points = {{.id = 0,
                   .hash = "h0",
                   .values = {"500 MHz", "1", "a, b"},
                   .status = PointStatus::kDone,
                   .objectives = {0.5, 3, 1e-9},
                   .wall_s = 1.5},
                  {.id = 1,
                   .hash = "h1",
                   .values = {"1 GHz", "4", "c"},
                   .status = PointStatus::kFailed,
                   .error = "a \"word\"",
                   .wall_s = 0.25},
                  {.id = 2, .hash = "h2", .values = {"1 GHz", "1", "c"}}};
  return sweep;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_row_a_point_with_units_in_the_names) {
  BOOST_TEST(sweep_csv(made_up()) ==
             "point,status,wall_s,error,hash,accelerator.clock_hz,fifo_depth,energy,energy_pJ,"
             "objective.energy,time_s\n"
             "0,done,1.5,,h0,500000000,1,\"a, b\",0.5,3,1e-09\n"
             "1,failed,0.25,\"a \"\"word\"\"\",h1,1000000000,4,c,,,\n"
             "2,open,,,h2,1000000000,1,c,,,\n");
}

BOOST_AUTO_TEST_CASE(one_level_that_is_no_number_makes_the_column_text) {
  SweepResult sweep = made_up();
  sweep.axes[1].levels.push_back("all");
  BOOST_TEST(sweep_csv(sweep).find("0,done,1.5,,h0,500000000,1,") != std::string::npos);
  sweep.axes[0].levels.push_back("fast");
  BOOST_TEST(sweep_csv(sweep).find(",accelerator.clock,") != std::string::npos);
  BOOST_TEST(sweep_csv(sweep).find("h0,500 MHz,1,") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(whole_and_broken_numbers_are_one_column_of_one_type) {
  SweepResult sweep = made_up();
  sweep.axes[1].levels = {"1", "0.5"};
  sweep.points[1].values[1] = "0.5";
  const std::string text = sweep_csv(sweep);
  BOOST_TEST(text.find("h0,500000000,1,") != std::string::npos);
  BOOST_TEST(text.find("h1,1000000000,0.5,") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
