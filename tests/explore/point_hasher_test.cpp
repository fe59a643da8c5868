// Equal designs have equal hashes, others do not.

#include <boost/test/unit_test.hpp>

#include "arch/resources.h"
#include "explore/design_space.h"
#include "sim/pipeline/file_keys.h"
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
  PointHasher hasher(spec, version);
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

std::vector<std::string> steps_of(std::string_view key) {
  std::vector<std::string> steps(1);
  for (const char c : key) {
    if (c == '.') {
      steps.emplace_back();
    } else {
      steps.back() += c == '*' ? '0' : c;
    }
  }
  return steps;
}

/// The ways to set a key: as a whole ("quantizer.file": F), and from each step on as the value of
/// the steps before ("quantizer": {file: F}).
Overrides ways_to_set(const FileKey& key, const std::string& file) {
  const std::vector<std::string> steps = steps_of(key.key);
  Overrides ways;
  for (std::size_t cut = 1; cut <= steps.size(); ++cut) {
    std::string name, value = file;
    for (std::size_t i = steps.size(); i-- > cut;) {
      value = steps[i] == "0" ? "[" + value + "]" : "{" + steps[i] + ": " + value + "}";
    }
    for (std::size_t i = 0; i < cut; ++i) name += (i == 0 ? "" : ".") + steps[i];
    ways.emplace_back(name, value);
  }
  return ways;
}

const char* ending_of(const FileKey& key) {
  return key.meaning == FileKeyMeaning::kNetworkOrPath ? ".onnx" : ".yaml";
}

