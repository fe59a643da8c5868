// Colours that stay apart in grey, a style for every part, text that stays text, and tables.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <set>

#include "arch/activity.h"
#include "report/gnuplot_style.h"
#include "report/table.h"

BOOST_AUTO_TEST_SUITE(figure_style_test)

using namespace deltasim;

/// Grey of a printed colour, 0 to 255 (ITU-R BT.601).
double grey(std::string_view colour) {
  const long rgb = std::strtol(std::string(colour.substr(1)).c_str(), nullptr, 16);
  return 0.299 * static_cast<double>(rgb >> 16 & 255) +
         0.587 * static_cast<double>(rgb >> 8 & 255) + 0.114 * static_cast<double>(rgb & 255);
}

BOOST_AUTO_TEST_CASE(areas_stay_apart_in_grey) {
  for (const auto fills : {component_fills(), data_fills()}) {
    for (const FillStyle& a : fills) {
      for (const FillStyle& b : fills) {
        if (a.name == b.name || a.hatch != b.hatch) continue;
        BOOST_TEST(std::abs(grey(a.colour) - grey(b.colour)) >= 40,
                   a.name << " and " << b.name << " are alike in grey");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(modes_have_markers_and_dashes_of_their_own) {
  std::set<int> markers;
  for (const LineStyle& line : mode_lines()) markers.insert(line.marker);
  BOOST_TEST(markers.size() == mode_lines().size());
}

BOOST_AUTO_TEST_CASE(every_part_has_a_style) {
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto name = to_string(static_cast<Component>(i));
    BOOST_TEST(fill_of(name).name == name);
  }
  for (std::size_t i = 0; i < kDataKinds; ++i) {
    const auto name = to_string(static_cast<DataKind>(i));
    BOOST_TEST(fill_of(name).name == name);
  }
  for (const char* name : {"leakage", "clock", "compute", "refresh", "background"}) {
    BOOST_TEST(fill_of(name).name == name);
  }
  BOOST_TEST(gnuplot_fills("dram").size() == 1U);
  BOOST_TEST(gnuplot_fills("glb").size() == 2U);
  BOOST_TEST(!gnuplot_fills("of another version").empty());
}

BOOST_AUTO_TEST_CASE(quoted_text_is_one_string) {
  BOOST_TEST(quoted_text("a'b\n`c`") == "'a''b `c`'");
}

BOOST_AUTO_TEST_CASE(shortened_text_is_still_utf8) {
  BOOST_TEST(shortened("abcd", 4) == "abcd");
  BOOST_TEST(shortened("abcde", 4) == "abc…");
  BOOST_TEST(shortened("äöüäö", 4) == "äöü…");
}

BOOST_AUTO_TEST_CASE(logarithmic_tics_of_part_of_a_decade) {
  BOOST_TEST(logarithmic_tics(7, 25) == "1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70");
}

BOOST_AUTO_TEST_CASE(a_script_draws_both_formats) {
  const std::string script = gnuplot_script({.name = "f",
                                             .about = "a\nb",
                                             .width = 3.5,
                                             .height = 2,
                                             .settings = "set x\n",
                                             .plot = "plot y\n"});
  BOOST_TEST(script.starts_with("# 'a b'\n"));
  BOOST_TEST(script.find("pdfcairo size 3.5in,2in ") != std::string::npos);
  BOOST_TEST(script.find("svg size 336,192 ") != std::string::npos);
  BOOST_TEST(script.find("set x\ndo for") != std::string::npos);
  BOOST_TEST(script.find("\n  plot y\n}\nset output\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tables_as_csv_and_json) {
  const Table table{.columns = {"name", "energy_pJ", "count"},
                    .rows = {{"a, \"b\"", 0.1, 3}, {"c\nd", nullptr, 1'000'000'007}}};
  BOOST_TEST(csv(table) == "name,energy_pJ,count\n\"a, \"\"b\"\"\",0.1,3\n\"c\nd\",,1000000007\n");
  BOOST_TEST(json_records(table) ==
             "[\n {\"name\":\"a, \\\"b\\\"\",\"energy_pJ\":0.1,\"count\":3},\n "
             "{\"name\":\"c\\nd\",\"energy_pJ\":null,\"count\":1000000007}\n]\n");
  BOOST_TEST(json_records({.columns = {"a"}, .rows = {}}) == "[]\n");
}

BOOST_AUTO_TEST_SUITE_END()
