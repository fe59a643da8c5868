#include "arch/dvfs_reader.h"

namespace deltasim {
namespace {

// Beyond these a value is a mistake, not a design.
constexpr Volts kLowestVoltage(0.1), kHighestVoltage(5);
constexpr Hertz kLowestClock(1e6), kHighestClock(1e10);
constexpr Kelvins kColdest(200), kHottest(450);
constexpr Kelvins kRoomTemperature(300);

Bounds<Volts> sound_voltages() { return between(kLowestVoltage, kHighestVoltage); }
Bounds<Hertz> sound_clocks() { return between(kLowestClock, kHighestClock); }
Bounds<Kelvins> sound_temperatures() { return between(kColdest, kHottest); }

VoltagePairs read_pairs(const ConfigNode& node) {
  VoltagePairs relation;
  const std::vector<ConfigNode> items = node.list("pairs");
  for (const ConfigNode& item : items) {
    relation.pairs.push_back({.clock = item.required<Hertz>("clock", sound_clocks()),
                              .voltage = item.required<Volts>("voltage", sound_voltages())});
    if (relation.pairs.size() < 2) continue;
    const VoltagePair& before = relation.pairs[relation.pairs.size() - 2];
    const VoltagePair& pair = relation.pairs.back();
    if (!(pair.clock > before.clock)) {
      item.reject("clock", "a clock above " + print(before.clock) + ", that of the pair before");
    }
    if (!(pair.voltage > before.voltage)) {
      item.reject("voltage",
                  "a voltage above " + print(before.voltage) + ", that of the pair before");
    }
  }
  if (relation.pairs.size() < 2) {
    node.reject("pairs", "at least two pairs of clock and voltage");
    relation.pairs.resize(2);
  }
  return relation;
}

AlphaPowerLaw read_law(const ConfigNode& node) {
  AlphaPowerLaw law;
  law.threshold = node.required<Volts>("threshold", sound_voltages());
  law.alpha = node.required<double>("alpha", between(1.0, 2.0));
  law.lowest = node.required<Volts>("lowest", sound_voltages());
  law.highest = node.required<Volts>("highest", sound_voltages());
  law.reference = {.clock = node.required<Hertz>("clock", sound_clocks()),
                   .voltage = node.required<Volts>("voltage", sound_voltages())};
  if (!(law.lowest > law.threshold)) {
    node.reject("lowest", "a voltage above the threshold of " + print(law.threshold) +
                              ": below it the law does not hold");
  }
  if (!(law.highest > law.lowest)) {
    node.reject("highest", "a voltage above the lowest, " + print(law.lowest));
  }
  if (!(law.reference.voltage > law.threshold)) {
    node.reject("voltage", "a voltage above the threshold of " + print(law.threshold));
  }
  return law;
}

VoltageFrequency read_relation(const ConfigNode& node) {
  const auto law = node.maybe_child("alpha_power");
  if (!law) return read_pairs(node);
  if (node.has("pairs")) node.reject("pairs", "either pairs or alpha_power, not both");
  return read_law(*law);
}

ExponentialLeakage read_leakage(const ConfigNode& node) {
  return {.per_volt = node.required<double>("per_volt", between(0.0, 20.0)),
          .doubling = node.required<Kelvins>("doubling", between(Kelvins(1), Kelvins(1000)))};
}

}  // namespace

DvfsSpec read_dvfs(const ConfigNode& node) {
  DvfsSpec spec;
  spec.relation = read_relation(node);
  spec.nominal_voltage = node.required<Volts>("nominal_voltage", sound_voltages());
  spec.nominal_temperature =
      node.optional<Kelvins>("nominal_temperature", kRoomTemperature, sound_temperatures());
  spec.temperature = node.optional<Kelvins>("temperature", kRoomTemperature, sound_temperatures());
  if (const auto leakage = node.maybe_child("leakage")) spec.leakage = read_leakage(*leakage);
  spec.source = node.required<std::string>("source");
  spec.verified = node.required<bool>("verified");
  return spec;
}

}  // namespace deltasim
