#include "workloads/npy.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <sstream>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/npy_support.h"

namespace deltasim {
namespace {

using test::bytes_of;
using test::npy;
using test::npy_dictionary;
using test::npy_floats;
using test::ZipWriter;

std::vector<float> read_values(const std::string& type, const std::string& data, int count) {
  const test::TemporaryDirectory folder;
  const auto path =
      folder.write("a.npy", npy(npy_dictionary(type, "(" + std::to_string(count) + ",)"), data));
  return to_tensor(read_npy(path)).values;
}

template <typename Read>
std::string message_for(const std::string& name, const std::string& content, Read read) {
  const test::TemporaryDirectory folder;
  const auto path = folder.write(name, content);
  try {
    read(path);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

std::string npy_message(const std::string& content) {
  return message_for("a.npy", content, [](const auto& path) { read_npy(path); });
}

std::string npz_message(const std::string& content) {
  return message_for("a.npz", content, [](const auto& path) { read_npz(path); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string archive(bool deflated, bool zip64) {
  ZipWriter zip;
  zip.add("a.npy", npy_floats("(2, 3)", {1, 2, 3, 4, 5, 6}), deflated, zip64);
  zip.add("b.npy", npy_floats("()", {7}), deflated, zip64);
  return zip.finish(zip64);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(npy_test)

BOOST_AUTO_TEST_CASE(all_number_types_become_floats) {
  const std::vector<float> expected{0, 1, 100};
  BOOST_TEST(read_values("|u1", bytes_of<std::uint8_t>({0, 1, 100}), 3) == expected);
  BOOST_TEST(read_values("<u2", bytes_of<std::uint16_t>({0, 1, 100}), 3) == expected);
  BOOST_TEST(read_values("<u4", bytes_of<std::uint32_t>({0, 1, 100}), 3) == expected);
  BOOST_TEST(read_values("<u8", bytes_of<std::uint64_t>({0, 1, 100}), 3) == expected);
  BOOST_TEST(read_values("<f4", bytes_of<float>({0, 1, 100}), 3) == expected);
  BOOST_TEST(read_values("<f8", bytes_of<double>({0, 1, 100}), 3) == expected);
  BOOST_TEST(read_values("|i1", bytes_of<std::int8_t>({0, -1}), 2) == (std::vector<float>{0, -1}));
  BOOST_TEST(read_values("<i2", bytes_of<std::int16_t>({0, -1}), 2) == (std::vector<float>{0, -1}));
  BOOST_TEST(read_values("<i4", bytes_of<std::int32_t>({0, -1}), 2) == (std::vector<float>{0, -1}));
  BOOST_TEST(read_values("<i8", bytes_of<std::int64_t>({0, -1}), 2) == (std::vector<float>{0, -1}));
  BOOST_TEST(read_values("|b1", bytes_of<std::uint8_t>({0, 1}), 2) == (std::vector<float>{0, 1}));
}

// Bit patterns from IEEE 754-2019, table 3.5: one, -2, largest, smallest normal and subnormal.
BOOST_AUTO_TEST_CASE(halves_become_the_floats_that_they_are) {
  const auto values = read_values(
      "<f2", bytes_of<std::uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8001, 0x3555}), 7);
  const std::vector<float> expected{
      1,          -2, 65504, std::ldexp(1.0F, -14), std::ldexp(1.0F, -24), -std::ldexp(1.0F, -24),
      0x1.554p-2F};
  BOOST_TEST(values == expected, boost::test_tools::per_element());
  const auto special = read_values("<f2", bytes_of<std::uint16_t>({0x7c00, 0xfc00, 0x7e00}), 3);
  BOOST_TEST(special[0] == std::numeric_limits<float>::infinity());
  BOOST_TEST(special[1] == -std::numeric_limits<float>::infinity());
  BOOST_TEST(std::isnan(special[2]));
}

BOOST_AUTO_TEST_CASE(headers_of_all_versions_and_shapes_are_read) {
  for (const int version : {1, 2, 3}) {
    std::istringstream in(npy(npy_dictionary("<f4", "(2, 30, 4)"), "data", version));
    const NpyHeader header = read_npy_header(in, "x");
    BOOST_TEST(header.shape == (std::vector<std::int64_t>{2, 30, 4}));
    BOOST_TEST(header.elements() == 240);
    BOOST_TEST(header.element_bytes() == 4);
    std::string rest;
    in >> rest;
    BOOST_TEST(rest == "data");
  }
  std::istringstream scalar(npy(npy_dictionary("<f8", "()"), ""));
  BOOST_TEST(read_npy_header(scalar, "x").elements() == 1);
  std::istringstream empty(npy(npy_dictionary("|u1", "(0, 224)"), ""));
  BOOST_TEST(read_npy_header(empty, "x").elements() == 0);
}

BOOST_AUTO_TEST_CASE(broken_headers_are_refused) {
  BOOST_TEST(contains(npy_message(""), "cut short"));
  BOOST_TEST(contains(npy_message("PK\3\4 something else"), "is no NumPy array"));
  BOOST_TEST(contains(npy_message(npy("{", "", 9)), "format version 9"));
  BOOST_TEST(contains(npy_message(npy("{'descr': '<f4', 'shape': (1,)}", "abcd")), "lacks"));
  BOOST_TEST(contains(npy_message(npy("{'descr': '<f4'", "")), "damaged"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<f4", "(1, x)"), "")), "extent"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<f4", "(-1,)"), "")), "extent"));
  BOOST_TEST(contains(npy_message(npy("{'colour': 1}", "")), "unknown key 'colour'"));
  BOOST_TEST(contains(npy_message(npy("{'descr': [('x', '<f4')]}", "")), "records"));
}

BOOST_AUTO_TEST_CASE(types_and_orders_that_cannot_be_read_are_named) {
  BOOST_TEST(contains(npy_message(npy(npy_dictionary(">f4", "(1,)"), "abcd")), "big-endian"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<c8", "(1,)"), "abcdabcd")), "'<c8'"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("|O", "(1,)"), "abcd")), "'|O'"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<f4", "(1, 1)", true), "abcd")), "Fortran"));
}

