#include "report/sweep_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "arch/quantities.h"
#include "report/table.h"

namespace deltasim {
namespace {

/// How the values of a parameter become those of a column; null where a text is none of them.
struct ColumnKind {
  std::string_view suffix;
  Json (*read)(std::string_view text);
};

template <typename Number>
Json number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return nullptr;
  return value;
}

template <typename Q>
Json quantity(std::string_view text) {
  const auto read = read_quantity<Q>(text);
  if (const Q* value = std::get_if<Q>(&read)) return value->value();
  return nullptr;
}

Json text(std::string_view text) { return std::string(text); }

constexpr std::array kKinds{ColumnKind{"", number<std::int64_t>},
                            ColumnKind{"", number<double>},
                            ColumnKind{"bytes", quantity<Bytes>},
                            ColumnKind{"bits", quantity<Bits>},
                            ColumnKind{"cycles", quantity<Cycles>},
                            ColumnKind{"hz", quantity<Hertz>},
                            ColumnKind{"s", quantity<Seconds>},
                            ColumnKind{"pJ", quantity<Picojoules>},
                            ColumnKind{"W", quantity<Watts>},
                            ColumnKind{"V", quantity<Volts>},
                            ColumnKind{"", text}};

/// Of all values, not of the levels alone: what is read must not depend on which were tried.
const ColumnKind& kind_of(const SweepResult& sweep, std::size_t axis) {
  const auto reads = [&](const ColumnKind& kind, const std::string& value) {
    return !kind.read(value).is_null();
  };
  for (const ColumnKind& kind : kKinds) {
    const bool levels = std::ranges::all_of(
        sweep.axes[axis].levels, [&](const std::string& level) { return reads(kind, level); });
    const bool points = std::ranges::all_of(
        sweep.points, [&](const SweepPoint& point) { return reads(kind, point.values.at(axis)); });
    if (levels && points) return kind;
  }
  return kKinds.back();
}

std::string with_unit(const std::string& name, std::string_view unit) {
  if (unit.empty() || name == unit || name.ends_with("_" + std::string(unit))) return name;
  return fmt::format("{}_{}", name, unit);
}

/// A name that no other column has, and that needs no quotes.
std::string column_name(std::string name, std::string_view what, const Table& table) {
  std::ranges::replace_if(
      name, [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; }, '_');
  const auto taken = [&] { return std::ranges::find(table.columns, name) != table.columns.end(); };
  if (taken()) name = fmt::format("{}.{}", what, name);
  while (taken()) name += '_';
  return name;
}

}  // namespace

std::string sweep_csv(const SweepResult& sweep) {
  Table table{.columns = {"point", "status", "wall_s", "error", "hash"}, .rows = {}};
  std::vector<const ColumnKind*> kinds;
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    kinds.push_back(&kind_of(sweep, i));
    table.columns.push_back(
        column_name(with_unit(sweep.axes[i].name, kinds.back()->suffix), "parameter", table));
  }
  for (const SweepObjective& each : sweep.objectives) {
    table.columns.push_back(column_name(with_unit(each.name, each.unit), "objective", table));
  }
  for (const SweepPoint& point : sweep.points) {
    const bool known = point.status != PointStatus::kOpen;
    std::vector<Json> row{point.id, std::string(to_string(point.status)),
                          known ? Json(point.wall_s) : Json(), Json(), point.hash};
    if (!point.error.empty()) row[3] = point.error;
    for (std::size_t i = 0; i < kinds.size(); ++i) row.push_back(kinds[i]->read(point.values[i]));
    for (std::size_t i = 0; i < sweep.objectives.size(); ++i) {
      row.push_back(i < point.objectives.size() ? Json(point.objectives[i]) : Json());
    }
    table.rows.push_back(std::move(row));
  }
  return csv(table);
}

}  // namespace deltasim
