// Equal designs have equal hashes, others do not.

#include <boost/test/unit_test.hpp>

#include "arch/resources.h"
#include "explore/design_space.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(point_hasher_test)

using namespace deltasim;

const std::string kKey = "accelerator.glb.capacity";

SweepSpec sweep(const test::TemporaryDirectory& folder, std::vector<Overrides> levels) {
  SweepSpec spec;
  spec.experiment = folder.path() / "base.yaml";
  if (!std::filesystem::exists(spec.experiment)) folder.write("base.yaml", "trace: a.dtrace\n");
  SweepParameter parameter{.name = "x"};
  for (Overrides& sets : levels) parameter.levels.push_back({"label", std::move(sets)});
  spec.parameters = {parameter};
  return spec;
}

/// Of the sweep's only parameter, level by level.
std::vector<std::string> hashes(const SweepSpec& spec, const std::string& version = "1") {
  const PointHasher hasher(spec, version);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < spec.parameters[0].levels.size(); ++i) {
    all.push_back(hasher.hash_of({{i}}));
  }
  return all;
}

std::string hash(const test::TemporaryDirectory& folder, Overrides sets) {
  return hashes(sweep(folder, {std::move(sets)})).at(0);
}

BOOST_AUTO_TEST_CASE(spelling_does_not_matter) {
  const test::TemporaryDirectory folder;
  const auto same = [&](const Overrides& a, const Overrides& b) {
    BOOST_TEST(hash(folder, a) == hash(folder, b));
  };
  same({{kKey, "1 MiB"}}, {{kKey, "1024 KiB"}});
  same({{kKey, "1 MiB"}}, {{kKey, "\"1MiB\""}});
  same({{"accelerator.clock", "0.5 GHz"}}, {{"clock", "500 MHz"}});
  same({{"a", "1"}, {"b", "0.50"}}, {{"b", "5e-1"}, {"a", "1"}});
  same({{"a", "[dense, delta]"}}, {{"a", "[dense,   \"delta\"]"}});
  same({{"a", "1"}, {"a", "2"}}, {{"a", "2"}});
  BOOST_TEST(hash(folder, {{"a", "1"}}).size() == 64U);
}

BOOST_AUTO_TEST_CASE(other_designs_have_other_hashes) {
  const test::TemporaryDirectory folder;
  const auto differ = [&](const Overrides& a, const Overrides& b) {
    BOOST_TEST(hash(folder, a) != hash(folder, b));
  };
  differ({{kKey, "1 MiB"}}, {{kKey, "1 MB"}});
  differ({{kKey, "8 bit"}}, {{kKey, "8 B"}});
  differ({{"a", "1"}}, {{"b", "1"}});
  differ({{"a", "1"}}, {});
  differ({{"a", "[1, 2]"}}, {{"a", "[2, 1]"}});
  differ({{"a", "[12]"}}, {{"a", "[1, 2]"}});
  differ({{"a", "010"}}, {{"a", "10"}});  // may be a name
}

BOOST_AUTO_TEST_CASE(set_counts_as_a_level_does) {
  const test::TemporaryDirectory folder;
  SweepSpec spec = sweep(folder, {{{kKey, "1 MiB"}}});
  spec.sets = {{"frames", "2"}};
  BOOST_TEST(hashes(spec).at(0) == hash(folder, {{"frames", "2"}, {kKey, "1 MiB"}}));
  BOOST_TEST(hashes(spec, "2").at(0) != hashes(spec, "1").at(0));
}

BOOST_AUTO_TEST_CASE(contents_of_files_count_and_their_names_do_not) {
  const test::TemporaryDirectory folder;
  const std::string text = test::read_file(find_resource("accelerators", "delta_event_256"));
  const std::string a = folder.write("a.yaml", text).string();
  const std::string b = folder.write("b.yaml", text).string();
  const std::string first = hash(folder, {{"accelerator", a}});
  BOOST_TEST(hash(folder, {{"accelerator", b}}) == first);
  BOOST_TEST(hash(folder, {{"accelerator", "delta_event_256"}}) == first);
  folder.write("b.yaml", text + "# changed\n");
  BOOST_TEST(hash(folder, {{"accelerator", b}}) != first);
}

BOOST_AUTO_TEST_CASE(contents_of_what_the_base_names_count) {
  const test::TemporaryDirectory folder;
  const std::string accelerator = test::read_file(find_resource("accelerators", "delta_event_256"));
  folder.write("mine.yaml", accelerator);
  folder.write("a.dtrace", "x");
  folder.write("base.yaml", "trace: a.dtrace\naccelerator: mine.yaml\n");
  const std::string first = hash(folder, {});
  BOOST_TEST(hash(folder, {}) == first);
  folder.write("mine.yaml", accelerator + "# changed\n");
  const std::string second = hash(folder, {});
  BOOST_TEST(second != first);
  folder.write("a.dtrace", "y");
  const std::string third = hash(folder, {});
  BOOST_TEST(third != second);
  folder.write("base.yaml", "trace: a.dtrace\naccelerator: mine.yaml\nframes: 1\n");
  BOOST_TEST(hash(folder, {}) != third);
}

BOOST_AUTO_TEST_CASE(files_that_are_not_there_are_the_points_own_failure) {
  const test::TemporaryDirectory folder;
  BOOST_TEST(hash(folder, {{"accelerator", "/nowhere/x.yaml"}}).size() == 64U);
  BOOST_TEST(hash(folder, {{"trace", "nothing.dtrace"}}).size() == 64U);
}

BOOST_AUTO_TEST_SUITE_END()
