#include "explore/level_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "arch/accelerator_reader.h"
#include "arch/random_bits.h"
#include "explore/design_space.h"
#include "explore/level_reader.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostTried = 256;   // levels of one list
constexpr std::size_t kTriedOfRange = 4;  // its values differ in size only
constexpr int kPartners = 8;              // points that a level is tried in

bool starts_any(const Overrides& overrides, std::string_view prefix) {
  return std::ranges::any_of(
      overrides, [&](const auto& override) { return override.first.starts_with(prefix); });
}

std::vector<Fault> machine_faults(const RunSpec& run, const Overrides& overrides) {
  std::vector<Fault> faults = accelerator_value_faults(run.accelerator, run.accelerator_overrides);
  if (starts_any(overrides, "energy")) {
    read_energy_table(run.energy, run.energy_scale, run.energy_overrides);
  }
  return faults;
}

/// What reading a point complains about. Where the experiment is wrong, its accelerator is read all
/// the same, so that the next fault is found too.
std::vector<Fault> faults_of(const std::filesystem::path& experiment, const Overrides& overrides) {
  std::vector<Fault> faults;
  const auto add = [&](const Overrides& keys) {
    try {
      const std::vector<Fault> more = machine_faults(load_experiment(experiment, keys), keys);
      faults.insert(faults.end(), more.begin(), more.end());
      return true;
    } catch (const ConfigError& error) {
      faults.insert(faults.end(), error.faults().begin(), error.faults().end());
      return false;
    }
  };
  if (!add(overrides)) {
    Overrides machine;
    std::ranges::copy_if(overrides, std::back_inserter(machine), [](const auto& o) {
      return o.first.starts_with("accelerator.") || o.first.starts_with("energy.");
    });
    add(machine);
  }
  return faults;
}

/// The key whose override is to blame, as it was given; empty where it is none.
std::string blamed_key(const Fault& fault) {
  constexpr std::string_view kOption = "--set ";
  std::string text;
  if (fault.file.starts_with(kOption)) {
    text = fault.file.substr(kOption.size());
  } else if (fault.key_path == "--set" && fault.found.starts_with('\'')) {
    text = fault.found.substr(1, fault.found.find('=') - 1);
  } else if (fault.key_path.starts_with("energy.")) {
    text = fault.key_path;  // no entry of the table is named so
  }
  return text;
}

/// Keys of the accelerator lose their prefix on the way to its reader.
bool is_about(const Fault& fault, const std::string& key) {
  const std::string blamed = blamed_key(fault);
  return !blamed.empty() &&
         (key == blamed || key == "accelerator." + blamed || key == "energy." + blamed);
}

std::vector<Fault> faults_about(const std::vector<Fault>& faults, const Overrides& keys) {
  std::vector<Fault> about;
  for (const Fault& fault : faults) {
    if (std::ranges::any_of(keys, [&](const auto& o) { return is_about(fault, o.first); })) {
      about.push_back(fault);
    }
  }
  return about;
}

/// "fifo_depth" for the misspelt end of "accelerator.pe_array.fifo_dpth".
std::string nearest_key(const Fault& fault, const Overrides& keys) {
  if (fault.nearest.empty()) return {};
  for (const auto& [key, value] : keys) {
    if (!is_about(fault, key)) continue;
    const std::size_t place = key.rfind(fault.key_path);
    if (place == std::string::npos) return fault.nearest;
    const std::string path = key.substr(0, place + fault.key_path.size());
    const std::size_t dot = path.rfind('.');
    const std::string above = dot == std::string::npos ? "" : path.substr(0, dot + 1);
    return above + fault.nearest + key.substr(path.size());
  }
  return fault.nearest;
}

bool is_unknown_key(const Fault& fault) {
  return fault.found == "unknown key" || fault.found == "a key path that leads nowhere";
}

/// The fault of one value, said at its place in the sweep file.
void reject(const ConfigNode& node, const Fault& fault, const Overrides& keys) {
  if (is_unknown_key(fault)) {
    const auto key =
        std::ranges::find_if(keys, [&](const auto& o) { return is_about(fault, o.first); });
    node.reject_this(
        fmt::format("a key of the experiment, its accelerator (accelerator.KEY) or its "
                    "energy table (energy.KEY): {} is unknown",
                    key->first),
        nearest_key(fault, keys));
  } else {
    node.reject_this(fault.expected.empty() ? fault.found : fault.expected, fault.nearest);
  }
}

class Trials {
 public:
  Trials(const SweepSpec& spec, const Overrides& given, const ConfigNode& root)
      : spec_(spec), given_(given), root_(root) {}

