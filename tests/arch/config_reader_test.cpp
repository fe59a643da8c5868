#include "arch/config_reader.h"

#include <boost/test/unit_test.hpp>

#include "arch/config_tree.h"
#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(config_reader_test)

using namespace deltasim;

namespace {

ConfigDocument document(std::string_view text) { return ConfigDocument::parse(text, "a.yaml"); }

std::vector<std::string> messages(const ConfigDocument& document) {
  std::vector<std::string> result;
  for (const Fault& fault : document.faults()) result.push_back(fault.message());
  return result;
}

/// The one fault of a document, as the user sees it.
std::string only_fault(const ConfigDocument& document) {
  const auto all = messages(document);
  BOOST_TEST(all.size() == 1U);
  return all.empty() ? "" : all.front();
}

enum class Policy { kLru, kFifo };
const ConfigNode::Choices<Policy> kPolicies = {{"lru", Policy::kLru}, {"fifo", Policy::kFifo}};

}  // namespace

BOOST_AUTO_TEST_CASE(reads_values_of_every_type) {
  ConfigDocument d = document(
      "on: true\nbanks: 16\nseed: 18446744073709551615\nfactor: 2.5\nname: x y\n"
      "glb: {capacity: 108 KiB, width: 16 bit}\nclock: 200 MHz\nmac: 2.5 pJ\nsteps: [3, 4]\n"
      "policy: fifo\nkind: b\n");
  const ConfigNode root = d.root();
  BOOST_TEST(root.required<bool>("on"));
  BOOST_TEST(root.required<int>("banks", between(1, 64)) == 16);
  BOOST_TEST(root.required<std::uint64_t>("seed") == 18446744073709551615U);
  BOOST_TEST(root.required<double>("factor") == 2.5);
  BOOST_TEST(root.required<std::string>("name") == "x y");
  BOOST_TEST(root.child("glb").required<Bytes>("capacity") == Bytes(110592));
  BOOST_TEST(root.child("glb").required<Bits>("width", at_least(Bits(1))) == Bits(16));
  BOOST_TEST(root.required<Hertz>("clock") == Hertz(200e6));
  BOOST_TEST(root.required<Picojoules>("mac") == Picojoules(2.5));
  BOOST_TEST(root.list("steps").size() == 2U);
  BOOST_TEST(root.list("steps")[1].as<double>() == 4);
  BOOST_TEST((root.choice("policy", kPolicies) == Policy::kFifo));
  BOOST_TEST(root.one_of("kind", {"a", "b"}) == "b");
  BOOST_CHECK_NO_THROW(d.finish());
}

