// Files that change while a sweep goes on are noticed.

#include "explore/input_files.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(input_files_test)

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

BOOST_AUTO_TEST_CASE(a_file_that_changes_is_named) {
  const TemporaryDirectory folder;
  InputFiles files;
  files.add(folder.write("a.yaml", "1"));
  files.add(folder.write("b.yaml", "1"));
  BOOST_TEST(!files.change());
  folder.write("b.yaml", "1");
  BOOST_TEST(!files.change());
  folder.write("b.yaml", "2");
  BOOST_TEST(files.change().value() == (folder / "b.yaml").string() + " has changed");
  BOOST_CHECK_THROW(files.require_unchanged(), ConfigError);
  folder.write("b.yaml", "1");
  BOOST_TEST(!files.change());
  std::filesystem::remove(folder / "a.yaml");
  BOOST_TEST(files.change().value() == (folder / "a.yaml").string() + " is gone");
  files.forget_unreadable();
  BOOST_TEST(!files.change());
}

BOOST_AUTO_TEST_CASE(an_image_that_changes_in_a_folder_is_noticed) {
  const TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "clip");
  folder.write("clip/1.png", "1");
  InputFiles files;
  files.add(folder / "clip");
  BOOST_TEST(!files.change());
  folder.write("clip/1.png", "2");
  BOOST_TEST(files.change().has_value());
}

BOOST_AUTO_TEST_CASE(files_that_were_moved_have_not_changed) {
  const TemporaryDirectory folder, other;
  InputFiles before, after;
  for (const char* name : {"a", "b"}) {
    before.add(folder.write(name, name));
    after.add(other.write(name, name));
  }
  BOOST_TEST(after.changes_since(before).empty());
  InputFiles swapped;
  folder.write("a", "b");
  folder.write("b", "a");
  for (const char* name : {"a", "b"}) swapped.add(folder / name);
  BOOST_TEST(swapped.changes_since(before).size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
  const TemporaryDirectory folder;
  InputFiles files;
  files.add(folder.write("a \"quoted\" name", "1"));
  InputFiles read = InputFiles::from_json(files.json(), "x.json");
  BOOST_TEST(read.changes_since(files).empty());
  BOOST_TEST(!read.change());
  folder.write("a \"quoted\" name", "2");
  BOOST_TEST(read.change().has_value());
  for (const char* damaged : {"", "[1]", "{\"a\": 1}", "{\"a\""}) {
    BOOST_CHECK_THROW(InputFiles::from_json(damaged, "x.json"), ConfigError);
  }
}

BOOST_AUTO_TEST_SUITE_END()
