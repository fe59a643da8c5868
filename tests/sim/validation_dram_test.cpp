// The dram suite: what it reads, and what is wrong with it.

#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/errors.h"
#include "sim/validation/dramsim3_files.h"
#include "tests/sim/validation_support.h"

using namespace deltasim;

namespace {

constexpr const char* kIni = R"([dram_structure]
protocol = DDR4
bankgroups = 4
banks_per_group = 4
rows = 65536
columns = 1024
device_width = 8
BL = 8

[timing]
tCK = 0.83
AL = 0
CL = 17
CWL = 12
tRCD = 17
tRP = 17
tRAS = 39
tRFC = 420
tREFI = 9360
tRRD_S = 4
tRRD_L = 6
tWTR_S = 3
tWTR_L = 9
tFAW = 26
tWR = 18
tRTP = 9
tCCD_S = 4
tCCD_L = 6
tRTRS = 1  ; clocks

[system]
channel_size = 16384
channels = 1
bus_width = 64
address_mapping = rochrababgco
queue_structure = PER_BANK
refresh_policy = RANK_LEVEL_STAGGERED
row_buf_policy = OPEN_PAGE
cmd_queue_size = 8
trans_queue_size = 32
)";

std::string fault_of(const std::string& from, const std::string& to) {
  const test::TemporaryDirectory folder;
  std::string text = kIni;
  text.replace(text.find(from), from.size(), to);
  const auto file = folder.write("part.ini", text);
  try {
    read_dramsim3_ini(file);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no fault";
}

void check_fault(const std::string& from, const std::string& to, const std::string& words) {
  const std::string fault = fault_of(from, to);
  BOOST_TEST_CONTEXT(fault) {
    BOOST_TEST((fault.find(words) != std::string::npos));
    BOOST_TEST((fault.find("part.ini") != std::string::npos));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_dram_test)

BOOST_AUTO_TEST_CASE(an_ini_file_is_a_part_and_a_controller) {
  const test::TemporaryDirectory folder;
  const Dramsim3Setup setup = read_dramsim3_ini(folder.write("part.ini", kIni));
  BOOST_TEST(setup.ranks == 2);
  BOOST_TEST(setup.address_mapping == "row_channel_rank_bank_bankgroup_column");
  BOOST_TEST(setup.part.read_latency == 17);
  BOOST_TEST(setup.part.burst_clocks == 4);
  BOOST_TEST(setup.part.organisation.devices() == 8);
  BOOST_TEST((setup.controller.queues == dram::QueueStructure::kPerBank));
  BOOST_TEST(setup.controller.window == 32);
  BOOST_TEST(setup.controller.commands_per_bank == 8);
}

BOOST_AUTO_TEST_CASE(faults_are_named) {
  check_fault("tRCD = 17\n", "", "timing.tRCD");
  check_fault("tRCD = 17", "tRCD = 17.5", "a whole number");
  check_fault("tRCD = 17", "tRCD = -1", "a whole number from 1 to 1000000");
  check_fault("PER_BANK", "PER_RANK", "PER_BANK, which is modelled");
  check_fault("rochrababgco", "rochraxxbgco", "ch, ra, bg, ba, ro and co");
  check_fault("bus_width = 64", "bus_width = 60", "a multiple of the device's 8 bits");
}

BOOST_AUTO_TEST_CASE(every_number_has_bounds) {
  check_fault("BL = 8", "BL = 0", "part.ini:8: dram_structure.BL: found '0', expected a whole");
  check_fault("BL = 8", "BL = 1", "a whole number from 2 to 64");
  check_fault("BL = 8", "BL = 12", "a power of two");
  check_fault("bankgroups = 4", "bankgroups = 0", "part.ini:3: dram_structure.bankgroups");
  check_fault("banks_per_group = 4", "banks_per_group = 32", "a whole number from 1 to 16");
  check_fault("rows = 65536", "rows = 65000", "a power of two");
  check_fault("columns = 1024", "columns = 0", "dram_structure.columns");
  check_fault("device_width = 8", "device_width = 0", "dram_structure.device_width");
  check_fault("bus_width = 64", "bus_width = 0", "system.bus_width");
  for (const char* none : {"0", "-1", "inf", "nan", "1e300", "fast", ""}) {
    check_fault("tCK = 0.83", std::string("tCK = ") + none, "a number from 0.01 to 100");
    check_fault("tRP = 17", std::string("tRP = ") + none, "a whole number from 1 to 1000000");
  }
  check_fault("AL = 0", "AL = 18", "a whole number from 0 to 17");
  check_fault("cmd_queue_size = 8", "cmd_queue_size = 0",
              "system.cmd_queue_size: found '0', expected a whole number from 1 to 64");
  check_fault("trans_queue_size = 32", "trans_queue_size = 65", "system.trans_queue_size");
  check_fault("channel_size = 16384", "channel_size = 1e9", "at most 4");
  check_fault("channel_size = 16384", "channel_size = 24576", "ranks of 8192 MiB");
}

/// With these a controller closes every row for a refresh before a burst of it may be moved.
BOOST_AUTO_TEST_CASE(refreshes_leave_time_for_work) {
  check_fault("tRCD = 17", "tRCD = 13320", "part.ini:19: timing.tREFI: found '9360'");
  check_fault("tREFI = 9360", "tREFI = 1", "more than twice the 420 clocks");
  check_fault("tRFC = 420", "tRFC = 100000", "timing.tREFI");
}

BOOST_AUTO_TEST_CASE(a_bad_part_stops_its_own_suite_only) {
  const test::TemporaryDirectory folder;
  std::string text = kIni;
  text.replace(text.find("BL = 8"), 6, "BL = 0");
  folder.write("part.ini", text);
  for (const char* pattern : {"mix", "rndr", "rndw", "seqr", "seqw"}) {
    folder.write(std::string("part_") + pattern + ".json", "{\"0\": {}}");
  }
  ValidationRequest request;
  request.suites = {"dram", "systolic"};
  request.data = folder.path();
  const ValidationReport report = validate(request);
  BOOST_REQUIRE(report.size() == 2);
  BOOST_TEST((report[0].verdict == Verdict::kNotRun));
  BOOST_TEST(test::contains(report[0].message, "dram_structure.BL"), report[0].message);
  BOOST_TEST(test::contains(report[1].message, "scalesim"), report[1].message);
}

BOOST_AUTO_TEST_CASE(statistics_that_are_none) {
  const test::TemporaryDirectory folder;
  folder.write("part.ini", kIni);
  for (const char* pattern : {"mix", "rndr", "rndw", "seqr", "seqw"}) {
    folder.write(std::string("part_") + pattern + ".json", "{\"0\": {}}");
  }
  const SuiteOutcome outcome = test::validate_one("dram", folder.path());
  BOOST_TEST((outcome.verdict == Verdict::kNotRun));
  BOOST_TEST((outcome.message.find("part_mix.json") != std::string::npos), outcome.message);
}

BOOST_AUTO_TEST_CASE(a_part_of_the_statistics_is_not_enough) {
  const test::TemporaryDirectory folder;
  folder.write("part.ini", kIni);
  folder.write("other.ini", kIni);
  for (const char* pattern : {"mix", "rndr", "rndw", "seqr", "seqw"}) {
    folder.write(std::string("part_") + pattern + ".json", "{\"0\": {}}");
  }
  const SuiteOutcome outcome = test::validate_one("dram", folder.path());
  BOOST_TEST((outcome.verdict == Verdict::kNotRun));
  for (const char* missing : {"other_mix.json: ", "other_seqw.json: ", "no such file"}) {
    BOOST_TEST(test::contains(outcome.message, missing), outcome.message);
  }
  BOOST_TEST(!test::contains(outcome.message, "part_mix.json: "), outcome.message);
}

BOOST_AUTO_TEST_SUITE_END()
