#include "report/result_json.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/report/made_up_result.h"

BOOST_AUTO_TEST_SUITE(result_json_test)

using namespace deltasim;
using Json = nlohmann::ordered_json;
using Keys = std::set<std::string>;

Keys keys_of(const Json& json) {
  Keys keys;
  for (const auto& [key, value] : json.items()) keys.insert(key);
  return keys;
}

/// The figures that schema deltasim.result/1 names, all of them, and counts that are integers.
void expect_figures(const Json& json) {
  for (const char* key : {"frames", "cycles", "noc_bit_hops"}) {
    BOOST_TEST(json.at(key).is_number_integer(), key);
  }
  for (const char* key : {"time_s", "utilization"}) BOOST_TEST(json.at(key).is_number_float(), key);
  BOOST_TEST(keys_of(json.at("macs")) == (Keys{"dense", "executed", "skipped"}));
  for (const auto& [key, count] : json.at("macs").items()) BOOST_TEST(count.is_number_integer());
  BOOST_TEST(keys_of(json.at("traffic_bits")) == (Keys{"dram", "glb", "rf", "state_memory"}));
  for (const auto& [memory, actions] : json.at("traffic_bits").items()) {
    BOOST_TEST(keys_of(actions) == (Keys{"read", "write"}));
    for (const auto& [action, kinds] : actions.items()) {
      BOOST_TEST(keys_of(kinds) == (Keys{"weight", "activation", "partial_sum", "state", "index"}));
      for (const auto& [kind, bits] : kinds.items()) BOOST_TEST(bits.is_number_integer());
    }
  }
  BOOST_TEST(keys_of(json.at("energy_pJ")) == (Keys{"total", "by_component", "by_data"}));
  BOOST_TEST(keys_of(json.at("state")) == (Keys{"footprint_bytes", "bytes_per_frame"}));
  for (const auto& [key, bytes] : json.at("state").items()) BOOST_TEST(bytes.is_number_integer());
}

BOOST_AUTO_TEST_CASE(every_mode_stream_and_layer_has_all_figures) {
  const Json json = Json::parse(result_json(test::made_up_result()));
  BOOST_TEST(json.at("schema") == "deltasim.result/1");
  BOOST_TEST(keys_of(json.at("modes")) == (Keys{"dense", "delta"}));
  for (const auto& [name, mode] : json.at("modes").items()) {
    expect_figures(mode);
    expect_figures(mode.at("first_frame"));
    expect_figures(mode.at("steady_state"));
    expect_figures(mode.at("streams").at("spatial"));
    for (const Json& layer : mode.at("streams").at("spatial").at("layers")) {
      expect_figures(layer);
      BOOST_TEST(layer.at("name") == "conv1");
      BOOST_TEST(layer.at("execution") == name);
    }
  }
}

BOOST_AUTO_TEST_CASE(real_time_stands_beside_the_busy_energy) {
  RunResult result = test::made_up_result();
  result.modes[1].real_time = test::made_up_real_time();
  const Json json = Json::parse(result_json(result)).at("modes");
  BOOST_TEST(!json.at("dense").contains("real_time"));
  BOOST_TEST(json.at("delta").at("real_time") ==
             Json::parse(R"({"frame_rate_hz": 25.0, "frame_time_s": 0.04, "busy_s": 0.03,
               "idle_s": 0.0125, "met": false, "worst_frame_s": 0.05, "missed_frames": 1,
               "idle_energy_pJ": {"leakage": 2e9, "dram": 1e9}, "energy_per_frame_pJ": 5e9,
               "average_power_W": 0.125})"));
  BOOST_TEST(json.at("delta").at("energy_pJ").at("total") == 100);
}

