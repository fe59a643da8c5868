#include "arch/errors.h"

#include <boost/test/unit_test.hpp>
#include <cerrno>

BOOST_AUTO_TEST_SUITE(errors_test)

using deltasim::ConfigError;
using deltasim::Fault;
using deltasim::nearest_name;

BOOST_AUTO_TEST_CASE(a_whole_fault_names_everything) {
  const Fault fault{.file = "a.yaml",
                    .line = 3,
                    .key_path = "quantizer.kind",
                    .found = "'fixd_point'",
                    .expected = "one of fixed_point, step",
                    .nearest = "fixed_point"};
  BOOST_TEST(fault.message() ==
             "a.yaml:3: quantizer.kind: found 'fixd_point', expected one of fixed_point, step "
             "(did you mean fixed_point?)");
}

BOOST_AUTO_TEST_CASE(empty_fields_are_left_out) {
  Fault fault;
  fault.key_path = "frames";
  fault.found = "unknown key";
  BOOST_TEST(fault.message() == "frames: unknown key");
  fault.line = 7;
  BOOST_TEST(fault.message() == "line 7: frames: unknown key");
  fault = {};
  fault.file = "a.npz";
  fault.expected = "a zip file";
  BOOST_TEST(fault.message() == "a.npz: expected a zip file");
}

BOOST_AUTO_TEST_CASE(an_error_lists_all_of_its_faults) {
  Fault first, second;
  first.found = "one";
  second.found = "two";
  const ConfigError error(std::vector<Fault>{first, second});
  BOOST_TEST(error.what() == "one\ntwo");
  BOOST_TEST(error.faults().size() == 2);
  BOOST_TEST(ConfigError("clip.avi", "holds no video stream").what() ==
             std::string("clip.avi: holds no video stream"));
}

BOOST_AUTO_TEST_CASE(an_io_error_gives_the_reason_of_the_system) {
  const deltasim::IoError error("out.dtrace", "write", ENOSPC);
  BOOST_TEST(error.what() == std::string("out.dtrace: cannot write: No space left on device"));
  BOOST_TEST(deltasim::IoError("x", "grow", 0).what() == std::string("x: cannot grow"));
}

BOOST_AUTO_TEST_CASE(a_broken_invariant_is_not_the_users_fault) {
  const auto broken = [] { DELTASIM_INVARIANT(1 + 1 == 3, "sums are right"); };
  BOOST_CHECK_EXCEPTION(broken(), deltasim::InternalError, [](const auto& error) {
    const std::string text = error.what();
    return text.find("sums are right") != std::string::npos &&
           text.find("1 + 1 == 3") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(the_nearest_name_is_near_or_none) {
  const std::vector<std::string> names = {"frames", "stride", "fixed_point"};
  BOOST_TEST(nearest_name("frmaes", names) == "frames");
  BOOST_TEST(nearest_name("fixed_poin", names) == "fixed_point");
  BOOST_TEST(nearest_name("frames", names) == "frames");
  BOOST_TEST(nearest_name("zzz", names) == "");
  BOOST_TEST(nearest_name("", names) == "");
  BOOST_TEST(nearest_name("ab", {"ax", "ab"}) == "ab");
  BOOST_TEST(nearest_name("rnu", {"show", "run"}) == "run");  // neighbours that changed places
  BOOST_TEST(nearest_name("nur", {"run"}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
