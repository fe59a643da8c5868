#include "cli/value_kinds.h"

#include <array>

#include "arch/errors.h"
#include "arch/resources.h"
#include "sim/pipeline/experiment.h"
#include "sim/validation/suite.h"
#include "workloads/networks/network.h"

namespace deltasim::cli {
namespace {

using Names = std::vector<std::string>;

const FileRule kAnyFile{FileRule::kFiles, {}};

FileRule ending_in(Names endings) { return {FileRule::kFiles, std::move(endings)}; }

/// None where the shipped files are not found: completion has nowhere to say so.
Names shipped(std::string_view folder) {
  try {
    return resource_names(folder);
  } catch (const ConfigError&) {
    return {};
  }
}

ValueChoices shipped_or_file(std::string_view folder) {
  return {shipped(folder), ending_in({"yaml", "yml"})};
}

Names built_in_networks() {
  Names names = network_names();
  for (const std::string& name : network_names()) names.push_back("two_stream_" + name);
  return names;
}

Names suites() {
  Names names;
  for (const SuiteFactory& suite : validation_suites()) names.emplace_back(suite.name);
  return names;
}

/// The keys whose values have names.
ValueChoices override_choices(std::string_view begun) {
  struct Key {
    std::string_view key, folder;
  };
  constexpr std::array<Key, 3> kKeys{
      {{"accelerator=", "accelerators"}, {"baseline=", "accelerators"}, {"energy=", "energy"}}};
  ValueChoices choices;
  for (const Key& key : kKeys) {
    if (!begun.starts_with(key.key)) {
      choices.names.emplace_back(key.key);
      continue;
    }
    choices.names.clear();
    for (const std::string& name : shipped(key.folder)) {
      choices.names.push_back(std::string(key.key) + name);
    }
    return choices;
  }
  return choices;
}

struct Rule {
  std::string_view type;
  ValueChoices (*choices)(std::string_view begun);
};

// clang-format off
constexpr std::array kRules{
    Rule{kind::kFile, [](auto) { return ValueChoices{{}, kAnyFile}; }},
    Rule{kind::kFolder, [](auto) { return ValueChoices{{}, {FileRule::kFolders, {}}}; }},
    Rule{kind::kExperiment, [](auto) { return shipped_or_file("experiments"); }},
    Rule{kind::kAccelerator, [](auto) { return shipped_or_file("accelerators"); }},
    Rule{kind::kEnergy, [](auto) { return shipped_or_file("energy"); }},
    Rule{kind::kSram, [](auto) { return shipped_or_file("sram"); }},
    Rule{kind::kMemory, [](auto) { return shipped_or_file("memories"); }},
    Rule{kind::kNetwork, [](auto) { return ValueChoices{built_in_networks(), ending_in({"onnx"})}; }},
    Rule{kind::kNetworkOrTable,
         [](auto) { return ValueChoices{built_in_networks(), ending_in({"onnx", "csv"})}; }},
    Rule{kind::kTrace, [](auto) { return ValueChoices{{}, ending_in({"dtrace"})}; }},
    Rule{kind::kVideo, [](auto) { return ValueChoices{{}, kAnyFile}; }},
    Rule{kind::kWeights, [](auto) { return ValueChoices{{}, ending_in({"npz"})}; }},
    Rule{kind::kCsv, [](auto) { return ValueChoices{{}, ending_in({"csv"})}; }},
    Rule{kind::kMode, [](auto) { return ValueChoices{mode_names(), {}}; }},
    Rule{kind::kOverride, override_choices},
    Rule{kind::kQuantizer,
         [](auto) { return ValueChoices{{"none", "fixed_point:", "step:", "threshold:", "sigma_delta:"}, {}}; }},
    Rule{kind::kStreams, [](auto) { return ValueChoices{{"spatial", "temporal", "spatial,temporal"}, {}}; }},
    Rule{kind::kBackend, [](auto) { return ValueChoices{{"fp32", "int8"}, {}}; }},
    Rule{kind::kPadding, [](auto) { return ValueChoices{{"after", "both"}, {}}; }},
    Rule{kind::kPreset, [](auto) { return ValueChoices{{"thesis", "uniform:"}, {}}; }},
    Rule{kind::kSuite, [](auto) { return ValueChoices{suites(), {}}; }},
    Rule{kind::kShell, [](auto) { return ValueChoices{{"bash", "zsh"}, {}}; }},
    Rule{kind::kFormats, [](auto) { return ValueChoices{{"html", "figures", "latex", "csv", "json"}, {}}; }},
    Rule{kind::kFrames, [](auto) { return ValueChoices{}; }},
    Rule{kind::kPattern, [](auto) { return ValueChoices{}; }},
    Rule{kind::kMap, [](auto) { return ValueChoices{}; }},
    Rule{kind::kSweep, [](auto) { return shipped_or_file("studies"); }},
    Rule{kind::kEngine, [](auto) { return ValueChoices{{"local"}, {}}; }},
    Rule{kind::kGoal, [](auto) { return ValueChoices{{"energy", "energy_delay"}, {}}; }},
    Rule{kind::kSize, [](auto) { return ValueChoices{}; }},
    Rule{kind::kArea, [](auto) { return ValueChoices{}; }},
    Rule{"INT", [](auto) { return ValueChoices{}; }},
    Rule{"UINT", [](auto) { return ValueChoices{}; }},
    Rule{"FLOAT", [](auto) { return ValueChoices{}; }}};
// clang-format on

}  // namespace

ValueChoices choices_of(std::string_view type, std::string_view begun) {
  for (const Rule& rule : kRules) {
    if (rule.type == type) return rule.choices(begun);
  }
  return {{}, kAnyFile};
}

}  // namespace deltasim::cli
