// Which levels the base experiment has anyway.

#include "explore/base_levels.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(base_levels_test)

using namespace deltasim;

namespace {

SweepParameter parameter(const std::string& key, const std::vector<std::string>& values) {
  SweepParameter made{.name = key, .levels = {}};
  for (const std::string& value : values) made.levels.push_back({value, {{key, value}}});
  return made;
}

/// Levels by parameter, -1 for none.
std::vector<int> found(const std::vector<SweepParameter>& parameters, const Overrides& sets = {}) {
  const test::TemporaryDirectory folder;
  folder.write("a.dtrace", "no trace");
  SweepSpec spec;
  spec.experiment = folder.write("base.yaml",
                                 "trace: a.dtrace\naccelerator: delta_event_256\n"
                                 "energy: horowitz_45nm\nframes: 3\nmodes: [dense, delta]\n");
  spec.sets = sets;
  spec.parameters = parameters;
  std::vector<int> levels;
  for (const auto& level : base_levels(spec)) {
    levels.push_back(level ? static_cast<int>(*level) : -1);
  }
  return levels;
}

}  // namespace

BOOST_AUTO_TEST_CASE(levels_that_the_base_has) {
  const std::vector<int> expected{1, 2, 0, 1, -1, -1, -1};
  BOOST_TEST(
      found({parameter("clock", {"100 MHz", "0.5 GHz"}),
             parameter("accelerator.glb.capacity", {"1 kB", "2 MiB", "1024 KiB"}),
             parameter("energy", {"horowitz_45nm", "seneca_22nm"}), parameter("frames", {"1", "3"}),
             parameter("frames", {"1", "2"}), parameter("modes", {"[dense, delta]"}),
             parameter("accelerator.glb.no_such_key", {"1"})}) == expected,
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_sweeps_own_keys_come_first) {
  BOOST_TEST(found({parameter("accelerator.clock", {"500 MHz", "100 MHz"})},
                   {{"clock", "100 MHz"}}) == std::vector<int>{1},
             boost::test_tools::per_element());
  BOOST_TEST(found({parameter("frames", {"3", "5"})}, {{"frames", "5"}}) == std::vector<int>{1},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bundle_is_the_base_where_all_its_keys_are) {
  const SweepParameter bundle{
      .name = "glb",
      .levels = {{"a", {{"accelerator.glb.capacity", "1 MiB"}, {"accelerator.glb.banks", "8"}}},
                 {"b", {{"accelerator.glb.capacity", "1 MiB"}, {"accelerator.glb.banks", "16"}}}}};
  BOOST_TEST(found({bundle}) == std::vector<int>{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_level_that_names_no_table_is_not_the_base) {
  BOOST_TEST(found({parameter("energy", {"no_such_table"})}) == std::vector<int>{-1},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