BOOST_AUTO_TEST_CASE(a_layer_as_it_is_written) {
  const Json json = Json::parse(result_json(test::made_up_result()));
  BOOST_TEST(
      json.at("modes").at("delta").at("streams").at("spatial").at("layers").at(0).dump() ==
      R"({"name":"conv1","execution":"delta","mapping":"k64, y7","mapping_candidates":12,)"
      R"("frames":2,"cycles":1000,"time_s":0.25,)"
      R"("macs":{"dense":4000000000,"executed":1000000000,"skipped":3000000000},)"
      R"("traffic_bits":{)"
      R"("dram":{"read":{"weight":1,"activation":2,"partial_sum":3,"state":4,"index":5},)"
      R"("write":{"weight":6,"activation":7,"partial_sum":8,"state":9,"index":10}},)"
      R"("glb":{"read":{"weight":11,"activation":12,"partial_sum":13,"state":14,"index":15},)"
      R"("write":{"weight":16,"activation":17,"partial_sum":18,"state":19,"index":20}},)"
      R"("rf":{"read":{"weight":21,"activation":22,"partial_sum":23,"state":24,"index":25},)"
      R"("write":{"weight":26,"activation":27,"partial_sum":28,"state":29,"index":30}},)"
      R"("state_memory":)"
      R"({"read":{"weight":31,"activation":32,"partial_sum":33,"state":34,"index":35},)"
      R"("write":{"weight":36,"activation":37,"partial_sum":38,"state":39,"index":40}}},)"
      R"("noc_bit_hops":15,)"
      R"("energy_pJ":{"total":100.0,"by_component":{"dram":60.0,"glb":40.0},)"
      R"("by_data":{"weight":75.0,"state":25.0}},)"
      R"("state":{"footprint_bytes":5000000,"bytes_per_frame":2500000},"utilization":0.5,)"
      R"("stall_lane_cycles":{"no_event":1,"fifo_full":2,"weights":3,"partial_sum":4,"drain":5,)"
      R"("unmapped":6},)"
      R"("busy_cycles":{"array":600,"noc":500,"dram":900,"delta_unit":400},"bound_by":"dram"})");
}

BOOST_AUTO_TEST_CASE(a_memory_that_wears_out_says_when) {
  RunResult result = test::made_up_result();
  result.modes[1].figures.state.hours_to_wear_out = 100;
  result.modes[1].figures.state.hours_to_wear_out_unlevelled = 2.5;
  const Json json = Json::parse(result_json(result));
  BOOST_TEST(json.at("modes").at("delta").at("state").at("hours_to_wear_out") == 100);
  BOOST_TEST(json.at("modes").at("delta").at("state").at("hours_to_wear_out_unlevelled") == 2.5);
  BOOST_TEST(!json.at("modes").at("dense").at("state").contains("hours_to_wear_out"));
}

BOOST_AUTO_TEST_CASE(what_the_dram_spent) {
  RunResult result = test::made_up_result();
  result.modes[1].dram = {.model = "currents",
                          .part = "ddr4_2400_8gb_x8",
                          .interface = "not_stated",
                          .terms = {{"activate", 1.5}, {"refresh", 0.5}},
                          .refresh_energy_share = 0.25,
                          .refresh_time_share = 0.0625};
  const Json json = Json::parse(result_json(result));
  BOOST_TEST(
      json.at("modes").at("delta").at("dram").dump() ==
      R"({"energy_model":"currents","part":"ddr4_2400_8gb_x8","interface_model":"not_stated",)"
      R"("energy_pJ":{"activate":1.5,"refresh":0.5},)"
      R"("refresh_energy_share":0.25,"refresh_time_share":0.0625})");
}

BOOST_AUTO_TEST_CASE(sites_frames_and_the_machine) {
  const Json json = Json::parse(result_json(test::made_up_result()));
  BOOST_TEST(json.at("sites").dump() ==
             R"([{"stream":"spatial","site":"relu1","elements":64,"activation_sparsity":0.5,)"
             R"("temporal_sparsity":0.875,"unchanged_pixels":0.25},)"
             R"({"stream":"spatial","site":"relu2","elements":32,"activation_sparsity":0.25,)"
             R"("temporal_sparsity":null,"unchanged_pixels":null}])");
  BOOST_TEST(json.at("machine").dump() ==
             R"({"name":"a_machine","clock_hz":1000000000.0,"pes":4,)"
             R"("peak_macs_per_s":8000000000.0,"dram_bytes_per_s":2000000000.0,"glb_bytes":1024})");
  BOOST_TEST(json.at("modes").at("delta").at("frame_figures").at(1).dump() ==
             R"({"stream":"spatial","frame":1,"cycles":2000,"time_s":0.25,)"
             R"("macs_executed":2000000000,"dram_bits":110,"energy_pJ":200.0,)"
             R"("state_bytes":2500000})");
}

