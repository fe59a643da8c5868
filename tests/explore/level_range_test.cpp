// Ranges of values in a sweep file: which levels they stand for, and how these are written.

#include "explore/level_range.h"

#include <boost/test/unit_test.hpp>

#include "explore/sweep_spec.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(level_range_test)

using namespace deltasim;
using Texts = std::vector<std::string>;

Texts range_labels(const std::string& key, const std::string& range) {
  const test::TemporaryDirectory folder;
  const SweepSpec spec = load_sweep(
      folder.write("s.yaml",
                   "experiment: two_stream_sample\nobjectives: [{minimise: modes.delta.cycles}]\n"
                   "parameters:\n  " +
                       key + ": {" + range + "}\n"),
      {});
  Texts texts;
  for (const Level& level : spec.parameters.at(0).levels) texts.push_back(level.label);
  return texts;
}

BOOST_AUTO_TEST_CASE(linear_ranges) {
  const auto per_element = boost::test_tools::per_element();
  BOOST_TEST(
      range_labels("accelerator.clock", "from: 100 MHz, to: 0.4 GHz, scale: linear, points: 4") ==
          (Texts{"100 MHz", "200 MHz", "300 MHz", "400 MHz"}),
      per_element);
  BOOST_TEST(range_labels("accelerator.clock",
                          "from: 100 MHz, to: 370 MHz, scale: linear, step: 90 MHz") ==
                 (Texts{"100 MHz", "190 MHz", "280 MHz", "370 MHz"}),
             per_element);
  BOOST_TEST(range_labels("frames", "from: 1, to: 4, scale: linear, step: 2") == (Texts{"1", "3"}),
             per_element);
  BOOST_TEST(range_labels("frames", "from: 1, to: 4, scale: linear, points: 4") ==
                 (Texts{"1", "2", "3", "4"}),
             per_element);
  BOOST_TEST(range_labels("frames", "from: 3, to: 3, scale: linear, points: 1") == (Texts{"3"}),
             per_element);
  BOOST_TEST(range_labels("accelerator.glb.capacity",
                          "from: 1 MiB, to: 2 MiB, scale: linear, step: 512 KiB") ==
                 (Texts{"1 MiB", "1536 KiB", "2 MiB"}),
             per_element);
}

BOOST_AUTO_TEST_CASE(logarithmic_ranges) {
  const auto per_element = boost::test_tools::per_element();
  BOOST_TEST(range_labels("accelerator.clock", "from: 10 MHz, to: 1 GHz, scale: log, points: 3") ==
                 (Texts{"10 MHz", "100 MHz", "1000 MHz"}),
             per_element);
  BOOST_TEST(
      range_labels("accelerator.glb.capacity", "from: 512 KiB, to: 2 MiB, scale: log, points: 3") ==
          (Texts{"512 KiB", "1 MiB", "2 MiB"}),
      per_element);
  // Whole bytes between.
  BOOST_TEST(
      range_labels("accelerator.glb.capacity", "from: 1 MiB, to: 2 MiB, scale: log, points: 3") ==
          (Texts{"1 MiB", "1482910 B", "2 MiB"}),
      per_element);
}

BOOST_AUTO_TEST_CASE(powers_of_two) {
  const auto per_element = boost::test_tools::per_element();
  BOOST_TEST(range_labels("accelerator.glb.banks", "from: 4, to: 32, scale: power_of_two") ==
                 (Texts{"4", "8", "16", "32"}),
             per_element);
  BOOST_TEST(range_labels("accelerator.glb.banks", "from: 3, to: 33, scale: power_of_two") ==
                 (Texts{"4", "8", "16", "32"}),
             per_element);
  BOOST_TEST(
      range_labels("accelerator.glb.capacity", "from: 700 KiB, to: 4 MiB, scale: power_of_two") ==
          (Texts{"1 MiB", "2 MiB", "4 MiB"}),
      per_element);
  BOOST_TEST(range_labels("accelerator.clock", "from: 100 MHz, to: 800 MHz, scale: power_of_two") ==
                 (Texts{"128 MHz", "256 MHz", "512 MHz"}),
             per_element);
}

BOOST_AUTO_TEST_SUITE_END()
