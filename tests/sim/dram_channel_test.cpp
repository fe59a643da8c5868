// The controller: closed form equal to burst by burst, every command legal, edges exact.

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>
#include <vector>

#include "tests/sim/dram_support.h"

namespace deltasim::dram {
namespace {

constexpr const char* kMappings[] = {"row_rank_bank_column_bankgroup",
                                     "rank_bankgroup_bank_row_column",
                                     "row_rank_bank_bankgroup_column",
                                     "row_rank_bank_column_bankgroup_xor",
                                     "row_rank_column_bank_bankgroup_column2_xor",
                                     "rank_row_bankgroup_column_bank"};

struct Offer {
  std::int64_t first, count;
  bool write;
  Clock after;  ///< the offer before it
  int then;     ///< 0 nothing, 1 run_until_taken, 2 run_until_served, 3 run_until
  bool begins;
  DataKind kind;
};

/// A mix of long runs, of single bursts and of returns to the rows before.
rc::Gen<std::vector<Offer>> offers() {
  const auto count =
      rc::gen::weightedOneOf<std::int64_t>({{3, rc::gen::inRange<std::int64_t>(1, 4)},
                                            {3, rc::gen::inRange<std::int64_t>(4, 120)},
                                            {1, rc::gen::inRange<std::int64_t>(120, 6000)}});
  const auto first = rc::gen::weightedOneOf<std::int64_t>(
      {{2, rc::gen::inRange<std::int64_t>(0, 1024)},
       {1, rc::gen::inRange<std::int64_t>(0, 1 << 22)},
       {3, rc::gen::just<std::int64_t>(-1)}});  // go on where the last one ended
  const auto after = rc::gen::weightedOneOf<Clock>({{4, rc::gen::just<Clock>(0)},
                                                    {3, rc::gen::inRange<Clock>(0, 300)},
                                                    {1, rc::gen::inRange<Clock>(0, 20'000)}});
  return rc::gen::container<std::vector<Offer>>(rc::gen::build<Offer>(
      rc::gen::set(&Offer::first, first), rc::gen::set(&Offer::count, count),
      rc::gen::set(&Offer::write, rc::gen::weightedElement<bool>({{3, false}, {2, true}})),
      rc::gen::set(&Offer::after, after), rc::gen::set(&Offer::then, rc::gen::inRange(0, 4)),
      rc::gen::set(&Offer::begins),
      rc::gen::set(&Offer::kind,
                   rc::gen::weightedElement<DataKind>(
                       {{4, DataKind::kWeight}, {1, DataKind::kState}, {1, DataKind::kIndex}}))));
}

struct Setting {
  const char* part;
  const char* mapping;
  int ranks;
  ChannelOptions options;
};

Setting any_setting() {
  const int window = *rc::gen::element(2, 5, 32, 40, 64);
  const int high = *rc::gen::inRange(1, window + 1);
  ChannelOptions options;
  options.window = window;
  options.write_high = high;
  options.write_low = *rc::gen::inRange(0, high);
  options.open_page = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
  if (*rc::gen::weightedElement<bool>({{3, false}, {1, true}})) {
    options.power_down_after = *rc::gen::inRange(1, 1000);
  }
  options.refresh_stretch = *rc::gen::element(1, 1, 2, 0);
  const bool lpddr4 = *rc::gen::arbitrary<bool>();
  if (lpddr4) {
    options.refresh = *rc::gen::element(RefreshGranularity::kAllBank, RefreshGranularity::kPerBank);
    return {"lpddr4_3200_8gb_x16",
            *rc::gen::element("row_rank_bank_column", "rank_bank_row_column",
                              "row_column_rank_bank_column2_xor"),
            *rc::gen::element(1, 1, 2), options};
  }
  return {*rc::gen::element("ddr4_2400_8gb_x8", "ddr4_2400_4gb_x8"),
          *rc::gen::elementOf(std::vector<const char*>(std::begin(kMappings), std::end(kMappings))),
          *rc::gen::element(1, 1, 2), options};
}

DramChannel channel_of(const Setting& setting, bool closed_form, std::vector<IssuedCommand>* log) {
  ChannelOptions options = setting.options;
  options.closed_form = closed_form;
  options.log = log;
  return test::dram_channel(test::dram_part(setting.part), setting.mapping, options, setting.ranks);
}

template <typename Channel>
void perform(Channel& channel, const Offer& offer, std::int64_t first, Clock clock) {
  if (offer.begins) channel.begin_transaction();
  channel.offer(first, offer.count, offer.write, clock, offer.kind);
  if (offer.then == 1) channel.run_until_taken();
  if (offer.then == 2) channel.run_until_served();
  if (offer.then == 3) channel.run_until(clock + offer.count * 3);
}

bool same_commands(const std::vector<IssuedCommand>& a, const std::vector<IssuedCommand>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.clock == y.clock && x.command == y.command && x.bank == y.bank;
  });
}

/// Checks a command sequence pair by pair against the part's rows; shares no code with the model.
class Referee {
 public:
  explicit Referee(const DramPart& part) : part_(part) {}

  /// "" or what is wrong with it.
  std::string judge(const IssuedCommand& c) {
    if (c.clock <= last_clock_) return "two commands in a clock";
    last_clock_ = c.clock;
    for (auto before = recent_.rbegin(); before != recent_.rend(); ++before) {
      if (before->clock + kLongestRule < c.clock) break;
      for (const Constraint& rule : part_.constraints) {
        if (breaks(rule, *before, c)) {
          return std::string("too early: ") + std::string(to_string(before->command)) + " to " +
                 std::string(to_string(c.command));
        }
      }
    }
    recent_.push_back(c);
    if (recent_.size() > 2 * kLongestRule) {
      recent_.erase(recent_.begin(), recent_.begin() + kLongestRule);
    }
    return state(c);
  }

 private:
  static constexpr Clock kLongestRule = 448;  // tRFC; commands are a clock apart at least

  Command plain(Command c) const {
    if (c == Command::kReadAuto) return Command::kRead;
    return c == Command::kWriteAuto ? Command::kWrite : c;
  }
  bool breaks(const Constraint& rule, const IssuedCommand& before, const IssuedCommand& c) const {
    const bool from = rule.from == before.command ||
                      (rule.from == plain(before.command) && plain(rule.to) == rule.to &&
                       (rule.to == Command::kRead || rule.to == Command::kWrite));
    if (!from || rule.to != plain(c.command)) return false;
    const int banks = part_.organisation.banks();
    const int group = part_.organisation.banks_per_group;
    const bool same_rank = before.bank / banks == c.bank / banks;
    const bool in_scope = rule.scope == Scope::kSameBank ? before.bank == c.bank
                          : rule.scope == Scope::kSameBankGroup
                              ? before.bank / group == c.bank / group
                          : rule.scope == Scope::kSameRank ? same_rank
                                                           : !same_rank;
    return in_scope && c.clock < before.clock + rule.clocks;
  }
  std::string state(const IssuedCommand& c) {
    const int banks = part_.organisation.banks();
    const int rank = c.bank / banks;
    switch (c.command) {
      case Command::kActivate: {
        if (!open_.insert(c.bank).second) return "activate of an open bank";
        std::vector<Clock>& all = activates_[rank];
        all.push_back(c.clock);
        for (const ActivateWindow& window : part_.activate_windows) {
          const std::size_t count = static_cast<std::size_t>(window.count);
          if (all.size() <= count) continue;
          if (c.clock - all[all.size() - 1 - count] < window.clocks) return "tFAW";
        }
        return "";
      }
      case Command::kPrechargeAll:
        for (int bank = rank * banks; bank < (rank + 1) * banks; ++bank) open_.erase(bank);
        return "";
      case Command::kRefresh:
        for (int bank = rank * banks; bank < (rank + 1) * banks; ++bank) {
          if (open_.count(bank) != 0) return "refresh of an open bank";
        }
        return "";
      case Command::kRefreshBank:
        return open_.count(c.bank) == 0 ? "" : "refresh of an open bank";
      case Command::kRead:
      case Command::kWrite:
        return open_.count(c.bank) != 0 ? "" : "column command to a closed bank";
      default:
        return open_.erase(c.bank) != 0 ? "" : "precharge of a closed bank";
    }
  }

  const DramPart& part_;
  Clock last_clock_ = -1;
  std::vector<IssuedCommand> recent_;
  std::set<int> open_;
  std::map<int, std::vector<Clock>> activates_;
};

/// Serves any bursts, and lets the referee and the counters judge the commands.
template <typename Channel>
void check_legal(Channel channel, const DramPart& part, const std::vector<IssuedCommand>& log) {
  Clock clock = 0;
  std::int64_t bursts = 0;
  for (const Offer& offer : *offers()) {
    clock += offer.after;
    const std::int64_t first = offer.first < 0 ? bursts : offer.first;
    bursts += offer.count;
    perform(channel, offer, first, clock);
  }
  channel.run_until_idle();
  Referee referee(part);
  for (const IssuedCommand& command : log) {
    const std::string fault = referee.judge(command);
    if (!fault.empty()) RC_FAIL(fault);
  }
  const Counters& counters = channel.counters();
  RC_ASSERT(counters.reads + counters.writes == bursts);
  RC_ASSERT(counters.row_hits + counters.row_misses + counters.row_conflicts == bursts);
  RC_ASSERT(counters.busy == bursts * part.burst_clocks);
  RC_ASSERT(counters.activates() >= counters.row_misses + counters.row_conflicts);
  RC_ASSERT(counters.precharges <= counters.activates());
  RC_ASSERT(counters.activates_for[static_cast<std::size_t>(DataKind::kActivation)] == 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dram_channel_test)

RC_BOOST_PROP(closed_form_equals_burst_by_burst, ()) {
  const Setting setting = any_setting();
  std::vector<IssuedCommand> fast_log;
  std::vector<IssuedCommand> slow_log;
  DramChannel fast = channel_of(setting, true, &fast_log);
  DramChannel slow = channel_of(setting, false, &slow_log);
  Clock clock = 0;
  std::int64_t next = 0;
  for (const Offer& offer : *offers()) {
    clock += offer.after;
    const std::int64_t first = offer.first < 0 ? next : offer.first;
    next = first + offer.count;
    perform(fast, offer, first, clock);
    perform(slow, offer, first, clock);
    // A step of the fast one may be many; where a limit cuts one short, both are cut alike.
    RC_ASSERT(fast == slow);
  }
  fast.run_until_idle();
  slow.run_until_idle();
  RC_ASSERT(fast == slow);
  RC_ASSERT(same_commands(fast_log, slow_log));
}

RC_BOOST_PROP(what_is_foretold_comes_true, ()) {
  DramChannel channel = channel_of(any_setting(), true, nullptr);
  Clock clock = 0;
  std::int64_t next = 0;
  for (const Offer& offer : *offers()) {
    clock += offer.after;
    const std::int64_t first = offer.first < 0 ? next : offer.first;
    next = first + offer.count;
    channel.begin_transaction();
    perform(channel, offer, first, clock);
    const std::optional<Clock> foretold = channel.foretell();
    if (!foretold || !channel.has_latest()) continue;
    DramChannel ahead = channel;
    ahead.run_until_served();
    RC_ASSERT(*foretold == ahead.latest_completed());
  }
}

RC_BOOST_PROP(every_command_is_legal, ()) {
  const Setting setting = any_setting();
  std::vector<IssuedCommand> log;
  check_legal(channel_of(setting, true, &log), test::dram_part(setting.part), log);
}

RC_BOOST_PROP(every_command_of_bank_queues_is_legal, ()) {
  Setting setting = any_setting();
  setting.options.commands_per_bank = *rc::gen::inRange(1, 9);
  setting.options.row_hit_limit = *rc::gen::inRange(1, 9);
  std::vector<IssuedCommand> log;
  setting.options.log = &log;
  const DramPart part = test::dram_part(setting.part);
  check_legal(test::queued_channel(part, setting.mapping, setting.options, setting.ranks), part,
              log);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim::dram
