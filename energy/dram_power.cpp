#include "energy/dram_power.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "arch/errors.h"

namespace deltasim::dram {
namespace {

constexpr std::array<std::string_view, kPowerTerms> kTermNames{"activate",
                                                               "precharge",
                                                               "read",
                                                               "write",
                                                               "refresh",
                                                               "refresh_bank",
                                                               "active_standby",
                                                               "active_banks",
                                                               "precharged_standby",
                                                               "active_power_down",
                                                               "precharged_power_down",
                                                               "self_refresh",
                                                               "io_read",
                                                               "io_write",
                                                               "io_command",
                                                               "io_clock"};

/// What differences of equal currents leave, pJ.
constexpr double kRounding = 1e-6;

const PowerSpec& power_of(const DramPart& part) {
  if (part.power) return *part.power;
  throw ConfigError(part.name,
                    "a key `power` with the part's currents; without it its energy "
                    "can only come from an energy table (dram_energy: table)");
}

/// tRFCpb: how long one bank refreshes; 0 where the part does not say.
Clock bank_refresh_clocks(const DramPart& part) {
  return part.power ? part.power->timings.refresh_bank : 0;
}

/// The equations of one rail of one device. A current that is not stated counts as zero and is
/// noted.
class RailEquations {
 public:
  RailEquations(const DramPart& part, const Rail& rail, double rho, std::string& missing)
      : part_(part), rail_(rail), rho_(rho), missing_(missing) {}

  Picojoules unit(PowerTerm term) const {
    using enum PowerTerm;
    switch (term) {
      case kActivate:
        // I_theta, the share of IDD0 of the time in which the row is open, is IDD0 itself where
        // the precharge current (DRAMPower's I_beta) is not known apart from it.
        return charge(at(Current::kIdd0) - one_bank_open(), ras());
      case kPrecharge:
        return charge(at(Current::kIdd0) - at(Current::kIdd2n), rp());
      case kRead:
        return rail_.io() ? Picojoules() : a_bit(Current::kIdd4r);
      case kWrite:
        return rail_.io() ? Picojoules() : a_bit(Current::kIdd4w);
      case kIoRead:
        return rail_.io() ? a_bit(Current::kIdd4r) : Picojoules();
      case kIoWrite:
        return rail_.io() ? a_bit(Current::kIdd4w) : Picojoules();
      case kRefresh:
        return charge(at(Current::kIdd5b) - at(Current::kIdd3n), part_.power->timings.refresh);
      case kRefreshBank:
        return bank_refresh();
      case kActiveStandby:
        return charge(shared_standby(), 1);
      case kActiveBanks:
        return charge((at(Current::kIdd3n) - shared_standby()) / banks(), 1);
      case kPrechargedStandby:
        return charge(at(Current::kIdd2n), 1);
      case kActivePowerDown:
        return charge(at(Current::kIdd3p), 1);
      case kPrechargedPowerDown:
        return charge(at(Current::kIdd2p), 1);
      case kSelfRefresh:
        return charge(at(Current::kIdd6), 1);
      case kIoCommand:
      case kIoClock:
        return Picojoules();
    }
    return Picojoules();
  }

 private:
  Amperes at(Current current) const {
    const auto value = rail_.at(current);
    if (!value && missing_.empty()) {
      missing_ = fmt::format("{} of rail {} of {}", to_string(current), rail_.name, part_.name);
    }
    return value.value_or(Amperes());
  }
  Clock ras() const { return part_.power->timings.activate; }
  Clock rp() const { return part_.power->timings.precharge; }
  int banks() const { return part_.organisation.banks(); }

  Picojoules charge(Amperes current, Clock clocks) const {
    const Seconds time(static_cast<double>(clocks * part_.clock_period_ps) * 1e-12);
    return rail_.voltage * current * time;
  }
  /// I_rho: what active standby draws before any open bank is counted.
  Amperes shared_standby() const {
    const Amperes closed = at(Current::kIdd2n);
    return closed + (at(Current::kIdd3n) - closed) * rho_;
  }
  /// I_1: active standby with one bank open.
  Amperes one_bank_open() const {
    return shared_standby() + (at(Current::kIdd3n) - shared_standby()) / banks();
  }
  /// Of one bit that a device moves.
  Picojoules a_bit(Current current) const {
    const int bits = part_.organisation.device_width_bits * part_.organisation.burst_length;
    return charge(at(current) - at(Current::kIdd3n), part_.burst_clocks) / bits;
  }
  /// IDD5PB is an average over tREFI / banks; above precharged standby all of it belongs to the
  /// tRFCpb clocks of one refresh (core_calculation_LPDDR4.cpp).
  Picojoules bank_refresh() const {
    const Clock busy = bank_refresh_clocks(part_);
    if (busy == 0 && missing_.empty()) {
      missing_ = fmt::format("tRFCpb of {}", part_.name);
    }
    const Clock period = part_.refresh_interval / banks();
    return charge(at(Current::kIdd5pb), period) - charge(at(Current::kIdd2n), period - busy) -
           charge(at(Current::kIdd3n), busy);
  }

