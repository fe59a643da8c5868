#include "explore/sweep_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "arch/config_tree.h"
#include "arch/errors.h"
#include "arch/sha256.h"
#include "explore/base_levels.h"
#include "explore/sweep_store.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTimeout = "point_timeout";

std::string printed(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Somebody may have edited the database; what is not as it was written is no sweep's.
Json parsed(const SweepFacts& facts, std::string_view key) {
  const Json json = Json::parse(fact(facts, key), nullptr, false);
  if (!json.is_array()) {
    throw ConfigError(kStoreFile, fmt::format("the sweep's {} cannot be read", key));
  }
  return json;
}

std::string axes_json(const SweepSpec& spec) {
  Json axes = Json::array();
  for (const SweepAxis& axis : sweep_axes(spec)) {
    Json json{{"name", axis.name}, {"levels", axis.levels}};
    if (!axis.classes.empty()) json["classes"] = axis.classes;
    axes.push_back(std::move(json));
  }
  return printed(axes);
}

/// Not compared when a sweep goes on: where a file of the base has changed, its points say so.
std::string base_levels_json(const SweepSpec& spec) {
  Json levels = Json::array();
  try {
    for (const auto& level : base_levels(spec)) levels.push_back(level ? Json(*level) : Json());
  } catch (const ConfigError&) {
    // Points of a base that is wrong fail, each with the message.
  }
  return printed(levels);
}

std::string objectives_json(const SweepSpec& spec) {
  Json objectives = Json::array();
  for (const SweepObjective& objective : spec.objectives) {
    objectives.push_back({{"name", objective.name},
                          {"expression", objective.expression},
                          {"minimised", objective.minimised},
                          {"unit", objective.unit}});
  }
  return printed(objectives);
}

std::string sets_text(const Overrides& sets) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : sets) lines.push_back(key + "=" + value);
  return fmt::format("{}", fmt::join(lines, ", "));
}

/// "line 5 was 'a', and is 'b'"
/// The same text for trees that say the same.
void write_tree(const ConfigTree& tree, std::string& text) {
  text += fmt::format("{}{}", static_cast<int>(tree.kind), deltasim::quoted(tree.scalar));
  for (const ConfigTree& item : tree.items) write_tree(item, text += " [");
  for (const ConfigEntry& entry : tree.entries) {
    text += fmt::format(" {}: ", deltasim::quoted(entry.key));
    write_tree(entry.value, text);
  }
  text += ';';
}

/// What a sweep file says of its points: without comments, and without what may change while a
/// sweep is under way.
std::string about_points(const std::string& sweep_file) {
  std::vector<Fault> faults;
  ConfigTree tree = parse_config_tree(sweep_file, kStoreFile, faults);
  std::erase_if(tree.entries, [](const ConfigEntry& entry) {
    return entry.key == "description" || entry.key == "budget" || entry.key == kTimeout;
  });
  std::string text;
  write_tree(tree, text);
  return text;
}

std::string first_difference(const std::string& before, const std::string& now) {
  std::istringstream old_lines(before), new_lines(now);
  for (int line = 1;; ++line) {
    std::string old_line, new_line;
    const bool had = static_cast<bool>(std::getline(old_lines, old_line));
    const bool has = static_cast<bool>(std::getline(new_lines, new_line));
    if (!had && !has) return "its ends of lines differ";
    if (had != has || old_line != new_line) {
      return fmt::format("line {} was {}, and is {}", line,
                         had ? deltasim::quoted(old_line) : "not there",
                         has ? deltasim::quoted(new_line) : "not there");
    }
  }
}

PointStatus status_of(const std::string& name) {
  for (const PointStatus status :
       {PointStatus::kOpen, PointStatus::kDone, PointStatus::kFailed, PointStatus::kTimedOut}) {
    if (to_string(status) == name) return status;
  }
  throw InternalError("a point has the unknown status '" + name + "'");
}

std::string columns_sql(const SweepSpec& spec) {
  std::string sql;
  for (const std::string& column : value_columns(sweep_axes(spec))) {
    sql += fmt::format(", {} TEXT NOT NULL", column);
  }
  for (const std::string& column : objective_columns(spec.objectives)) {
    sql += fmt::format(", {} REAL", column);
  }
  return sql;
}

}  // namespace

std::vector<SweepAxis> sweep_axes(const SweepSpec& spec) {
  std::vector<SweepAxis> axes;
  for (const SweepParameter& parameter : spec.parameters) {
    SweepAxis& axis = axes.emplace_back(SweepAxis{.name = parameter.name, .levels = {}});
    for (const Level& level : parameter.levels) {
      axis.levels.push_back(level.label);
      if (parameter.clips) axis.classes.push_back(level.group);
    }
  }
  return axes;
}

SweepFacts facts_of(const SweepSpec& spec, std::string_view tool_version) {
  return {{"schema", std::to_string(SweepStore::kSchema)},
          {"deltasim", std::string(tool_version)},
          {"name", spec.name},
          {"description", spec.description},
          {"sweep", spec.text},
          {kLimit, spec.point_timeout_s ? fmt::format("{}", *spec.point_timeout_s) : ""},
          {"set", sets_text(spec.sets)},
          {"base", spec.experiment.string()},
          {"base_sha256", sha256_of_file(spec.experiment)},
          {"parameters", axes_json(spec)},
          {"base_levels", base_levels_json(spec)},
          {"objectives", objectives_json(spec)}};
}

