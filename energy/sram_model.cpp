#include "energy/sram_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "arch/errors.h"
#include "energy/sram_fit.h"
#include "energy/technology_scaling.h"

namespace deltasim {
namespace {

constexpr std::array<std::string_view, kSramQuantities> kQuantityNames = {
    "read energy", "write energy", "leakage", "area", "access time", "cycle time"};

double number(Bytes size) { return static_cast<double>(size.value()); }
double number(Bits size) { return static_cast<double>(size.value()); }

/// Where `x` lies between two sizes, 0 to 1 in log.
double position(double low, double high, double x) {
  return std::log(x / low) / std::log(high / low);
}

double between_logs(double low, double high, double t) { return low * std::pow(high / low, t); }

/// The sweeps of one node and cell, narrowest first.
class SweepGroup {
 public:
  SweepGroup(const std::vector<SramSweep>& sweeps, double node_nm, std::string_view cell) {
    for (const SramSweep& sweep : sweeps) {
      if (sweep.node_nm == node_nm && sweep.cell == cell) sweeps_.push_back(&sweep);
    }
    std::ranges::sort(sweeps_, {}, [](const SramSweep* sweep) { return sweep->width; });
  }

  const std::vector<const SramSweep*>& sweeps() const { return sweeps_; }
  const SramSweep& first() const { return *sweeps_.front(); }
  bool has_width(Bits width) const {
    return std::ranges::any_of(sweeps_, [&](const SramSweep* s) { return s->width == width; });
  }
  bool of_one_width() const { return sweeps_.size() == 1; }

  /// Whether every sweep that a figure would be taken from reaches as far.
  bool covers(double capacity, double width) const {
    const auto [below, above] = around(width);
    const auto reaches = [&](const SramSweep& sweep) {
      return capacity >= number(sweep.points.front().capacity) &&
             capacity <= number(sweep.points.back().capacity);
    };
    return number(sweeps_[below]->width) <= width && width <= number(sweeps_[above]->width) &&
           reaches(*sweeps_[below]) && reaches(*sweeps_[above]);
  }

  double figure(const SramFit& fit, double capacity, double width) const {
    const auto [below, above] = around(width);
    const double low = along_capacity(*sweeps_[below], fit, capacity);
    const double low_width = number(sweeps_[below]->width);
    if (below == above) return low * std::pow(width / low_width, fit.width_exponent.value_or(0));
    return between_logs(low, along_capacity(*sweeps_[above], fit, capacity),
                        position(low_width, number(sweeps_[above]->width), width));
  }

  bool is_point(double capacity, Bits width) const {
    return std::ranges::any_of(sweeps_, [&](const SramSweep* sweep) {
      return sweep->width == width && std::ranges::any_of(sweep->points, [&](const SramPoint& p) {
               return number(p.capacity) == capacity;
             });
    });
  }

 private:
  /// The sweeps at both sides of a width; the same one twice at its width and beyond the outermost.
  std::pair<std::size_t, std::size_t> around(double width) const {
    const auto above = std::ranges::lower_bound(
        sweeps_, width, {}, [](const SramSweep* sweep) { return number(sweep->width); });
    if (above == sweeps_.end()) return {sweeps_.size() - 1, sweeps_.size() - 1};
    const auto i = static_cast<std::size_t>(above - sweeps_.begin());
    return number((*above)->width) == width || i == 0 ? std::pair(i, i) : std::pair(i - 1, i);
  }

  static double along_capacity(const SramSweep& sweep, const SramFit& fit, double capacity) {
    const auto q = static_cast<std::size_t>(fit.quantity);
    const auto& points = sweep.points;
    const auto beyond = [&](const SramPoint& edge) {
      return edge.figures[q] * std::pow(capacity / number(edge.capacity), fit.capacity_exponent);
    };
    const auto above = std::ranges::lower_bound(
        points, capacity, {}, [](const SramPoint& point) { return number(point.capacity); });
    if (above == points.end()) return beyond(points.back());
    if (number(above->capacity) == capacity) return above->figures[q];
    if (above == points.begin()) return beyond(points.front());
    const SramPoint& below = *std::prev(above);
    return between_logs(below.figures[q], above->figures[q],
                        position(number(below.capacity), number(above->capacity), capacity));
  }

  std::vector<const SramSweep*> sweeps_;
};

/// The swept node of that cell nearest to `node_nm` in log, of several widths where asked for.
std::optional<SweepGroup> nearest_group(const std::vector<SramSweep>& sweeps, std::string_view cell,
                                        double node_nm, bool several_widths) {
  std::optional<SweepGroup> nearest;
  double distance = 0;
  for (const SramSweep& sweep : sweeps) {
    if (sweep.cell != cell) continue;
    const SweepGroup group(sweeps, sweep.node_nm, cell);
    if (several_widths && group.of_one_width()) continue;
    const double d = std::abs(std::log(sweep.node_nm / node_nm));
    if (!nearest || d < distance) nearest = group, distance = d;
  }
  return nearest;
}

/// From where the figures of a memory are taken.
struct Basis {
  SweepGroup group;
  std::optional<SweepGroup> width_group;  ///< where the effect of the width comes from elsewhere
  double capacity = 0;                    ///< of one bank, bytes
  double width = 0;

