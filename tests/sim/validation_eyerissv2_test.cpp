// The Eyeriss v2 suite on made-up masks.

#include <boost/test/unit_test.hpp>

#include "tests/sim/validation_support.h"

using namespace deltasim;
using test::contains;
using test::npy_mask;

namespace {

constexpr const char* kHeading =
    "layer,K,C,H,W,dense_macs,activation_density,weight_density,"
    "measured_cycles_equal_effectual_macs,sparseloop_uniform_model_cycles\n";

/// Two pixels of two channels, three filters. The channels have 2 and 1 ones among the pixels and
/// 1 and 2 among the filters: 2 x 1 + 1 x 2 = 4 pairs.
struct Folder {
  Folder() {
    layers(12, 4);
    directory.write("X_activation_mask.npy", npy_mask("(1, 2, 2)", {1, 0, 1, 1}));
    directory.write("X_weight_mask.npy", npy_mask("(3, 2)", {1, 1, 0, 1, 0, 0}));
  }
  void layers(int dense, int effectual) const {
    directory.write("layers.csv", std::string(kHeading) + "X,3,2,1,2," + std::to_string(dense) +
                                      ",0.75,0.5," + std::to_string(effectual) + ",5\n");
  }
  SuiteOutcome validate() const { return test::validate_one("eyerissv2", directory.path()); }
  test::TemporaryDirectory directory;
};

bool refuses(const SuiteOutcome& outcome, const std::string& because) {
  BOOST_TEST_MESSAGE(outcome.message);
  return outcome.verdict == Verdict::kNotRun && contains(outcome.message, because);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_eyerissv2_test)

BOOST_FIXTURE_TEST_CASE(pairs_are_counted_exactly, Folder) {
  const SuiteOutcome outcome = validate();
  BOOST_TEST((outcome.verdict == Verdict::kHolds), outcome.message);
  BOOST_TEST_REQUIRE(outcome.result.rows.size() == 2);
  BOOST_TEST(std::get<std::int64_t>(outcome.result.rows[0].ours) == 12);
  BOOST_TEST(std::get<std::int64_t>(outcome.result.rows[1].ours) == 4);
}

BOOST_FIXTURE_TEST_CASE(one_more_or_less_falls_short, Folder) {
  for (const int off : {-1, 1}) {
    layers(12, 4 + off);
    BOOST_TEST((validate().verdict == Verdict::kFellShort));
    layers(12 + off, 4);
    BOOST_TEST((validate().verdict == Verdict::kFellShort));
  }
}

BOOST_FIXTURE_TEST_CASE(another_mask_gives_another_count, Folder) {
  directory.write("X_weight_mask.npy", npy_mask("(3, 2)", {1, 1, 1, 1, 0, 0}));
  BOOST_TEST((validate().verdict == Verdict::kFellShort));
}

BOOST_FIXTURE_TEST_CASE(masks_may_be_bool_and_any_value_is_a_one, Folder) {
  directory.write("X_weight_mask.npy",
                  test::npy(test::npy_dictionary("|b1", "(3, 2)"), std::string("\1\1\0\1\0\0", 6)));
  directory.write("X_activation_mask.npy", npy_mask("(1, 2, 2)", {7, 0, 255, 1}));
  BOOST_TEST((validate().verdict == Verdict::kHolds));
}

BOOST_FIXTURE_TEST_CASE(broken_masks_are_refused_by_name, Folder) {
  const std::string whole = npy_mask("(3, 2)", {1, 1, 0, 1, 0, 0});
  for (const std::size_t length : {std::size_t{0}, std::size_t{5}, whole.size() - 1}) {
    directory.write("X_weight_mask.npy", whole.substr(0, length));
    BOOST_TEST(refuses(validate(), "X_weight_mask.npy"));
  }
  directory.write("X_weight_mask.npy", npy_mask("(2, 3)", {1, 1, 0, 1, 0, 0}));
  BOOST_TEST(refuses(validate(), "X_weight_mask.npy: shape: found [2, 3], expected [3, 2]"));
  std::filesystem::remove(directory / "X_weight_mask.npy");
  BOOST_TEST(refuses(validate(), "X_weight_mask.npy: cannot be opened"));
}

BOOST_FIXTURE_TEST_CASE(broken_tables_are_refused_with_file_and_line, Folder) {
  directory.write("layers.csv", "");
  BOOST_TEST(refuses(validate(), "layers.csv: is empty"));
  directory.write("layers.csv",
                  "layer,K,C,H,dense_macs,measured_cycles_equal_effectual_macs\n"
                  "X,3,2,1,12,4\n");
  BOOST_TEST(refuses(validate(), "layers.csv:1: W: found no such column"));
  directory.write("layers.csv", std::string(kHeading) + "X,3,2,1,2,12,0.75,0.5,4.5,5\n");
  BOOST_TEST(refuses(validate(), "layers.csv:2: measured_cycles"));
  directory.write("layers.csv", std::string(kHeading) + "X,3,0,1,2,12,0.75,0.5,4,5\n");
  BOOST_TEST(refuses(validate(), "layers.csv:2: C: found 0"));
  directory.write("layers.csv", std::string(kHeading) + ",3,2,1,2,12,0.75,0.5,4,5\n");
  BOOST_TEST(refuses(validate(), "layers.csv:2: layer: found nothing"));
}

BOOST_AUTO_TEST_SUITE_END()
