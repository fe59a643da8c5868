#include "energy/sram_choice.h"

#include <algorithm>
#include <filesystem>

#include "arch/resources.h"
#include "energy/feature_size.h"

namespace deltasim {
namespace {

std::string read_model_name(const ConfigNode& node, const std::filesystem::path& folder) {
  const auto name = node.required<std::string>("model");
  if (!node.has("model") || !node.any("model").is(ConfigTree::Kind::kScalar)) return name;
  if (names_a_file(name)) {
    std::string tried;
    const auto file = find_beside(folder, name, tried);
    if (!file) node.reject("model", "a file that is there; tried " + tried);
    return file.value_or(name).string();
  }
  const std::vector<std::string> names = resource_names("sram");
  if (std::ranges::find(names, name) == names.end()) {
    node.reject("model", "a file, or a name in configs/sram", nearest_name(name, names));
  }
  return name;
}

}  // namespace

std::optional<SramChoice> read_sram_choice(const ConfigNode& models,
                                           const std::filesystem::path& folder) {
  const auto node = models.maybe_child("sram");
  if (!node) return std::nullopt;
  SramChoice choice;
  choice.model = read_model_name(*node, folder);
  if (node->has("node")) choice.technology.node_nm = read_feature_size(*node, "node");
  choice.technology.cell = node->optional<std::string>("cell", choice.technology.cell);
  choice.technology.voltage = node->maybe<Volts>("voltage", between(Volts(0.1), Volts(10)));
  choice.extrapolation = node->optional<bool>("extrapolation", false);
  return choice;
}

}  // namespace deltasim
