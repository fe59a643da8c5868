#include "explore/constraint_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "arch/errors.h"
#include "explore/config_value.h"
#include "explore/level_reader.h"

namespace deltasim {
namespace {

using Kind = ConfigTree::Kind;

std::optional<double> number_of(const std::string& yaml) {
  std::vector<Fault> faults;
  const ConfigTree tree = parse_config_tree(yaml, "a value", faults);
  if (tree.kind != Kind::kScalar) return std::nullopt;
  if (tree.scalar == "true") return 1;
  if (tree.scalar == "false") return 0;
  const auto number = written_number(tree.scalar);
  return number ? std::optional(number->si) : std::nullopt;
}

std::optional<double> number_in(const std::filesystem::path& file, std::string_view key) {
  ConfigDocument document = ConfigDocument::load(file);
  const auto text = scalar_at(document.root(), key);
  return text ? number_of(scalar_text(*text)) : std::nullopt;
}

/// The number in the experiment, or in the accelerator or energy table that it takes with `sets`.
std::optional<double> base_number(const SweepSpec& spec, const Overrides& sets,
                                  const std::string& key) {
  for (const std::string_view part : {"accelerator.", "energy."}) {
    if (!key.starts_with(part)) continue;
    const RunSpec run = load_experiment(spec.experiment, sets);
    return number_in(part == "energy." ? run.energy : run.accelerator, key.substr(part.size()));
  }
  return number_in(spec.experiment, key);
}

/// What the key is set to; nothing where it is not.
const std::string* value_in(const Overrides& overrides, const std::string& key) {
  const std::string* value = nullptr;
  for (const auto& [name, text] : overrides) {
    if (canonical_key(name) == key) value = &text;
  }
  return value;
}

/// Whether some level of it sets the key.
bool sets_key(const SweepParameter& parameter, const std::string& key) {
  return std::ranges::any_of(
      parameter.levels, [&](const Level& level) { return value_in(level.sets, key) != nullptr; });
}

std::optional<std::size_t> parameter_of(const SweepSpec& spec, const std::string& key) {
  const auto found = std::ranges::find_if(
      spec.parameters, [&](const SweepParameter& parameter) { return sets_key(parameter, key); });
  if (found == spec.parameters.end()) return std::nullopt;
  return static_cast<std::size_t>(found - spec.parameters.begin());
}

class NameResolver {
 public:
  NameResolver(const SweepSpec& spec, const std::string& text, const std::string& where)
      : spec_(spec), text_(text), where_(where) {}

  ConstraintName resolve(const std::string& written) const {
    ConstraintName name;
    name.key = canonical_key(written);
    name.parameter = parameter_of(spec_, name.key);
    bool complete = name.parameter.has_value();
    if (name.parameter) {
      for (const Level& level : spec_.parameters[*name.parameter].levels) {
        const std::string* value = value_in(level.sets, name.key);
        complete = complete && value != nullptr;
        name.levels.push_back(value != nullptr ? std::optional(number(written, *value))
                                               : std::nullopt);
      }
    }
    if (!complete) resolve_base(written, name);
    return name;
  }

 private:
  void resolve_base(const std::string& written, ConstraintName& name) const {
    if (const std::string* value = value_in(spec_.sets, name.key)) {
      name.base = {number(written, *value)};
      return;
    }
    const std::string file = name.key.substr(0, name.key.find('.'));
    if (file == "accelerator" || file == "energy") name.base_parameter = parameter_of(spec_, file);
    if (name.base_parameter) {
      for (const Level& level : spec_.parameters[*name.base_parameter].levels) {
        Overrides sets = spec_.sets;
        sets.insert(sets.end(), level.sets.begin(), level.sets.end());
        name.base.push_back(base_number(spec_, sets, name.key));
      }
    } else {
      name.base = {base_number(spec_, spec_.sets, name.key)};
    }
    if (std::ranges::any_of(name.base, [](const auto& number) { return !number; }))
      unknown(written);
  }

  double number(const std::string& written, const std::string& yaml) const {
    const auto value = number_of(yaml);
    if (!value) {
      throw ConfigError(Fault{.file = where_,
                              .found = deltasim::quoted(text_),
                              .expected = fmt::format("names of numbers: {} may be {}", written,
                                                      deltasim::quoted(yaml))});
    }
    return *value;
  }

  [[noreturn]] void unknown(const std::string& written) const {
    std::vector<std::string> keys;
    for (const SweepParameter& parameter : spec_.parameters) {
      for (const Level& level : parameter.levels) {
        for (const auto& [key, value] : level.sets) keys.push_back(key);
      }
    }
    throw ConfigError(
        Fault{.file = where_,
              .found = deltasim::quoted(text_),
              .expected = fmt::format(
                  "names of keys that have a number, of a parameter or of the base: {} has none",
                  written),
              .nearest = nearest_name(written, keys)});
  }

