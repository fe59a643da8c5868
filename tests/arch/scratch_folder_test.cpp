// Folders that go with the object that made them.

#include "arch/scratch_folder.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(scratch_folder_test)

using namespace deltasim;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_CASE(it_goes_with_all_that_is_in_it) {
  fs::path path;
  {
    const ScratchFolder folder("test"), other("test");
    path = folder.path();
    BOOST_TEST(path != other.path());
    BOOST_TEST(path.filename().string().starts_with("deltasim-test-"));
    fs::create_directory(path / "below");
    std::ofstream(path / "below/file") << "x";
    BOOST_TEST(fs::exists(path / "below/file"));
  }
  BOOST_TEST(!fs::exists(path));
}

BOOST_AUTO_TEST_CASE(a_name_that_cannot_be_made_is_an_error) {
  BOOST_CHECK_THROW(ScratchFolder("no/such/folder"), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