void make_sweep_tables(SqliteDatabase& database, const SweepSpec& spec, const SweepFacts& facts) {
  database.run("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
  database.run(fmt::format(
      "CREATE TABLE points (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, status "
      "TEXT NOT NULL{}, error TEXT NOT NULL DEFAULT '', wall_s REAL NOT NULL DEFAULT 0, "
      "finished_s REAL, details TEXT)",
      columns_sql(spec)));
  SqliteStatement insert = database.prepare("INSERT INTO meta VALUES (?, ?)");
  for (const auto& [key, value] : facts) {
    insert.bind(0, key);
    insert.bind(1, value);
    insert.run();
  }
}

SweepFacts read_facts(SqliteDatabase& database) {
  if (!database.has_table("meta")) {
    throw ConfigError(database.file(), "is a database, but not of a sweep");
  }
  SweepFacts facts;
  SqliteStatement select = database.prepare("SELECT key, value FROM meta ORDER BY rowid");
  while (select.step()) facts.emplace_back(select.text(0), select.text(1));
  const std::string schema = fact(facts, "schema");
  if (schema != std::to_string(SweepStore::kSchema)) {
    throw ConfigError(
        Fault{.file = database.file(),
              .key_path = "meta.schema",
              .found = fmt::format("version {} (of deltasim {})", schema, fact(facts, "deltasim")),
              .expected = fmt::format("version {}", SweepStore::kSchema)});
  }
  return facts;
}

std::string fact(const SweepFacts& facts, std::string_view key) {
  const auto found = std::ranges::find(facts, key, &SweepFacts::value_type::first);
  return found == facts.end() ? std::string() : found->second;
}

void require_same_sweep(const std::string& file, const SweepFacts& there, const SweepFacts& ours) {
  std::vector<Fault> faults;
  const auto compare = [&](const char* key, const std::string& expected) {
    if (fact(there, key) == fact(ours, key)) return;
    faults.push_back({.file = file, .key_path = "another sweep", .found = expected});
  };
  compare("deltasim", fmt::format("it was begun by deltasim {}, and this is {}: points of two "
                                  "versions do not compare",
                                  fact(there, "deltasim"), fact(ours, "deltasim")));
  if (about_points(fact(there, "sweep")) != about_points(fact(ours, "sweep"))) {
    compare("sweep", fmt::format("its sweep file has changed: {}; what was simulated is used again "
                                 "where this database is removed, and not where --out is another "
                                 "folder",
                                 first_difference(fact(there, "sweep"), fact(ours, "sweep"))));
  }
  compare("base_sha256", fmt::format("its base experiment has changed: it was {}, and is {}",
                                     fact(there, "base"), fact(ours, "base")));
  compare("set",
          fmt::format("the keys of all points were {}, and are {}",
                      deltasim::quoted(fact(there, "set")), deltasim::quoted(fact(ours, "set"))));
  if (!faults.empty()) throw ConfigError(std::move(faults));
  // Text and base are the same, and what they say is not: a file beside them.
  compare("parameters", "the levels of its parameters have changed");
  compare("objectives", "its objectives have changed");
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

std::vector<SweepAxis> axes_of(const SweepFacts& facts) {
  std::vector<SweepAxis> axes;
  for (const Json& json : parsed(facts, "parameters")) {
    SweepAxis& axis = axes.emplace_back();
    axis.name = json.at("name");
    axis.levels = json.at("levels");
    if (json.contains("classes")) axis.classes = json.at("classes");
  }
  if (fact(facts, "base_levels").empty()) return axes;
  const Json base = parsed(facts, "base_levels");
  for (std::size_t i = 0; i < axes.size() && i < base.size(); ++i) {
    if (base[i].is_number_unsigned()) axes[i].base = base[i].get<std::size_t>();
  }
  return axes;
}

std::vector<SweepObjective> objectives_of(const SweepFacts& facts) {
  std::vector<SweepObjective> objectives;
  for (const Json& objective : parsed(facts, "objectives")) {
    objectives.push_back({.name = objective.at("name"),
                          .expression = objective.at("expression"),
                          .minimised = objective.at("minimised"),
                          .unit = objective.at("unit")});
  }
  return objectives;
}

std::vector<std::string> value_columns(const std::vector<SweepAxis>& axes) {
  std::vector<std::string> columns;
  for (const SweepAxis& axis : axes) columns.push_back(sql_name("parameter " + axis.name));
  return columns;
}

std::vector<std::string> objective_columns(const std::vector<SweepObjective>& objectives) {
  std::vector<std::string> columns;
  for (const SweepObjective& each : objectives) {
    columns.push_back(sql_name("objective " + each.name));
  }
  return columns;
}

std::vector<SweepPoint> read_points(SqliteDatabase& database, const std::vector<SweepAxis>& axes,
                                    const std::vector<SweepObjective>& objectives,
                                    const std::string& hash) {
  std::vector<std::string> columns{"id", "hash", "status", "error", "wall_s", "details"};
  std::ranges::copy(value_columns(axes), std::back_inserter(columns));
  std::ranges::copy(objective_columns(objectives), std::back_inserter(columns));
  SqliteStatement select =
      database.prepare(fmt::format("SELECT {} FROM points {} ORDER BY id", fmt::join(columns, ", "),
                                   hash.empty() ? "" : "WHERE hash = ?"));
  if (!hash.empty()) select.bind(0, hash);
  std::vector<SweepPoint> points;
  while (select.step()) {
    SweepPoint& point = points.emplace_back();
    point.id = select.integer(0);
    point.hash = select.text(1);
    point.status = status_of(select.text(2));
    point.error = select.text(3);
    point.wall_s = select.real(4);
    point.details = select.text(5);
    int column = 6;
    for (std::size_t i = 0; i < axes.size(); ++i) point.values.push_back(select.text(column++));
    if (point.status != PointStatus::kDone) continue;
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      point.objectives.push_back(select.is_null(column) ? std::nan("") : select.real(column));
      ++column;
    }
  }
  return points;
}

}  // namespace deltasim
