#include "arch/sha256.h"

#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(sha256_test)

using deltasim::Sha256;

namespace {

std::string sha256(std::string_view text) {
  Sha256 digest;
  digest.update(text);
  return digest.finish();
}

}  // namespace

// The examples of FIPS 180-4, as NIST publishes them.
BOOST_AUTO_TEST_CASE(the_standards_examples_hold) {
  BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256(std::string(1'000'000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

RC_BOOST_PROP(the_cut_into_pieces_does_not_matter,
              (const std::string& first, const std::string& second)) {
  Sha256 digest;
  digest.update(first);
  digest.update(second);
  RC_ASSERT(digest.finish() == sha256(first + second));
}

BOOST_AUTO_TEST_CASE(a_file_is_read_to_its_end) {
  const deltasim::test::TemporaryDirectory scratch;
  const std::string content(3'000'001, 'x');
  BOOST_TEST(deltasim::sha256_of_file(scratch.write("a", content)) == sha256(content));
  BOOST_TEST(deltasim::sha256_of_file(scratch.write("b", "")) == sha256(""));
  BOOST_CHECK_THROW(deltasim::sha256_of_file(scratch / "absent"), deltasim::IoError);
  BOOST_CHECK_THROW(deltasim::sha256_of_file(scratch.path()), deltasim::IoError);
}

BOOST_AUTO_TEST_CASE(a_finished_digest_takes_no_more) {
  Sha256 digest;
  digest.finish();
  BOOST_CHECK_THROW(digest.update("x"), deltasim::InternalError);
  BOOST_CHECK_THROW(digest.finish(), deltasim::InternalError);
}

BOOST_AUTO_TEST_SUITE_END()
