#include "explore/sweep_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include "arch/resources.h"
#include "explore/constraint_set.h"
#include "explore/expression.h"
#include "explore/level_reader.h"
#include "explore/level_trials.h"
#include "explore/samples.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using Kind = ConfigTree::Kind;

constexpr std::size_t kMostObjectives = 4;  // what a Pareto set is made of
constexpr std::int64_t kMostSearchSteps = 20'000'000;

/// The complaint of something that throws, at its node.
void reject(const ConfigNode& node, const ConfigError& error) {
  const Fault& fault = error.faults().front();
  node.reject_this(fault.expected.empty() ? fault.found : fault.expected, fault.nearest);
}

std::string read_name(const ConfigNode& root, const fs::path& file) {
  const std::string name = root.optional<std::string>("name", file.stem().string());
  const bool plain = !name.empty() && name.front() != '.' &&
                     name.find_first_of("/\\\n\t\"") == std::string::npos && name.size() <= 200;
  if (!plain && root.has("name")) root.reject("name", "a name that a folder can have");
  return name;
}

/// A shipped experiment, or a file that starts at the sweep's folder.
fs::path read_experiment(const ConfigNode& root, const fs::path& folder) {
  const std::string text = root.required<std::string>("experiment");
  if (!root.has("experiment") || text.empty()) {
    if (root.has("experiment")) root.reject("experiment", "the name or the file of an experiment");
    return {};
  }
  try {
    const fs::path path = fs::path(text).is_relative() ? folder / text : fs::path(text);
    return find_resource("experiments",
                         names_a_file(text) ? path.lexically_normal().string() : text);
  } catch (const ConfigError& error) {
    reject(root.any("experiment"), error);
    return {};
  }
}

