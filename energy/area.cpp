#include "energy/area.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "arch/resources.h"
#include "energy/on_chip_memories.h"
#include "energy/price_finder.h"
#include "energy/technology_scaling.h"

namespace deltasim {
namespace {

/// A published area of one unit, um2.
struct UnitArea {
  double um2;
  double node_nm;
  const char* source;
};

constexpr const char* kAladdin =
    "Aladdin's 40 nm tables, Accelergy-Project/accelergy-library-plug-in at ba4e9dac, "
    "library/aladdin";
constexpr UnitArea kRegisterBit{5.98, 40, kAladdin};
/// Of 32 bits: taken as linear in the width; a multiplier in the product of its operands' widths.
constexpr UnitArea kAdderBit{278.0 / 32, 40, kAladdin};
constexpr UnitArea kComparatorBit{71.0 / 32, 40, kAladdin};
constexpr UnitArea kMultiplierBitPair{6350.0 / (32 * 32), 40, kAladdin};
/// 37500 um2 is a tile's quarter of a router of 256 bits; taken as linear in the link's width.
constexpr UnitArea kRouterBit{
    4 * 37500.0 / 256, 32,
    "ISAAC's router at 32 nm, Accelergy-Project/accelergy-library-plug-in "
    "at ba4e9dac, library/isaac/isaac_router.csv"};

double number(Bits bits) { return static_cast<double>(bits.value()); }

class AreaEstimator {
 public:
  AreaEstimator(const AcceleratorSpec& spec, const SramModel& sram, const std::string& cell,
                double node_nm)
      : spec_(spec), sram_(sram), cell_(cell) {
    estimate_.node_nm = node_nm;
  }

  AreaEstimate estimate() {
    add_macs();
    for (const OnChipMemory& memory : on_chip_memories(spec_)) add_memory(memory);
    add_noc();
    add_delta_unit();
    return std::move(estimate_);
  }

 private:
  void add_units(const char* component, std::string what, const UnitArea& unit, double units) {
    const double um2 = unit.um2 * units * area_scale(unit.node_nm, estimate_.node_nm);
    estimate_.parts.push_back(
        {component, std::move(what), SquareMillimetres(1e-6 * um2), unit.source, true});
  }

  void add_macs() {
    const PeArraySpec& array = spec_.pe_array;
    const double macs = static_cast<double>(array.pes()) * array.mac_lanes;
    add_units("pe",
              fmt::format("multipliers, {} x {}, {:g} times", print(array.weight_bits),
                          print(array.activation_bits), macs),
              kMultiplierBitPair, macs * number(array.weight_bits) * number(array.activation_bits));
    add_units("pe", fmt::format("adders, {}, {:g} times", print(array.partial_sum_bits), macs),
              kAdderBit, macs * number(array.partial_sum_bits));
  }

  void add_memory(const OnChipMemory& memory) {
    const SramMemory& sizes = memory.memory;
    const bool in_pe = memory.component == Component::kRegisterFile;
    const char* component = in_pe ? "rf" : "glb";
    const std::string what = fmt::format("{} of {}, {}{}", memory.name, print(sizes.capacity),
                                         print(sizes.width), times(memory.instances));
    if (in_pe && sizes.capacity < sram_.smallest()) {
      const double bits = number(to_bits(sizes.capacity)) * memory.instances;
      return add_units(component, what + ", in registers", kRegisterBit, bits);
    }
    const double swept = sram_.nearest_node(cell_, estimate_.node_nm);
    const SramEstimate macro = sram_.at(sizes, {swept, cell_, {}}, true);
    const bool swept_ports = in_pe || spec_.glb.ports == 1;
    const double scale = area_scale(swept, estimate_.node_nm);
    estimate_.parts.push_back({component, what, macro.area * memory.instances * scale,
                               fmt::format("{} ({}{})", sram_.source(), macro.how,
                                           swept_ports ? "" : "; taken as of one port"),
                               !macro.extrapolated && swept_ports});
  }

  static std::string times(int instances) {
    return instances > 1 ? fmt::format(", {} times", instances) : "";
  }

  /// A bus is wires, which are not counted; a systolic array's neighbour links end in registers.
  void add_noc() {
    const double width = number(spec_.noc.link_width);
    const int pes = spec_.pe_array.pes();
    switch (spec_.noc.topology) {
      case NocTopology::kBus:
        return;
      case NocTopology::kMesh:
        return add_units("noc",
                         fmt::format("routers, {}{}", print(spec_.noc.link_width), times(pes)),
                         kRouterBit, width * pes);
      case NocTopology::kCrossbar:
        return add_units("noc",
                         fmt::format("crossbar as one router, {}", print(spec_.noc.link_width)),
                         kRouterBit, width);
      case NocTopology::kSystolic: {
        const PeArraySpec& array = spec_.pe_array;
        const Bits bits = array.activation_bits + array.partial_sum_bits;
        return add_units("noc", fmt::format("link registers, {}{}", print(bits), times(pes)),
                         kRegisterBit, number(bits) * pes);
      }
    }
  }

