// Every run of Ramulator 2.1 and DRAMsim3 on DDR4-2400 in the reference data: cycles, refreshes
// and rows opened.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

struct Figures {
  double cycles, refreshes, activates;
};

struct Pattern {
  test::Order order;
  test::Direction direction;
};

const std::map<std::string, Pattern> kPatterns{
    {"seqr", {test::Order::kSequential, test::Direction::kRead}},
    {"seqw", {test::Order::kSequential, test::Direction::kWrite}},
    {"mix", {test::Order::kSequential, test::Direction::kMix}},
    {"rndr", {test::Order::kRandom, test::Direction::kRead}},
    {"rndw", {test::Order::kRandom, test::Direction::kWrite}}};

const std::map<std::string, const char*> kRamulatorMappings{
    {"ChRaBaRoCo", "bankgroup_bank_row_column"},
    {"RoBaRaCoCh", "row_bank_bankgroup_column"},
    {"MOP4CLXOR", "row_column_bank_bankgroup_column2_xor"}};

Figures ours(const DramPart& part, const char* mapping, int ranks, int window, Pattern pattern) {
  ChannelOptions options;
  options.window = window;
  DramChannel channel = test::dram_channel(part, mapping, options, ranks);
  for (const test::Request& request : test::golden_pattern(pattern.order, pattern.direction)) {
    channel.offer(request.burst, 1, request.write, 0);
  }
  channel.run_until_taken();
  return {static_cast<double>(channel.last_taken()),
          static_cast<double>(channel.counters().refreshes),
          static_cast<double>(channel.counters().activates)};
}

void compare(const std::string& name, const Figures& our, const Figures& their, double tolerance) {
  std::cout << name << ": cycles " << our.cycles << " / " << their.cycles << " ("
            << (our.cycles / their.cycles - 1) * 100 << " %), refreshes " << our.refreshes << " / "
            << their.refreshes << ", activates " << our.activates << " / " << their.activates
            << "\n";
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(std::abs(our.cycles / their.cycles - 1) < tolerance);
    // Refreshes go with the cycles; the last one may fall on either side of the end.
    BOOST_TEST(std::abs(our.refreshes - their.refreshes) <= 2 + tolerance * their.refreshes);
  }
}

nlohmann::json read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return nlohmann::json::parse(stream);
}

/// The last word of "..._mix.json".
std::string pattern_of(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  return stem.substr(stem.rfind('_') + 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_reference_test)

BOOST_AUTO_TEST_CASE(ramulator) {
  const auto folder = test::shared_data_or_skip("golden/ramulator2");
  if (!folder) return;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".json") continue;
    const nlohmann::json controller = read(entry.path())["memory_system"]["controller"];
    const std::string mapper = controller["addr_mapper"]["impl"];
    const Figures their{
        controller["cycles"], controller["num_maintenance_reqs"],
        controller["row_conflicts"].get<double>() + controller["row_misses"].get<double>()};
    const Figures our = ours(test::dram_part(), kRamulatorMappings.at(mapper), 1, 32,
                             kPatterns.at(pattern_of(entry.path())));
    compare(entry.path().stem().string(), our, their, 0.03);
    // It counts a burst by what it first met. Under MOP4CLXOR it also closes rows that its own
    // queue still has hits for, which we do not.
    if (mapper != "MOP4CLXOR") BOOST_TEST(std::abs(our.activates / their.activates - 1) < 0.03);
    ++files;
  }
  BOOST_TEST(files >= 9);
}

BOOST_AUTO_TEST_CASE(dramsim3) {
  const auto folder = test::shared_data_or_skip("golden/dramsim3");
  if (!folder) return;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".json" || name.rfind("DDR4", 0) != 0) continue;
    const nlohmann::json channel = read(entry.path())["0"];
    const Figures their{channel["num_cycles"], channel["num_ref_cmds"], channel["num_act_cmds"]};
    const Figures our =
        ours(test::dram_part("ddr4_2400_8gb_x8_cl17"), "row_rank_bank_bankgroup_column", 2, 40,
             kPatterns.at(pattern_of(entry.path())));
    compare(entry.path().stem().string(), our, their, 0.06);
    BOOST_TEST(std::abs(our.activates / their.activates - 1) < 0.03);
    ++files;
  }
  BOOST_TEST(files >= 5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
