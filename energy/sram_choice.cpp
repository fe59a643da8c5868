#include "energy/sram_choice.h"

#include <algorithm>
#include <filesystem>

#include "arch/resources.h"
#include "energy/feature_size.h"

namespace deltasim {
namespace {

std::string read_model_name(const ConfigNode& node) {
  const auto name = node.required<std::string>("model");
  const std::vector<std::string> names = resource_names("sram");
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(".yaml");
  const bool known =
      is_file ? std::filesystem::exists(name) : std::ranges::find(names, name) != names.end();
  if (!known && node.has("model") && node.any("model").is(ConfigTree::Kind::kScalar)) {
    node.reject("model", "a file, or a name in configs/sram", nearest_name(name, names));
  }
  return name;
}

}  // namespace

std::optional<SramChoice> read_sram_choice(const ConfigNode& models) {
  const auto node = models.maybe_child("sram");
  if (!node) return std::nullopt;
  SramChoice choice;
  choice.model = read_model_name(*node);
  if (node->has("node")) choice.technology.node_nm = read_feature_size(*node, "node");
  choice.technology.cell = node->optional<std::string>("cell", choice.technology.cell);
  choice.technology.voltage = node->maybe<Volts>("voltage", between(Volts(0.1), Volts(10)));
  choice.extrapolation = node->optional<bool>("extrapolation", false);
  return choice;
}

}  // namespace deltasim
