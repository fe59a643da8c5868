// What a part file says of its currents, and which faults of it are told.

#include "arch/dram_power_spec.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "arch/dram_part.h"
#include "arch/errors.h"
#include "arch/resources.h"

BOOST_AUTO_TEST_SUITE(dram_power_spec_test)

using namespace deltasim;
using namespace deltasim::dram;

namespace {

constexpr std::string_view kPower = R"(power:
  source: a data sheet
  verified: true
  rails:
    - rail: vdd
      voltage: 1.2 V
      IDD0: 48 mA
      IDD2N: 34 mA
      IDD2P: 25 mA
      IDD3N: 43 mA
      IDD3P: 37 mA
      IDD4R: 135 mA
      IDD4W: 123 mA
      IDD5B: 250 mA
      IDD5PB: not stated
      IDD6: 30 mA
  interface: {model: not_stated}
)";

PowerSpec parse(const std::string& text) {
  ConfigDocument document = ConfigDocument::parse(text, "part.yaml");
  PowerSpec spec = read_power_spec(document.root().child("power"), {39, 17, 420, 0});
  document.finish();
  return spec;
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kPower);
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string fault(std::string_view from, std::string_view to) {
  try {
    parse(replaced(from, to));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no fault";
}

void check_fault(std::string_view from, std::string_view to,
                 std::initializer_list<std::string_view> words) {
  const std::string text = fault(from, to);
  for (const std::string_view word : words) {
    BOOST_TEST_CONTEXT(text << " lacks " << word) {
      BOOST_TEST((text.find(word) != std::string::npos));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_currents_of_a_rail) {
  const PowerSpec spec = parse(std::string(kPower));
  BOOST_REQUIRE(spec.rails.size() == 1);
  const Rail& rail = spec.rails.front();
  BOOST_TEST(rail.voltage == Volts(1.2));
  BOOST_TEST(rail.at(Current::kIdd0)->value() == 0.048, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(!rail.at(Current::kIdd5pb).has_value());
  BOOST_TEST(spec.rho == 1.0);
  BOOST_TEST(!rail.io());
}

BOOST_AUTO_TEST_CASE(faults_name_their_place_and_what_was_expected) {
  check_fault("      IDD2P: 25 mA\n", "", {"IDD2P", "found nothing"});
  check_fault("IDD2P: 25 mA", "IDD2P: 35 mA", {"IDD2P", "at most IDD2N, 34 mA"});
  check_fault("IDD3P: 37 mA", "IDD3P: 44 mA", {"IDD3P", "at most IDD3N, 43 mA"});
  check_fault("IDD6: 30 mA", "IDD6: 35 mA", {"IDD6", "at most IDD2N, 34 mA"});
  check_fault("IDD6: 30 mA", "IDD6: -30 mA", {"part.yaml:16", "IDD6", "-30 mA"});
  check_fault("IDD6: 30 mA", "IDD6: 30", {"part.yaml:16", "IDD6", "48 mA"});
  check_fault("IDD6: 30 mA", "IDD6: 30 mV", {"IDD6", "30 mV"});
  check_fault("IDD6: 30 mA", "IDD6: 30 mA\n      IDD7: 1 mA", {"IDD7"});
  check_fault("voltage: 1.2 V", "voltage: 12 V", {"voltage", "10 V"});
  check_fault("rail: vdd", "rail: vdq", {"rail", "vddq"});
  check_fault("verified: true", "rho: 1.5\n  verified: true", {"rho", "1.5"});
}

BOOST_AUTO_TEST_CASE(idd0_holds_the_standby_that_it_is_measured_over) {
  // (43 mA x 39 + 34 mA x 17) / 56 = 40.27 mA
  check_fault("IDD0: 48 mA", "IDD0: 40.2 mA", {"part.yaml:7", "IDD0", "40.26"});
  BOOST_TEST(fault("IDD0: 48 mA", "IDD0: 40.3 mA") == "no fault");
  check_fault("IDD4R: 135 mA", "IDD4R: 42 mA", {"IDD4R", "43 mA"});
}

BOOST_AUTO_TEST_CASE(interface_and_rails_fit_together) {
  check_fault("{model: not_stated}", "{model: vddq_currents}", {"model", "rail vddq"});
  check_fault("{model: not_stated}", "{model: per_bit, read: 0.8 pJ}", {"write", "source"});
  check_fault("{model: not_stated}", "{model: lines, voltage: 1.2 V}",
              {"clock", "command", "read"});
  const PowerSpec spec = parse(
      replaced("{model: not_stated}", "{model: per_bit, read: 0.8 pJ, write: 0.7 pJ, source: x}"));
  BOOST_TEST(spec.interface.read == Picojoules(0.8));
}

BOOST_AUTO_TEST_CASE(a_row_cycle_is_not_shorter_than_its_parts) {
  std::ifstream file(find_resource("dram", "ddr4_2400_8gb_x8"));
  std::ostringstream text;
  text << file.rdbuf();
  std::string part = text.str();
  const std::string rule = "scope: same_bank, clocks: tRAS + tRP";
  part.replace(part.find(rule), rule.size(), "scope: same_bank, clocks: tRAS + tRP - 1");
  ConfigDocument document = ConfigDocument::parse(part, "part.yaml");
  read_dram_part(document.root());
  const std::vector<Fault> faults = document.faults();
  BOOST_REQUIRE(faults.size() == 1);
  BOOST_TEST((faults.front().expected.find("at least the 55 clocks") != std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()
