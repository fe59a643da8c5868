#include "report/design_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_map>

#include "arch/quantities.h"

namespace deltasim {
namespace {

std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

template <typename Q>
std::optional<double> quantity(std::string_view text) {
  const auto read = read_quantity<Q>(text);
  if (const Q* found = std::get_if<Q>(&read)) return static_cast<double>(found->value());
  return {};
}

/// Values of the levels, all of one kind; empty where one is none of that kind.
template <typename Reader>
std::vector<double> numbers_of(const std::vector<std::string>& levels, const Reader& read) {
  std::vector<double> numbers;
  for (const std::string& level : levels) {
    const std::optional<double> number = read(level);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

std::vector<double> numbers_of(const std::vector<std::string>& levels) {
  using Reader = std::optional<double> (*)(std::string_view);
  for (const Reader read :
       {Reader(plain_number), Reader(quantity<Bytes>), Reader(quantity<Hertz>),
        Reader(quantity<Seconds>), Reader(quantity<Bits>), Reader(quantity<Picojoules>),
        Reader(quantity<Watts>), Reader(quantity<Volts>), Reader(quantity<Cycles>)}) {
    std::vector<double> numbers = numbers_of(levels, read);
    if (!numbers.empty()) return numbers;
  }
  return {};
}

void sort_by_number(ParameterAxis& axis) {
  axis.numbers = numbers_of(axis.levels);
  const std::set<double> distinct(axis.numbers.begin(), axis.numbers.end());
  if (distinct.size() != axis.levels.size()) axis.numbers.clear();  // two names for one value
  if (!axis.ordered()) return;
  std::vector<std::size_t> order(axis.levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return axis.numbers[i]; });
  const ParameterAxis unsorted = axis;
  for (std::size_t i = 0; i < order.size(); ++i) {
    axis.levels[i] = unsorted.levels[order[i]];
    axis.numbers[i] = unsorted.numbers[order[i]];
    if (unsorted.base == order[i]) axis.base = i;
  }
}

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::vector<ParameterAxis> axes_of(const SweepResult& sweep) {
  std::vector<ParameterAxis> axes;
  for (std::size_t a = 0; a < sweep.axes.size(); ++a) {
    const SweepAxis& given = sweep.axes[a];
    ParameterAxis axis{.name = given.name,
                       .label = last_part(given.name),
                       .levels = given.levels,
                       .numbers = {},
                       .tried = {},
                       .base = given.base};
    const auto ends_alike = [&](const SweepAxis& other) {
      return &other != &given && last_part(other.name) == axis.label;
    };
    if (std::ranges::any_of(sweep.axes, ends_alike)) axis.label = given.name;
    std::set<std::string> known(given.levels.begin(), given.levels.end());
    for (const SweepPoint& point : sweep.points) {
      if (known.insert(point.values.at(a)).second) axis.levels.push_back(point.values[a]);
    }
    sort_by_number(axis);
    axes.push_back(std::move(axis));
  }
  return axes;
}

bool comparable(const SweepPoint& point, std::size_t objectives) {
  return point.objectives.size() == objectives &&
         std::ranges::all_of(point.objectives, [](double value) { return std::isfinite(value); });
}

void find_tried(DesignTable& table) {
  for (std::size_t a = 0; a < table.axes.size(); ++a) {
    std::set<std::size_t> tried;
    for (const DonePoint& point : table.done) tried.insert(point.levels[a]);
    table.axes[a].tried.assign(tried.begin(), tried.end());
  }
}

}  // namespace

DesignTable design_table(const SweepResult& sweep) {
  DesignTable table{.axes = axes_of(sweep), .levels = {}, .done = {}};
  std::vector<std::unordered_map<std::string, std::uint32_t>> level_of(table.axes.size());
  for (std::size_t a = 0; a < table.axes.size(); ++a) {
    const std::vector<std::string>& levels = table.axes[a].levels;
    for (std::size_t l = 0; l < levels.size(); ++l) {
      level_of[a].try_emplace(levels[l], static_cast<std::uint32_t>(l));
    }
  }
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const SweepPoint& point = sweep.points[i];
    std::vector<std::uint32_t>& levels = table.levels.emplace_back();
    for (std::size_t a = 0; a < table.axes.size(); ++a) {
      levels.push_back(level_of[a].at(point.values[a]));
    }
    if (point.status != PointStatus::kDone) continue;
    if (comparable(point, sweep.objectives.size())) {
      table.done.push_back({i, levels});
    } else {
      ++table.not_finite;
    }
  }
  find_tried(table);
  return table;
}

std::string design_text(const DesignTable& table, std::span<const std::uint32_t> levels) {
  std::vector<std::string> parts;
  for (std::size_t a = 0; a < table.axes.size(); ++a) {
    const ParameterAxis& axis = table.axes[a];
    if (axis.levels.size() < 2) continue;
    parts.push_back(fmt::format("{} {}", axis.label, axis.levels[levels[a]]));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace deltasim
