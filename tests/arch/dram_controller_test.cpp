// The controller's keys of an accelerator's `dram:` section.

#include "arch/dram_controller.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/config_reader.h"
#include "arch/errors.h"

using namespace deltasim;
using namespace deltasim::dram;

namespace {

ControllerSpec parse(const std::string& text) {
  ConfigDocument document = ConfigDocument::parse(text, "accelerator.yaml");
  const ControllerSpec spec = read_controller(document.root());
  document.finish();
  return spec;
}

void check_fault(const std::string& text, const std::string& words) {
  std::string fault = "no fault";
  try {
    parse(text);
  } catch (const ConfigError& error) {
    fault = error.what();
  }
  BOOST_TEST_CONTEXT(fault) { BOOST_TEST((fault.find(words) != std::string::npos)); }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_controller_test)

BOOST_AUTO_TEST_CASE(what_is_not_said_has_a_default) {
  const ControllerSpec spec = parse("page_policy: closed\n");
  BOOST_TEST(!spec.open_page);
  BOOST_TEST((spec.queues == QueueStructure::kWindow));
  BOOST_TEST(spec.window == 32);
  BOOST_TEST(spec.write_high == 26);
  BOOST_TEST(spec.write_low == 6);
  BOOST_TEST(spec.refresh_stretch == 1);
  BOOST_TEST(!spec.power_down_after.has_value());
}

BOOST_AUTO_TEST_CASE(values_arrive_where_they_belong) {
  const ControllerSpec spec = parse(
      "page_policy: open\n"
      "controller: {queues: per_bank, window: 16, commands_per_bank: 4, row_hit_limit: 8}\n"
      "refresh: {granularity: per_bank, stretch: 4}\n"
      "power_down: {after: 50}\n");
  BOOST_TEST((spec.queues == QueueStructure::kPerBank));
  BOOST_TEST(spec.window == 16);
  BOOST_TEST(spec.commands_per_bank == 4);
  BOOST_TEST(spec.row_hit_limit == 8);
  BOOST_TEST((spec.refresh == RefreshGranularity::kPerBank));
  BOOST_TEST(spec.refresh_stretch == 4);
  BOOST_TEST(*spec.power_down_after == 50);
  BOOST_TEST(parse("page_policy: open\nrefresh: {enabled: false}\n").refresh_stretch == 0);
}

BOOST_AUTO_TEST_CASE(the_marks_keep_their_places_in_a_window) {
  const ControllerSpec spec = parse("page_policy: open\ncontroller: {window: 64}\n");
  BOOST_TEST(spec.write_high == 52);
  BOOST_TEST(spec.write_low == 12);
  const ControllerSpec one = parse("page_policy: open\ncontroller: {window: 1}\n");
  BOOST_TEST(one.write_high == 1);
  BOOST_TEST(one.write_low == 0);
}

BOOST_AUTO_TEST_CASE(faults_are_named) {
  const std::string open = "page_policy: open\n";
  check_fault("page_policy: opne\n", "did you mean open");
  check_fault(open + "controller: {queues: per_bnk}\n", "did you mean per_bank");
  check_fault(open + "controller: {window: 65}\n", "controller.window");
  check_fault(open + "controller: {window: 8, write_high: 9}\n", "at most the window of 8");
  check_fault(open + "controller: {write_high: 8, write_low: 8}\n", "less than write_high, 8");
  check_fault(open + "controller: {commands_per_bank: 8}\n", "commands_per_bank");
  const std::string queues = open + "controller: {queues: per_bank, ";
  check_fault(queues + "window: 0}\n", "a whole number from 1 to 64");
  check_fault(queues + "window: 65}\n", "a whole number from 1 to 64");
  check_fault(queues + "window: 16, write_high: 8}\n", "controller.write_high: unknown key");
  check_fault(queues + "commands_per_bank: 0}\n", "controller.commands_per_bank");
  check_fault(open + "refresh: {stretch: 0.5}\n", "refresh.stretch");
  check_fault(open + "refresh: {granularity: per_rank}\n", "refresh.granularity");
  check_fault(open + "power_down: {afer: 5}\n", "did you mean after");
}

BOOST_AUTO_TEST_SUITE_END()
