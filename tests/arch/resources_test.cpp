#include "arch/resources.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <optional>
#include <string>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(resources_test)

using namespace deltasim;

/// Sets $DELTASIM_CONFIGS and puts back what was there.
class ConfigsVariable {
 public:
  explicit ConfigsVariable(const std::string& value) {
    if (const char* before = std::getenv("DELTASIM_CONFIGS")) before_ = before;
    setenv("DELTASIM_CONFIGS", value.c_str(), 1);
  }
  ~ConfigsVariable() {
    if (before_) {
      setenv("DELTASIM_CONFIGS", before_->c_str(), 1);
    } else {
      unsetenv("DELTASIM_CONFIGS");
    }
  }

 private:
  std::optional<std::string> before_;
};

BOOST_AUTO_TEST_CASE(the_variable_decides_where_configurations_are) {
  const test::TemporaryDirectory folder;
  std::filesystem::create_directories(folder / "energy");
  folder.write("energy/b.yaml", "");
  folder.write("energy/a.yaml", "");
  folder.write("energy/readme.txt", "");
  const ConfigsVariable variable(folder.path().string());
  BOOST_TEST(configs_folder() == folder.path());
  const std::vector<std::string> expected = {"a", "b"};
  BOOST_TEST(resource_names("energy") == expected, boost::test_tools::per_element());
  BOOST_TEST(find_resource("energy", "a") == folder.path() / "energy" / "a.yaml");
  BOOST_TEST(resource_names("nothing").empty());
}

BOOST_AUTO_TEST_CASE(a_variable_that_points_nowhere_is_an_error) {
  const ConfigsVariable variable("/no/such/folder");
  BOOST_CHECK_THROW(configs_folder(), ConfigError);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_the_nearest) {
  try {
    find_resource("accelerators", "delta_event_265");
    BOOST_FAIL("was found");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults()[0].nearest == "delta_event_256");
    BOOST_TEST(error.faults()[0].expected.find("eyeriss_168") != std::string::npos);
  }
  BOOST_CHECK_THROW(find_resource("accelerators", ""), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_path_is_taken_as_it_is) {
  const test::TemporaryDirectory folder;
  const auto path = folder.write("mine.yaml", "");
  BOOST_TEST(find_resource("accelerators", path.string()) == path);
  BOOST_CHECK_THROW(find_resource("accelerators", (folder / "other.yaml").string()), ConfigError);
  BOOST_CHECK_THROW(find_resource("accelerators", folder.path().string()), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
