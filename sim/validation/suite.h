#pragma once
// What a validation suite is: it compares figures of ours with figures of others, row by row.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arch/progress.h"

namespace deltasim {

/// Counts stay integers, so that "equal" means equal.
using Figure = std::variant<std::int64_t, double>;
double to_double(Figure figure);

/// One comparison.
struct ValidationRow {
  std::string group;             ///< rows of one group follow each other: a file, a stream
  std::string what;              ///< "Conv1 cycles"
  Figure ours;                   ///
  std::optional<Figure> theirs;  ///< nothing where the row is only told
  std::optional<double> error;   ///< (ours - theirs) / theirs; ours - theirs where theirs is 0
  std::optional<double> bound;   ///< largest magnitude of the error; nothing: not judged
  bool holds = true;
  std::string note;     ///< why a difference is expected, or what a figure leaves out
  bool detail = false;  ///< the text table leaves it out where it holds
};

/// Holds where both are the same integer.
ValidationRow equal_row(std::string group, std::string what, std::int64_t ours,
                        std::int64_t theirs);
/// Holds where the relative error is at most `bound`.
ValidationRow bounded_row(std::string group, std::string what, double ours, double theirs,
                          double bound);
/// Never judged.
ValidationRow told_row(std::string group, std::string what, Figure ours, std::string note);

/// What one run of a suite gave.
struct SuiteResult {
  std::vector<ValidationRow> rows;
  std::vector<std::string> notes;  ///< about the whole: what was not compared, and why
  /// Reference data that is not there, so that a part of the suite was not compared: "dramsys/".
  std::vector<std::string> missing;

  /// False where there is nothing to judge, too.
  bool holds() const;
};

/// The reference data that a suite reads.
struct DataNeed {
  std::string folder;                      ///< "scalesim"; empty where the suite needs none
  std::string files;                       ///< what is in it, for people
  std::vector<std::string_view> suffixes;  ///< names that end so show that a folder is the one
};

/// Measurements of a chip to compare with, other than the suite's own.
struct ChipChoice {
  std::optional<std::string> network;          ///< that was run
  std::optional<std::filesystem::path> table;  ///< what was measured, layer by layer
  std::optional<int> batch;                    ///< images
};

/// What a suite may use.
struct SuiteContext {
  std::filesystem::path data{};          ///< folder with the files of need(); empty without need
  int jobs = 1;                          ///< worker processes of simulations
  ProgressListener* progress = nullptr;  ///< of simulations; none: silent
  ChipChoice chip{};                     ///< suite "eyeriss" only
};

class ValidationSuite {
 public:
  virtual ~ValidationSuite() = default;
  virtual std::string_view name() const = 0;
  /// One line: what is compared with what.
  virtual std::string_view description() const = 0;
  /// How far ours may be from theirs, as one line: "equal", "cycles 2 %, energy 1 %".
  virtual std::string_view bound() const = 0;
  virtual DataNeed need() const = 0;
  /// @throws ConfigError where a file is missing or broken, with file and line
  virtual SuiteResult run(const SuiteContext& context) const = 0;
};

struct SuiteFactory {
  std::string_view name;
  std::unique_ptr<ValidationSuite> (*make)();
};
/// All suites, in the order in which they run.
std::span<const SuiteFactory> validation_suites();

/// The suites of these names in the given order, each once; all where `names` is empty.
/// @throws ConfigError for unknown names, with the nearest one
std::vector<std::unique_ptr<ValidationSuite>> make_suites(const std::vector<std::string>& names);

}  // namespace deltasim
