#include "arch/dram_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "arch/dram_part_checks.h"

namespace deltasim::dram {
namespace {

constexpr std::array<std::string_view, kCommands> kCommandNames{
    "activate",  "precharge",  "precharge_all", "read",        "write",
    "read_auto", "write_auto", "refresh",       "refresh_bank"};
constexpr Clock kLongestTiming = 1'000'000;

/// Named numbers of clocks, and sums of them: "CWL + BL2 + tWR".
class Timings {
 public:
  explicit Timings(const ConfigNode& map) {
    for (const auto& [name, value] : map.entries()) {
      clocks_[name] = value.as<std::int64_t>(between<std::int64_t>(0, kLongestTiming));
    }
  }

  Clock read(const ConfigNode& map, std::string_view key, Clock least) const {
    const std::string text = map.required<std::string>(key);
    if (text.empty()) return least;  // it is missing, which was reported
    std::string unknown;
    const std::optional<Clock> clocks = evaluate(text, unknown);
    if (!clocks || *clocks < least) {
      std::vector<std::string> names;
      for (const auto& [name, value] : clocks_) names.push_back(name);
      map.reject(key,
                 fmt::format("names of `timings` and whole numbers, joined by + and -, at least {}",
                             least),
                 nearest_name(unknown, names));
    }
    return clocks.value_or(least);
  }

 private:
  std::optional<Clock> evaluate(std::string_view text, std::string& unknown) const {
    Clock sum = 0;
    Clock sign = 1;
    bool term_next = true;
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (c == ' ') {
        ++at;
      } else if (term_next && (std::isalnum(static_cast<unsigned char>(c)) != 0)) {
        const std::size_t end = std::min(text.find_first_of(" +-", at), text.size());
        const std::string term(text.substr(at, end - at));
        const std::optional<Clock> value = term_value(term);
        if (!value) {
          unknown = term;
          return std::nullopt;
        }
        sum += sign * *value;
        term_next = false;
        at = end;
      } else if (!term_next && (c == '+' || c == '-')) {
        sign = c == '+' ? 1 : -1;
        term_next = true;
        ++at;
      } else {
        return std::nullopt;
      }
    }
    return term_next ? std::nullopt : std::optional<Clock>(sum);
  }

  std::optional<Clock> term_value(const std::string& term) const {
    if (const auto it = clocks_.find(term); it != clocks_.end()) return it->second;
    const auto number = read_value<std::int64_t>(term);
    const std::int64_t* value = std::get_if<std::int64_t>(&number);
    if (value == nullptr || *value > kLongestTiming) return std::nullopt;
    return *value;
  }