  const DramPart& part_;
  const Rail& rail_;
  double rho_;
  std::string& missing_;
};

/// What is counted once for every device, and what the devices of a rank share.
bool shared_by_devices(PowerTerm term) {
  return term == PowerTerm::kIoCommand || term == PowerTerm::kIoClock;
}

/// I/O of one unit where it does not come from a rail: per bit, or line by line for random data
/// (a bit in two is low, one in four rises).
Picojoules interface_unit(const DramPart& part, const InterfaceSpec& interface, PowerTerm term) {
  const bool read = term == PowerTerm::kIoRead;
  if (interface.model == InterfaceModel::kPerBit) {
    if (read) return interface.read;
    return term == PowerTerm::kIoWrite ? interface.write : Picojoules();
  }
  if (interface.model != InterfaceModel::kLines) return Picojoules();
  const BusLines& lines = interface.lines;
  const Seconds clock(static_cast<double>(part.clock_period_ps) * 1e-12);
  const auto energy = [&](const BusLine& line, double rises, double low_clocks) {
    return line_energy(line, lines.voltage, rises, low_clocks, clock);
  };
  switch (term) {
    case PowerTerm::kIoRead:
    case PowerTerm::kIoWrite: {
      const double bits = part.organisation.device_width_bits * part.organisation.burst_length;
      const auto burst = static_cast<double>(part.burst_clocks);
      const int pairs = std::max(1, part.organisation.device_width_bits / 8);
      const Picojoules data = energy(read ? lines.read : lines.write, 0.25,
                                     0.5 * burst / part.organisation.burst_length);
      return data + energy(lines.strobe, 2 * pairs * burst, pairs * burst) / bits;
    }
    case PowerTerm::kIoCommand:
      return energy(lines.command, 0.5 * lines.command_lines, 0.5 * lines.command_lines);
    case PowerTerm::kIoClock:
      return energy(lines.clock, 2, 1);  // a pair; each line is low half of the time
    default:
      return Picojoules();
  }
}

/// Terms that count bits count those of all devices; the others happen in every device.
bool counts_bits(PowerTerm term) {
  using enum PowerTerm;
  return term == kRead || term == kWrite || term == kIoRead || term == kIoWrite;
}

UnitEnergy unit_energy(const DramPart& part, const PowerSpec& power, PowerTerm term) {
  UnitEnergy unit;
  for (const Rail& rail : power.rails) {
    unit.energy += RailEquations(part, rail, power.rho, unit.missing).unit(term);
  }
  unit.energy += interface_unit(part, power.interface, term);
  if (!counts_bits(term) && !shared_by_devices(term)) {
    unit.energy = unit.energy * part.organisation.devices();
  }
  return unit;
}

std::int64_t sum_over_kinds(const Activity& activity, Action action) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    sum += activity.at(Component::kDram, action, static_cast<DataKind>(k));
  }
  return sum;
}

std::size_t index(PowerTerm term) { return static_cast<std::size_t>(term); }

/// The terms that one unit of an action consists of, and how many of each.
std::vector<std::pair<PowerTerm, double>> composition(Action action, double burst_bits) {
  using enum PowerTerm;
  switch (action) {
    case Action::kActivate:
      return {{kActivate, 1}, {kPrecharge, 1}, {kIoCommand, 2}};
    case Action::kRead:
      return {{kRead, 1}, {kIoRead, 1}, {kIoCommand, 1 / burst_bits}};
    case Action::kWrite:
      return {{kWrite, 1}, {kIoWrite, 1}, {kIoCommand, 1 / burst_bits}};
    case Action::kRefresh:
      return {{kRefresh, 1}, {kIoCommand, 1}};
    case Action::kRefreshBank:
      return {{kRefreshBank, 1}, {kIoCommand, 1}};
    case Action::kActiveStandby:
      return {{kActiveStandby, 1}, {kIoClock, 1}};
    case Action::kPrechargedStandby:
      return {{kPrechargedStandby, 1}, {kIoClock, 1}};
    case Action::kActivePowerDown:
      return {{kActivePowerDown, 1}};
    case Action::kPrechargedPowerDown:
      return {{kPrechargedPowerDown, 1}};
    case Action::kSelfRefresh:
      return {{kSelfRefresh, 1}};
    default:
      return {};
  }
}

double burst_bits(const DramPart& part) {
  return 8 * static_cast<double>(part.organisation.burst_bytes());
}

Action action_of(IdleState state) {
  switch (state) {
    case IdleState::kPrechargedStandby:
      return Action::kPrechargedStandby;
    case IdleState::kPrechargedPowerDown:
      return Action::kPrechargedPowerDown;
    case IdleState::kSelfRefresh:
      return Action::kSelfRefresh;
  }
  return Action::kPrechargedStandby;
}