  const SweepSpec& spec_;
  const std::string& text_;
  const std::string& where_;
};

}  // namespace

std::vector<std::size_t> ConstraintName::parameters() const {
  std::vector<std::size_t> all;
  if (parameter) all.push_back(*parameter);
  if (base_parameter) all.push_back(*base_parameter);
  return all;
}

double ConstraintName::value(const std::vector<std::size_t>& point_levels) const {
  if (parameter && levels[point_levels[*parameter]]) return *levels[point_levels[*parameter]];
  return *base[base_parameter ? point_levels[*base_parameter] : 0];
}

DesignConstraint::DesignConstraint(const SweepSpec& spec, const std::string& text,
                                   const std::string& where)
    : expression_(text, where), where_(where) {
  const NameResolver resolver(spec, text, where);
  for (const std::string& name : expression_.names()) {
    names_.push_back(resolver.resolve(name));
    for (const std::size_t parameter : names_.back().parameters()) {
      parameters_.push_back(parameter);
    }
  }
  std::ranges::sort(parameters_);
  parameters_.erase(std::unique(parameters_.begin(), parameters_.end()), parameters_.end());
}

bool DesignConstraint::is_met(const std::vector<std::size_t>& point_levels) const {
  std::size_t next = 0;  // names are asked for in their order
  try {
    return expression_.value(
               [&](std::string_view) { return names_[next++].value(point_levels); }) != 0;
  } catch (const ConfigError& error) {
    Fault fault = error.faults().front();
    fault.file = where_;
    throw ConfigError(std::move(fault));
  }
}

ConstraintSet::ConstraintSet(const SweepSpec& spec) {
  for (std::size_t i = 0; i < spec.constraints.size(); ++i) {
    constraints_.emplace_back(spec, spec.constraints[i], fmt::format("constraints[{}]", i));
  }
}

bool ConstraintSet::meets(const DesignPoint& point) const {
  return std::ranges::all_of(constraints_, [&](const DesignConstraint& constraint) {
    return constraint.is_met(point.levels);
  });
}

namespace {

/// Depth-first over the levels of some parameters.
class PointWalk {
 public:
  PointWalk(const SweepSpec& spec, const ConstraintSet& constraints,
            const std::vector<std::size_t>& parameters, std::int64_t most_steps,
            const std::function<bool(const DesignPoint&)>& visit)
      : spec_(spec), parameters_(parameters), steps_(most_steps), visit_(visit) {
    point_.levels.assign(spec.parameters.size(), 0);
    decided_.resize(parameters.size() + 1);
    for (const DesignConstraint& constraint : constraints.constraints()) {
      if (const auto depth = depth_of(constraint)) decided_[*depth].push_back(&constraint);
    }
  }

  bool run() {
    if (is_met_at(0)) descend(0);
    return !gave_up_;
  }

 private:
  /// How many parameters must be chosen before it can be asked; none where it reads others.
  std::optional<std::size_t> depth_of(const DesignConstraint& constraint) const {
    std::size_t depth = 0;
    for (const std::size_t parameter : constraint.parameters()) {
      const auto place = std::ranges::find(parameters_, parameter);
      if (place == parameters_.end()) return std::nullopt;
      depth = std::max(depth, static_cast<std::size_t>(place - parameters_.begin()) + 1);
    }
    return depth;
  }

  bool is_met_at(std::size_t depth) const {
    return std::ranges::all_of(decided_[depth],
                               [&](const auto* c) { return c->is_met(point_.levels); });
  }

  /// False: stop.
  bool descend(std::size_t depth) {
    if (depth == parameters_.size()) return visit_(point_);
    std::size_t& level = point_.levels[parameters_[depth]];
    for (level = 0; level < spec_.parameters[parameters_[depth]].levels.size(); ++level) {
      if (--steps_ < 0) {
        gave_up_ = true;
        return false;
      }
      if (is_met_at(depth + 1) && !descend(depth + 1)) return false;
    }
    level = 0;
    return true;
  }

  const SweepSpec& spec_;
  const std::vector<std::size_t>& parameters_;
  std::int64_t steps_;
  const std::function<bool(const DesignPoint&)>& visit_;
  DesignPoint point_;
  std::vector<std::vector<const DesignConstraint*>>
      decided_;  ///< by how many parameters are chosen
  bool gave_up_ = false;
};

}  // namespace

bool walk_points(const SweepSpec& spec, const ConstraintSet& constraints,
                 const std::vector<std::size_t>& parameters, std::int64_t most_steps,
                 const std::function<bool(const DesignPoint&)>& visit) {
  return PointWalk(spec, constraints, parameters, most_steps, visit).run();
}

}  // namespace deltasim