BOOST_AUTO_TEST_CASE(claims_and_waterfall) {
  const Json json = Json::parse(result_json(test::made_up_result()));
  BOOST_TEST(
      json.at("claims").dump() ==
      R"({"activation_sparsity":0.5,"temporal_sparsity":0.875,"ideal_reduction":8.0,)"
      R"("mac_reduction":4.0,"cycle_reduction":2.0,"dram_access_reduction":1.5,)"
      R"("energy_reduction":1.25,"by_mode":{"delta":{)"
      R"("against_dense":{"mac_reduction":4.0,"cycle_reduction":2.0,"dram_access_reduction":1.5,)"
      R"("energy_reduction":1.25},)"
      R"("against_spatial":{"mac_reduction":3.0,"cycle_reduction":1.75,)"
      R"("dram_access_reduction":1.125,"energy_reduction":0.5}}}})");
  BOOST_TEST(json.at("waterfall").dump() ==
             R"([{"step":"ideal","text":"ideal","reduction":8.0},)"
             R"({"step":"energy","text":"energy with state","reduction":2.0}])");
  BOOST_TEST(json.at("waterfall_against_spatial").dump() ==
             R"([{"step":"ideal","text":"ideal against spatial","reduction":2.0}])");
}

BOOST_AUTO_TEST_CASE(claims_that_were_not_measured_are_null) {
  RunResult result = test::made_up_result();
  result.reductions.clear();
  const Json claims = Json::parse(result_json(result)).at("claims");
  for (const char* key :
       {"mac_reduction", "cycle_reduction", "dram_access_reduction", "energy_reduction"}) {
    BOOST_TEST(claims.at(key).is_null(), key);
  }
}

BOOST_AUTO_TEST_CASE(baseline_choices_and_notes) {
  RunResult result = test::made_up_result();
  BOOST_TEST(!Json::parse(result_json(result)).contains("baseline"));
  result.baseline = test::made_up_mode("baseline");
  result.choices = {{"spatial", "conv1", "spatial", 3, 1, 2}};
  result.notes = {"one", "two"};
  result.energy_table = test::made_up_energy_table();
  BOOST_TEST(!Json::parse(result_json(result)).contains("area"));
  result.area = AreaFigures{.node_nm = 45,
                            .total_mm2 = 12.5,
                            .by_component = {{"pe", 2.5}, {"glb", 10}},
                            .unverified_share = 0.5};
  const Json json = Json::parse(result_json(result));
  expect_figures(json.at("baseline"));
  BOOST_TEST(json.at("selective_choices").dump() ==
             R"([{"stream":"spatial","layer":"conv1","chosen":"spatial",)"
             R"("energy_pJ":{"dense":3.0,"spatial":1.0,"delta":2.0}}])");
  BOOST_TEST(json.at("area").dump() ==
             R"({"node_nm":45.0,"total_mm2":12.5,"by_component_mm2":{"pe":2.5,"glb":10.0},)"
             R"("unverified_share":0.5})");
  BOOST_TEST(json.at("provenance").dump() ==
             R"({"experiment":"made up","weights_spatial":"trained",)"
             R"("unverified_energy_share":0.25,"notes":["one","two"]})");
}

BOOST_AUTO_TEST_CASE(the_energy_table_names_its_entries) {
  RunResult result = test::made_up_result();
  result.energy_table = test::made_up_energy_table();
  result.energy_table.entries.resize(2);
  BOOST_TEST(Json::parse(result_json(result)).at("energy_table").dump() ==
             R"({"name":"a_table","mode":"delta","node_nm":null,"entries":[)"
             R"({"title":"sram access, 8 KiB, 64 bit","source":"somebody","verified":false,)"
             R"("energy_pJ":5.0,"share":0.05,"node_nm":7.0,"voltage_V":null,"note":"from memory"},)"
             R"({"title":"dram access, 32 bit","source":"another","verified":true,)"
             R"("energy_pJ":75.0,"share":0.75,"node_nm":45.0,"voltage_V":0.5,"scaling":"scaled"}],)"
             R"("unverified_share":0.25,"as_zero":[{"title":"chip leak","because":"not known"}],)"
             R"("notes":["a note on the table"]})");
}

BOOST_AUTO_TEST_CASE(text_ends_with_a_line_feed_and_is_the_same_again) {
  const std::string text = result_json(test::made_up_result());
  BOOST_TEST(text.substr(text.size() - 3) == "\n}\n");
  BOOST_TEST(text == result_json(test::made_up_result()));
}

BOOST_AUTO_TEST_SUITE_END()