  /// The operations that an output takes, as the energy of quantization is composed (price_finder).
  void add_delta_unit() {
    const int lanes = spec_.delta_unit.lanes;
    const double state = number(spec_.state.bits);
    const double activation = number(spec_.pe_array.activation_bits);
    const double sum = std::max(number(spec_.pe_array.partial_sum_bits), state);
    add_units("delta_unit", fmt::format("adders of sum, rounding and difference{}", times(lanes)),
              kAdderBit, lanes * (sum + state + activation));
    add_units("delta_unit", fmt::format("comparators of ReLU and change{}", times(lanes)),
              kComparatorBit, lanes * (state + activation));
    const double stages = static_cast<double>(spec_.delta_unit.pipeline_depth.value());
    add_units("delta_unit", fmt::format("pipeline registers{}", times(lanes)), kRegisterBit,
              lanes * stages * state);
  }

  const AcceleratorSpec& spec_;
  const SramModel& sram_;
  const std::string& cell_;
  AreaEstimate estimate_;
};

constexpr std::array<const char*, 5> kComponentNames = {"pe", "rf", "glb", "noc", "delta_unit"};

}  // namespace

SquareMillimetres AreaEstimate::total() const {
  SquareMillimetres sum;
  for (const AreaPart& part : parts) sum += part.area;
  return sum;
}

SquareMillimetres AreaEstimate::of(std::string_view component) const {
  SquareMillimetres sum;
  for (const AreaPart& part : parts) {
    if (part.component == component) sum += part.area;
  }
  return sum;
}

double AreaEstimate::unverified_share() const {
  SquareMillimetres sum;
  for (const AreaPart& part : parts) {
    if (!part.verified) sum += part.area;
  }
  return sum / total();
}

double area_node(const EnergyTable& table) {
  if (table.scaled_to) return table.scaled_to->node_nm;
  if (table.sram) return table.sram->technology.node_nm;
  for (const EnergyEntry& entry : table.entries) {
    const bool mac = entry.component == PricedComponent::kPe && entry.action == PricedAction::kMac;
    if (mac || entry.action == PricedAction::kMultiply) return entry.node_nm;
  }
  return 0;
}

bool scales_area(double node_nm) {
  return node_nm >= scaling_nodes().back() && node_nm <= scaling_nodes().front();
}

AreaEstimate estimate_area(const AcceleratorSpec& spec, const SramModel& sram,
                           const std::string& cell, double node_nm) {
  return AreaEstimator(spec, sram, cell, node_nm).estimate();
}

AreaEstimate estimate_area(const AcceleratorSpec& spec, const EnergyTable& table) {
  const SramChoice choice = table.sram.value_or(SramChoice{.model = "cacti7", .technology = {}});
  return estimate_area(spec, read_sram_model(find_resource("sram", choice.model)),
                       choice.technology.cell, area_node(table));
}

AreaFigures area_figures(const AreaEstimate& estimate) {
  AreaFigures figures{.node_nm = estimate.node_nm,
                      .total_mm2 = estimate.total().value(),
                      .by_component = {},
                      .unverified_share = estimate.unverified_share()};
  for (const char* component : kComponentNames) {
    figures.by_component.emplace_back(component, estimate.of(component).value());
  }
  return figures;
}

std::string describe(const AreaEstimate& estimate) {
  std::string text =
      fmt::format("area at {:g} nm: {:.4g} mm2\n", estimate.node_nm, estimate.total().value());
  auto out = std::back_inserter(text);
  std::vector<std::string> sources;
  for (const AreaPart& part : estimate.parts) {
    const auto place = std::ranges::find(sources, part.source);
    const auto number = place - sources.begin() + 1;
    if (place == sources.end()) sources.push_back(part.source);
    fmt::format_to(out, "{:<11}{:<52}{:>10.4g} mm2 {:>5.1f} % [{}]{}\n", part.component, part.what,
                   part.area.value(), 100 * (part.area / estimate.total()), number,
                   part.verified ? "" : " not verified");
  }
  fmt::format_to(out,
                 "Not counted: control, clock tree, I/O, wires, what lies between macros, a state "
                 "memory of its own.\n"
                 "Scaled to one node by Stillmaker & Baas.\n");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    fmt::format_to(out, "[{}] {}\n", i + 1, sources[i]);
  }
  return text;
}

}  // namespace deltasim
