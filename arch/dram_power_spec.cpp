#include "arch/dram_power_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace deltasim::dram {
namespace {

constexpr std::array<std::string_view, kCurrents> kCurrentNames{
    "IDD0", "IDD2N", "IDD2P", "IDD3N", "IDD3P", "IDD4R", "IDD4W", "IDD5B", "IDD5PB", "IDD6"};
constexpr std::string_view kNotStated = "not stated";
constexpr Amperes kMostCurrent(100);

std::optional<Amperes> read_current(const ConfigNode& rail, std::string_view name) {
  const bool scalar = rail.has(name) && rail.any(name).is(ConfigTree::Kind::kScalar);
  if (scalar && rail.required<std::string>(name) == kNotStated) return std::nullopt;
  return rail.required<Amperes>(name, between(Amperes(0), kMostCurrent));
}

/// IDD0 is measured over whole row cycles, so standby is in it.
void check_idd0(const ConfigNode& node, const Rail& rail, const PowerTimings& timings) {
  const auto idd0 = rail.at(Current::kIdd0);
  const auto idd2n = rail.at(Current::kIdd2n);
  const auto idd3n = rail.at(Current::kIdd3n);
  if (!idd0 || !idd2n || !idd3n || timings.activate + timings.precharge == 0) return;
  const Amperes standby = (*idd3n * timings.activate + *idd2n * timings.precharge) /
                          (timings.activate + timings.precharge);
  if (*idd0 >= standby * (1 - 1e-9)) return;  // the weighted mean is rounded
  node.reject("IDD0", fmt::format("at least {}, the standby currents weighted by tRAS and tRP",
                                  print(standby)));
}

/// What an operation draws is what it adds to the standby current it goes on from.
void check_above_standby(const ConfigNode& node, const Rail& rail) {
  const auto idd3n = rail.at(Current::kIdd3n);
  for (const Current current : {Current::kIdd4r, Current::kIdd4w, Current::kIdd5b}) {
    const auto value = rail.at(current);
    if (!value || !idd3n || *value >= *idd3n) continue;
    node.reject(to_string(current), fmt::format("at least IDD3N, {}", print(*idd3n)));
  }
}

/// Asleep, a device draws no more than awake.
void check_below_standby(const ConfigNode& node, const Rail& rail) {
  constexpr std::pair<Current, Current> kSleeping[] = {{Current::kIdd2p, Current::kIdd2n},
                                                       {Current::kIdd3p, Current::kIdd3n},
                                                       {Current::kIdd6, Current::kIdd2n}};
  for (const auto& [asleep, awake] : kSleeping) {
    const auto value = rail.at(asleep);
    const auto standby = rail.at(awake);
    if (!value || !standby || *value <= *standby) continue;
    node.reject(to_string(asleep),
                fmt::format("at most {}, {}", to_string(awake), print(*standby)));
  }
}

Rail read_rail(const ConfigNode& node, const PowerTimings& timings) {
  Rail rail;
  rail.name = node.one_of("rail", {"vdd", "vpp", "vdd1", "vdd2", "vddq"});
  rail.voltage = node.required<Volts>("voltage", between(Volts(0.1), Volts(10)));
  for (std::size_t c = 0; c < kCurrents; ++c) {
    rail.currents[c] = read_current(node, kCurrentNames[c]);
  }
  check_idd0(node, rail, timings);
  if (rail.name != "vpp") {
    check_above_standby(node, rail);
    check_below_standby(node, rail);
  }
  return rail;
}

std::vector<Rail> read_rails(const ConfigNode& power, const PowerTimings& timings) {
  std::vector<Rail> rails;
  for (const ConfigNode& node : power.list("rails")) {
    Rail rail = read_rail(node, timings);
    const auto twin = std::ranges::find(rails, rail.name, &Rail::name);
    if (twin != rails.end()) node.reject("rail", "every rail once");
    rails.push_back(std::move(rail));
  }
  return rails;
}

BusLine read_line(const ConfigNode& node) {
  return {node.required<Farads>("capacitance", between(Farads(0), Farads(1e-9))),
          node.required<Ohms>("resistance", between(Ohms(1), Ohms(1e9)))};
}

BusLines read_lines(const ConfigNode& interface) {
  BusLines lines;
  lines.voltage = interface.required<Volts>("voltage", between(Volts(0.1), Volts(10)));
  lines.clock = read_line(interface.child("clock"));
  lines.command = read_line(interface.child("command"));
  lines.command_lines = interface.child("command").required<int>("lines", between(1, 64));
  lines.strobe = read_line(interface.child("strobe"));
  lines.read = read_line(interface.child("read"));
  lines.write = read_line(interface.child("write"));
  return lines;
}

bool has_vddq(const std::vector<Rail>& rails) {
  return std::ranges::any_of(rails, [](const Rail& rail) {
    return rail.io() && rail.at(Current::kIdd4r) && rail.at(Current::kIdd4w);
  });
}

InterfaceSpec read_interface(const ConfigNode& node, const std::vector<Rail>& rails) {
  InterfaceSpec spec;
  spec.model =
      node.choice<InterfaceModel>("model", {{"not_stated", InterfaceModel::kNotStated},
                                            {"vddq_currents", InterfaceModel::kVddqCurrents},
                                            {"per_bit", InterfaceModel::kPerBit},
                                            {"lines", InterfaceModel::kLines}});
  if (spec.model == InterfaceModel::kPerBit) {
    spec.read = node.required<Picojoules>("read", between(Picojoules(0), Picojoules(1e3)));
    spec.write = node.required<Picojoules>("write", between(Picojoules(0), Picojoules(1e3)));
    spec.source = node.required<std::string>("source");
  }
  if (spec.model == InterfaceModel::kLines) spec.lines = read_lines(node);
  if ((spec.model == InterfaceModel::kVddqCurrents) != has_vddq(rails)) {
    node.reject("model", "vddq_currents where, and only where, a rail vddq has IDD4R and IDD4W");
  }
  return spec;
}

}  // namespace

std::string_view to_string(Current current) {
  return kCurrentNames.at(static_cast<std::size_t>(current));
}

PowerSpec read_power_spec(const ConfigNode& power, const PowerTimings& timings) {
  PowerSpec spec;
  spec.timings = timings;
  spec.source = power.required<std::string>("source");
  spec.verified = power.required<bool>("verified");
  spec.rho = power.optional<double>("rho", 1, between(0.0, 1.0));
  spec.rails = read_rails(power, timings);
  spec.interface = read_interface(power.child("interface"), spec.rails);
  return spec;
}

}  // namespace deltasim::dram
