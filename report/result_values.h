#pragma once
// Numbers of a result by their keys in result.json, without writing the whole of it.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "arch/run_result.h"

namespace deltasim {

/// Makes of result.json only the parts in which a key lies, each once.
class ResultValues {
 public:
  /// @param result must outlive it
  explicit ResultValues(const RunResult& result) : result_(result) {}

  /// The number at a key such as "modes.delta.energy_pJ.total"; true counts as 1, false as 0. An
  /// element of a list is named by its number, or by its name where it has one
  /// ("modes.delta.streams.spatial.layers.conv1.cycles", "waterfall.ideal.reduction").
  /// @throws ConfigError where result.json has no such key (with the nearest), or no number there
  double at(std::string_view key);

  /// Whether a key lies in what FigureDetail::kTotals leaves out of a result: layers, frames, sites
  /// and choices.
  static bool needs_everything(std::string_view key);
  /// Whether a key lies in one of the result's modes.
  static bool is_of_a_mode(std::string_view key);

 private:
  const nlohmann::ordered_json& section(const std::string& name);
  std::string nearest(std::string_view key);

  const RunResult& result_;
  std::map<std::string, nlohmann::ordered_json> sections_;
};

}  // namespace deltasim
