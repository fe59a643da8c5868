#include "explore/file_hashes.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "explore/design_space.h"
#include "tests/support/temporary_directory.h"
#include "workloads/video/clip.h"

BOOST_AUTO_TEST_SUITE(file_hashes_test)

using namespace deltasim;
namespace fs = std::filesystem;

/// A clip that nobody has touched for a while.
struct Clip {
  Clip() {
    file = folder.write("a clip.avi", "content");
    settle();
  }
  /// What was changed a moment ago is read again, whatever is known of it.
  static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(2100)); }

  /// How often the clip is read, in a process that finds what earlier ones have kept.
  std::int64_t reads() const {
    FileHashes hashes(folder / "hashes.txt");
    BOOST_TEST(hashes.of(file) == source_sha256(file));
    hashes.save();
    return hashes.files_read();
  }

  test::TemporaryDirectory folder;
  fs::path file;
};

BOOST_FIXTURE_TEST_CASE(a_file_is_read_once, Clip) {
  BOOST_TEST(reads() == 1);
  BOOST_TEST(reads() == 0);
  // From another folder by another way.
  FileHashes hashes(folder / "hashes.txt");
  hashes.of(folder / "." / "a clip.avi");
  BOOST_TEST(hashes.files_read() == 0);
  // Who keeps nothing knows nothing.
  FileHashes none;
  none.of(file);
  none.of(file);
  none.save();
  BOOST_TEST(none.files_read() == 2);
}

BOOST_FIXTURE_TEST_CASE(what_was_changed_is_read_again, Clip) {
  BOOST_TEST(reads() == 1);
  const auto modified = fs::last_write_time(file);
  // Of the same length, and with its time put back.
  std::ofstream(file) << "CONTENT";
  fs::last_write_time(file, modified);
  BOOST_TEST(reads() == 1);
  BOOST_TEST(reads() == 1);  // changed too short a time ago to be sure of
  settle();
  BOOST_TEST(reads() == 1);
  BOOST_TEST(reads() == 0);
  // Another file in its place, which is older.
  const fs::path other = folder.write("other", "Content");
  fs::last_write_time(other, modified);
  fs::rename(other, file);
  BOOST_TEST(reads() == 1);
  fs::last_write_time(file, modified - std::chrono::hours(1));
  BOOST_TEST(reads() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_broken_list_is_no_list, Clip) {
  BOOST_TEST(reads() == 1);
  const fs::path list = folder / "hashes.txt";
  std::ifstream stream(list);
  const std::string whole(std::istreambuf_iterator<char>(stream), {});
  for (const std::string& text :
       {std::string(), std::string("x"), whole.substr(whole.find('\n') + 1),
        whole.substr(0, whole.find('\n') + 30), whole.substr(0, whole.size() - 5)}) {
    folder.write("hashes.txt", text);
    BOOST_TEST(reads() == 1, "of '" << text << "'");
  }
  fs::remove(list);
  fs::create_directory(list);
  FileHashes hashes(list);
  BOOST_TEST(hashes.of(file) == source_sha256(file));
}

BOOST_AUTO_TEST_CASE(a_folder_of_images_is_read_each_time) {
  const test::TemporaryDirectory folder;
  fs::create_directory(folder / "clip");
  folder.write("clip/1.png", "a");
  Clip::settle();
  FileHashes hashes(folder / "hashes.txt");
  const std::string first = hashes.of(folder / "clip");
  folder.write("clip/1.png", "b");
  BOOST_TEST(hashes.of(folder / "clip") != first);
}

BOOST_FIXTURE_TEST_CASE(points_have_the_same_hashes_by_it, Clip) {
  SweepSpec spec;
  spec.experiment = folder.write("base.yaml", "trace: a.dtrace\n");
  spec.parameters = {
      {.name = "video.file",
       .levels = {{.label = "a", .sets = {{"video.file", "'" + file.string() + "'"}}}},
       .clips = true}};
  settle();
  const std::string plain = PointHasher(spec, "1").hash_of({{0}});
  std::int64_t read = 0;
  for (int start = 0; start < 2; ++start) {
    FileHashes hashes(folder / "hashes.txt");
    BOOST_TEST(PointHasher(spec, "1", &hashes).hash_of({{0}}) == plain);
    hashes.save();
    read = hashes.files_read();
  }
  BOOST_TEST(read == 0);
}

BOOST_AUTO_TEST_SUITE_END()
