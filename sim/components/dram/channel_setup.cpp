#include "sim/components/dram/channel_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arch/dram_part_checks.h"
#include "arch/errors.h"
#include "sim/components/dram/request_window.h"

namespace deltasim::dram {
namespace {

[[noreturn]] void fail(const char* key_path, const DramPart& part, std::string expected) {
  Fault fault;
  fault.key_path = key_path;
  fault.found = "the part " + deltasim::quoted(part.name);
  fault.expected = std::move(expected);
  throw ConfigError(std::move(fault));
}

void check_ranks(const DramPart& part) {
  const std::vector<std::string> missing = missing_rank_to_rank(part);
  if (missing.empty()) return;
  fail("dram.ranks", part,
       fmt::format("1 rank, or a part with rules from {}, scope other_rank",
                   fmt::join(missing, ", ")));
}

void check(const ChannelSetup& setup) {
  const int banks = setup.table->banks();
  const ChannelOptions& options = setup.options;
  if (banks > kMaxBanks) {
    throw ConfigError(setup.part.name, "a channel has at most 64 banks, all ranks together");
  }
  if (options.power_down_after && !setup.part.power_down) {
    fail("dram.power_down", setup.part,
         "a part that can be powered down: `power_down` in its file");
  }
  if (setup.refresh_interval > 0 && setup.refresh_clocks == 0) {
    fail("dram.refresh.granularity", setup.part,
         fmt::format("a part with rules for {}; {} has none", to_string(setup.refresh_command()),
                     setup.part.name));
  }
  if (setup.table->ranks() > 1) check_ranks(setup.part);
  DELTASIM_INVARIANT(options.window >= 1 && options.window <= kMaxWindow, "1 <= window <= 64");
  // The marks are the window's; a command queue for every bank has none.
  DELTASIM_INVARIANT(
      options.queues == QueueStructure::kPerBank ||
          (options.write_low < options.write_high && options.write_high <= options.window),
      "0 <= write_low < write_high <= window");
}

}  // namespace

std::int64_t Counters::activates() const {
  return std::accumulate(activates_for.begin(), activates_for.end(), std::int64_t{0});
}

Counters& Counters::operator+=(const Counters& other) {
  reads += other.reads;
  writes += other.writes;
  for (std::size_t k = 0; k < kDataKinds; ++k) activates_for[k] += other.activates_for[k];
  precharges += other.precharges;
  row_hits += other.row_hits;
  row_misses += other.row_misses;
  row_conflicts += other.row_conflicts;
  refreshes += other.refreshes;
  bank_refreshes += other.bank_refreshes;
  busy += other.busy;
  states += other.states;
  return *this;
}

ChannelSetup::ChannelSetup(DramPart p, AddressMapping m, ChannelOptions o)
    : part(std::move(p)),
      mapping(std::move(m)),
      options(o),
      table(std::make_shared<const TimingTable>(part, mapping.ranks())),
      pace{pace_of(Command::kRead), pace_of(Command::kWrite)},
      refresh_clocks(table->distance(refresh_command(), 0, Command::kActivate, 0)),
      refresh_interval(
          std::llround(static_cast<double>(part.refresh_interval) * options.refresh_stretch)) {
  check(*this);
}

Command ChannelSetup::refresh_command() const {
  return options.refresh == RefreshGranularity::kAllBank ? Command::kRefresh
                                                         : Command::kRefreshBank;
}

int ChannelSetup::refresh_units() const {
  return refresh_command() == Command::kRefresh ? table->ranks() : table->banks();
}

BankSet ChannelSetup::refreshed_banks(int unit) const {
  return refresh_command() == Command::kRefresh ? table->banks_of(unit) : BankSet{1} << unit;
}

std::vector<Clock> ChannelSetup::first_refreshes() const {
  std::vector<Clock> due;
  if (refresh_interval == 0) return due;
  const int units = refresh_units();
  const int in_rank = units / table->ranks();
  for (int unit = 0; unit < units; ++unit) {
    const int turn = unit % in_rank * table->ranks() + unit / in_rank;
    due.push_back((turn + 1) * refresh_interval / units);
  }
  return due;
}

Clock ChannelSetup::auto_precharge_start(const TimingState& timing, int bank, bool write,
                                         Clock clock) const {
  const Clock distance = table->distance(column_command(write), bank, Command::kPrecharge, bank);
  return std::max(timing.earliest(Command::kPrecharge, bank), clock + distance);
}

Clock ChannelSetup::pace_of(Command column) const {
  const int cycle = mapping.block().cycle;
  const int stride = part.organisation.banks_per_group;
  const Clock in_bank = table->distance(column, 0, column, 0);
  const Clock between = cycle == 1 ? in_bank : table->distance(column, 0, column, stride);
  for (int a = 0; a < cycle; ++a) {
    for (int b = 0; b < cycle; ++b) {
      const Clock distance = table->distance(column, a * stride, column, b * stride);
      if (a != b && distance != between) return 0;
    }
  }
  return between >= 1 && in_bank <= cycle * between ? between : 0;
}

}  // namespace deltasim::dram
