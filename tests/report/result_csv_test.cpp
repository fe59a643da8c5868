#include "report/result_csv.h"

#include <boost/test/unit_test.hpp>

#include "tests/report/made_up_result.h"

BOOST_AUTO_TEST_SUITE(result_csv_test)

using namespace deltasim;

const std::string kColumns =
    "frames,cycles,time_s,macs_dense,macs_executed,macs_skipped,dram_read_bits,dram_write_bits,"
    "dram_weight_bits,dram_activation_bits,dram_partial_sum_bits,dram_state_bits,dram_index_bits,"
    "energy_pJ,energy_dram_pJ,energy_glb_pJ,energy_noc_pJ,energy_pe_pJ,energy_rf_pJ,"
    "energy_delta_unit_pJ,energy_leakage_pJ,state_footprint_bytes,state_bytes_per_frame,"
    "utilization,state_memory_read_bits,state_memory_write_bits,energy_state_memory_pJ,"
    "busy_array_cycles,busy_noc_cycles,busy_dram_cycles,busy_delta_unit_cycles,bound_by,"
    "energy_clock_pJ,energy_weight_pJ,energy_activation_pJ,energy_partial_sum_pJ,energy_state_pJ,"
    "energy_index_pJ,energy_compute_pJ,energy_refresh_pJ,energy_background_pJ\n";

// DRAM reads 1 to 5 and writes 6 to 10 bits of the five kinds.
const std::string kOne =
    "1000,0.25,4000000000,1000000000,3000000000,15,40,7,9,11,13,15,100,60,40,0,0,0,0,0,5000000,"
    "2500000,0.5,165,190,0,600,500,900,400,dram,0,75,0,0,25,0,0,0,0\n";
const std::string kTwo =
    "2000,0.25,8000000000,2000000000,6000000000,30,80,14,18,22,26,30,200,60,40,0,0,0,0,0,5000000,"
    "2500000,0.5,330,380,0,600,500,900,400,dram,0,75,0,0,25,0,0,0,0\n";

BOOST_AUTO_TEST_CASE(a_row_a_layer) {
  BOOST_TEST(layers_csv(test::made_up_result()) ==
             "mode,stream,layer,execution,mapping," + kColumns +
                 "dense,spatial,conv1,dense,\"k64, y7\",2," + kOne +
                 "delta,spatial,conv1,delta,\"k64, y7\",2," + kOne);
}

BOOST_AUTO_TEST_CASE(a_row_a_frame) {
  BOOST_TEST(frames_csv(test::made_up_result()) ==
             "mode,stream,frame," + kColumns + "dense,spatial,0,1," + kOne + "dense,spatial,1,1," +
                 kTwo + "delta,spatial,0,1," + kOne + "delta,spatial,1,1," + kTwo);
}

BOOST_AUTO_TEST_CASE(the_baseline_stands_behind_the_modes) {
  RunResult result = test::made_up_result();
  result.baseline = test::made_up_mode("baseline");
  BOOST_TEST(layers_csv(result).find("\nbaseline,spatial,conv1,") != std::string::npos);
  BOOST_TEST(frames_csv(result).find("\nbaseline,spatial,1,") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(quotes_are_doubled) {
  RunResult result = test::made_up_result();
  result.modes.resize(1);
  result.modes[0].streams[0].layers[0].name = "a \"b\", c";
  BOOST_TEST(layers_csv(result).find("dense,spatial,\"a \"\"b\"\", c\",dense,") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_gives_the_heading) {
  BOOST_TEST(layers_csv({}) == "mode,stream,layer,execution,mapping," + kColumns);
  BOOST_TEST(frames_csv({}) == "mode,stream,frame," + kColumns);
}

BOOST_AUTO_TEST_SUITE_END()
