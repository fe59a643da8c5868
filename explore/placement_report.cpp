#include "explore/placement_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "arch/atomic_file.h"
#include "arch/quantities.h"
#include "arch/shell_word.h"
#include "explore/placement_milp.h"
#include "explore/placement_rules.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;  ///< per pJ
constexpr double kMicrojoule = 1e-6;

/// A way for a group to run, in a word.
std::string word(const PlacementResult& result, ExecutionMode mode, StatePlace place, bool keeps) {
  if (!keeps) return std::string(to_string(mode));
  const std::string where =
      place == StatePlace::kMemory ? result.memory : std::string(to_string(place));
  return fmt::format("{}:{}", to_string(mode), where);
}

std::string total_text(PlacementGoal goal, double value) {
  return goal == PlacementGoal::kEnergy ? fmt::format("{:.4g} uJ", value * kMicrojoule)
                                        : fmt::format("{:.4g} pJ s", value);
}

/// What a layer costs in one way, its neighbours being what they are.
struct Way {
  GroupMove move;
  bool keeps = false;
  const LayerOption* option = nullptr;
  double worse = 0;             ///< by how much the whole would cost more
  std::int64_t bytes_over = 0;  ///< that it would need beyond the room
};

class Layers {
 public:
  explicit Layers(const PlacementResult& result)
      : result_(result),
        problem_(result.problem),
        chosen_(result.exact().placement),
        totals_(totals_of(problem_, chosen_)) {}

  std::size_t size() const { return problem_.layers.size(); }
  const PlacementLayer& layer(std::size_t i) const { return problem_.layers[i]; }
  const LayerOption& option(std::size_t i) const { return *option_of(problem_, i, chosen_); }

  std::string chosen(std::size_t i) const {
    const LayerOption& way = option(i);
    return word(result_, way.mode, way.place, way.keeps_state);
  }

  /// Of the layer in a mode and place; null where it would keep nothing there.
  const LayerOption* option_in(std::size_t i, ExecutionMode mode, StatePlace place) const {
    const Placement other = moved(problem_, chosen_, {layer(i).group, mode, place});
    const LayerOption* option = option_of(problem_, i, other);
    const bool there = option->keeps_state ? option->place == place : place == StatePlace::kDram;
    return there ? option : nullptr;
  }

  /// Ways in which the whole group could run instead.
  std::vector<Way> others(std::size_t i) const {
    std::vector<Way> ways;
    for (const GroupMove& move : moves_of(problem_, chosen_, layer(i).group)) {
      const Placement other = moved(problem_, chosen_, move);
      const LayerOption* option = option_of(problem_, i, other);
      if (!option->keeps_state && move.place != StatePlace::kDram) continue;
      if (option->same_way(this->option(i))) continue;
      const PlacementTotals totals = totals_of(problem_, other);
      ways.push_back({.move = move,
                      .keeps = option->keeps_state,
                      .option = option,
                      .worse = value_of(result_.goal, totals) - value_of(result_.goal, totals_),
                      .bytes_over = std::max(totals.glb_bytes - problem_.glb_bytes,
                                             totals.memory_bytes - problem_.memory_bytes)});
    }
    return ways;
  }

  /// Why it was chosen: against the best that it could be alone, and against what has no room.
  std::string reason(std::size_t i) const {
    const std::vector<Way> ways = others(i);
    const auto in_words = [&](const Way& way) {
      return word(result_, way.move.mode, way.move.place, way.keeps);
    };
    const Way* next = nullptr;
    const Way* crowded = nullptr;
    for (const Way& way : ways) {
      const bool fits = way.bytes_over <= 0;
      const Way*& best = fits ? next : crowded;
      if (!fits && way.worse >= 0) continue;
      if (best == nullptr || way.worse < best->worse) best = &way;
    }
    std::string text;
    if (next != nullptr) {
      text = fmt::format("{} would cost {} more", in_words(*next),
                         total_text(result_.goal, std::max(0.0, next->worse)));
    }
    if (crowded != nullptr) {
      text +=
          fmt::format("{}{} would save {}, but {} are not there for it", text.empty() ? "" : "; ",
                      in_words(*crowded), total_text(result_.goal, -crowded->worse),
                      print(Bytes(crowded->bytes_over)));
    }
    return text;
  }

 private:
  const PlacementResult& result_;
  const PlacementProblem& problem_;
  const Placement& chosen_;
  PlacementTotals totals_;
};

struct Column {
  std::string name;
  ExecutionMode mode;
  StatePlace place;
};

/// Modes, and places of a delta layer's state, that there are.
std::vector<Column> columns_of(const PlacementResult& result) {
  std::vector<Column> columns{{"dense", ExecutionMode::kDense, StatePlace::kDram},
                              {"spatial", ExecutionMode::kSpatial, StatePlace::kDram},
                              {"delta_dram", ExecutionMode::kDelta, StatePlace::kDram}};
  if (result.problem.glb_bytes > 0) {
    columns.push_back({"delta_glb", ExecutionMode::kDelta, StatePlace::kGlb});
  }
  if (result.problem.memory_bytes > 0) {
    columns.push_back({"delta_" + result.memory, ExecutionMode::kDelta, StatePlace::kMemory});
  }
  return columns;
}

