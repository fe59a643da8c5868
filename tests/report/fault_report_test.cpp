#include "report/fault_report.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

BOOST_AUTO_TEST_SUITE(fault_report_test)

using namespace deltasim;

FaultStudyResult made_up() {
  FaultStudyResult result;
  result.provenance = {{"video", "clip.avi"}};
  result.frames = 4;
  result.execution = "delta";
  result.undisturbed = {{"spatial", "trained", {0.5, 0.75}}};
  FaultPointFigures point;
  point.faults = "seed 1, weights 1e-06";
  point.weight_bit_error_rate = 1e-6;
  point.refresh = RefreshFigures{4, 0.75, 32000, Watts(0.0125), Watts(0.0375)};
  point.streams = {{.name = "spatial",
                    .top1_agreement = 0.75,
                    .logits = {0.125, 2, 0.0625, 0.25},
                    .sparsity = {0.25, 0.5},
                    .weights = {800, 8},
                    .state = {1600, 0},
                    .noisy_weights = 3}};
  point.top1_agreement = 0.75;
  result.points = {point};
  result.notes = {"rapid: its point at 3 s is not verified"};
  return result;
}

BOOST_AUTO_TEST_CASE(text) {
  BOOST_TEST(
      fault_text(made_up()) ==
      "4 frames, delta execution; top-1 %: frames with the undisturbed network's top class\n"
      "\n"
      "point       refresh x    saved %   saved mW    weights      state      noise  flipped w"
      "  flipped s    top-1 %     lost %\n"
      "1                   4      75.00      37.50   1.00e-06   0.00e+00          -          8"
      "          0      75.00      25.00\n"
      "\n"
      "spatial stream, trained weights; change of the logits, zeros of the sites\n"
      "point         top-1 %       mean        max     mean %      max %   activ. %    delta %\n"
      "no faults                                                              50.00      75.00\n"
      "1               75.00      0.125          2       6.25      25.00      25.00      50.00\n"
      "\n"
      "note: rapid: its point at 3 s is not verified\n");
}

BOOST_AUTO_TEST_CASE(json) {
  const auto report = nlohmann::json::parse(fault_json(made_up()));
  BOOST_TEST(report.at("schema") == "deltasim.faults/1");
  BOOST_TEST(report.at("provenance").at("video") == "clip.avi");
  BOOST_TEST(report.at("undisturbed").at("spatial").at("weights") == "trained");
  const auto& point = report.at("points").at(0);
  BOOST_TEST(point.at("refresh").at("saved_share") == 0.75);
  BOOST_TEST(point.at("refresh").at("saved_mW") == 37.5);
  const auto& stream = point.at("streams").at("spatial");
  BOOST_TEST(stream.at("weights").at("flipped_bits") == 8);
  BOOST_TEST(stream.at("sparsity_change").at("activation") == -0.25);
  BOOST_TEST(stream.at("sparsity_change").at("temporal") == -0.25);
  FaultStudyResult one_frame = made_up();
  one_frame.points[0].streams[0].sparsity.temporal.reset();
  one_frame.points[0].refresh.reset();
  const auto without = nlohmann::json::parse(fault_json(one_frame)).at("points").at(0);
  BOOST_TEST(without.at("refresh").is_null());
  BOOST_TEST(without.at("streams").at("spatial").at("sparsity_change").at("temporal").is_null());
}

BOOST_AUTO_TEST_CASE(csv) {
  const std::string text = fault_csv(made_up());
  const std::string row = text.substr(text.find('\n') + 1);
  BOOST_TEST(
      row ==
      "1,spatial,trained,4,0.75,32000,12.5,37.5,1e-06,0,,8,0,0.75,0.125,2,0.0625,0.25,0.25,0.5\n");
  BOOST_TEST(
      std::count(row.begin(), row.end(), ',') ==
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find('\n')), ','));
}

BOOST_AUTO_TEST_SUITE_END()
