#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>

#include "arch/accelerator_reader.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(accelerator_drawing_test)

using namespace deltasim;

std::string drawing(std::string_view name, std::optional<double> dram = std::nullopt) {
  return draw_accelerator(read_accelerator(test::source_directory() / "configs" / "accelerators" /
                                           (std::string(name) + ".yaml")),
                          dram);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// 256 PEs x 4 lanes x 500 MHz; 16 banks x 128 bits; DDR4-2400 on 64 bits.
BOOST_AUTO_TEST_CASE(peak_rates_follow_from_the_numbers) {
  const std::string text = drawing("delta_event_256", 2400e6 * 64);
  for (const char* part : {"512 GMAC/s peak", "2048 bits a cycle, 128 GB/s peak", "19.2 GB/s peak",
                           "16 x 16 = 256 PEs", "1 MiB in 16 banks of 128 bit, 1 port",
                           "event_driven, partition output_channel",
                           "state: 16 bit in dram, fetched by pixel", "clock 500 MHz"}) {
    BOOST_TEST(contains(text, part), part << " is not in\n" << text);
  }
  BOOST_TEST(contains(drawing("eyeriss_168"), "33.6 GMAC/s peak"));
}

BOOST_AUTO_TEST_CASE(an_unknown_part_has_no_bandwidth_and_a_dense_array_no_partition) {
  const std::string text = drawing("systolic_32x32_ws");
  BOOST_TEST(!contains(text, "partition"));
  BOOST_TEST(contains(text, "weight_stationary, zeros: none"));
  const auto dram = text.find("DRAM");
  BOOST_TEST(!contains(text.substr(dram, text.find("Global buffer") - dram), "B/s"));
}

/// Columns on a terminal, not bytes: a frame's character takes three.
std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

BOOST_AUTO_TEST_CASE(boxes_are_straight) {
  std::istringstream lines(drawing("seneca_like_64"));
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("┌")) width = columns(line);
    if (line.starts_with("│") || line.starts_with("└")) BOOST_TEST(columns(line) == width, line);
  }
  BOOST_TEST(width > 0);
}

BOOST_AUTO_TEST_SUITE_END()