  std::map<std::string, Clock> clocks_;
};

int power_of_two(const ConfigNode& map, std::string_view key, int most) {
  const int value = map.required<int>(key, between(1, most));
  if ((value & (value - 1)) != 0) map.reject(key, "a power of two");
  return value;
}

int width(const ConfigNode& map, std::string_view key) {
  const std::int64_t bits = map.required<Bits>(key, between(Bits(1), Bits(4096))).value();
  return static_cast<int>(std::max<std::int64_t>(bits, 1));
}

Organisation read_organisation(const ConfigNode& map) {
  Organisation o;
  o.bank_groups = power_of_two(map, "bank_groups", 64);
  o.banks_per_group = power_of_two(map, "banks_per_group", 64);
  o.rows = power_of_two(map, "rows", 1 << 24);
  o.columns = power_of_two(map, "columns", 1 << 16);
  o.device_width_bits = width(map, "device_width");
  o.bus_width_bits = width(map, "bus_width");
  o.burst_length = power_of_two(map, "burst_length", 64);
  if (o.bus_width_bits % 8 != 0 || o.bus_width_bits % o.device_width_bits != 0) {
    map.reject("bus_width", fmt::format("whole bytes, and a multiple of the device's {} bits",
                                        o.device_width_bits));
  }
  if (o.banks() > kMaxBanks) map.reject("banks_per_group", "at most 64 banks in all groups");
  o.beats_per_clock = map.has("beats_per_clock") ? power_of_two(map, "beats_per_clock", 16) : 2;
  if (o.burst_length < o.beats_per_clock) {
    map.reject("burst_length", fmt::format("at least the {} beats of a clock", o.beats_per_clock));
  }
  if (o.burst_length > o.columns) map.reject("burst_length", "at most the columns of a row");
  return o;
}

ConfigNode::Choices<Command> command_choices() {
  ConfigNode::Choices<Command> choices;
  for (std::size_t c = 0; c < kCommands; ++c) {
    choices.emplace_back(kCommandNames[c], static_cast<Command>(c));
  }
  return choices;
}

Constraint read_constraint(const ConfigNode& row, const Timings& timings) {
  static const ConfigNode::Choices<Command> kCommandChoices = command_choices();
  static const ConfigNode::Choices<Scope> kScopes{{"same_bank", Scope::kSameBank},
                                                  {"same_bank_group", Scope::kSameBankGroup},
                                                  {"same_rank", Scope::kSameRank},
                                                  {"other_rank", Scope::kOtherRank}};
  Constraint constraint{};
  constraint.from = row.choice("from", kCommandChoices);
  constraint.to = row.choice("to", kCommandChoices);
  constraint.scope = row.choice("scope", kScopes);
  constraint.clocks = timings.read(row, "clocks", -kLongestTiming);
  return constraint;
}

/// Without these a bank would do two things at once. A rule may be long or short, but not absent.
void check_complete(const ConfigNode& root, const DramPart& part) {
  using C = Command;
  constexpr std::pair<C, C> kNeeded[] = {{C::kActivate, C::kRead},
                                         {C::kActivate, C::kWrite},
                                         {C::kActivate, C::kPrecharge},
                                         {C::kPrecharge, C::kActivate},
                                         {C::kRead, C::kPrecharge},
                                         {C::kWrite, C::kPrecharge},
                                         {C::kReadAuto, C::kActivate},
                                         {C::kWriteAuto, C::kActivate},
                                         {C::kPrechargeAll, C::kRefresh},
                                         {C::kPrecharge, C::kRefresh},
                                         {C::kRefresh, C::kActivate},
                                         {C::kRefresh, C::kRefresh},
                                         {C::kReadAuto, C::kRefresh},
                                         {C::kWriteAuto, C::kRefresh},
                                         {C::kRead, C::kPrechargeAll},
                                         {C::kWrite, C::kPrechargeAll},
                                         {C::kRead, C::kRead},
                                         {C::kWrite, C::kWrite},
                                         {C::kRead, C::kWrite},
                                         {C::kWrite, C::kRead},
                                         {C::kActivate, C::kPrechargeAll}};
  for (const auto& [from, to] : kNeeded) {
    const bool there =
        std::any_of(part.constraints.begin(), part.constraints.end(), [&](const Constraint& c) {
          return c.from == from && c.to == to && c.scope != Scope::kOtherRank;
        });
    if (there) continue;
    root.reject("constraints",
                fmt::format("a row from {} to {} within a rank", to_string(from), to_string(to)));
  }
}

/// tRC is at least tRAS + tRP.
void check_row_cycle(const ConfigNode& root, const DramPart& part) {
  Clock row_cycle = 0;
  for (const Constraint& c : part.constraints) {
    const bool rows = c.from == Command::kActivate && c.to == Command::kActivate;
    if (rows && c.scope == Scope::kSameBank) row_cycle = std::max(row_cycle, c.clocks);
  }
  const Clock least = part.wait(Command::kActivate, Command::kPrecharge) +
                      part.wait(Command::kPrecharge, Command::kActivate);
  if (row_cycle == 0 || row_cycle >= least) return;
  root.reject("constraints",
              fmt::format("from activate to activate in the same bank (tRC) at least the {} clocks "
                          "of tRAS + tRP, not {}",
                          least, row_cycle));
}

/// Two banks open rows at a distance (tRRD), whatever groups they are in; banks that are refreshed
/// one by one take turns.
void check_bank_to_bank(const ConfigNode& root, const DramPart& part) {
  const auto rank_rule = [&](Command command) {
    return std::ranges::any_of(part.constraints, [&](const Constraint& c) {
      return c.from == command && c.to == command && c.scope == Scope::kSameRank && c.clocks > 0;
    });
  };
  if (!rank_rule(Command::kActivate)) {
    root.reject("constraints", "a row from activate to activate, scope same_rank (tRRD)");
  }
  const bool by_bank = part.wait(Command::kRefreshBank, Command::kActivate) > 0;
  if (by_bank && !rank_rule(Command::kRefreshBank)) {
    root.reject("constraints", "a row from refresh_bank to refresh_bank, scope same_rank (tRFCpb)");
  }
}

void check_refresh(const ConfigNode& refresh, const DramPart& part) {
  for (std::string& expected : refresh_misfits(part)) {
    refresh.reject("interval", std::move(expected));
  }
}

/// A burst holds the data bus for its beats, and the next one comes after it.
void check_data_bus(const ConfigNode& root, const DramPart& part) {
  const Organisation& o = part.organisation;
  if (part.burst_clocks * o.beats_per_clock != o.burst_length) {
    root.reject("burst",
                fmt::format("{} clocks: burst_length is {}, {} beats a clock "
                            "(organisation.beats_per_clock)",
                            o.burst_length / o.beats_per_clock, o.burst_length, o.beats_per_clock));
  }
  for (std::string& expected : data_bus_misfits(part)) {
    root.reject("constraints", std::move(expected));
  }
}

}  // namespace

std::string_view to_string(Command command) {
  return kCommandNames[static_cast<std::size_t>(command)];
}

