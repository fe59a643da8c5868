#include "explore/clip_axis.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "arch/errors.h"
#include "explore/clip_classes.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(clip_axis_test)

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

namespace {

std::vector<std::string> labels(const SweepParameter& axis) {
  std::vector<std::string> names;
  for (const Level& level : axis.levels) names.push_back(level.label);
  return names;
}

std::vector<std::string> groups(const SweepParameter& axis) {
  std::vector<std::string> names;
  for (const Level& level : axis.levels) names.push_back(level.group);
  return names;
}

using Names = std::vector<std::string>;

/// A folder as UCF101 is unpacked, with other files in it.
struct Clips {
  Clips() {
    for (const char* file : {"Walk/v_Walk_g01_c02.avi", "Walk/v_Walk_g01_c01.AVI",
                             "Run/v_Run_g10_c01.avi", "readme.txt", "odd.mp4", ".hidden.avi"}) {
      std::filesystem::create_directories((folder / file).parent_path());
      folder.write(file, "");
    }
    std::filesystem::create_directories(folder / ".git");
    folder.write(".git/v_Walk_g09_c09.avi", "");
  }
  std::string path(const char* name) const { return (folder / name).string(); }
  TemporaryDirectory folder;
};

void refused(const ClipChoice& choice, const Names& parts) {
  try {
    clip_axis(choice);
    BOOST_ERROR("no fault was found");
  } catch (const ConfigError& error) {
    for (const std::string& part : parts) {
      BOOST_TEST(std::string(error.what()).find(part) != std::string::npos,
                 error.what() << " has no '" << part << "'");
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_clip_of_a_folder_is_a_level) {
  const Clips clips;
  const SweepParameter axis = clip_axis({.clips = clips.folder.path().string()});
  BOOST_TEST(axis.clips);
  BOOST_TEST(axis.name == "video.file");
  BOOST_TEST(labels(axis) == (Names{"Run/v_Run_g10_c01.avi", "Walk/v_Walk_g01_c01.AVI",
                                    "Walk/v_Walk_g01_c02.avi", "odd.mp4"}),
             boost::test_tools::per_element());
  BOOST_TEST(groups(axis) == (Names{"Run", "Walk", "Walk", ""}), boost::test_tools::per_element());
  const Overrides expected{{"video.file", clips.path("Run/v_Run_g10_c01.avi")},
                           {"store_trace", "false"}};
  BOOST_TEST((axis.levels[0].sets == expected));
}

/// As the values of any other parameter are: one that is not there is a point that fails.
BOOST_AUTO_TEST_CASE(clips_can_be_named_one_by_one) {
  const Clips clips;
  const auto read = [&](const std::string& text) {
    ConfigDocument document = ConfigDocument::parse(text, "s.yaml");
    SweepParameter axis = read_clip_axis(document.root(), clips.folder.path());
    document.finish();
    return axis;
  };
  const SweepParameter axis = read("clips: [odd.mp4, Walk/v_Walk_g01_c02.avi, /no/such.avi]\n");
  BOOST_TEST(axis.clips);
  BOOST_TEST(labels(axis) == (Names{"odd.mp4", "such.avi", "v_Walk_g01_c02.avi"}),
             boost::test_tools::per_element());
  BOOST_TEST(groups(axis) == (Names{"", "", "Walk"}), boost::test_tools::per_element());
  const Overrides expected{{"video.file", clips.path("odd.mp4")}, {"store_trace", "false"}};
  BOOST_TEST((axis.levels[0].sets == expected));
  for (const auto& [text, told] :
       {std::pair("clips: []\n", "a list of at least one clip"),
        std::pair("clips: [odd.mp4, ./odd.mp4]\n", "odd.mp4 is there twice"),
        std::pair("clips: [[a]]\n", "clips[0]"), std::pair("classes: none\n", "clips")}) {
    BOOST_CHECK_EXCEPTION(read(text), ConfigError, [&](const ConfigError& error) {
      return std::string(error.what()).find(told) != std::string::npos;
    });
  }
}

BOOST_AUTO_TEST_CASE(patterns_and_lists) {
  const Clips clips;
  const SweepParameter found = clip_axis({.clips = clips.path("Walk/*.avi")});
  BOOST_TEST(labels(found) == Names{"v_Walk_g01_c02.avi"}, boost::test_tools::per_element());
  clips.folder.write("list.txt", "# two of them\nWalk/v_Walk_g01_c02.avi\r\n\nodd.mp4\n");
  const SweepParameter listed =
      clip_axis({.clips = clips.path("list.txt"), .classes = ClassSource::kFolders});
  BOOST_TEST(labels(listed) == (Names{"Walk/v_Walk_g01_c02.avi", "odd.mp4"}),
             boost::test_tools::per_element());
  BOOST_TEST(listed.levels[0].group == "Walk");
}

BOOST_AUTO_TEST_CASE(any_file_name_reads_back) {
  const TemporaryDirectory folder;
  for (const char* name : {"a: b # c.avi", "it's.avi", "{x}, [y].avi", "\"q\".avi"}) {
    folder.write(name, "");
    const SweepParameter axis = clip_axis({.clips = folder.path().string()});
    BOOST_TEST(axis.levels.size() == 1U);
    ConfigDocument document = ConfigDocument::parse("", "e.yaml");
    document.set("video.file", axis.levels[0].sets[0].second);
    const auto read = document.root().child("video").required<std::string>("file");
    BOOST_TEST(read == (folder / name).string());
    std::filesystem::remove(folder / name);
  }
}

BOOST_AUTO_TEST_CASE(a_draw_is_the_same_for_its_seed) {
  const TemporaryDirectory folder;
  for (int i = 0; i < 40; ++i) folder.write("clip" + std::to_string(i) + ".avi", "");
  const auto drawn = [&](std::uint64_t seed) {
    return labels(clip_axis({.clips = folder.path().string(), .limit = 10, .seed = seed}));
  };
  BOOST_TEST(drawn(1) == drawn(1), boost::test_tools::per_element());
  BOOST_TEST((drawn(1) != drawn(2)));
  const Names names = drawn(3);
  BOOST_TEST((std::set<std::string>(names.begin(), names.end()).size()) == 10U);
  BOOST_TEST(std::is_sorted(names.begin(), names.end()));
}

BOOST_AUTO_TEST_CASE(wrong_clips) {
  const Clips clips;
  std::filesystem::create_directories(clips.folder / "empty");
  refused({.clips = clips.path("empty")}, {"empty", "there is no clip here"});
  refused({.clips = clips.path("none/*.avi")}, {"there is no clip here"});
  refused({.clips = clips.path("nowhere")}, {"nowhere", "no such folder"});
  refused({.clips = clips.path("odd.mp4")}, {"odd.mp4", "video.file: FILE"});
  clips.folder.write("list.txt", "odd.mp4\nmissing.avi\n\nalso.avi\n");
  refused({.clips = clips.path("list.txt")},
          {"list.txt:2: found 'missing.avi'", "list.txt:4: found 'also.avi'"});
  clips.folder.write("twice.txt", "odd.mp4\nodd.mp4\n");
  refused({.clips = clips.path("twice.txt")}, {"odd.mp4", "twice"});
  refused({.clips = clips.folder.path().string(), .limit = 5}, {"limit", "found 5", "at most 4"});
}

BOOST_AUTO_TEST_CASE(classes_out_of_a_table) {
  const Clips clips;
  // Another folder in the table than on this disk; the file's name is enough.
  const auto table = clips.folder.write(
      "t.csv",
      "file,frames,\"camera, seen\"\nucf/v_Walk_g01_c02.avi,3,still\n"
      "Walk/v_Walk_g01_c01.AVI,4,\"moving, \"\"fast\"\"\"\nodd.mp4,1,still\nother.avi,2,x\n"
      "v_Run_g10_c01.avi,2,moving\n");
  ClipChoice choice{.clips = clips.folder.path().string(),
                    .classes = ClassSource::kFile,
                    .class_file = table,
                    .class_column = "camera, seen"};
  BOOST_TEST(groups(clip_axis(choice)) == (Names{"moving", "moving, \"fast\"", "still", "still"}),
             boost::test_tools::per_element());
  choice.class_column = "";
  BOOST_TEST(clip_axis(choice).levels[0].group == "2");
  choice.class_column = "camer";
  refused(choice, {"t.csv:1", "class_column", "'camer'"});
  choice.class_column = "frames";
  clips.folder.write("t.csv", "file,frames\ny/odd.mp4,1\nx/odd.mp4,2\nv_Walk_g01_c02.avi,1\n");
  refused(choice, {"t.csv", "v_Run_g10_c01.avi has no row", "v_Walk_g01_c01.AVI has no row",
                   "odd.mp4 has rows of different classes"});
  clips.folder.write("t.csv", "file,frames\nodd.mp4\n");
  refused(choice, {"t.csv:2", "1 fields"});
  clips.folder.write("t.csv", "");
  refused(choice, {"t.csv", "header"});
}

BOOST_AUTO_TEST_CASE(names_of_ucf101) {
  BOOST_TEST(class_from_name("x/v_HandstandPushups_g01_c01.avi") == "HandstandPushups");
  BOOST_TEST(class_from_name("v_A_b_g01_c01.mp4") == "A_b");
  BOOST_TEST(class_from_name("v_Walk_g_c01.avi").empty());
  BOOST_TEST(class_from_name("Walk.avi").empty());
}

BOOST_AUTO_TEST_CASE(read_from_a_sweep_file) {
  const Clips clips;
  const auto read = [&](const std::string& text) {
    ConfigDocument document = ConfigDocument::parse(text, "s.yaml");
    const SweepParameter axis = read_clip_axis(document.root().child("f"), clips.folder.path());
    document.finish();
    return axis;
  };
  BOOST_TEST(read("f: {clips: Walk, limit: 1, seed: 2}").levels.size() == 1U);
  BOOST_TEST(read("f: {clips: '*/*.avi', classes: none}").levels[0].group.empty());
  BOOST_TEST(read("f: {clips: Run, classes: from_folders}").levels[0].group == "Run");
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"f: {clips: Walk, classes: from_name}", "did you mean from_names"},
           {"f: {clips: Walk, limit: 0}", "at least 1"},
           {"f: {clips: Walk, class_column: x}", "class_column"},
           {"f: {clips: Walk, classes: t.csv}", "t.csv"}}) {
    try {
      read(text);
      BOOST_ERROR("no fault was found in " + text);
    } catch (const std::exception& error) {
      BOOST_TEST(std::string(error.what()).find(part) != std::string::npos, error.what());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
