// What is said of the voltage.

#include "sim/pipeline/operating_notes.h"

#include <boost/test/unit_test.hpp>

#include "tests/sim/engine_support.h"

BOOST_AUTO_TEST_SUITE(pipeline_operating_notes_test)

using namespace deltasim;

EnergyTable table() { return read_energy_table(test::configs() / "energy" / "horowitz_45nm.yaml"); }

std::string notes_at(const char* name, const Overrides& overrides) {
  AcceleratorSpec spec = test::shipped_accelerator(name);
  for (const auto& [key, value] : overrides) {
    BOOST_REQUIRE(key == "clock");
    spec.clock = std::get<Hertz>(read_quantity<Hertz>(value));
  }
  std::string all;
  for (const std::string& note : operating_notes(spec, table(), true, overrides))
    all += note + "\n";
  return all;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(nothing_is_said_of_what_was_not_changed) {
  BOOST_TEST(notes_at("delta_event_256", {}) == "");
  BOOST_TEST(notes_at("systolic_32x32_os", {}) == "");
}

BOOST_AUTO_TEST_CASE(a_clock_without_a_voltage) {
  BOOST_TEST(contains(notes_at("systolic_32x32_os", {{"clock", "300 MHz"}}),
                      "systolic_32x32_os has no dvfs: energy per operation stays"));
}

BOOST_AUTO_TEST_CASE(a_clock_with_a_voltage) {
  const std::string eyeriss = notes_at("eyeriss_168", {{"clock", "100 MHz"}});
  BOOST_TEST(contains(eyeriss, "100 MHz at 0.820 V and 300 K: on-chip energy is 0.672 times"));
  BOOST_TEST(!contains(eyeriss, "not verified"));
  BOOST_TEST(contains(eyeriss, "900 mV"));  // the table's, which is not the chip's
  BOOST_TEST(contains(notes_at("delta_event_256", {{"clock", "250 MHz"}}),
                      "voltage and clock of delta_event_256 are not verified"));
  BOOST_TEST(contains(eyeriss, "a law fitted at 65 nm for 0.95 to 1.05 V"));
}

BOOST_AUTO_TEST_SUITE_END()
