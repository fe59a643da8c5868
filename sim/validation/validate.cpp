#include "sim/validation/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "arch/errors.h"
#include "arch/stage_clock.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool has_file_of(const fs::path& folder, const DataNeed& need) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    for (const std::string_view suffix : need.suffixes) {
      if (name.ends_with(suffix)) return true;
    }
  }
  return false;
}

/// The suite's folder in a data folder, or the data folder itself where the files are in it.
std::optional<fs::path> find_data(const fs::path& root, const DataNeed& need) {
  for (const fs::path& folder : {root / "golden" / need.folder, root / need.folder}) {
    if (is_folder(folder)) return folder;
  }
  const fs::path named = root.has_filename() ? root : root.parent_path();
  if (named.filename() == need.folder || has_file_of(root, need)) return root;
  return std::nullopt;
}

/// Finds the data, runs the suite and says how it ended.
class SuiteRun {
 public:
  SuiteRun(const ValidationSuite& suite, const ValidationRequest& request)
      : suite_(suite), request_(request) {}

  SuiteOutcome run() {
    outcome_.name = suite_.name();
    outcome_.description = suite_.description();
    outcome_.bound = suite_.bound();
    try {
      // A table of the user's stands for the folder.
      if (suite_.need().folder.empty() || request_.chip.table || locate()) compare();
    } catch (const ConfigError& fault) {
      outcome_.message = fault.what();
    } catch (const IoError& fault) {
      outcome_.message = fault.what();
    }
    return std::move(outcome_);
  }

 private:
  bool locate() {
    const DataNeed need = suite_.need();
    const std::optional<fs::path> root = request_.data ? request_.data : default_data_folder();
    const std::optional<fs::path> folder = root ? find_data(*root, need) : std::nullopt;
    if (folder) {
      outcome_.data = *folder;
      return true;
    }
    if (request_.data) {
      outcome_.message =
          fmt::format("{}: holds no data for it, expected {}/ or the files of it: {}",
                      root->string(), need.folder, need.files);
      return false;
    }
    outcome_.message = fmt::format(
        "no reference data; give --data DIR or set $DELTASIM_DATA to a folder with {}/: {}",
        need.folder, need.files);
    if (request_.suites.empty()) outcome_.verdict = Verdict::kSkipped;
    return false;
  }

  void compare() {
    ProgressListener silent;
    ProgressListener& progress = request_.progress ? *request_.progress : silent;
    if (!outcome_.data.empty()) {
      progress.detail(fmt::format("suite {} reads {}", outcome_.name, outcome_.data.string()));
    }
    const StageClock clock(progress, "suite " + outcome_.name);
    outcome_.result = suite_.run({outcome_.data, request_.jobs, request_.progress, request_.chip});
    const SuiteResult& result = outcome_.result;
    outcome_.verdict = !result.holds()          ? Verdict::kFellShort
                       : result.missing.empty() ? Verdict::kHolds
                                                : Verdict::kIncomplete;
  }

  const ValidationSuite& suite_;
  const ValidationRequest& request_;
  SuiteOutcome outcome_;
};

void check_chip_choice(const ValidationRequest& request) {
  const ChipChoice& chip = request.chip;
  if (request.suites == std::vector<std::string>{"eyeriss"}) return;
  std::vector<Fault> faults;
  const auto refuse = [&](bool given, const char* option) {
    if (!given) return;
    faults.push_back({.key_path = option,
                      .found = request.suites.empty()
                                   ? "all suites"
                                   : fmt::format("{}", fmt::join(request.suites, ", ")),
                      .expected = "the suite eyeriss alone: deltasim validate eyeriss"});
  };
  refuse(chip.network.has_value(), "--network");
  refuse(chip.table.has_value(), "--table");
  refuse(chip.batch.has_value(), "--batch");
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kIncomplete:
      return "incomplete";
    case Verdict::kFellShort:
      return "fell short";
    case Verdict::kSkipped:
      return "skipped";
    case Verdict::kNotRun:
      return "not run";
  }
  return "";
}

ValidationReport validate(const ValidationRequest& request) {
  const auto suites = make_suites(request.suites);
  check_chip_choice(request);
  if (request.data && !is_folder(*request.data)) {
    throw ConfigError(Fault{.key_path = "--data",
                            .found = deltasim::quoted(request.data->string()),
                            .expected = "a folder of reference data"});
  }
  ValidationReport report;
  for (const auto& suite : suites) report.push_back(SuiteRun(*suite, request).run());
  return report;
}

std::optional<fs::path> default_data_folder() {
  if (const char* set = std::getenv("DELTASIM_DATA"); set != nullptr && *set != '\0') {
    if (is_folder(set)) return set;
    throw ConfigError("$DELTASIM_DATA", fmt::format("{} is not a folder", deltasim::quoted(set)));
  }
  fs::path beside = fs::path(DELTASIM_SOURCE_FOLDER).parent_path() / "shared" / "data";
  if (is_folder(beside)) return beside;
  return std::nullopt;
}

}  // namespace deltasim
