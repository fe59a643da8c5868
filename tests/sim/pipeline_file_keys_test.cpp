// Where the files of an experiment are looked for.

#include "sim/pipeline/file_keys.h"

#include <boost/test/unit_test.hpp>

#include "arch/resources.h"
#include "sim/pipeline/experiment.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(pipeline_file_keys_test)

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

std::optional<std::filesystem::path> file(const char* path, const std::string& text,
                                          const std::filesystem::path& folder) {
  const FileKey* key = find_file_key(path);
  BOOST_REQUIRE(key != nullptr);
  return named_file(*key, text, folder);
}

BOOST_AUTO_TEST_CASE(paths_of_keys) {
  BOOST_TEST(find_file_key("quantizer.file") != nullptr);
  BOOST_TEST(find_file_key("accelerator.memories.3.technology")->shipped == "memories");
  for (const char* other :
       {"quantizer", "quantizer.file.x", "file", "accelerator.memories.technology", "network.seed",
        "", "placement.spatial.conv1"}) {
    BOOST_TEST(find_file_key(other) == nullptr, other);
  }
}

BOOST_AUTO_TEST_CASE(a_name_is_not_taken_for_a_path) {
  const TemporaryDirectory folder;
  for (const char* name : {"resnet50", "delta_event_256", "net.onnx"}) folder.write(name, "");
  BOOST_TEST(!file("network.name", "resnet50", folder.path()));
  BOOST_TEST(*file("network.name", "net.onnx", folder.path()) == folder / "net.onnx");
  BOOST_TEST(*file("accelerator", "delta_event_256", folder.path()) ==
             configs_folder() / "accelerators/delta_event_256.yaml");
  BOOST_TEST(!file("accelerator", "no_such_one", folder.path()));
  BOOST_TEST(!file("trace", "", folder.path()));
}

BOOST_AUTO_TEST_CASE(only_clips_may_be_folders) {
  const TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "images");
  BOOST_TEST(*file("video.file", "images", folder.path()) == folder / "images");
  BOOST_TEST(!file("network.weights", "images", folder.path()));
}

BOOST_AUTO_TEST_CASE(readers_start_at_the_experiment) {
  const TemporaryDirectory folder;
  const std::string machine = test::read_file(find_resource("accelerators", "delta_event_256"));
  folder.write("mine.yml", machine);
  const RunSpec spec = load_experiment(
      folder.write("e.yaml",
                   "accelerator: mine.yml\nvideo: {file: v.avi}\n"
                   "network: {name: net.onnx, weights: w.npz}\n"
                   "quantizer: {kind: step, file: s.csv, calibration_clips: [c.avi]}\n"),
      {});
  BOOST_TEST(spec.accelerator == folder / "mine.yml");
  BOOST_TEST(spec.recording.video.file == folder / "v.avi");
  BOOST_TEST(spec.recording.network.network == (folder / "net.onnx").string());
  BOOST_TEST(*spec.recording.network.weights == folder / "w.npz");
  BOOST_TEST(spec.recording.calibration_clips.at(0) == folder / "c.avi");
}

BOOST_AUTO_TEST_SUITE_END()