  std::vector<Fault> run() {
    for (std::size_t p = 0; p < spec_.parameters.size(); ++p) try_parameter(p);
    return report_common_faults();
  }

 private:
  DesignPoint partner(std::size_t parameter, std::size_t level, int trial) {
    DesignPoint point;
    for (std::size_t p = 0; p < spec_.parameters.size(); ++p) {
      const std::size_t count = spec_.parameters[p].levels.size();
      point.levels.push_back(trial == 0   ? 0
                             : trial == 1 ? count - 1
                                          : static_cast<std::size_t>(random_.next() % count));
    }
    point.levels[parameter] = level;
    return point;
  }

  std::vector<Fault> faults_at(const DesignPoint& point) {
    Overrides overrides = overrides_of(spec_, point);
    overrides.insert(overrides.begin(), given_.begin(), given_.end());
    std::vector<Fault> faults = faults_of(spec_.experiment, overrides);
    keep_common(point, faults);
    return faults;
  }

  /// What every point complains about, at no key of a parameter, is wrong in the base.
  void keep_common(const DesignPoint& point, const std::vector<Fault>& faults) {
    std::vector<Fault> base;
    for (const Fault& fault : faults) {
      bool own = false;
      for (std::size_t p = 0; p < spec_.parameters.size(); ++p) {
        const Level& level = spec_.parameters[p].levels[point.levels[p]];
        own = own || !faults_about({fault}, level.sets).empty();
      }
      if (!own) base.push_back(fault);
    }
    if (!tried_) common_ = base;
    tried_ = true;
    std::erase_if(common_,
                  [&](const Fault& fault) { return std::ranges::find(base, fault) == base.end(); });
  }

  /// Faults at the level's keys in every one of its points; those of the last one.
  std::vector<Fault> try_level(std::size_t parameter, std::size_t level) {
    const Overrides& keys = spec_.parameters[parameter].levels[level].sets;
    std::vector<Fault> about;
    for (int trial = 0; trial < kPartners; ++trial) {
      about = faults_about(faults_at(partner(parameter, level, trial)), keys);
      if (about.empty()) break;
    }
    return about;
  }

  void try_parameter(std::size_t index) {
    const SweepParameter& parameter = spec_.parameters[index];
    const ConfigNode node = root_.child("parameters").any(parameter.name);
    const bool listed = node.is(ConfigTree::Kind::kList);
    const std::size_t tried =
        std::min(parameter.levels.size(), listed ? kMostTried : kTriedOfRange);
    for (std::size_t i = 0; i < tried; ++i) {
      // Of many, the last stands for those that are not tried.
      const std::size_t level = i + 1 == tried ? parameter.levels.size() - 1 : i;
      const std::vector<Fault> faults = try_level(index, level);
      const bool bundle = listed && node.items()[level].is(ConfigTree::Kind::kMap);
      for (const Fault& fault : faults) {
        reject(bundle                             ? key_in(node.items()[level], fault)
               : listed && !is_unknown_key(fault) ? node.items()[level]
                                                  : node,
               fault, parameter.levels[level].sets);
      }
      // One name stands for all its values.
      const auto is_of_name = [](const Fault& fault) {
        return is_unknown_key(fault) || fault.key_path.starts_with("energy.");
      };
      if (!bundle && std::ranges::any_of(faults, is_of_name)) return;
    }
  }

  static ConfigNode key_in(const ConfigNode& map, const Fault& fault) {
    for (const auto& [key, value] : map.entries()) {
      if (is_about(fault, key)) return value;
    }
    return map;
  }

  std::vector<Fault> report_common_faults() {
    std::vector<Fault> others;
    for (const Fault& fault : common_) {
      const std::string blamed = blamed_key(fault);
      const bool is_given =
          std::ranges::any_of(given_, [&](const auto& o) { return is_about(fault, o.first); });
      if (!faults_about({fault}, spec_.sets).empty() && !is_given) {
        reject(key_in(root_.child("set"), fault), fault, spec_.sets);
      } else {
        others.push_back(fault);
      }
    }
    return others;
  }

  const SweepSpec& spec_;
  const Overrides& given_;
  const ConfigNode& root_;
  RandomWords random_{random_key(0x7269616cU)};
  bool tried_ = false;
  std::vector<Fault> common_;
};

}  // namespace

std::vector<Fault> try_levels(const SweepSpec& spec, const Overrides& given,
                              const ConfigNode& root) {
  return Trials(spec, given, root).run();
}

}  // namespace deltasim