BOOST_AUTO_TEST_CASE(absurd_and_wrong_sizes_are_refused) {
  const std::string big = "4611686018427387904";
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<f4", "(" + big + ", " + big + ")"), "")),
                      "absurdly large"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("|u1", "(" + big + ",)"), "")), "cut short"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<f4", "(2,)"), "1234567")), "cut short"));
  BOOST_TEST(contains(npy_message(npy(npy_dictionary("<f4", "(1,)"), "1234567")), "longer"));
  BOOST_TEST(
      contains(npy_message(npy(npy_dictionary("<f4", "(99999999999999999999,)"), "")), "extent"));
}

BOOST_AUTO_TEST_CASE(archives_stored_deflated_and_zip64_are_read) {
  for (const bool deflated : {false, true}) {
    for (const bool zip64 : {false, true}) {
      const test::TemporaryDirectory folder;
      const auto arrays = read_npz(folder.write("a.npz", archive(deflated, zip64)));
      BOOST_REQUIRE_EQUAL(arrays.size(), 2);
      BOOST_TEST(to_tensor(arrays.at("a")).shape == (std::vector<int>{2, 3}));
      BOOST_TEST(to_tensor(arrays.at("a")).values == (std::vector<float>{1, 2, 3, 4, 5, 6}));
      BOOST_TEST(to_tensor(arrays.at("b")).values == (std::vector<float>{7}));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_archive_of_arrays_is_refused) {
  BOOST_TEST(contains(npz_message(""), "no zip archive"));
  BOOST_TEST(contains(npz_message(std::string(100, 'x')), "no zip archive"));
  ZipWriter zip;
  zip.add("readme.txt", "hello");
  BOOST_TEST(contains(npz_message(zip.finish()), "'readme.txt', which is no .npy"));
  ZipWriter twice;
  twice.add("a.npy", npy_floats("(1,)", {1}));
  twice.add("a.npy", npy_floats("(1,)", {1}));
  BOOST_TEST(contains(npz_message(twice.finish()), "two members 'a.npy'"));
  BOOST_CHECK_THROW(read_npz("no/such/file.npz"), ConfigError);
  BOOST_CHECK_THROW(read_npz("/tmp"), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_flipped_byte_of_data_is_detected) {
  for (const bool deflated : {false, true}) {
    std::string bytes = archive(deflated, false);
    const std::size_t at = deflated ? 60 : bytes.find("\x93NUMPY") + 130;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    BOOST_TEST(contains(npz_message(bytes), "damaged"));
  }
}

BOOST_AUTO_TEST_CASE(an_archive_cut_anywhere_is_refused) {
  const std::string whole = archive(true, true);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    BOOST_TEST(npz_message(whole.substr(0, length)) != "no error");
  }
}

// Whatever is flipped, reading ends in arrays or in a ConfigError.
BOOST_AUTO_TEST_CASE(random_damage_never_crashes) {
  const bool held = rc::check([] {
    std::string bytes = archive(*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>());
    for (int flips = *rc::gen::inRange(1, 6); flips > 0; --flips) {
      const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
      bytes[at] = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
    }
    npz_message(bytes);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
