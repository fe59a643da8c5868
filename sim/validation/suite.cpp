#include "sim/validation/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "arch/errors.h"
#include "sim/validation/dram_suite.h"
#include "sim/validation/eyeriss_suite.h"
#include "sim/validation/eyerissv2_suite.h"
#include "sim/validation/identity_suite.h"
#include "sim/validation/systolic_suite.h"
#include "sim/validation/thesis_suite.h"

namespace deltasim {
namespace {

template <typename Suite>
std::unique_ptr<ValidationSuite> make() {
  return std::make_unique<Suite>();
}

constexpr std::array kSuites{
    SuiteFactory{"systolic", make<SystolicSuite>},   SuiteFactory{"eyeriss", make<EyerissSuite>},
    SuiteFactory{"eyerissv2", make<EyerissV2Suite>}, SuiteFactory{"dram", make<DramSuite>},
    SuiteFactory{"thesis", make<ThesisSuite>},       SuiteFactory{"identity", make_identity_suite},
};

double error_of(double ours, double theirs) {
  return theirs == 0 ? ours - theirs : (ours - theirs) / theirs;
}

const SuiteFactory* find_suite(std::string_view name) {
  const auto found = std::find_if(kSuites.begin(), kSuites.end(),
                                  [name](const SuiteFactory& suite) { return suite.name == name; });
  return found == kSuites.end() ? nullptr : &*found;
}

Fault unknown_suite(const std::string& name) {
  std::vector<std::string> names;
  for (const SuiteFactory& suite : kSuites) names.emplace_back(suite.name);
  Fault fault;
  fault.key_path = "suite";
  fault.found = deltasim::quoted(name);
  fault.expected = fmt::format("one of {}", fmt::join(names, ", "));
  fault.nearest = nearest_name(name, names);
  return fault;
}

}  // namespace

double to_double(Figure figure) {
  return std::visit([](auto value) { return static_cast<double>(value); }, figure);
}

ValidationRow equal_row(std::string group, std::string what, std::int64_t ours,
                        std::int64_t theirs) {
  ValidationRow row;
  row.group = std::move(group);
  row.what = std::move(what);
  row.ours = ours;
  row.theirs = theirs;
  row.error = error_of(static_cast<double>(ours), static_cast<double>(theirs));
  row.bound = 0;
  row.holds = ours == theirs;
  return row;
}

ValidationRow bounded_row(std::string group, std::string what, double ours, double theirs,
                          double bound) {
  ValidationRow row;
  row.group = std::move(group);
  row.what = std::move(what);
  row.ours = ours;
  row.theirs = theirs;
  row.error = error_of(ours, theirs);
  row.bound = bound;
  row.holds = std::abs(*row.error) <= bound;  // not so for a NaN
  return row;
}

ValidationRow told_row(std::string group, std::string what, Figure ours, std::string note) {
  ValidationRow row;
  row.group = std::move(group);
  row.what = std::move(what);
  row.ours = ours;
  row.note = std::move(note);
  return row;
}

bool SuiteResult::holds() const {
  const auto judged = [](const ValidationRow& row) { return row.bound.has_value(); };
  return std::any_of(rows.begin(), rows.end(), judged) &&
         std::all_of(rows.begin(), rows.end(), [](const ValidationRow& row) { return row.holds; });
}

std::span<const SuiteFactory> validation_suites() { return kSuites; }

std::vector<std::unique_ptr<ValidationSuite>> make_suites(const std::vector<std::string>& names) {
  std::vector<std::unique_ptr<ValidationSuite>> suites;
  if (names.empty()) {
    for (const SuiteFactory& factory : kSuites) suites.push_back(factory.make());
    return suites;
  }
  std::vector<Fault> faults;
  std::vector<std::string_view> made;
  for (const std::string& name : names) {
    const SuiteFactory* factory = find_suite(name);
    if (factory == nullptr) {
      faults.push_back(unknown_suite(name));
    } else if (std::find(made.begin(), made.end(), factory->name) == made.end()) {
      made.push_back(factory->name);
      suites.push_back(factory->make());
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return suites;
}

}  // namespace deltasim
