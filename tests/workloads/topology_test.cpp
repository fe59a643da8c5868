#include "workloads/topology_import.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

namespace deltasim {
namespace {

constexpr const char* kHeading =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\n";

std::vector<Layer> read(const std::string& text) {
  const test::TemporaryDirectory folder;
  return read_topology(folder.write("net.csv", text));
}

std::string message_for(const std::string& text) {
  try {
    read(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(topology_test)

BOOST_AUTO_TEST_CASE(a_line_is_an_unpadded_layer) {
  const auto layers = read(std::string(kHeading) + "CB2a_2,56,28,3,1,64,128,1,\r\n\n");
  BOOST_REQUIRE_EQUAL(layers.size(), 1);
  BOOST_TEST(layers[0].name == "CB2a_2");
  BOOST_TEST(to_string(layers[0].input) == "56x28x64");
  BOOST_TEST(to_string(layers[0].output) == "54x28x128");
  BOOST_TEST(layers[0].window.kernel_h == 3);
  BOOST_TEST(layers[0].window.kernel_w == 1);
  BOOST_TEST(layers[0].window.pad_bottom == 0);
  BOOST_TEST(layers[0].output_map == -1);
}

// SCALE-Sim: (224 - 7 + 2) / 2 rounded up.
BOOST_AUTO_TEST_CASE(windows_are_rounded_up_where_the_stride_does_not_divide) {
  const auto layers = read(std::string(kHeading) + "Conv1, 224, 224, 7, 7, 3, 64, 2,\n");
  BOOST_TEST(to_string(layers.at(0).output) == "110x110x64");
}

BOOST_AUTO_TEST_CASE(every_fault_is_named_with_its_line) {
  const std::string message = message_for(std::string(kHeading) +
                                          "a,56,56,3,3,64,64,1,\n"
                                          "b,56,x,3,3,64,0,1,\n"
                                          "c,56,56,3,3,64,64\n"
                                          "d,2,2,3,3,64,64,1,\n");
  BOOST_TEST(contains(message, "net.csv:3: IFMAP Width: found 'x'"));
  BOOST_TEST(contains(message, "net.csv:3: Num Filter: found '0'"));
  BOOST_TEST(contains(message, "net.csv:4: found 7 columns, expected 8"));
  BOOST_TEST(contains(message, "net.csv:5: d: found a kernel that reaches over 3"));
}

BOOST_AUTO_TEST_CASE(absurd_sizes_are_refused) {
  BOOST_TEST(contains(message_for(std::string(kHeading) + "a,99999999999,1,1,1,1,1,1,\n"),
                      "a number from 1 up"));
  BOOST_TEST(
      contains(message_for(std::string(kHeading) + "a,65536,65536,1,1,2147483647,2147483647,1,\n"),
               "expected at most"));
}

BOOST_AUTO_TEST_CASE(a_missing_heading_an_empty_and_a_missing_file_are_refused) {
  BOOST_TEST(contains(message_for("a,56,56,3,3,64,64,1,\n"), "a heading such as"));
  BOOST_TEST(contains(message_for(""), "holds no layers"));
  BOOST_TEST(contains(message_for(kHeading), "holds no layers"));
  BOOST_CHECK_THROW(read_topology("no/such/file.csv"), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
