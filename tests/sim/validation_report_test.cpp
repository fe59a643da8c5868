// Which suites run, on which data; and what the printers make of the outcome.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "arch/errors.h"
#include "tests/sim/validation_support.h"

using namespace deltasim;
using test::contains;

namespace {

/// $DELTASIM_DATA for the time of a test.
class DataVariable {
 public:
  explicit DataVariable(const std::string& value) {
    if (const char* before = std::getenv("DELTASIM_DATA")) before_ = before;
    setenv("DELTASIM_DATA", value.c_str(), 1);
  }
  ~DataVariable() {
    if (before_) {
      setenv("DELTASIM_DATA", before_->c_str(), 1);
    } else {
      unsetenv("DELTASIM_DATA");
    }
  }

 private:
  std::optional<std::string> before_;
};

/// A right answer and one that is off by one of two layers, told and hidden rows.
ValidationReport sample() {
  SuiteOutcome good;
  good.name = "good";
  good.description = "counts";
  good.verdict = Verdict::kHolds;
  good.result.rows = {equal_row("net", "conv cycles", 5, 5),
                      bounded_row("net", "ratio", 8.34, 8.0 + 1.0 / 3, 0.005),
                      told_row("net", "padding", 1.25, "why")};
  good.result.rows.push_back(equal_row("net", "hidden", 1, 1));
  good.result.rows.back().detail = true;
  good.result.notes = {"part of it"};
  SuiteOutcome bad;
  bad.name = "bad";
  bad.description = "counts";
  bad.data = "/data";
  bad.verdict = Verdict::kFellShort;
  bad.result.rows = {equal_row("net", "fc words", 11, 10)};
  bad.result.rows.back().detail = true;
  SuiteOutcome absent;
  absent.name = "absent";
  absent.description = "counts";
  absent.verdict = Verdict::kSkipped;
  absent.message = "no data";
  return {good, bad, absent};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_report_test)

BOOST_AUTO_TEST_CASE(text_has_ours_beside_theirs) {
  const std::string expected =
      "good: counts\n"
      "                                                   ours         theirs       error   bound\n"
      "  net\n"
      "    conv cycles                                       5              5           0   equal\n"
      "    ratio                                          8.34        8.33333     +0.08 %   0.5 %\n"
      "    padding                                        1.25              -           -       -\n"
      "      why\n"
      "  note: part of it\n"
      "  good holds in all 3 comparisons\n"
      "\n"
      "bad: counts\n"
      "  data: /data\n"
      "                                                   ours         theirs       error   bound\n"
      "  net\n"
      "    fc words                                         11             10       +10 %   equal"
      "  FELL SHORT\n"
      "  bad FELL SHORT in 1 of 1 comparisons\n"
      "\n"
      "absent: counts\n"
      "  SKIPPED: no data\n";
  BOOST_TEST(validation_text(sample()) == expected);
}

BOOST_AUTO_TEST_CASE(what_was_not_compared_is_in_the_verdict) {
  SuiteOutcome outcome = sample()[0];
  outcome.verdict = Verdict::kIncomplete;
  outcome.result.missing = {"dramsys/", "drampower/"};
  const std::string line =
      "good INCOMPLETE: holds in 3 comparisons, NOT COMPARED with dramsys/, drampower/\n";
  BOOST_TEST(contains(validation_text({outcome}), line));
  BOOST_TEST(contains(validation_markdown(outcome), line));
  BOOST_TEST(contains(validation_json({outcome}), "\"verdict\": \"incomplete\""));
  BOOST_TEST(!contains(validation_json({outcome}), "\"holds\": true,\n  \"suites\""));
  outcome.verdict = Verdict::kFellShort;
  BOOST_TEST(contains(validation_text({outcome}), "comparisons, NOT COMPARED with dramsys/"));
}

BOOST_AUTO_TEST_CASE(markdown_has_ours_beside_theirs) {
  ValidationReport report = sample();
  report[1].result.rows[0].what = "a|b";
  BOOST_TEST(validation_markdown(report[0]) ==
             "| | ours | theirs | error | bound |\n"
             "| --- | ---: | ---: | ---: | ---: |\n"
             "| **net** | | | | |\n"
             "| conv cycles | 5 | 5 | 0 | equal |\n"
             "| ratio | 8.34 | 8.33333 | +0.08 % | 0.5 % |\n"
             "| padding (why) | 1.25 | - | - | - |\n"
             "\n- part of it\n- good holds in all 3 comparisons\n");
  BOOST_TEST(contains(validation_markdown(report[1]),
                      "| a\\|b | 11 | 10 | +10 % | equal, **fell short** |\n"));
}

BOOST_AUTO_TEST_CASE(tables_replace_their_sections_and_nothing_else) {
  const std::string document =
      "# Mine\n<!-- validate good: begin -->\nold\n<!-- validate good: end -->\nprose\n"
      "<!-- validate absent: begin -->\nkept\n<!-- validate absent: end -->\nlast";
  const ValidationReport report = sample();
  const std::string once = with_validation_tables(document, report, "doc.md");
  BOOST_TEST(once == "# Mine\n<!-- validate good: begin -->\n" + validation_markdown(report[0]) +
                         "<!-- validate good: end -->\nprose\n"
                         "<!-- validate absent: begin -->\nkept\n<!-- validate absent: end -->\n"
                         "last\n\n## `bad`\n\n<!-- validate bad: begin -->\n" +
                         validation_markdown(report[1]) + "<!-- validate bad: end -->\n");
  BOOST_TEST(with_validation_tables(once, report, "doc.md") == once);
  const std::string fresh = with_validation_tables("", report, "doc.md");
  BOOST_TEST(contains(fresh, "| `systolic` |"));
  BOOST_TEST(with_validation_tables(fresh, report, "doc.md") == fresh);
}

BOOST_AUTO_TEST_CASE(a_section_without_an_end_is_refused) {
  for (const char* document : {"<!-- validate good: begin -->\n", "<!-- validate good: end -->\n",
                               "<!-- validate good: end -->\n<!-- validate good: begin -->\n"}) {
    BOOST_CHECK_THROW(with_validation_tables(document, sample(), "doc.md"), ConfigError);
  }
}

BOOST_AUTO_TEST_CASE(json_has_every_row) {
  const auto json = nlohmann::json::parse(validation_json(sample()));
  BOOST_TEST(json["schema"] == "deltasim.validation/1");
  BOOST_TEST(json["holds"] == false);
  const auto& good = json["suites"][0];
  BOOST_TEST(good["verdict"] == "holds");
  BOOST_TEST(good["rows"].size() == 4U);
  BOOST_TEST(good["rows"][0]["ours"].is_number_integer());
  BOOST_TEST(good["rows"][0]["bound"] == 0);
  BOOST_TEST(good["rows"][2]["theirs"].is_null());
  BOOST_TEST(good["rows"][2]["bound"].is_null());
  BOOST_TEST(json["suites"][1]["rows"][0]["holds"] == false);
  BOOST_TEST(json["suites"][1]["rows"][0]["error"] == 0.1);
  BOOST_TEST(json["suites"][2]["message"] == "no data");
}

BOOST_AUTO_TEST_CASE(bounds_are_inclusive_and_nothing_is_no_proof) {
  BOOST_TEST(bounded_row("", "", 101, 100, 0.01).holds);
  BOOST_TEST(!bounded_row("", "", 101.1, 100, 0.01).holds);
  BOOST_TEST(bounded_row("", "", 99, 100, 0.01).holds);
  BOOST_TEST(!bounded_row("", "", std::nan(""), 100, 0.01).holds);
  BOOST_TEST(!SuiteResult{}.holds());
  BOOST_TEST((!SuiteResult{{told_row("", "", 1.0, "")}, {}}.holds()));
}

BOOST_AUTO_TEST_CASE(unknown_suites_are_all_named_with_the_nearest) {
  const auto names_both = [](const ConfigError& error) {
    BOOST_TEST_MESSAGE(error.what());
    return error.faults().size() == 2 && error.faults()[0].nearest == "systolic" &&
           error.faults()[1].nearest == "thesis";
  };
  BOOST_CHECK_EXCEPTION(deltasim::validate(test::request({"systolc", "theses"}, {})), ConfigError,
                        names_both);
}

BOOST_AUTO_TEST_CASE(a_suite_named_twice_runs_once) {
  BOOST_TEST(make_suites({"thesis", "systolic", "thesis"}).size() == 2);
  BOOST_TEST(make_suites({}).size() == validation_suites().size());
}

BOOST_AUTO_TEST_CASE(table_and_suites_agree_on_names) {
  for (const SuiteFactory& factory : validation_suites()) {
    BOOST_TEST(factory.make()->name() == factory.name);
    BOOST_TEST(contains(list_suites(), std::string(factory.name)));
    BOOST_TEST(!factory.make()->bound().empty());
    BOOST_TEST(contains(list_suites(), "bound: " + std::string(factory.make()->bound()) + "\n"));
  }
}

BOOST_AUTO_TEST_CASE(data_lies_in_the_folder_or_below_it) {
  for (const char* below : {".", "scalesim", "golden/scalesim"}) {
    const test::TemporaryDirectory directory;
    std::filesystem::create_directories(directory / below);
    directory.write(std::string(below) + "/n_topology.csv", test::kTopology);
    directory.write(std::string(below) + "/n_4x2_ws_COMPUTE_REPORT.csv",
                    test::compute_report(119, 33));
    const SuiteOutcome outcome = test::validate_one("systolic", directory.path());
    BOOST_TEST((outcome.verdict == Verdict::kHolds), below << ": " << outcome.message);
  }
}

// Without being asked for a suite it is enough to say aloud that its data is not there.
BOOST_AUTO_TEST_CASE(missing_data_is_skipped_or_refused) {
  const test::TemporaryDirectory empty;
  const DataVariable variable(empty.path().string());
  const ValidationReport all = deltasim::validate({});
  for (const SuiteOutcome& suite : all) {
    const bool needs_none = suite.name == "thesis" || suite.name == "identity";
    BOOST_TEST((suite.verdict == (needs_none ? Verdict::kHolds : Verdict::kSkipped)), suite.name);
  }
  BOOST_TEST(contains(all.at(0).message, "scalesim/"));

  const SuiteOutcome named = deltasim::validate(test::request({"systolic"}, {})).at(0);
  BOOST_TEST((named.verdict == Verdict::kNotRun));
  const SuiteOutcome given = deltasim::validate(test::request({}, empty.path())).at(0);
  BOOST_TEST((given.verdict == Verdict::kNotRun));
  BOOST_TEST(contains(given.message, empty.path().string()));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_none_is_refused) {
  BOOST_CHECK_THROW(deltasim::validate(test::request({}, "/no/such/folder")), ConfigError);
  const DataVariable variable("/no/such/folder");
  const SuiteOutcome outcome = deltasim::validate(test::request({"systolic"}, {})).at(0);
  BOOST_TEST((outcome.verdict == Verdict::kNotRun));
  BOOST_TEST(contains(outcome.message, "$DELTASIM_DATA"));
}

BOOST_AUTO_TEST_SUITE_END()
