#include "explore/level_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explore/config_value.h"

namespace deltasim {
namespace {

/// The two ends, in the unit of the first one.
struct Ends {
  double from = 0, to = 0;
  std::string unit;
  double si_per_unit = 1;
  bool whole = false;
  std::string kind;

  double in_unit(const WrittenNumber& number) const { return number.si / si_per_unit; }
};

std::optional<WrittenNumber> read_end(const ConfigNode& node, std::string_view key) {
  const std::string text = node.required<std::string>(key);
  if (!node.has(key) || !node.any(key).is(ConfigTree::Kind::kScalar)) return std::nullopt;
  std::optional<WrittenNumber> number = written_number(text);
  if (!number) node.reject(key, "a number, with its unit where the key has one");
  return number;
}

/// How much SI one unit is, from whichever number is not zero.
double si_per_unit(const WrittenNumber& number) {
  for (const UnitFactor& unit : unit_factors()) {
    if (unit.symbol == number.unit) return unit.factor;
  }
  return number.number != 0 ? number.si / number.number : 1;
}

std::optional<Ends> read_ends(const ConfigNode& node) {
  const auto from = read_end(node, "from");
  const auto to = read_end(node, "to");
  if (!from || !to) return std::nullopt;
  if (from->kind != to->kind) {
    node.reject("to", from->kind.empty() ? "a number without a unit, as `from`"
                                         : fmt::format("{}, as `from`", from->kind));
    return std::nullopt;
  }
  Ends ends;
  ends.unit = from->unit;
  ends.kind = from->kind;
  ends.si_per_unit = si_per_unit(*from);
  ends.from = from->number;
  ends.to = ends.in_unit(*to);
  ends.whole = from->whole && to->whole;
  if (ends.from > ends.to) {
    node.reject("to", fmt::format("at least `from`, which is {} {}", ends.from, ends.unit));
    return std::nullopt;
  }
  return ends;
}

/// Nine digits: what the last bits of a logarithm are differs between mathematics libraries.
std::string printed(double value, const Ends& ends) {
  const std::string text = fmt::format("{:.9g}", value);
  if (ends.unit.empty()) return ends.whole ? fmt::format("{:.0f}", value) : text;
  if (!ends.whole) return fmt::format("{} {}", text, ends.unit);
  const double base = std::round(value * ends.si_per_unit);  // bytes, bits, cycles
  for (const char* unit : {"B", "bit", "cycles"}) {
    const std::string exact = fmt::format("{:.0f} {}", base, unit);
    const auto number = written_number(exact);
    if (number && number->kind == ends.kind) return canonical_scalar(exact);
  }
  return fmt::format("{} {}", text, ends.unit);
}

std::vector<double> powers_of_two(const Ends& ends) {
  std::vector<double> values;
  if (ends.from <= 0) return values;
  double power = std::exp2(std::ceil(std::log2(ends.from)));
  if (power / 2 >= ends.from) power /= 2;
  for (; power <= ends.to; power *= 2) {
    if (!ends.whole || power * ends.si_per_unit >= 1) values.push_back(power);
  }
  return values;
}

std::vector<double> spread(const Ends& ends, std::int64_t points, bool logarithmic) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < points; ++i) {
    const double part = points == 1 ? 0 : static_cast<double>(i) / static_cast<double>(points - 1);
    values.push_back(logarithmic ? ends.from * std::pow(ends.to / ends.from, part)
                                 : ends.from + (ends.to - ends.from) * part);
  }
  return values;
}

std::vector<double> by_steps(const ConfigNode& node, const Ends& ends) {
  const auto step = read_end(node, "step");
  if (!step) return {};
  if (step->kind != ends.kind || !(step->si > 0)) {
    node.reject("step", ends.kind.empty() ? "a number above 0, without a unit as `from`"
                                          : fmt::format("{} above 0, as `from`", ends.kind));
    return {};
  }
  if (ends.whole && !step->whole) {
    node.reject("step", "a whole number, as `from` and `to` are");
    return {};
  }
  const double width = ends.in_unit(*step);
  const double count = std::floor((ends.to - ends.from) / width * (1 + 1e-12) + 1e-9) + 1;
  if (!(count <= static_cast<double>(kMostLevels))) {
    node.reject("step", fmt::format("a step that gives at most {} values", kMostLevels));
    return {};
  }
  std::vector<double> values;
  for (int i = 0; i < static_cast<int>(count); ++i) values.push_back(ends.from + i * width);
  return values;
}

std::vector<double> by_points(const ConfigNode& node, const Ends& ends, bool logarithmic) {
  if (logarithmic && !(ends.from > 0)) {
    node.reject("from", "a number above 0, for the scale is logarithmic");
    return {};
  }
  const auto points = node.required<std::int64_t>(
      "points", between<std::int64_t>(ends.from < ends.to ? 2 : 1, kMostLevels));
  return spread(ends, points, logarithmic);
}

std::vector<double> range_values(const ConfigNode& node, const std::string& scale,
                                 const Ends& ends) {
  if (scale == "power_of_two") {
    if (node.has("points") || node.has("step")) {
      node.reject(node.has("points") ? "points" : "step",
                  "no such key: which powers of two lie between is given by `from` and `to`");
    }
    std::vector<double> values = powers_of_two(ends);
    if (values.empty()) node.reject("to", "a range that a power of two lies in");
    return values;
  }
  if (scale == "log") {
    if (node.has("step")) node.reject("step", "no such key: a log scale has `points`");
    return by_points(node, ends, true);
  }
  if (node.has("step") && node.has("points")) {
    node.reject("step", "`points` or `step`, not both");
    return {};
  }
  return node.has("step") ? by_steps(node, ends) : by_points(node, ends, false);
}

}  // namespace

std::vector<std::string> read_range(const ConfigNode& node) {
  const std::string scale =
      node.has("scale") ? node.one_of("scale", {"linear", "log", "power_of_two"}) : "linear";
  for (const char* key : {"from", "to", "points", "step"}) {
    if (node.has(key)) node.any(key);  // known, also where another fault keeps it from being read
  }
  const auto ends = read_ends(node);
  if (!ends || scale.empty()) return {};
  std::vector<std::string> texts;
  for (const double value : range_values(node, scale, *ends)) {
    texts.push_back(printed(value, *ends));
  }
  std::vector<std::string> different = texts;
  different.erase(std::unique(different.begin(), different.end()), different.end());
  if (different.size() != texts.size()) {
    node.reject("points", fmt::format("at most {}: only so many differ as whole numbers (1.0 "
                                      "instead of 1 stands for one that need not be whole)",
                                      different.size()));
  }
  return different;
}

}  // namespace deltasim
