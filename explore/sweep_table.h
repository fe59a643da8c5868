#pragma once
// The tables of a sweep's database: what stands in them, and whose they are.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/sweep_result.h"
#include "explore/sqlite.h"
#include "explore/sweep_spec.h"

namespace deltasim {

/// Facts of table `meta`.
using SweepFacts = std::vector<std::pair<std::string, std::string>>;

/// The fact that says how long a point may take, s; empty where it may take any time.
inline constexpr const char* kLimit = "point_timeout_s";

/// What makes a store the one of a sweep, and what its readers need.
/// @throws IoError where the base experiment cannot be read
SweepFacts facts_of(const SweepSpec& spec, std::string_view tool_version);

/// Makes the tables in a new database. @throws as SqliteDatabase
void make_sweep_tables(SqliteDatabase& database, const SweepSpec& spec, const SweepFacts& facts);

/// Table `meta`. @throws ConfigError where there is none, or it is of another version
SweepFacts read_facts(SqliteDatabase& database);

/// The value of a key; empty where there is none.
std::string fact(const SweepFacts& facts, std::string_view key);

/// Comments, the description, budgets and the time limit of a point may differ.
/// @throws ConfigError with all that differs where `there` is of another sweep than `ours`
void require_same_sweep(const std::string& file, const SweepFacts& there, const SweepFacts& ours);

std::vector<SweepAxis> sweep_axes(const SweepSpec& spec);
std::vector<SweepAxis> axes_of(const SweepFacts& facts);
std::vector<SweepObjective> objectives_of(const SweepFacts& facts);

/// "parameter NAME" and "objective NAME" of all, as SQL names.
std::vector<std::string> value_columns(const std::vector<SweepAxis>& axes);
std::vector<std::string> objective_columns(const std::vector<SweepObjective>& objectives);

/// Points by id; those of a hash where one is given.
std::vector<SweepPoint> read_points(SqliteDatabase& database, const std::vector<SweepAxis>& axes,
                                    const std::vector<SweepObjective>& objectives,
                                    const std::string& hash = {});

}  // namespace deltasim
