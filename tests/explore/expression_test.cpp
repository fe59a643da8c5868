// Arithmetic over dotted names, and what is refused.

#include "explore/expression.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(expression_test)

using namespace deltasim;

double value(const std::string& text, const std::map<std::string, double>& values = {}) {
  return Expression(text, "sweep.yaml: constraints[0]").value([&](std::string_view name) {
    return values.at(std::string(name));
  });
}

std::string complaint(const std::string& text) {
  try {
    value(text, {{"x", 0}, {"y", 1}});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(arithmetic_and_comparisons) {
  BOOST_TEST(value("2 + 3 * 4 ^ 2") == 50);
  BOOST_TEST(value("a.b * c_d.e0 <= 1024", {{"a.b", 32}, {"c_d.e0", 32}}) == 1);
  BOOST_TEST(value("a.b * c_d.e0 < 1024", {{"a.b", 32}, {"c_d.e0", 32}}) == 0);
  BOOST_TEST(value("x >= 2 && (y == 3 || y != 4)", {{"x", 2}, {"y", 3}}) == 1);
  BOOST_TEST(value("x > 2 ? 10 : 20", {{"x", 3}}) == 10);
  BOOST_TEST(value("min(x, 5) + log2(8)", {{"x", 7}}) == 8);
  BOOST_TEST(value("layers.0.cycles * 1e-3", {{"layers.0.cycles", 2000}}) == 2);
}

BOOST_AUTO_TEST_CASE(units_count_in_si) {
  BOOST_TEST(value("4 MiB") == 4.0 * 1024 * 1024);
  BOOST_TEST(value("128KiB + 1 B") == 128.0 * 1024 + 1);
  BOOST_TEST(value("500 MHz / 1 kHz") == 500e3);
  BOOST_TEST(value("glb.capacity <= 4 MiB", {{"glb.capacity", 4194304}}) == 1);
  BOOST_TEST(value("2.5 pJ") == 2.5e-12, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(value("1 us + 1 s") == 1.000001);
  BOOST_TEST(value("8 bit") == 8);
  BOOST_TEST(value("MiB * 2", {{"MiB", 3}}) == 6);  // no number before it: a name
}

BOOST_AUTO_TEST_CASE(names_stand_each_once_in_their_order) {
  const Expression expression("z.b * a.c + z.b / min(q, 2)", "");
  const std::vector<std::string> expected{"z.b", "a.c", "q"};
  BOOST_TEST(expression.names() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(moved_expressions_go_on) {
  std::vector<Expression> expressions;
  for (int i = 0; i < 10; ++i) expressions.emplace_back("x + " + std::to_string(i), "");
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(expressions[static_cast<std::size_t>(i)].value([](auto) { return 5; }) == 5 + i);
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_parse_says_where) {
  BOOST_TEST(complaint("x * (y + 1").starts_with("sweep.yaml: constraints[0]: found 'x * (y + 1'"));
  BOOST_TEST(complaint("x * (y + 1").find("position") != std::string::npos);
  for (const char* text : {"", "  ", "x +", "* x", "x y", "x <= ", "min(", "4 MiBB", "f(x)", "a,b",
                           "x = 3", "y += 1", "1; 2", "\"a\"", "x $ y", "4 megabytes"}) {
    BOOST_TEST(!complaint(text).empty(), text);
  }
  BOOST_TEST(complaint("x = 3").find("'=='") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_has_no_value_is_refused) {
  BOOST_TEST(complaint("y / x <= 3").find("x = 0") != std::string::npos);
  BOOST_TEST(!complaint("log(x)").empty());
  BOOST_TEST(!complaint("sqrt(x - 1)").empty());
  BOOST_TEST(complaint("x / y").empty());
}

BOOST_AUTO_TEST_CASE(long_and_deep_expressions_end) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "(";
  complaint(deep + "1");
  BOOST_TEST(!complaint(std::string(100'000, '1')).empty());
  std::string sum = "1";
  for (int i = 0; i < 2000; ++i) sum += "+1";
  BOOST_TEST(value(sum) == 2001);
}

BOOST_AUTO_TEST_SUITE_END()