Json totals_json(const PlacementTotals& totals) {
  return {{"energy_pJ", totals.energy_pJ},
          {"time_s", totals.time_s},
          {"energy_delay_pJ_s", totals.energy_pJ * totals.time_s},
          {"glb_bytes", totals.glb_bytes},
          {"memory_bytes", totals.memory_bytes}};
}

Json answer_json(const PlacementAnswer& answer) {
  Json json{{"name", answer.name},
            {"how", answer.how},
            {"fits", answer.simulated.has_value()},
            {"predicted", totals_json(answer.predicted)},
            {"simulated", nullptr}};
  if (answer.simulated) json["simulated"] = totals_json(*answer.simulated);
  return json;
}

std::string state_word(const PlacementResult& result, const LayerOption& option) {
  if (!option.keeps_state) return "";
  return option.place == StatePlace::kMemory ? result.memory : std::string(to_string(option.place));
}

// Text.

void add_layers(const PlacementResult& result, std::back_insert_iterator<std::string> out) {
  const Layers layers(result);
  const std::vector<Column> columns = columns_of(result);
  const auto frames = static_cast<double>(result.frames);
  std::size_t widest = 5;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    widest = std::max(widest, layers.layer(i).stream.size() + 1 + layers.layer(i).name.size());
  }
  fmt::format_to(out, "{:<{}}  unchanged", "uJ a frame, each among its neighbours", widest);
  for (const Column& column : columns) fmt::format_to(out, "{:>12}", column.name);
  fmt::format_to(out, "  choice\n");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const PlacementLayer& layer = layers.layer(i);
    fmt::format_to(out, "{:<{}}  {:>7.1f} %", layer.stream + " " + layer.name,
                   std::max<std::size_t>(widest, 37), 100 * layer.temporal_sparsity);
    for (const Column& column : columns) {
      const LayerOption* option = layers.option_in(i, column.mode, column.place);
      if (option == nullptr) {
        fmt::format_to(out, "{:>12}", "-");
      } else {
        fmt::format_to(out, "{:>12.2f}", option->energy_pJ * kMicrojoule / frames);
      }
    }
    fmt::format_to(out, "  {}\n", layers.chosen(i));
  }
}

void add_answers(const PlacementResult& result, std::back_insert_iterator<std::string> out) {
  const auto frames = static_cast<double>(result.frames);
  fmt::format_to(out, "\n{:<14}{:>12}{:>14}{:>10}{:>10}{:>14}{:>14}\n", "per frame", "mJ predicted",
                 "simulated", "ms", "mJ ms", "state on chip", "exact saves");
  const double best = value_of(result.goal, *result.exact().simulated);
  for (const PlacementAnswer& answer : result.answers) {
    const std::int64_t bytes = answer.predicted.glb_bytes + answer.predicted.memory_bytes;
    fmt::format_to(out, "{:<14}{:>12.3f}", answer.name,
                   answer.predicted.energy_pJ * kMillijoule / frames);
    if (!answer.simulated) {
      fmt::format_to(out, "{:>14}{:>10}{:>10}{:>14}\n", "does not fit", "", "",
                     print(Bytes(bytes)));
      continue;
    }
    const double energy = answer.simulated->energy_pJ * kMillijoule / frames;
    const double time = answer.simulated->time_s * 1e3 / frames;
    fmt::format_to(out, "{:>14.3f}{:>10.3f}{:>10.1f}{:>14}", energy, time, energy * time,
                   print(Bytes(bytes)));
    if (&answer != &result.exact()) {
      fmt::format_to(out, "{:>12.2f} %",
                     100 * (1 - best / value_of(result.goal, *answer.simulated)));
    }
    fmt::format_to(out, "\n");
  }
  for (const PlacementAnswer& answer : result.answers) {
    if (answer.name == "rule") fmt::format_to(out, "rule: {}\n", answer.how);
  }
}

void add_room(const PlacementResult& result, std::back_insert_iterator<std::string> out) {
  const PlacementTotals& used = result.exact().predicted;
  if (!result.budget.empty()) fmt::format_to(out, "budget: {}\n", result.budget);
  if (result.problem.glb_bytes > 0) {
    fmt::format_to(out, "state in the buffer: {} of {}\n", print(Bytes(used.glb_bytes)),
                   print(Bytes(result.problem.glb_bytes)));
  } else {
    fmt::format_to(out, "state in the buffer: it has no share for it\n");
  }
  if (result.memory.empty()) return;
  fmt::format_to(out, "state in {}: {} of {}\n", result.memory, print(Bytes(used.memory_bytes)),
                 print(Bytes(result.problem.memory_bytes)));
}

