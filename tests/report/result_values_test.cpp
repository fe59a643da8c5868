#include "report/result_values.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "report/result_json.h"
#include "tests/report/made_up_result.h"

BOOST_AUTO_TEST_SUITE(result_values_test)

using namespace deltasim;
using Json = nlohmann::ordered_json;

Fault fault_at(const std::string& key, const RunResult& result = test::made_up_result()) {
  try {
    ResultValues(result).at(key);
  } catch (const ConfigError& error) {
    return error.faults().front();
  }
  return {};
}

/// Calls visit(key, number) for all numbers.
template <typename Visit>
void for_each_number(const Json& json, const std::string& path, const Visit& visit) {
  if (json.is_number()) visit(path, json.get<double>());
  const std::string prefix = path.empty() ? "" : path + ".";
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) for_each_number(value, prefix + key, visit);
  }
  for (std::size_t i = 0; json.is_array() && i < json.size(); ++i) {
    for_each_number(json[i], prefix + std::to_string(i), visit);
  }
}

BOOST_AUTO_TEST_CASE(every_number_of_the_file_is_found_by_its_key) {
  RunResult result = test::made_up_result();
  result.modes[1].real_time = test::made_up_real_time();
  result.baseline = test::made_up_mode("dense");
  result.fidelity = {{"spatial", 4, 0.25, 0.5, 0.75, 0.625, 3}};
  result.choices = {{"spatial", "conv1", "delta", 3, 2, 1}};
  ResultValues values(result);
  int found = 0;
  for_each_number(Json::parse(result_json(result)), "", [&](const std::string& key, double number) {
    BOOST_TEST_CONTEXT(key) { BOOST_TEST(values.at(key) == number); }
    ++found;
  });
  BOOST_TEST(found > 300);
  BOOST_TEST(values.at("fidelity.spatial.top1_agreement") == 0.25);
  BOOST_TEST(values.at("modes.delta.real_time.met") == 0);
}

BOOST_AUTO_TEST_CASE(elements_of_lists_have_names) {
  const RunResult result = test::made_up_result();
  ResultValues values(result);
  BOOST_TEST(values.at("modes.delta.streams.spatial.layers.conv1.cycles") == 1000);
  BOOST_TEST(values.at("sites.relu2.elements") == 32);
  BOOST_TEST(values.at("waterfall.energy.reduction") == 2);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_told_with_the_nearest) {
  BOOST_TEST(fault_at("modes.delta.energy_pJ.totl").nearest == "modes.delta.energy_pJ.total");
  BOOST_TEST(fault_at("modes.delt.cycles").nearest == "modes.delta.cycles");
  BOOST_TEST(fault_at("claims.energy_reducton").nearest == "claims.energy_reduction");
  BOOST_TEST(fault_at("nothing").found == "no such key");
  BOOST_TEST(fault_at("modes").found == "no such key");
  BOOST_TEST(fault_at("baseline.cycles").found == "no such key");
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_told) {
  RunResult alone = test::made_up_result();
  alone.reductions.clear();
  BOOST_TEST(fault_at("claims.energy_reduction", alone).found ==
             "null: this run has no such figure");
  BOOST_TEST(fault_at("machine.name").found == "a text");
  BOOST_TEST(fault_at("modes.delta.macs").found == "several values");
}

BOOST_AUTO_TEST_CASE(keys_of_layers_need_everything) {
  BOOST_TEST(ResultValues::needs_everything("modes.delta.streams.spatial.layers.0.cycles"));
  BOOST_TEST(ResultValues::needs_everything("sites.0.elements"));
  BOOST_TEST(!ResultValues::needs_everything("modes.delta.energy_pJ.total"));
}

BOOST_AUTO_TEST_SUITE_END()
