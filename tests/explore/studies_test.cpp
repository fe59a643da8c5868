// The studies that are shipped can be read, and each tries something.

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "explore/design_space.h"
#include "explore/sweep_spec.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(studies_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(every_shipped_study_can_be_read) {
  int studies = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(test::source_directory() / "configs/studies")) {
    BOOST_TEST_CONTEXT(file.path().filename().string()) {
      const SweepSpec spec = load_sweep(file.path(), {});
      BOOST_TEST(spec.name == file.path().stem().string());
      BOOST_TEST(spec.description.find('?') != std::string::npos);  // it asks something
      BOOST_TEST(spec.objectives.size() >= 2U);
      if (!std::holds_alternative<Nsga2Strategy>(spec.strategy)) {
        BOOST_TEST(planned_points(spec).size() >= 3U);
      }
      ++studies;
    }
  }
  BOOST_TEST(studies >= 6);
}

BOOST_AUTO_TEST_SUITE_END()