Strategy read_strategy(const ConfigNode& root) {
  if (!root.has("strategy")) return GridStrategy{};
  const ConfigNode node = root.any("strategy");
  const bool is_name = node.is(Kind::kScalar);
  const ConfigNode parent = is_name ? root : node;
  const std::vector<std::string> kinds{"grid", "random", "latin_hypercube", "nsga2"};
  const std::string kind = parent.one_of(is_name ? "strategy" : "kind", kinds);
  if (is_name && kind != "grid") {
    node.reject_this(
        fmt::format("grid, or a map such as {{kind: {}, {}, seed: 1}}", kind,
                    kind == "nsga2" ? "population: 24, generations: 10" : "points: 200"));
  }
  if (is_name || kind == "grid") return GridStrategy{};
  const auto seed = node.optional<std::uint64_t>("seed", 1);
  if (kind == "nsga2") {
    Nsga2Strategy search{.seed = seed};
    search.population = node.required<int>("population", between(8, 100'000));
    search.generations = node.required<int>("generations", between(1, 100'000));
    if (search.population % 4 != 0) node.reject("population", "a multiple of 4");
    return search;
  }
  const auto points = node.required<std::int64_t>("points", between<std::int64_t>(1, kMostPoints));
  if (kind == "random") return RandomStrategy{points, seed};
  return LatinHypercubeStrategy{points, seed};
}

/// "pJ" of "modes.delta.energy_pJ.total": the last part of the key that ends in a unit.
std::string unit_of_key(std::string_view key) {
  static const std::set<std::string, std::less<>> kUnits{"pJ", "s", "bytes", "bits", "mm2",
                                                         "hz", "w", "v",     "ns",   "percent"};
  while (!key.empty()) {
    const std::size_t dot = key.rfind('.');
    const std::string_view part = key.substr(dot == std::string_view::npos ? 0 : dot + 1);
    const std::size_t line = part.rfind('_');
    if (line != std::string_view::npos) {
      if (const auto unit = kUnits.find(part.substr(line + 1)); unit != kUnits.end()) return *unit;
    }
    key = dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
  }
  return "";
}

/// Of a key, or of keys that are multiplied; of anything else, none is known.
std::string unit_of(const std::string& text, const Expression& expression) {
  std::string rest = text;
  std::string unit;
  for (const std::string& name : expression.names()) {
    const std::size_t place = rest.find(name);
    if (place == std::string::npos) return "";
    rest.erase(place, name.size());
    const std::string own = unit_of_key(name);
    unit += (unit.empty() || own.empty() ? "" : " ") + own;
  }
  const auto factors = static_cast<std::size_t>(std::ranges::count(rest, '*')) + 1;
  return rest.find_first_not_of(" *") == std::string::npos && factors == expression.names().size()
             ? unit
             : "";
}

/// "modes.NAME": of a mode that is not run nothing can be read.
void check_modes(const ConfigNode& node, const Expression& expression) {
  for (const std::string& name : expression.names()) {
    if (!name.starts_with("modes.")) continue;
    const std::string mode = name.substr(6, name.find('.', 6) - 6);
    if (std::ranges::find(mode_names(), mode) == mode_names().end()) {
      node.reject_this(
          fmt::format("keys of result.json: there is no mode {}", deltasim::quoted(mode)),
          nearest_name(mode, mode_names()));
    }
  }
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

SweepObjective read_objective(const ConfigNode& node) {
  SweepObjective objective;
  const bool maximised = node.has("maximise");
  if (maximised && node.has("minimise")) {
    node.reject("maximise", "minimise or maximise, not both");
    node.any("minimise");  // known, though not read
  }
  const std::string_view key = maximised ? "maximise" : "minimise";
  objective.minimised = !maximised;
  objective.expression = node.required<std::string>(key);
  objective.name = node.optional<std::string>("name", objective.expression);
  if (!node.has(key)) return objective;
  try {
    const Expression expression(objective.expression, "");
    objective.unit = unit_of(objective.expression, expression);
    if (expression.names().empty()) node.reject(key, "keys of result.json");
    check_modes(node.any(key), expression);
  } catch (const ConfigError& error) {
    reject(node.any(key), error);
  }
  if (objective.name.empty()) node.reject("name", "a name");
  return objective;
}

std::vector<SweepObjective> read_objectives(const ConfigNode& root) {
  std::vector<SweepObjective> objectives;
  std::set<std::string> names;
  const std::vector<ConfigNode> items = root.list("objectives");
  const std::string expected = fmt::format(
      "from 1 to {} objectives, such as {{minimise: modes.delta.energy_pJ.total, name: "
      "energy}}",
      kMostObjectives);
  if (root.has("objectives") && root.any("objectives").is(Kind::kList) &&
      (items.empty() || items.size() > kMostObjectives)) {
    root.reject("objectives", expected);
  }
  for (const ConfigNode& item : items) {
    if (!item.is(Kind::kMap)) {
      item.reject_this("a map such as {minimise: modes.delta.energy_pJ.total, name: energy}");
      continue;
    }
    objectives.push_back(read_objective(item));
    // Columns of a database are told apart by more than case.
    if (!names.insert(lower_case(objectives.back().name)).second) {
      item.reject_this(
          fmt::format("a name of its own, whatever its capital letters: {} stands twice",
                      deltasim::quoted(objectives.back().name)));
    }
  }
  return objectives;
}

Budget read_budget(const ConfigNode& root) {
  Budget budget;
  const auto node = root.maybe_child("budget");
  if (!node) return budget;
  budget.points = node->maybe<std::int64_t>(
      "points", between<std::int64_t>(1, std::int64_t{1'000'000'000'000}));
  budget.hours = node->maybe<double>("hours", between(1e-6, 1e6));
  if (!budget.points && !budget.hours) node->reject_this("`points`, `hours` or both");
  return budget;
}

std::vector<std::string> read_constraints(const ConfigNode& root) {
  std::vector<std::string> constraints;
  for (const ConfigNode& item : root.optional_list("constraints")) {
    constraints.push_back(item.as<std::string>());
  }
  return constraints;
}

/// A key of every point that is a parameter too would have no effect.
void check_set(
    const SweepSpec& spec, const Overrides& sets,
    const std::function<void(const std::string& key, const std::string& owner)>& report) {
  for (const auto& [key, value] : sets) {
    for (const SweepParameter& parameter : spec.parameters) {
      const bool swept = std::ranges::any_of(parameter.levels, [&](const Level& level) {
        return std::ranges::any_of(level.sets, [&](const auto& override) {
          return canonical_key(override.first) == canonical_key(key);
        });
      });
      if (swept) report(key, parameter.name);
    }
  }
}

void check_strategy(const SweepSpec& spec, const ConfigNode& root) {
  if (std::holds_alternative<Nsga2Strategy>(spec.strategy) && spec.objectives.size() == 1) {
    root.reject("objectives", "at least two, for nsga2 looks for trade-offs");
  }
  std::int64_t all = 0;
  try {
    all = combinations(spec);
  } catch (const ConfigError& error) {
    reject(root.any("parameters"), error);
    return;
  }
  const bool grid = std::holds_alternative<GridStrategy>(spec.strategy);
  if (grid && all > kMostPoints && spec.constraints.empty() && !spec.budget.points) {
    root.reject("parameters",
                fmt::format("at most {} combinations in a grid, not {}: fewer values, "
                            "a budget of points, or the strategy random, "
                            "latin_hypercube or nsga2",
                            kMostPoints, all));
  }
}

/// Whether some combination of those parameters that constraints read meets them all.
void check_contradiction(const SweepSpec& spec, const ConfigNode& root) {
  const ConstraintSet constraints(spec);
  std::set<std::size_t> read;
  for (const DesignConstraint& constraint : constraints.constraints()) {
    read.insert(constraint.parameters().begin(), constraint.parameters().end());
  }
  const std::vector<std::size_t> parameters(read.begin(), read.end());
  bool found = false;
  const bool finished =
      walk_points(spec, constraints, parameters, kMostSearchSteps, [&](const DesignPoint&) {
        found = true;
        return false;
      });
  if (found) return;
  root.reject("constraints",
              finished
                  ? "constraints that some point meets: no combination of the values meets "
                    "them all"
                  : fmt::format("constraints that some point meets: none was found in {} steps",
                                kMostSearchSteps));
}

void check_constraints(const SweepSpec& spec, const ConfigNode& root) {
  bool sound = true;
  const std::vector<ConfigNode> nodes = root.optional_list("constraints");
  for (std::size_t i = 0; i < spec.constraints.size(); ++i) {
    try {
      const DesignConstraint constraint(spec, spec.constraints[i], "");
    } catch (const ConfigError& error) {
      reject(nodes[i], error);
      sound = false;
    }
  }
  if (!sound || spec.constraints.empty()) return;
  try {
    check_contradiction(spec, root);
  } catch (const ConfigError& error) {  // no value at some point: a division by zero
    const Fault& fault = error.faults().front();
    root.reject("constraints", fmt::format("{} at every point: {}", fault.expected, fault.found));
  }
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

SweepSpec read_sweep(const ConfigNode& root, const fs::path& file, const fs::path& folder) {
  SweepSpec spec;
  spec.text = text_of(file);
  spec.name = read_name(root, file);
  spec.description = root.optional<std::string>("description", "");
  spec.experiment = read_experiment(root, folder);
  if (const auto set = root.maybe_child("set")) spec.sets = read_set(*set, folder);
  const ConfigNode parameters = root.child("parameters");
  spec.parameters = read_parameters(parameters, folder);
  std::set<std::string> names;
  for (const SweepParameter& parameter : spec.parameters) {
    if (names.insert(lower_case(parameter.name)).second) continue;
    parameters.reject(parameter.name, "a name of its own, whatever its capital letters");
  }
  if (parameters.exists() && spec.parameters.empty()) {
    parameters.reject_this("at least one parameter");
  }
  spec.constraints = read_constraints(root);
  spec.strategy = read_strategy(root);
  spec.objectives = read_objectives(root);
  spec.budget = read_budget(root);
  if (const auto timeout =
          root.maybe<Seconds>("point_timeout", between(Seconds(1e-3), Seconds(1e7)))) {
    spec.point_timeout_s = timeout->value();
  }
  return spec;
}

/// What can be said of single parameters is said although others are wrong.
void check_sweep(SweepSpec& spec, const Overrides& given, ConfigDocument& document,
                 std::vector<Fault>& others) {
  const ConfigNode root = document.root();
  const bool readable = document.faults().empty();
  check_set(spec, spec.sets, [&](const std::string& key, const std::string& owner) {
    root.child("set").reject(key, fmt::format("no key of the parameter {}", owner));
  });
  check_set(spec, given, [&](const std::string& key, const std::string& owner) {
    others.push_back({.key_path = "--set",
                      .found = deltasim::quoted(key),
                      .expected = fmt::format("no key of the sweep's parameter {}", owner)});
  });
  std::erase_if(spec.parameters, [](const SweepParameter& p) { return p.levels.empty(); });
  if (spec.experiment.empty() || spec.parameters.empty()) return;
  const std::vector<Fault> base = try_levels(spec, given, root);
  others.insert(others.end(), base.begin(), base.end());
  check_strategy(spec, root);
  // Constraints over levels that could not be read would be called contradictory.
  if (readable && others.empty()) check_constraints(spec, root);
}

}  // namespace

SweepSpec load_sweep(const fs::path& file, const Overrides& overrides) {
  ConfigDocument document = ConfigDocument::load(file);
  SweepSpec spec = read_sweep(document.root(), file, document.directory());
  std::vector<Fault> others;
  check_sweep(spec, overrides, document, others);
  std::vector<Fault> faults = document.faults();
  faults.insert(faults.end(), others.begin(), others.end());
  if (!faults.empty()) throw ConfigError(std::move(faults));
  spec.sets.insert(spec.sets.end(), overrides.begin(), overrides.end());
  return spec;
}

}  // namespace deltasim
