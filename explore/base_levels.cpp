#include "explore/base_levels.h"

#include <algorithm>
#include <map>

#include "arch/errors.h"
#include "explore/config_value.h"
#include "explore/level_reader.h"

namespace deltasim {
namespace {

/// What the base experiment has at its keys.
class Base {
 public:
  explicit Base(const SweepSpec& spec)
      : spec_(spec), run_(load_experiment(spec.experiment, spec.sets)) {}

  bool has(const std::string& given, const std::string& value) {
    const std::string key = canonical_key(given);
    if (key == "accelerator" || key == "energy") return names_same_file(key, value);
    const std::optional<std::string>& own = value_of(key);
    return own && canonical_yaml(*own) == canonical_yaml(value);
  }

 private:
  bool names_same_file(const std::string& key, const std::string& value) const {
    Overrides sets = spec_.sets;
    sets.emplace_back(key, value);
    try {
      const RunSpec other = load_experiment(spec_.experiment, sets);
      return key == "energy" ? other.energy == run_.energy : other.accelerator == run_.accelerator;
    } catch (const ConfigError&) {
      return false;  // no such file: the level's points say so
    }
  }

  const std::optional<std::string>& value_of(const std::string& key) {
    const auto [entry, is_new] = known_.try_emplace(key);
    if (is_new) entry->second = find(key);
    return entry->second;
  }

  std::optional<std::string> find(const std::string& key) const {
    std::optional<std::string> set;
    for (const auto& [name, value] : spec_.sets) {
      if (canonical_key(name) == key) set = value;
    }
    if (set) return set;
    for (const std::string_view part : {"accelerator.", "energy."}) {
      if (!key.starts_with(part)) continue;
      return value_in(part == "energy." ? run_.energy : run_.accelerator, key.substr(part.size()));
    }
    return value_in(spec_.experiment, key);
  }

  static std::optional<std::string> value_in(const std::filesystem::path& file,
                                             const std::string& key) {
    ConfigDocument document = ConfigDocument::load(file);
    const auto scalar = scalar_at(document.root(), key);
    return scalar ? std::optional(scalar_text(*scalar)) : std::nullopt;
  }

  const SweepSpec& spec_;
  RunSpec run_;
  std::map<std::string, std::optional<std::string>> known_;
};

}  // namespace

std::vector<std::optional<std::size_t>> base_levels(const SweepSpec& spec) {
  Base base(spec);
  std::vector<std::optional<std::size_t>> levels;
  for (const SweepParameter& parameter : spec.parameters) {
    const auto is_base = [&](const Level& level) {
      return std::ranges::all_of(level.sets,
                                 [&](const auto& set) { return base.has(set.first, set.second); });
    };
    const auto found = std::ranges::find_if(parameter.levels, is_base);
    levels.push_back(found == parameter.levels.end()
                         ? std::nullopt
                         : std::optional<std::size_t>(found - parameter.levels.begin()));
  }
  return levels;
}

}  // namespace deltasim
