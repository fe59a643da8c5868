#include "arch/config_tree.h"

#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(config_tree_test)

using namespace deltasim;

namespace {

ConfigTree parse(std::string_view text) {
  std::vector<Fault> faults;
  ConfigTree tree = parse_config_tree(text, "a.yaml", faults);
  for (const Fault& fault : faults) BOOST_ERROR(fault.message());
  return tree;
}

std::string refusal(std::string_view text) {
  std::vector<Fault> faults;
  try {
    parse_config_tree(text, "a.yaml", faults);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return faults.empty() ? "" : faults.front().message();
}

/// Nine lines that stand for ten to the ninth values.
std::string billion_laughs() {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; name <= 'i'; ++name) {
    const std::string before = std::string("*") + static_cast<char>(name - 1);
    text += std::string(1, name) + ": &" + name + " [";
    for (int i = 0; i < 10; ++i) text += (i > 0 ? "," : "") + before;
    text += "]\n";
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_know_their_lines) {
  ConfigTree tree = parse("a: 1\nb:\n  - x\n  - {c: y}\nd:\n");
  BOOST_REQUIRE(tree.entries.size() == 3);
  BOOST_TEST(tree.find("a")->value.line == 1);
  ConfigTree& list = tree.find("b")->value;
  BOOST_REQUIRE(list.items.size() == 2);
  BOOST_TEST(list.items[0].scalar == "x");
  BOOST_TEST(list.items[1].find("c")->value.line == 4);
  BOOST_TEST((tree.find("d")->value.kind == ConfigTree::Kind::kNothing));
  BOOST_TEST(tree.find("d")->line == 5);
  BOOST_TEST(tree.find("e") == nullptr);
}

BOOST_AUTO_TEST_CASE(an_alias_stands_for_its_value) {
  ConfigTree tree = parse("a: &x [1, 2]\nb: *x\n");
  BOOST_TEST(tree.find("b")->value.items.size() == 2);
}

BOOST_AUTO_TEST_CASE(an_empty_text_is_nothing) {
  BOOST_TEST((parse("").kind == ConfigTree::Kind::kNothing));
  BOOST_TEST((parse("# a remark\n").kind == ConfigTree::Kind::kNothing));
}

BOOST_AUTO_TEST_CASE(broken_texts_are_refused_with_their_line) {
  BOOST_TEST(refusal("a: 1\nb: [1, 2\nc: 3\n").starts_with("a.yaml:"));
  BOOST_TEST(refusal("a: 1\n\tb: 2\n").starts_with("a.yaml:2: not YAML: "));
  BOOST_TEST(refusal("a: 1\na: 2\n") == "a.yaml:2: the key 'a' stands in line 1 already");
  BOOST_TEST(refusal("a: 1\n---\nb: 2\n").find("more than one YAML document") != std::string::npos);
  BOOST_TEST(refusal(",a: 1").find("a comma outside of a list") != std::string::npos);
  BOOST_TEST(refusal("]") == "a.yaml:1: not YAML: illegal flow end");
  BOOST_TEST(refusal("[1]: 2\n") == "a.yaml:1: a key that is not a name");
  BOOST_TEST(refusal("a: !!python/object:os.system x\n").find("tag") != std::string::npos);
  BOOST_TEST(refusal("a: *nobody\n").starts_with("a.yaml:1: not YAML: "));
}

BOOST_AUTO_TEST_CASE(texts_made_to_exhaust_the_reader_are_refused) {
  BOOST_TEST(refusal(billion_laughs()).find("more than 1000000 values") != std::string::npos);
  BOOST_TEST(refusal("a: &a [*a]\n").find("nested deeper than 64") != std::string::npos);
  BOOST_TEST(refusal(std::string(100, '[') + std::string(100, ']')).find("nested deeper") !=
             std::string::npos);
  BOOST_TEST(!refusal(std::string(100'000, '[')).empty());
  BOOST_TEST(!refusal(std::string(100'000, '{')).empty());
  std::string blocks;
  for (int i = 0; i < 50'000; ++i) blocks += "- ";
  BOOST_TEST(!refusal(blocks).empty());
  BOOST_TEST(refusal(std::string((4 << 20) + 1, 'x')).find("larger than 4 MiB") !=
             std::string::npos);
}

RC_BOOST_PROP(no_text_breaks_the_parser, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("ab:- \n[]{}&*!|>'\"#,?%@`\t\\~0")));
  std::vector<Fault> faults;
  try {
    parse_config_tree(text, "a.yaml", faults);
  } catch (const ConfigError&) {
  }
}

BOOST_AUTO_TEST_SUITE_END()
