#include <fmt/format.h>

#include <utility>

#include "arch/config_reader.h"
#include "arch/config_text.h"
#include "arch/parse_cache.h"
#include "energy/feature_size.h"
#include "energy/sram_model.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostSweeps = 1000;
constexpr std::size_t kMostPoints = 1000;

/// What is zero or less has no logarithm.
template <typename Q>
double read_figure(const ConfigNode& node) {
  return node.as<Q>(at_least(Q(1e-15))).value();
}

SramPoint read_point(const ConfigNode& node) {
  const std::vector<ConfigNode> row = node.items();
  if (row.size() != 1 + kSramQuantities) {
    node.reject_this("[capacity, read, write, leakage, area, access time, cycle time]");
    return {};
  }
  SramPoint point;
  point.capacity = row[0].as<Bytes>(at_least(Bytes(1)));
  point.figures = {read_figure<Picojoules>(row[1]), read_figure<Picojoules>(row[2]),
                   read_figure<Watts>(row[3]),      read_figure<SquareMillimetres>(row[4]),
                   read_figure<Seconds>(row[5]),    read_figure<Seconds>(row[6])};
  return point;
}

SramSweep read_sweep(const ConfigNode& node) {
  SramSweep sweep;
  sweep.node_nm = read_feature_size(node, "node");
  sweep.cell = node.required<std::string>("cell");
  if (sweep.cell.empty()) node.reject("cell", "a name such as itrs-lstp");
  sweep.voltage = node.required<Volts>("voltage", between(Volts(0.1), Volts(10)));
  sweep.width = node.required<Bits>("width", between(Bits(1), Bits(65536)));
  const std::vector<ConfigNode> rows = node.list("points");
  if (rows.empty() || rows.size() > kMostPoints) {
    node.reject("points", fmt::format("1 to {} rows", kMostPoints));
    return sweep;
  }
  for (const ConfigNode& row : rows) {
    sweep.points.push_back(read_point(row));
    const std::size_t n = sweep.points.size();
    if (n < 2 || row.items().size() != 1 + kSramQuantities) continue;
    if (sweep.points[n - 1].capacity > sweep.points[n - 2].capacity) continue;
    row.items().front().reject_this(
        fmt::format("more than the {} before it", print(sweep.points[n - 2].capacity)));
  }
  return sweep;
}

void check_neighbours(const ConfigNode& node, const SramSweep& sweep,
                      const std::vector<SramSweep>& before) {
  for (const SramSweep& other : before) {
    if (other.node_nm != sweep.node_nm || other.cell != sweep.cell) continue;
    if (other.width == sweep.width) node.reject("width", "a width that was not swept before");
    if (other.voltage != sweep.voltage) {
      node.reject("voltage", fmt::format("{}, as in the other sweeps of this node and cell",
                                         print(other.voltage)));
    }
  }
}

SramModel read_checked(ConfigDocument document) {
  const ConfigNode root = document.root();
  const auto name = root.required<std::string>("name");
  const auto description = root.optional<std::string>("description", "");
  const auto source = root.required<std::string>("source");
  const std::vector<ConfigNode> nodes = root.list("sweeps");
  std::vector<SramSweep> sweeps;
  if (nodes.empty() || nodes.size() > kMostSweeps) {
    root.reject("sweeps", fmt::format("1 to {} sweeps", kMostSweeps));
  } else {
    for (const ConfigNode& node : nodes) {
      SramSweep sweep = read_sweep(node);
      check_neighbours(node, sweep, sweeps);
      sweeps.push_back(std::move(sweep));
    }
  }
  document.finish();
  return SramModel(name, description, source, std::move(sweeps));
}

}  // namespace

/// Fitting it takes longer than all that a table is asked for.
SramModel read_sram_model(const std::filesystem::path& file) {
  static ParseCache<SramModel> models(2);
  return models.get(file.string(), read_config_text(file),
                    [&] { return read_checked(ConfigDocument::load(file)); });
}

SramModel parse_sram_model(std::string_view text, const std::string& file) {
  return read_checked(ConfigDocument::parse(text, file));
}

}  // namespace deltasim