Picojoules stated(const DramPower& power, Action action) {
  const UnitEnergy unit = power.unit(action);
  if (unit.known()) return unit.energy;
  throw ConfigError(power.part().name, fmt::format("no energy for {}: not stated: {}",
                                                   deltasim::to_string(action), unit.missing));
}

}  // namespace

std::string_view to_string(PowerTerm term) { return kTermNames.at(index(term)); }

Picojoules PowerTerms::total() const {
  Picojoules sum;
  for (const Picojoules term : terms) sum += term;
  return sum;
}

DramPower::DramPower(const DramPart& part) : part_(part) {
  const PowerSpec& power = power_of(part_);
  for (std::size_t t = 0; t < kPowerTerms; ++t) {
    units_[t] = unit_energy(part_, power, static_cast<PowerTerm>(t));
    // Rails whose currents each look sound can still add up to that: vpp is not held to standby.
    if (units_[t].known() && units_[t].energy < Picojoules(-kRounding)) {
      throw ConfigError(part_.name,
                        fmt::format("{} would take {}: a current below the standby it goes on from",
                                    kTermNames[t], print(units_[t].energy)));
    }
  }
}

UnitEnergy DramPower::unit(Action action) const {
  UnitEnergy sum;
  for (const auto& [term, amount] : composition(action, burst_bits(part_))) {
    sum.energy += unit(term).energy * amount;
    if (sum.known()) sum.missing = unit(term).missing;
  }
  if (action == Action::kActiveStandby && part_.power->rho < 1 && sum.known()) {
    sum.missing = fmt::format("counts of open banks, which rho below 1 of {} asks for", part_.name);
  }
  return sum;
}

PowerTerms DramPower::energy(const PowerCounts& counts) const {
  PowerTerms energy;
  for (std::size_t t = 0; t < kPowerTerms; ++t) {
    if (counts[t] == 0) continue;
    if (!units_[t].known()) {
      throw ConfigError(part_.name, fmt::format("no energy for {}: not stated: {}", kTermNames[t],
                                                units_[t].missing));
    }
    energy.terms[t] = units_[t].energy * counts[t];
  }
  return energy;
}

PowerCounts DramPower::counts(const Activity& activity) const {
  std::array<double, kPowerTerms> sums{};
  for (const Action action : kDramActions) {
    const auto count = static_cast<double>(sum_over_kinds(activity, action));
    for (const auto& [term, amount] : composition(action, burst_bits(part_))) {
      sums[index(term)] += count * amount;
    }
  }
  PowerCounts counts{};
  std::ranges::transform(sums, counts.begin(), [](double sum) { return std::llround(sum); });
  return counts;
}

Picojoules line_energy(const BusLine& line, Volts voltage, double rises, double low_clocks,
                       Seconds clock) {
  const double square = voltage.value() * voltage.value();
  const Watts held(square / line.resistance.value());
  return Picojoules(0.5e12 * line.capacitance.value() * square * rises) +
         held * (clock * low_clocks);
}

double refresh_busy_fraction(const DramPart& part, std::int64_t refreshes,
                             std::int64_t bank_refreshes, int ranks, Seconds time) {
  if (!(time.value() > 0)) return 0;
  const Clock all = part.wait(Command::kRefresh, Command::kRefresh);
  const double busy =
      static_cast<double>(refreshes * all) +
      static_cast<double>(bank_refreshes * bank_refresh_clocks(part)) / part.organisation.banks();
  return busy * static_cast<double>(part.clock_period_ps) * 1e-12 / (time.value() * ranks);
}

IdlePower idle_power(const DramPart& part, const ControllerSpec& controller, IdleState state) {
  const DramPower power(part);
  const Picojoules one_clock = stated(power, action_of(state));
  const Seconds clock(static_cast<double>(part.clock_period_ps) * 1e-12);
  IdlePower idle{one_clock / clock, Watts(0)};
  if (state == IdleState::kSelfRefresh || controller.refresh_stretch == 0) return idle;
  const bool whole_rank = controller.refresh == RefreshGranularity::kAllBank;
  const Picojoules refreshes =
      whole_rank ? stated(power, Action::kRefresh)
                 : stated(power, Action::kRefreshBank) * part.organisation.banks();
  idle.refresh =
      refreshes /
      (clock * (static_cast<double>(part.refresh_interval) * controller.refresh_stretch));
  return idle;
}

Picojoules idle_energy(const DramPart& part, const ControllerSpec& controller, int ranks,
                       int channels, Seconds idle, IdleState state) {
  const IdlePower power = idle_power(part, controller, state);
  return (power.background + power.refresh) * idle * ranks * channels;
}

}  // namespace deltasim::dram