BOOST_AUTO_TEST_CASE(only_utf8_is_read) {
  std::vector<Fault> faults;
  const auto read = [&](const std::string& text) { parse_config_tree(text, "a.yaml", faults); };
  BOOST_CHECK_NO_THROW(read("name: \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x99\x82\n"));
  for (const char* wrong : {"\xE9nergie", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80"}) {
    BOOST_CHECK_EXCEPTION(read("a: 1\nb: " + std::string(wrong) + "\n"), ConfigError,
                          [](const ConfigError& error) {
                            return error.faults().at(0).message().starts_with("a.yaml:2: ");
                          });
  }
}

BOOST_AUTO_TEST_CASE(defaults_hold_only_where_the_key_is_absent) {
  ConfigDocument d = document("given: 3\nempty:\n");
  const ConfigNode root = d.root();
  BOOST_TEST(root.optional<int>("given", 1) == 3);
  BOOST_TEST(root.optional<int>("absent", 1) == 1);
  BOOST_TEST(!root.maybe<int>("absent").has_value());
  BOOST_TEST(root.maybe<int>("given").value_or(0) == 3);
  BOOST_TEST((root.choice("policy", kPolicies, Policy::kFifo) == Policy::kFifo));
  BOOST_TEST(root.one_of("kind", {"a", "b"}, "b") == "b");
  BOOST_TEST(!root.maybe_child("block").has_value());
  BOOST_TEST(root.optional_list("list").empty());
  root.optional<int>("empty", 1);
  BOOST_TEST(only_fault(d) == "a.yaml:2: empty: found nothing, expected a whole number");
}

BOOST_AUTO_TEST_CASE(all_faults_are_reported_at_once) {
  ConfigDocument d = document(
      "glb:\n"
      "  capacity: 108 kib\n"
      "  banks: 0\n"
      "  prots: 2\n"
      "clock: fast\n");
  const ConfigNode root = d.root();
  const ConfigNode glb = root.child("glb");
  glb.required<Bytes>("capacity");
  BOOST_TEST(glb.required<int>("banks", between(1, 64)) == 1);
  glb.optional<int>("ports", 1);
  root.required<Hertz>("clock");
  root.required<std::string>("name");
  const std::vector<std::string> expected = {
      "a.yaml:1: name: found nothing, expected a text",
      "a.yaml:2: glb.capacity: found '108 kib', expected a size such as 108 KiB (did you mean "
      "KiB?)",
      "a.yaml:3: glb.banks: found '0', expected a whole number from 1 to 64",
      "a.yaml:4: glb.prots: unknown key (did you mean ports?)",
      "a.yaml:5: clock: found 'fast', expected a frequency: a number of at most 18 digits and a "
      "unit, such as 200 MHz"};
  BOOST_TEST(messages(d) == expected, boost::test_tools::per_element());
  BOOST_CHECK_EXCEPTION(d.finish(), ConfigError,
                        [](const ConfigError& error) { return error.faults().size() == 5; });
}

BOOST_AUTO_TEST_CASE(a_missing_block_is_one_fault) {
  ConfigDocument d = document("name: x\n");
  const ConfigNode root = d.root();
  root.optional<std::string>("name", "");
  for (int again = 0; again < 2; ++again) {
    BOOST_TEST(root.child("glb").required<int>("banks", at_least(1)) == 1);
    root.child("glb").child("inner").list("deep");
  }
  BOOST_TEST(only_fault(d) == "a.yaml:1: glb: found nothing, expected a map");
}

BOOST_AUTO_TEST_CASE(a_value_of_the_wrong_form_is_one_fault) {
  ConfigDocument d = document("size: {a: 1, b: {c: 2}}\n");
  d.root().required<Bytes>("size");
  BOOST_TEST(only_fault(d) == "a.yaml:1: size: found a map, expected a size such as 108 KiB");
  d = document("glb: 3\n");
  d.root().child("glb").required<int>("banks");
  BOOST_TEST(only_fault(d) == "a.yaml:1: glb: found '3', expected a map");
  d = document("steps: 3\n");
  BOOST_TEST(d.root().list("steps").empty());
  BOOST_TEST(only_fault(d) == "a.yaml:1: steps: found '3', expected a list");
}

BOOST_AUTO_TEST_CASE(a_wrong_choice_names_all_and_forgives_its_parameters) {
  ConfigDocument d = document("kind: fixd_point\nbits: 8\n");
  d.root().one_of("kind", {"fixed_point", "step"});
  BOOST_TEST(only_fault(d) ==
             "a.yaml:1: kind: found 'fixd_point', expected one of fixed_point, step (did you mean "
             "fixed_point?)");
}

BOOST_AUTO_TEST_CASE(numbers_are_strict) {
  for (const std::string_view text : {"3.0", "1e3", "0x10", "+3", "three", "3 4", "2147483648", "~",
                                      "''", "[3]", "1_000", "-2147483649"}) {
    ConfigDocument d = document("n: " + std::string(text) + "\n");
    d.root().required<int>("n");
    BOOST_TEST_CONTEXT(text) BOOST_TEST(d.faults().size() == 1U);
  }
  for (const std::string_view text : {".nan", "nan", ".inf", "-inf", "1e999", "1,5", "1.5x"}) {
    ConfigDocument d = document("n: " + std::string(text) + "\n");
    d.root().required<double>("n");
    BOOST_TEST_CONTEXT(text) BOOST_TEST(d.faults().size() == 1U);
  }
  ConfigDocument d = document("a: yes\nb: -1\nc: 1e-3\n");
  d.root().required<bool>("a");
  d.root().required<std::uint64_t>("b");
  BOOST_TEST(d.root().required<double>("c") == 1e-3);
  BOOST_TEST(messages(d)[0] ==
             "a.yaml:1: a: found 'yes', expected true or false (did you mean true?)");
  BOOST_TEST(messages(d)[1] == "a.yaml:2: b: found '-1', expected a whole number");
}

BOOST_AUTO_TEST_CASE(a_range_that_is_left_is_named) {
  ConfigDocument d = document("a: 3\nb: 3\nc: 1 KiB\n");
  d.root().required<int>("a", at_least(4));
  d.root().required<double>("b", at_most(2.5));
  d.root().required<Bytes>("c", between(Bytes(2048), Bytes(4096)));
  const std::vector<std::string> expected = {
      "a.yaml:1: a: found '3', expected a whole number of at least 4",
      "a.yaml:2: b: found '3', expected a number of at most 2.5",
      "a.yaml:3: c: found '1 KiB', expected a size from 2 KiB to 4 KiB"};
  BOOST_TEST(messages(d) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(readers_report_what_only_they_can_see) {
  ConfigDocument d = document("layers:\n  - first: 5\n    last: 3\n");
  const ConfigNode layer = d.root().list("layers")[0];
  if (layer.required<int>("first") > layer.required<int>("last")) {
    layer.reject("last", "a number of at least first");
  }
  BOOST_TEST(only_fault(d) ==
             "a.yaml:3: layers[0].last: found '3', expected a number of at least first");
}

BOOST_AUTO_TEST_CASE(free_keys_and_free_forms_are_read) {
  ConfigDocument d = document("steps:\n  layer1.0.conv1: 3\n  fc: 4\nquantizer: none\n");
  const auto steps = d.root().child("steps").entries();
  BOOST_REQUIRE(steps.size() == 2U);
  BOOST_TEST(steps[0].first == "layer1.0.conv1");
  BOOST_TEST(steps[0].second.as<int>() == 3);
  BOOST_TEST((d.root().any("quantizer").is(ConfigTree::Kind::kScalar)));
  BOOST_CHECK_NO_THROW(d.finish());
}

BOOST_AUTO_TEST_CASE(unread_keys_are_found_at_every_level) {
  ConfigDocument d = document("list:\n  - a: 1\n    extra: 2\nblock:\n  whole: {b: 1}\n");
  d.root().list("list")[0].required<int>("a");
  const std::vector<std::string> expected = {"a.yaml:3: list[0].extra: unknown key",
                                             "a.yaml:4: block: unknown key"};
  BOOST_TEST(messages(d) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(set_replaces_and_adds_values) {
  ConfigDocument d = document("glb: {capacity: 108 KiB}\nlist: [{a: 1}]\n");
  d.set("glb.capacity", "192 KiB");
  d.set("glb.banks", "4");
  d.set("new.block.value", "x");
  d.set("list.0.a", "7");
  d.set("steps", "[3, 4]");
  const ConfigNode root = d.root();
  BOOST_TEST(root.child("glb").required<Bytes>("capacity") == Bytes(192 * 1024));
  BOOST_TEST(root.child("glb").required<int>("banks") == 4);
  BOOST_TEST(root.child("new").child("block").required<std::string>("value") == "x");
  BOOST_TEST(root.list("list")[0].required<int>("a") == 7);
  BOOST_TEST(root.list("steps").size() == 2U);
  BOOST_CHECK_NO_THROW(d.finish());
}

BOOST_AUTO_TEST_CASE(faults_of_set_name_the_option) {
  ConfigDocument d = document("glb: {capacity: 108 KiB}\nlist: [1]\n");
  d.set("glb.capacity.x", "1");
  d.set("list.5", "1");
  d.set("", "1");
  d.set("glb..x", "1");
  d.set("glb.capacity", "many");
  d.set("glb.capcity", "1 KiB");
  d.root().child("glb").required<Bytes>("capacity");
  d.root().list("list");
  const auto all = messages(d);
  BOOST_TEST(all.size() == 6U);
  const auto has = [&](const std::string& start) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& message) { return message.starts_with(start); });
  };
  BOOST_TEST(has("--set glb.capacity.x: found a key path that leads nowhere"));
  BOOST_TEST(has("--set list.5: found a key path"));
  BOOST_TEST(has("--set : found a key path"));
  BOOST_TEST(has("--set glb..x: found a key path"));
  BOOST_TEST(has("--set glb.capacity: glb.capacity: found 'many', expected a size"));
  BOOST_TEST(has("--set glb.capcity: glb.capcity: unknown key (did you mean capacity?)"));
}

BOOST_AUTO_TEST_CASE(files_are_read_or_the_reason_is_given) {
  const test::TemporaryDirectory scratch;
  const auto file = scratch.write("b.yaml", "a: 1\n");
  ConfigDocument d = ConfigDocument::load(file);
  BOOST_TEST(d.root().required<int>("a") == 1);
  BOOST_TEST(d.directory() == scratch.path());
  BOOST_CHECK_THROW(ConfigDocument::load(scratch / "absent.yaml"), IoError);
  BOOST_CHECK_THROW(ConfigDocument::load(scratch.path()), IoError);
  BOOST_CHECK_THROW(ConfigDocument::load("/dev/zero"), ConfigError);
  BOOST_CHECK_THROW(document("- 1\n"), ConfigError);
  BOOST_CHECK_NO_THROW(document("").finish());
}

std::string described(std::string_view text) {
  std::vector<Fault> faults;
  try {
    return describe(parse_config_tree(text, "a.yaml", faults));
  } catch (const ConfigError& error) {
    return error.what();
  }
}

/// A number with a unit takes a way of its own past YAML, which a line before it bars.
BOOST_AUTO_TEST_CASE(quantities_are_what_yaml_makes_of_them) {
  for (const std::string text : {"600 pJ", "16", "2.5", "1e9", "108 KiB", "3x", "7.", "12 ", "1  2",
                                 "1: 2", "0x10", "5 # five", "1, 2", "[1, 2]", "8 bit"}) {
    BOOST_TEST(described(text) == described("\n" + text));
  }
  BOOST_TEST(described("600 pJ") == "'600 pJ'");
}

BOOST_AUTO_TEST_CASE(a_part_of_a_document_keeps_places_and_lines) {
  const ConfigDocument whole = document("name: x\nlist:\n  - {a: 1}\n  - {a: b}\n  - {a: 3}\n");
  ConfigDocument part = whole.with_items("list", {1});
  const ConfigNode root = part.root();
  BOOST_TEST(root.required<std::string>("name") == "x");
  const std::vector<ConfigNode> items = root.list("list");
  BOOST_REQUIRE(items.size() == 3U);
  BOOST_TEST(items[1].required<int>("a") == 0);
  BOOST_TEST(only_fault(part) == "a.yaml:4: list[1].a: found 'b', expected a whole number");
  BOOST_TEST(whole.tree().entries[1].value.items[2].entries.size() == 1U);
  part.set_text("name", "[not: YAML");
  BOOST_TEST(part.root().required<std::string>("name") == "[not: YAML");
}

BOOST_AUTO_TEST_SUITE_END()