namespace {

/// `timings` of `power`, where the rules hold more than the part's own times: a command that takes
/// several clocks on the command bus. Else the rules.
PowerTimings read_power_timings(const ConfigNode& power, const Timings& timings,
                                const DramPart& part) {
  using C = Command;
  PowerTimings read{part.wait(C::kActivate, C::kPrecharge), part.wait(C::kPrecharge, C::kActivate),
                    part.wait(C::kRefresh, C::kRefresh), 0};
  const auto given = power.maybe_child("timings");
  if (!given) {
    if (read.refresh < 1) {
      power.reject_this(
          "`timings: {refresh: TIMING}`, since no row from refresh to refresh takes time");
    }
    return read;
  }
  read.activate = timings.read(*given, "activate", 1);
  read.precharge = timings.read(*given, "precharge", 1);
  read.refresh = timings.read(*given, "refresh", 1);
  if (given->has("refresh_bank")) read.refresh_bank = timings.read(*given, "refresh_bank", 1);
  return read;
}

/// IDD5PB is an average over tREFI / banks, in which the standby currents go on.
void check_bank_refresh_currents(const ConfigNode& power, const DramPart& part) {
  if (part.power->rails.empty()) return;
  const std::vector<ConfigNode> nodes = power.list("rails");
  const auto period = static_cast<double>(part.refresh_interval / part.organisation.banks());
  const auto busy = static_cast<double>(part.power->timings.refresh_bank);
  for (std::size_t i = 0; i < nodes.size() && period > 0; ++i) {
    const Rail& rail = part.power->rails[i];
    const auto idd5pb = rail.at(Current::kIdd5pb);
    const auto idd2n = rail.at(Current::kIdd2n);
    const auto idd3n = rail.at(Current::kIdd3n);
    if (rail.name == "vpp" || busy == 0 || !idd5pb || !idd2n || !idd3n) continue;
    const Amperes standby = (*idd2n * (period - busy) + *idd3n * busy) / period;
    if (*idd5pb >= standby * (1 - 1e-9)) continue;
    nodes[i].reject(to_string(Current::kIdd5pb),
                    fmt::format("at least {}, the standby currents weighted by tRFCpb of the {} "
                                "clocks of tREFI / banks",
                                print(standby), period));
  }
}

}  // namespace

Clock DramPart::wait(Command from, Command to) const {
  Clock longest = 0;
  for (const Constraint& c : constraints) {
    if (c.from == from && c.to == to && c.scope != Scope::kOtherRank) {
      longest = std::max(longest, c.clocks);
    }
  }
  return longest;
}

DramPart read_dram_part(const ConfigNode& root) {
  DramPart part;
  part.name = root.required<std::string>("name");
  part.source = root.required<std::string>("source");
  part.organisation = read_organisation(root.child("organisation"));
  const Seconds period =
      root.required<Seconds>("clock_period", between(Seconds(10e-12), Seconds(100e-9)));
  part.clock_period_ps = std::max<std::int64_t>(1, std::llround(period.value() * 1e12));
  const Timings timings(root.child("timings"));
  part.read_latency = timings.read(root, "read_latency", 0);
  part.write_latency = timings.read(root, "write_latency", 0);
  part.burst_clocks = timings.read(root, "burst", 1);
  const ConfigNode refresh = root.child("refresh");
  part.refresh_interval = timings.read(refresh, "interval", 1);
  for (const ConfigNode& row : root.list("constraints")) {
    part.constraints.push_back(read_constraint(row, timings));
  }
  for (const ConfigNode& row : root.optional_list("activate_windows")) {
    part.activate_windows.push_back(
        {row.required<int>("count", between(1, 64)), timings.read(row, "clocks", 0)});
  }
  if (root.has("power_down")) {
    const ConfigNode node = root.child("power_down");
    part.power_down =
        PowerDownTiming{timings.read(node, "least", 1), timings.read(node, "exit", 1)};
  }
  if (!part.constraints.empty()) {
    check_complete(root, part);
    check_row_cycle(root, part);
    check_bank_to_bank(root, part);
    check_refresh(refresh, part);
    check_data_bus(root, part);
  }
  if (root.has("power")) {
    const ConfigNode power = root.child("power");
    part.power = read_power_spec(power, read_power_timings(power, timings, part));
    check_bank_refresh_currents(power, part);
  }
  return part;
}

DramPart load_dram_part(const std::filesystem::path& folder, std::string_view name) {
  const std::filesystem::path file = folder / fmt::format("{}.yaml", name);
  if (!std::filesystem::exists(file)) {
    std::vector<std::string> parts;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (entry.path().extension() == ".yaml") parts.push_back(entry.path().stem().string());
    }
    std::sort(parts.begin(), parts.end());
    Fault fault;
    fault.key_path = "dram.part";
    fault.found = fmt::format("'{}'", name);
    fault.expected = fmt::format("a part of {}: {}", folder.string(), fmt::join(parts, ", "));
    fault.nearest = nearest_name(name, parts);
    throw ConfigError(std::move(fault));
  }
  ConfigDocument document = ConfigDocument::load(file);
  DramPart part = read_dram_part(document.root());
  document.finish();
  return part;
}

}  // namespace deltasim::dram