  const SweepGroup& widths() const { return width_group ? *width_group : group; }
  bool covered() const {
    return widths().covers(capacity, width) &&
           (!width_group || group.covers(capacity, number(group.first().width)));
  }
};

std::optional<Basis> basis_of(const std::vector<SramSweep>& sweeps, const SramMemory& memory,
                              const SramTechnology& technology) {
  auto group = nearest_group(sweeps, technology.cell, technology.node_nm, false);
  if (!group) return std::nullopt;
  Basis basis{*group, std::nullopt, number(memory.capacity) / memory.banks, number(memory.width)};
  if (group->of_one_width() && !group->has_width(memory.width)) {
    basis.width_group = nearest_group(sweeps, technology.cell, group->first().node_nm, true);
  }
  return basis;
}

const SramFit& fit_of(const std::vector<SramFit>& fits, const SweepGroup& group,
                      SramQuantity quantity) {
  return *std::ranges::find_if(fits, [&](const SramFit& fit) {
    return fit.node_nm == group.first().node_nm && fit.cell == group.first().cell &&
           fit.quantity == quantity;
  });
}

/// At the swept node, of one bank.
double figure_of(const Basis& basis, const std::vector<SramFit>& fits, SramQuantity quantity) {
  const SramFit& fit = fit_of(fits, basis.group, quantity);
  if (!basis.width_group) return basis.group.figure(fit, basis.capacity, basis.width);
  const double swept_width = number(basis.group.first().width);
  const SramFit& other = fit_of(fits, *basis.width_group, quantity);
  return basis.group.figure(fit, basis.capacity, swept_width) *
         basis.width_group->figure(other, basis.capacity, basis.width) /
         basis.width_group->figure(other, basis.capacity, swept_width);
}

std::string range_text(const Basis& basis) {
  Bytes least = basis.group.first().points.front().capacity;
  Bytes most = basis.group.first().points.back().capacity;
  for (const SramSweep* sweep : basis.widths().sweeps()) {
    least = std::max(least, sweep->points.front().capacity);
    most = std::min(most, sweep->points.back().capacity);
  }
  const auto& widths = basis.widths().sweeps();
  return fmt::format("{} to {} a bank and {} to {}, which were swept", print(least), print(most),
                     print(widths.front()->width), print(widths.back()->width));
}

TechnologyPoint swept_technology(const Basis& basis) {
  return {basis.group.first().node_nm, basis.group.first().voltage};
}

/// What is wrong with node and voltage.
std::string technology_expectation(const Basis& basis, const SramTechnology& technology) {
  const TechnologyPoint swept = swept_technology(basis);
  const bool same_node = swept.node_nm == technology.node_nm;
  if (!technology.voltage && !same_node) {
    return fmt::format(
        "a voltage beside {:g} nm, which is no swept node and would be scaled from "
        "{:g} nm",
        technology.node_nm, swept.node_nm);
  }
  if (!technology.voltage || (same_node && *technology.voltage == swept.voltage)) return "";
  return scaling_expectation({technology.node_nm, *technology.voltage});
}

std::string how_text(const Basis& basis, Bits width, bool extrapolated) {
  const SramSweep& first = basis.group.first();
  std::string how = fmt::format("{:g} nm {}, ", first.node_nm, first.cell);
  if (basis.group.is_point(basis.capacity, width)) return how + "a swept point";
  how += extrapolated ? "extrapolated beyond the sweep by its power law"
                      : "interpolated in log-log between swept points";
  if (basis.width_group) {
    how += fmt::format("; effect of the width from {:g} nm", basis.width_group->first().node_nm);
  }
  return how;
}

}  // namespace

std::string_view to_string(SramQuantity quantity) {
  return kQuantityNames.at(static_cast<std::size_t>(quantity));
}

SramModel::SramModel(std::string name, std::string description, std::string source,
                     std::vector<SramSweep> sweeps)
    : name_(std::move(name)),
      description_(std::move(description)),
      source_(std::move(source)),
      sweeps_(std::move(sweeps)) {
  DELTASIM_INVARIANT(!sweeps_.empty(), "a model has a sweep");
  for (const SramSweep& sweep : sweeps_) {
    const SweepGroup group(sweeps_, sweep.node_nm, sweep.cell);
    const bool done = std::ranges::any_of(fits_, [&](const SramFit& fit) {
      return fit.node_nm == sweep.node_nm && fit.cell == sweep.cell;
    });
    if (!done) std::ranges::move(fit_sweeps(group.sweeps()), std::back_inserter(fits_));
  }
}

Bytes SramModel::smallest() const {
  Bytes least = sweeps_.front().points.front().capacity;
  for (const SramSweep& sweep : sweeps_) least = std::min(least, sweep.points.front().capacity);
  return least;
}

double SramModel::nearest_node(const std::string& cell, double node_nm) const {
  const auto group = nearest_group(sweeps_, cell, node_nm, false);
  if (group) return group->first().node_nm;
  throw ConfigError(Fault{.key_path = "sram.cell",
                          .found = cell,
                          .expected = fmt::format("one of {}", fmt::join(cells(), ", ")),
                          .nearest = nearest_name(cell, cells())});
}

std::vector<std::string> SramModel::cells() const {
  std::vector<std::string> cells;
  for (const SramSweep& sweep : sweeps_) {
    if (std::ranges::find(cells, sweep.cell) == cells.end()) cells.push_back(sweep.cell);
  }
  return cells;
}

std::string SramModel::expectation(const SramMemory& memory, const SramTechnology& technology,
                                   bool extrapolation) const {
  if (memory.capacity < Bytes(1) || memory.width < Bits(1) || memory.banks < 1) {
    return "a capacity, a width and a number of banks above zero";
  }
  if (!(technology.node_nm > 0)) return "a node above 0 nm";
  const auto basis = basis_of(sweeps_, memory, technology);
  if (!basis) return fmt::format("one of the swept cells: {}", fmt::join(cells(), ", "));
  std::string expected = technology_expectation(*basis, technology);
  if (!expected.empty() || basis->covered()) return expected;
  if (!extrapolation) return range_text(*basis) + "; \"extrapolation: true\" goes beyond";
  return "";
}

SramEstimate SramModel::at(const SramMemory& memory, const SramTechnology& technology,
                           bool extrapolation) const {
  const std::string expected = expectation(memory, technology, extrapolation);
  if (!expected.empty()) {
    throw ConfigError(Fault{
        .key_path = "sram",
        .found =
            fmt::format("{} in {} banks of {}, {:g} nm {}", print(memory.capacity), memory.banks,
                        print(memory.width), technology.node_nm, technology.cell),
        .expected = expected});
  }
  const Basis basis = *basis_of(sweeps_, memory, technology);
  SramEstimate estimate;
  estimate.extrapolated = !basis.covered();
  estimate.how = how_text(basis, memory.width, estimate.extrapolated);
  const TechnologyPoint swept = swept_technology(basis);
  const TechnologyPoint wanted{technology.node_nm, technology.voltage.value_or(swept.voltage)};
  estimate.voltage = wanted.voltage;
  double energy = 1, area = 1;
  if (wanted.node_nm != swept.node_nm || wanted.voltage != swept.voltage) {
    energy = energy_scale(swept, wanted);
    area = area_scale(swept.node_nm, wanted.node_nm);
    estimate.scaled = true;
    estimate.how += fmt::format("; {}, leakage and times are not", scaling_note(swept, wanted));
  }
  const auto figure = [&](SramQuantity quantity) { return figure_of(basis, fits_, quantity); };
  using enum SramQuantity;
  estimate.read = Picojoules(figure(kReadEnergy) * energy);
  estimate.write = Picojoules(figure(kWriteEnergy) * energy);
  estimate.leakage = Watts(figure(kLeakage) * memory.banks);
  estimate.area = SquareMillimetres(figure(kArea) * memory.banks * area);
  estimate.access_time = Seconds(figure(kAccessTime));
  estimate.cycle_time = Seconds(figure(kCycleTime));
  return estimate;
}

std::string describe(const SramModel& model) {
  std::string text = fmt::format("{}: {}\n\n", model.name(), model.description());
  auto out = std::back_inserter(text);
  for (const SramSweep& sweep : model.sweeps()) {
    fmt::format_to(out, "{:g} nm {:<10} {:>5}, {:>7}, {} to {}, {} points\n", sweep.node_nm,
                   sweep.cell, print(sweep.voltage), print(sweep.width),
                   print(sweep.points.front().capacity), print(sweep.points.back().capacity),
                   sweep.points.size());
  }
  fmt::format_to(out,
                 "\nFigure = k capacity^a width^b, least squares of the logarithms:\n{:<18}{:<14}"
                 "{:>7}{:>8}{:>8}{:>9}{:>9}{:>14}\n",
                 "node, cell", "figure", "points", "a", "b", "rms", "worst", "left out");
  for (const SramFit& fit : model.fits()) {
    const std::string width = fit.width_exponent ? fmt::format("{:.3f}", *fit.width_exponent) : "-";
    fmt::format_to(out, "{:<18}{:<14}{:>7}{:>8.3f}{:>8}{:>7.1f} %{:>7.1f} %{:>6.1f} /{:>5.1f} %\n",
                   fmt::format("{:g} nm {}", fit.node_nm, fit.cell), to_string(fit.quantity),
                   fit.points, fit.capacity_exponent, width, 100 * fit.rms, 100 * fit.worst,
                   100 * fit.left_out_rms, 100 * fit.left_out_worst);
  }
  fmt::format_to(
      out,
      "\nAt a swept point the figures are the point's own; between swept points they are\n"
      "interpolated in log-log. \"left out\" (rms / worst) is how far the neighbours of a\n"
      "swept point are off it when it is left out. The power law serves beyond the sweep,\n"
      "where a table asks for extrapolation.\n\nSource: {}\n",
      model.source());
  return text;
}

}  // namespace deltasim
