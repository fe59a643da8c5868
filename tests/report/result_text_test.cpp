#include "report/result_text.h"

#include <boost/test/unit_test.hpp>

#include "tests/report/made_up_result.h"

BOOST_AUTO_TEST_SUITE(result_text_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(one_screen) {
  RunResult result = test::made_up_result();
  result.energy_table = test::made_up_energy_table();
  result.energy_table.as_zero.emplace_back("noc transfer, 64 bit", "wires are in the PE");
  result.energy_table.as_zero.emplace_back("alu compare, 8 bit", "not known");
  result.notes = {"a note"};
  result.area = AreaFigures{.node_nm = 45,
                            .total_mm2 = 12.5,
                            .by_component = {{"pe", 2.5}, {"glb", 10}},
                            .unverified_share = 0.25};
  ModeFigures& delta = result.modes[1];
  delta.figures.energy.total = 3e9;
  delta.dram = {.model = "currents",
                .part = "ddr4_2400_8gb_x8",
                .interface = "not_stated",
                .terms = {{"activate", 1.5e9}, {"write", 0}, {"refresh", 0.5e9}},
                .refresh_energy_share = 0.25,
                .refresh_time_share = 0.0449};
  delta.streams[0].layers[0].figures.energy.total = 1.5e9;
  delta.figures.activity.at(Component::kDram, Action::kWrite, DataKind::kState) = 16'000'000;
  BOOST_TEST(result_text(result) ==
             R"(activation sparsity 50.0 %, temporal sparsity 87.5 %: ideal reduction 8.00x

reduction                     MACs    cycles   DRAM accesses    energy
delta against dense          4.00x     2.00x           1.50x     1.25x
delta against spatial        3.00x     1.75x           1.12x     0.50x

per frame         GMAC        ms     DRAM MB        mJ     state MB  state MB/fr     used %
dense            0.500   125.000        0.00      0.00         5.00         2.50       50.0
delta            0.500   125.000        1.00      1.50         5.00         2.50       50.0
  first          2.000   250.000        0.00      0.00         5.00         2.50       50.0
  steady         3.000   250.000        0.00      0.00         5.00         2.50       50.0

what is left of the ideal reduction
  ideal                                        8.00x  ########################################
  energy with state                            2.00x  ##########

most expensive layers, delta execution
  spatial conv1                       50.00 % of the energy, 100.00 % of the cycles
DRAM, delta execution: currents of ddr4_2400_8gb_x8 (I/O not stated)
  activate 1.5 mJ, refresh 0.5 mJ
  refresh takes 25.0 % of this energy and 4.5 % of the time
state: 5.00 MB kept in dram, 2.50 MB moved a frame, 0.0 % of delta's energy
weights_spatial: trained
area: 12.5 mm2 at 45 nm: pe 20 %, glb 80 %; 25 % not verified
energy: 25.0 % of delta's rests on entries of a_table that are not verified
  alu add, 8 bit                                  20.00 %
  sram access, 8 KiB, 64 bit                       5.00 %
counted as zero: chip leak; alu compare, 8 bit (not known)
counted as zero: noc transfer, 64 bit (wires are in the PE)
note: a note on the table
note: a note
)");
}

BOOST_AUTO_TEST_CASE(frames_at_a_rate) {
  RunResult result = test::made_up_result();
  result.modes[1].real_time = test::made_up_real_time();
  BOOST_TEST(result_text(result).find(R"(
at 25 Hz       busy ms   idle ms  longest ms    missed   mJ a frame      idle mJ          W
delta           30.000    12.500      50.000         1        5.000        3.000      0.125

what is left)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(large_numbers_do_not_run_together) {
  RunResult result = test::made_up_result();
  ModeFigures& delta = result.modes[1];
  delta.figures.time_s = 2e12;
  delta.figures.energy.total = 2e24;
  delta.figures.state.footprint_bytes = 2'000'000'000'000'000'000;
  delta.figures.state.bytes_per_frame = 2'000'000'000'000'000'000;
  delta.real_time = test::made_up_real_time();
  delta.real_time->busy_s = delta.real_time->idle_s = delta.real_time->worst_frame_s = 1e12;
  delta.real_time->missed_frames = 1'000'000'000'000;
  result.reductions[0].against[0] = {"dense", 1e12, 1e12, 1e18, 1e12};
  const std::string text = result_text(result);
  for (const char* row :
       {" 1000000000000.00x 1000000000000.00x 1000000000000000000.00x 1000000000000.00x",
        " 1000000000000000.000 ", " 1000000000000000.00 2000000000000.00 2000000000000.00 ",
        " 1000000000000000.000 1000000000000000.000 1000000000000000.000 1000000000000 "}) {
    BOOST_TEST((text.find(row) != std::string::npos), "no '" << row << "' in\n" << text);
  }
}

BOOST_AUTO_TEST_CASE(a_single_mode_has_no_claims) {
  RunResult result = test::made_up_result();
  result.modes.erase(result.modes.begin() + 1);
  result.reductions.clear();
  result.waterfall.clear();
  BOOST_TEST(result_text(result) ==
             R"(activation sparsity 50.0 %, temporal sparsity 87.5 %: ideal reduction 8.00x

per frame         GMAC        ms     DRAM MB        mJ     state MB  state MB/fr     used %
dense            0.500   125.000        0.00      0.00         5.00         2.50       50.0

most expensive layers, dense execution
  spatial conv1                      100.00 % of the energy, 100.00 % of the cycles
weights_spatial: trained
)");
}

BOOST_AUTO_TEST_CASE(lines_fit_a_terminal) {
  RunResult result = test::made_up_result();
  result.baseline = test::made_up_mode("baseline");
  DramFigures& dram = result.modes[1].dram;
  dram.model = "currents";
  for (int i = 0; i < 16; ++i) dram.terms.emplace_back("precharged_power_down", 1.23e9);
  const std::string text = result_text(result);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    BOOST_TEST(end - at <= 100);
    at = end + 1;
  }
}

BOOST_AUTO_TEST_SUITE_END()
