#include "report/result_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "arch/errors.h"
#include "report/result_json.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kModes = "modes.";

std::string_view first_step(std::string_view key) { return key.substr(0, key.find('.')); }

std::string_view after_first_step(std::string_view key) {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? "" : key.substr(dot + 1);
}

/// "modes.delta" for a key of that mode, "baseline" for one of the baseline, else "".
std::string section_of(std::string_view key) {
  if (first_step(key) == "baseline") return "baseline";
  if (!key.starts_with(kModes)) return "";
  return std::string(kModes) + std::string(first_step(key.substr(kModes.size())));
}

/// Whether a path within a mode leads to one of the mode's own figures, as most do: to make only
/// these is several times quicker.
bool is_own_figure(std::string_view path) {
  constexpr std::array<std::string_view, 6> kOwn{"energy_pJ", "time_s", "cycles",
                                                 "macs",      "state",  "utilization"};
  return std::ranges::find(kOwn, first_step(path)) != kOwn.end();
}
constexpr std::string_view kFigures = "figures of ";

const Json* element_of(const Json& list, std::string_view step) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (error == std::errc() && end == step.data() + step.size()) {
    return index < list.size() ? &list[index] : nullptr;
  }
  for (const Json& element : list) {
    for (const char* name : {"name", "site", "layer", "step"}) {
      if (element.is_object() && element.contains(name) && element[name] == step) return &element;
    }
  }
  return nullptr;
}

const Json* walk(const Json& from, std::string_view path) {
  const Json* at = &from;
  for (; !path.empty() && at != nullptr; path = after_first_step(path)) {
    const std::string step(first_step(path));
    if (at->is_object()) {
      const auto found = at->find(step);
      at = found == at->end() ? nullptr : &*found;
    } else {
      at = at->is_array() ? element_of(*at, step) : nullptr;
    }
  }
  return at;
}

/// Keys of all numbers below, in front of which `path` stands.
void add_keys(const Json& json, const std::string& path, std::vector<std::string>& keys) {
  if (json.is_number() || json.is_boolean()) keys.push_back(path);
  const std::string prefix = path.empty() ? "" : path + ".";
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) add_keys(value, prefix + key, keys);
  }
  for (std::size_t i = 0; json.is_array() && i < json.size(); ++i) {
    add_keys(json[i], prefix + std::to_string(i), keys);
  }
}

[[noreturn]] void reject(std::string_view key, std::string found, std::string nearest) {
  throw ConfigError(Fault{.key_path = std::string(key),
                          .found = std::move(found),
                          .expected = "the key of a number in result.json",
                          .nearest = std::move(nearest)});
}

}  // namespace

bool ResultValues::needs_everything(std::string_view key) {
  constexpr std::array<std::string_view, 4> kDetails{"layers", "frame_figures", "sites",
                                                     "selective_choices"};
  for (; !key.empty(); key = after_first_step(key)) {
    if (std::ranges::find(kDetails, first_step(key)) != kDetails.end()) return true;
  }
  return false;
}

bool ResultValues::is_of_a_mode(std::string_view key) { return key.starts_with(kModes); }

const Json& ResultValues::section(const std::string& name) {
  const auto known = sections_.find(name);
  if (known != sections_.end()) return known->second;
  Json json;
  if (name.starts_with(kFigures)) {
    const ModeFigures* mode = result_.mode(name.substr(kFigures.size() + kModes.size()));
    if (mode != nullptr) json = figures_json(mode->figures);
  } else if (name.empty()) {
    json = result_without_modes(result_);
  } else if (name == "baseline") {
    if (result_.baseline) json = mode_json(*result_.baseline);
  } else if (const ModeFigures* mode = result_.mode(name.substr(kModes.size()))) {
    json = mode_json(*mode);
  }
  return sections_[name] = std::move(json);
}

std::string ResultValues::nearest(std::string_view key) {
  std::vector<std::string> keys;
  add_keys(section(""), "", keys);
  for (const ModeFigures& mode : result_.modes) {
    const std::string name = std::string(kModes) + mode.name;
    add_keys(section(name), name, keys);
  }
  add_keys(section("baseline"), "baseline", keys);
  return nearest_name(std::string(key), keys);
}

double ResultValues::at(std::string_view key) {
  const std::string in = section_of(key);
  const std::string_view path = in.empty() ? key : key.substr(std::min(in.size() + 1, key.size()));
  const bool own = in.starts_with(kModes) && is_own_figure(path);
  const Json& json = section(own ? std::string(kFigures) + in : in);
  const Json* value = json.is_null() ? nullptr : walk(json, path);
  if (value == nullptr) reject(key, "no such key", nearest(key));
  if (value->is_boolean()) return value->get<bool>() ? 1 : 0;
  if (value->is_number()) return value->get<double>();
  if (value->is_null()) reject(key, "null: this run has no such figure", "");
  reject(key, value->is_string() ? "a text" : "several values", nearest(key));
}

}  // namespace deltasim
