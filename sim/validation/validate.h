#pragma once
// Runs suites on the data that is there, and prints what they gave.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/validation/suite.h"

namespace deltasim {

struct ValidationRequest {
  std::vector<std::string> suites;            ///< all where empty
  std::optional<std::filesystem::path> data;  ///< as the user gave it; else the default folder
  int jobs = 1;                               ///< worker processes of simulations
  ProgressListener* progress = nullptr;       ///< of simulations; none: silent
  ChipChoice chip;                            ///< suite "eyeriss" only, which must be the only one
};

enum class Verdict {
  kHolds,
  kIncomplete,  ///< what was compared holds, but `result.missing` was not compared
  kFellShort,
  kSkipped,  ///< no data is there, and nobody asked for this suite or gave a folder
  kNotRun    ///< its data is missing or broken, as `message` says
};
/// "holds", "incomplete", "fell short", "skipped", "not run"
std::string_view to_string(Verdict verdict);

struct SuiteOutcome {
  std::string name;
  std::string description;
  std::string bound;
  std::filesystem::path data;  ///< the folder that was read; empty where none was
  Verdict verdict = Verdict::kNotRun;
  std::string message;  ///< why it was skipped or not run
  SuiteResult result;
};

using ValidationReport = std::vector<SuiteOutcome>;

/// Runs the suites one after the other; broken data stops its own suite only.
/// @throws ConfigError for an unknown suite, a folder that is none, or a chip's choice where other
///   suites than "eyeriss" run
ValidationReport validate(const ValidationRequest& request);

/// Where reference data is looked for when no folder is given: $DELTASIM_DATA, else
/// ../shared/data beside the source tree; nothing where neither is there.
/// @throws ConfigError where $DELTASIM_DATA is set and no folder
std::optional<std::filesystem::path> default_data_folder();

/// ours beside theirs with the error; at most 100 columns but for long names.
std::string validation_text(const ValidationReport& report);
/// Every row, indented, ending with a newline.
std::string validation_json(const ValidationReport& report);
/// A suite's comparisons as a Markdown table with notes and verdict; of a suite that did not run,
/// why. Without paths, so that two machines with the same data print the same.
std::string validation_markdown(const SuiteOutcome& outcome);
/// A document whose marked sections are replaced by the tables of the suites that ran:
///
///   <!-- validate systolic: begin -->
///   ...
///   <!-- validate systolic: end -->
///
/// The section of the name "suites" gets all suites with their bounds. What stands around the
/// sections stays, and so does the section of a suite that did not run. Suites without a section
/// are added at the end, with a heading.
/// @param name of the document, for messages
/// @throws ConfigError where a section does not end, or ends before it begins
std::string with_validation_tables(std::string document, const ValidationReport& report,
                                   const std::string& name);
/// Names, descriptions, bounds and data of all suites.
std::string list_suites();

}  // namespace deltasim