BOOST_AUTO_TEST_CASE(every_file_key_counts_by_content_however_it_is_set) {
  for (const FileKey& key : file_keys()) {
    const test::TemporaryDirectory folder;
    const std::string a = folder.write(std::string("a") + ending_of(key), "1").string();
    const std::string b = folder.write(std::string("b") + ending_of(key), "1").string();
    for (std::size_t way = 0; way < ways_to_set(key, a).size(); ++way) {
      const auto hash_with = [&](const std::string& file) {
        return hash(folder, {ways_to_set(key, file)[way]});
      };
      const std::string text =
          ways_to_set(key, a)[way].first + "=" + ways_to_set(key, a)[way].second;
      folder.write(std::string("b") + ending_of(key), "1");
      const std::string first = hash_with(a);
      BOOST_TEST(hash_with(b) == first, text << ": the file's name counts");
      folder.write(std::string("b") + ending_of(key), "22");
      BOOST_TEST(hash_with(b) != first, text << ": the file's content does not count");
      BOOST_TEST(hash_with("c" + std::string(ending_of(key))) != first);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_file_key_of_the_base_counts_by_content) {
  for (const FileKey& key : file_keys()) {
    if (key.owner != FileKeyOwner::kExperiment) continue;
    const test::TemporaryDirectory folder;
    const std::string file = std::string("in") + ending_of(key);
    const auto [name, value] = ways_to_set(key, file).front();
    folder.write("base.yaml", name + ": " + value + "\n");
    folder.write(file, "1");
    const std::string first = hash(folder, {});
    folder.write(file, "22");
    BOOST_TEST(hash(folder, {}) != first, key.key << " of the base does not count");
  }
}

BOOST_AUTO_TEST_CASE(what_accelerators_and_tables_name_counts_by_content) {
  for (const FileKey& key : file_keys()) {
    if (key.owner == FileKeyOwner::kExperiment) continue;
    const bool machine = key.owner == FileKeyOwner::kAccelerator;
    const std::string owner = machine ? "accelerator" : "energy";
    const std::string prefix = owner + ".";
    FileKey own = key;
    own.key.remove_prefix(prefix.size());
    const auto [name, value] = ways_to_set(own, "in.yaml").front();
    const test::TemporaryDirectory folder;
    std::filesystem::create_directory(folder / "parts");
    folder.write("parts/mine.yaml", name + ": " + value + "\n");
    folder.write("parts/in.yaml", "1");
    const Overrides named{{owner, "parts/mine.yaml"}};
    const Overrides overridden{{owner, "parts/mine.yaml"}, ways_to_set(key, "other.yaml").back()};
    folder.write("parts/other.yaml", "1");
    const std::string first = hash(folder, named), second = hash(folder, overridden);
    folder.write("parts/in.yaml", "22");
    BOOST_TEST(hash(folder, named) != first, key.key << " in a file does not count");
    folder.write("parts/in.yaml", "1");
    folder.write("parts/other.yaml", "22");
    BOOST_TEST(hash(folder, named) == first);
    // Set for a point, it is looked for beside the file that it belongs to.
    BOOST_TEST(hash(folder, overridden) != second, key.key << " beside its owner does not count");
  }
}

BOOST_AUTO_TEST_CASE(lists_of_clips_are_told_apart) {
  const test::TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "imgs");
  folder.write("imgs/1.png", "an image");
  folder.write("base.yaml", "video: {file: imgs}\n");
  const std::string key = "quantizer.calibration_clips";
  const std::string once = hash(folder, {{key, "[imgs]"}});
  BOOST_TEST(hash(folder, {{key, "[imgs, imgs]"}}) != once);
  BOOST_TEST(hash(folder, {{key, "imgs"}}) != once);
  folder.write("imgs/1.png", "another image");
  BOOST_TEST(hash(folder, {{key, "[imgs]"}}) != once);
}

BOOST_AUTO_TEST_CASE(a_name_is_no_file_though_one_is_called_so) {
  const test::TemporaryDirectory folder;
  folder.write("base.yaml", "video: {file: v.avi}\nnetwork: {name: resnet50}\n");
  const Overrides sets{{"network", "{name: alexnet}"},
                       {"accelerator.memories.0.technology", "edram_32nm"},
                       {"energy.models.sram.model", "cacti7"}};
  const std::string first = hash(folder, sets);
  for (const char* name : {"resnet50", "alexnet", "edram_32nm", "cacti7"}) {
    std::filesystem::create_directory(folder / name);
  }
  BOOST_TEST(hash(folder, sets) == first);
  // A folder where a file is wanted is the point's own failure.
  std::filesystem::create_directory(folder / "empty");
  BOOST_TEST(hash(folder, {{"network.weights", "empty"}}).size() == 64U);
  BOOST_TEST(hash(folder, {{"video.file", "empty"}}).size() == 64U);
}

BOOST_AUTO_TEST_CASE(equal_clips_of_an_axis_are_points_of_their_own) {
  const test::TemporaryDirectory folder;
  for (const char* clip : {"a.avi", "b.avi", "c.avi"}) {
    folder.write(clip, std::string_view(clip) == "b.avi" ? "another clip" : "a clip");
  }
  SweepSpec spec = sweep(
      folder, {{{"video.file", "a.avi"}}, {{"video.file", "b.avi"}}, {{"video.file", "c.avi"}}});
  spec.parameters[0].clips = true;
  for (std::size_t i = 0; i < 3; ++i) {
    spec.parameters[0].levels[i].label = std::string(1, static_cast<char>('a' + i)) + ".avi";
  }
  const std::vector<std::string> all = hashes(spec);
  BOOST_TEST(all[0] != all[2]);
  PointHasher hasher(spec, "1");
  const auto equal = hasher.equal_clips();
  BOOST_REQUIRE(equal.size() == 1U);
  BOOST_TEST(equal[0].first == "c.avi");
  BOOST_TEST(equal[0].second == "a.avi");
  spec.parameters[0].levels[0].group = "Walk";
  BOOST_TEST(hashes(spec)[0] != all[0]);
  // As plain values of a key they are one design.
  spec.parameters[0].clips = false;
  BOOST_TEST(hashes(spec)[0] == hashes(spec)[2]);
}

BOOST_AUTO_TEST_CASE(the_files_that_points_share_are_known) {
  const test::TemporaryDirectory folder;
  folder.write("base.yaml", "trace: a.dtrace\nplacement: p.yaml\n");
  folder.write("p.yaml", "placement: {}\n");
  folder.write("steps.csv", "1");
  folder.write("clip.avi", "1");
  SweepSpec spec = sweep(folder, {{{"quantizer", "{kind: step, file: steps.csv}"}}});
  spec.parameters.push_back({.name = "video.file",
                             .levels = {{.label = "clip", .sets = {{"video.file", "clip.avi"}}}},
                             .clips = true});
  PointHasher begun(spec, "1");
  begun.hash_of({{0, 0}});
  const auto changes = [&] {
    PointHasher now(spec, "1");
    now.hash_of({{0, 0}});
    return now.inputs().changes_since(begun.inputs());
  };
  BOOST_TEST(changes().empty());
  folder.write("clip.avi", "of a point, whose hash it changes");
  BOOST_TEST(changes().empty());
  folder.write("steps.csv", "22");
  folder.write("p.yaml", "placement: {default: {mode: dense}}\n");
  folder.write("a.dtrace", "it was not there");
  const std::vector<std::string> told{(folder / "a.dtrace").string() + " is new",
                                      (folder / "p.yaml").string() + " has changed",
                                      (folder / "steps.csv").string() + " has changed"};
  BOOST_TEST(changes() == told, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
