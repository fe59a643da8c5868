#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cmath>

#include "arch/errors.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {
namespace {

constexpr const char* kExpected = "a finite step size above 0, or a list of them, one a channel";

YAML::Node load(const std::string& file) {
  try {
    return YAML::LoadFile(file);
  } catch (const YAML::BadFile&) {
    throw ConfigError(file, "the file with the step sizes cannot be read");
  } catch (const YAML::ParserException& error) {
    throw ConfigError(
        Fault{.file = file, .line = error.mark.line + 1, .found = error.msg, .expected = "YAML"});
  }
}

std::string shown(const YAML::Node& node) {
  return node.IsScalar() ? fmt::format("\"{}\"", node.Scalar()) : "something nested";
}

void read_step(const YAML::Node& node, const std::string& file, const std::string& site,
               std::vector<float>& steps, std::vector<Fault>& faults) {
  float step = 0;
  if (node.IsScalar() && YAML::convert<float>::decode(node, step) && std::isfinite(step) &&
      step > 0) {
    steps.push_back(step);
    return;
  }
  faults.push_back({.file = file,
                    .line = node.Mark().line + 1,
                    .key_path = site,
                    .found = shown(node),
                    .expected = kExpected});
}

}  // namespace

std::map<std::string, std::vector<float>> read_step_file(const std::string& file) {
  const YAML::Node root = load(file);
  if (!root.IsMap()) throw ConfigError(file, "expected a map from site names to step sizes");
  std::map<std::string, std::vector<float>> result;
  std::vector<Fault> faults;
  for (const auto& entry : root) {
    const std::string site = entry.first.IsScalar() ? entry.first.Scalar() : "";
    std::vector<float>& steps = result[site];
    if (!steps.empty())
      faults.push_back({.file = file,
                        .line = entry.first.Mark().line + 1,
                        .key_path = site,
                        .found = "the site a second time",
                        .expected = "each site once"});
    if (entry.second.IsSequence() && entry.second.size() > 0) {
      for (const YAML::Node& step : entry.second) read_step(step, file, site, steps, faults);
    } else {
      read_step(entry.second, file, site, steps, faults);
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return result;
}

}  // namespace deltasim