void add_rounds(const PlacementResult& result, std::back_insert_iterator<std::string> out) {
  for (std::size_t i = 0; i < result.rounds.size(); ++i) {
    fmt::format_to(out, "round {}: predicted and simulated totals differ by {:.3g} %\n", i + 1,
                   100 * result.rounds[i].error());
  }
  if (!result.agrees()) {
    fmt::format_to(out,
                   "they still differ by more than {:g} %: the choice is the best of those "
                   "simulated, not proven best\n",
                   100 * result.tolerance);
  }
}

}  // namespace

Table placement_table(const PlacementResult& result) {
  Table table{.columns = {"stream", "layer", "temporal_sparsity", "mode", "state", "state_bytes"},
              .rows = {}};
  const std::vector<Column> columns = columns_of(result);
  for (const Column& column : columns) {
    table.columns.push_back("energy_" + column.name + "_pJ");
    table.columns.push_back("time_" + column.name + "_s");
  }
  table.columns.emplace_back("reason");
  const Layers layers(result);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const PlacementLayer& layer = layers.layer(i);
    const LayerOption& chosen = layers.option(i);
    std::vector<Json> row{layer.stream,
                          layer.name,
                          layer.temporal_sparsity,
                          to_string(chosen.mode),
                          state_word(result, chosen),
                          chosen.glb_bytes + chosen.memory_bytes};
    for (const Column& column : columns) {
      const LayerOption* option = layers.option_in(i, column.mode, column.place);
      row.push_back(option == nullptr ? Json() : Json(option->energy_pJ));
      row.push_back(option == nullptr ? Json() : Json(option->time_s));
    }
    row.emplace_back(layers.reason(i));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string placement_json(const PlacementResult& result) {
  Json json{{"schema", "deltasim.placement/1"},
            {"experiment", result.name},
            {"deltasim", result.tool_version},
            {"trace_sha256", result.trace_sha256},
            {"accelerator", result.accelerator},
            {"energy_table", result.energy_table},
            {"state_place", result.otherwise},
            {"frames", result.frames},
            {"minimised", to_string(result.goal)},
            {"threshold", result.threshold},
            {"budget", result.budget}};
  json["set_accelerator"] = Json::object();
  for (const auto& [key, value] : result.accelerator_keys) json["set_accelerator"][key] = value;
  json["room_bytes"] = {{"glb", result.problem.glb_bytes}, {"memory", result.problem.memory_bytes}};
  json["solver"] = {{"name", solver_name()},
                    {"solves", result.solves},
                    {"variables", result.variables},
                    {"rows", result.rows}};
  json["measured_placements"] = result.measured;
  json["rounds"] = Json::array();
  for (const PlacementRound& round : result.rounds) {
    json["rounds"].push_back({{"predicted", totals_json(round.predicted)},
                              {"simulated", totals_json(round.simulated)},
                              {"error", round.error()}});
  }
  json["agrees"] = result.agrees();
  json["answers"] = Json::array();
  for (const PlacementAnswer& answer : result.answers)
    json["answers"].push_back(answer_json(answer));
  json["layers"] = Json::parse(json_records(placement_table(result)));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string placement_text(const PlacementResult& result) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out,
                 "least {}, exact over measured costs of layers: {}, {} solves of {} variables "
                 "and {} rows, {:.1f} s; {} placements simulated to measure them, {:.1f} s\n\n",
                 result.goal == PlacementGoal::kEnergy ? "energy" : "energy x delay", solver_name(),
                 result.solves, result.variables, result.rows, result.solve_s, result.measured,
                 result.simulate_s);
  add_layers(result, out);
  add_answers(result, out);
  add_room(result, out);
  add_rounds(result, out);
  if (result.frames == 1) {
    text +=
        "a single frame has no delta: all of it is new, so that nothing speaks for delta layers "
        "(frames: 2 or more)\n";
  }
  return text;
}

void write_placement_files(const PlacementResult& result, const std::string& experiment,
                           const Overrides& overrides, const std::filesystem::path& folder) {
  std::string command = "deltasim run " + shell_word(experiment);
  const auto set = [&](const std::string& key, const std::string& value) {
    command += " --set " + shell_word(key + "=" + value);
  };
  set("modes", "selective");
  set("placement", (folder / "placement.yaml").string());
  for (const auto& [key, value] : overrides) set(key, value);
  for (const auto& [key, value] : result.accelerator_keys) {
    const std::pair<std::string, std::string> full("accelerator." + key, value);
    if (std::ranges::find(overrides, full) != overrides.end() || key == "clock") continue;
    set(full.first, full.second);
  }
  // It stands in a comment, which ends with its line.
  std::ranges::replace(command, '\n', ' ');
  const std::string head =
      fmt::format("# Least {} of {} on {} with {}; run it with\n#   {}\n", to_string(result.goal),
                  result.name, result.accelerator, result.energy_table, command);
  write_file_atomically(folder / "placement.yaml", head + result.fragment);
  write_file_atomically(folder / "placement.csv", csv(placement_table(result)));
  write_file_atomically(folder / "placement.json", placement_json(result));
}

}  // namespace deltasim
