#include "sim/validation/dramsim3_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "arch/dram_part_checks.h"
#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using dram::Clock;
using dram::Command;
using dram::Scope;

std::string trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(" \t\r") - from + 1));
}

constexpr Clock kLongestTiming = 1'000'000;
constexpr Clock kLargestQueue = 64;

/// The values of an .ini file by "section.key".
class IniFile {
 public:
  explicit IniFile(const fs::path& file) : file_(file.string()) {
    std::ifstream stream(file);
    if (!stream) throw ConfigError(file_, "cannot be read");
    std::string section;
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
      ++number;
      line = trimmed(line.substr(0, line.find(';')));
      if (line.size() > 2 && line.front() == '[' && line.back() == ']') {
        section = line.substr(1, line.size() - 2);
      } else if (const std::size_t equals = line.find('='); equals != std::string::npos) {
        values_[section + "." + trimmed(line.substr(0, equals))] = {
            trimmed(line.substr(equals + 1)), number};
      }
    }
  }

  std::string text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) fail(key, "a value");
    return found->second.text;
  }
  double real(const std::string& key, double least, double most) const {
    const std::optional<double> number = read(text(key));
    // A number that is none is in no range.
    if (!number || !(*number >= least && *number <= most)) {
      fail(key, fmt::format("a number from {} to {}", least, most));
    }
    return *number;
  }
  Clock count(const std::string& key, Clock least, Clock most) const {
    const std::optional<double> number = read(text(key));
    if (!number || !(*number >= static_cast<double>(least)) ||
        !(*number <= static_cast<double>(most)) || *number != std::floor(*number)) {
      fail(key, fmt::format("a whole number from {} to {}", least, most));
    }
    return static_cast<Clock>(*number);
  }
  Clock power_of_two(const std::string& key, Clock least, Clock most) const {
    const Clock value = count(key, least, most);
    if ((value & (value - 1)) != 0) fail(key, "a power of two");
    return value;
  }
  Clock timing(const std::string& name, Clock least = 1) const {
    return count("timing." + name, least, kLongestTiming);
  }
  int queue(const std::string& name) const {
    return static_cast<int>(count("system." + name, 1, kLargestQueue));
  }
  bool has(const std::string& key) const { return values_.count(key) != 0; }
  void expect(const std::string& key, const std::string& value) const {
    if (text(key) != value) fail(key, value + ", which is modelled");
  }
  [[noreturn]] void fail(const std::string& key, std::string expected) const {
    const auto found = values_.find(key);
    const bool there = found != values_.end();
    throw ConfigError(Fault{file_, there ? found->second.line : 0, key,
                            there ? deltasim::quoted(found->second.text) : "nothing",
                            std::move(expected), ""});
  }

 private:
  struct Value {
    std::string text;
    int line = 0;
  };

  static std::optional<double> read(const std::string& text) {
    double number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
    return number;
  }

  std::string file_;
  std::map<std::string, Value> values_;
};

dram::Organisation read_organisation(const IniFile& ini) {
  const auto power_of_two = [&](const char* key, Clock most) {
    return static_cast<int>(ini.power_of_two(std::string("dram_structure.") + key, 1, most));
  };
  dram::Organisation o;
  o.bank_groups = power_of_two("bankgroups", dram::kMaxBanks);
  o.banks_per_group = power_of_two("banks_per_group", dram::kMaxBanks / o.bank_groups);
  o.rows = power_of_two("rows", 1 << 24);
  o.columns = power_of_two("columns", 1 << 16);
  o.device_width_bits = power_of_two("device_width", 1024);
  // Two beats a clock, and a burst of whole clocks.
  o.burst_length =
      static_cast<int>(ini.power_of_two("dram_structure.BL", 2, std::min<Clock>(64, o.columns)));
  o.bus_width_bits = static_cast<int>(ini.count("system.bus_width", 8, 4096));
  if (o.bus_width_bits % 8 != 0 || o.bus_width_bits % o.device_width_bits != 0) {
    ini.fail("system.bus_width", fmt::format("whole bytes, and a multiple of the device's {} bits",
                                             o.device_width_bits));
  }
  return o;
}

/// Collects constraints that hold within several scopes.
class Rules {
 public:
  void add(Command from, Command to, Scope scope, Clock clocks) {
    rules_.push_back({from, to, scope, clocks});
  }
  /// A long distance within a bank group, a short one within the rank, one between ranks.
  void add(Command from, Command to, Clock in_group, Clock in_rank, Clock between_ranks) {
    add(from, to, Scope::kSameBankGroup, in_group);
    add(from, to, Scope::kSameRank, in_rank);
    add(from, to, Scope::kOtherRank, between_ranks);
  }
  std::vector<dram::Constraint> take() { return std::move(rules_); }

 private:
  std::vector<dram::Constraint> rules_;
};

std::vector<dram::Constraint> read_constraints(const IniFile& ini, Clock burst) {
  const auto t = [&](const char* name) { return ini.timing(name); };
  // A column command waits in the device for AL clocks, so that it may come before its row is open,
  // but not before the row's activate.
  const Clock additive = ini.count("timing.AL", 0, t("tRCD"));
  const Clock read_latency = additive + t("CL");
  const Clock write_latency = additive + t("CWL");
  const Clock read_to_precharge = additive + t("tRTP");
  const Clock write_to_precharge = write_latency + burst + t("tWR");
  const Clock switching = ini.timing("tRTRS", 0);
  const Clock turn = read_latency + burst + switching - write_latency;
  const Clock row_access = t("tRCD") - additive;
  using C = Command;
  Rules rules;
  for (const C column : {C::kRead, C::kWrite}) {
    rules.add(column, column, std::max(burst, t("tCCD_L")), std::max(burst, t("tCCD_S")),
              column == C::kRead ? burst + switching : burst);
    rules.add(C::kActivate, column, Scope::kSameBank, row_access);
  }
  rules.add(C::kRead, C::kWrite, turn, turn, turn);
  rules.add(C::kWrite, C::kRead, write_latency + burst + t("tWTR_L"),
            write_latency + burst + t("tWTR_S"), write_latency + burst + switching - read_latency);
  rules.add(C::kRead, C::kPrecharge, Scope::kSameBank, read_to_precharge);
  rules.add(C::kWrite, C::kPrecharge, Scope::kSameBank, write_to_precharge);
  rules.add(C::kActivate, C::kActivate, Scope::kSameBank, t("tRAS") + t("tRP"));
  rules.add(C::kActivate, C::kActivate, Scope::kSameBankGroup, t("tRRD_L"));
  rules.add(C::kActivate, C::kActivate, Scope::kSameRank, t("tRRD_S"));
  rules.add(C::kActivate, C::kPrecharge, Scope::kSameBank, t("tRAS"));
  rules.add(C::kPrecharge, C::kActivate, Scope::kSameBank, t("tRP"));
  rules.add(C::kPrecharge, C::kRefresh, Scope::kSameBank, t("tRP"));
  if (ini.has("timing.tPPD")) {
    rules.add(C::kPrecharge, C::kPrecharge, Scope::kSameRank, ini.timing("tPPD", 0));
  }
  rules.add(C::kRefresh, C::kActivate, Scope::kSameRank, t("tRFC"));
  rules.add(C::kRefresh, C::kRefresh, Scope::kSameRank, t("tRFC"));
  return rules.take();
}

/// "rochrababgco" in our words.
std::string read_mapping(const IniFile& ini) {
  static const std::map<std::string, std::string> kFields{{"ro", "row"},       {"ch", "channel"},
                                                          {"ra", "rank"},      {"ba", "bank"},
                                                          {"bg", "bankgroup"}, {"co", "column"}};
  const std::string theirs = ini.text("system.address_mapping");
  std::string ours;
  for (std::size_t at = 0; at < theirs.size(); at += 2) {
    const auto field = kFields.find(theirs.substr(at, 2));
    if (field == kFields.end()) {
      ini.fail("system.address_mapping", "ch, ra, bg, ba, ro and co in some order");
    }
    ours += (ours.empty() ? "" : "_") + field->second;
  }
  return ours;
}

dram::ControllerSpec read_controller(const IniFile& ini) {
  ini.expect("system.channels", "1");
  ini.expect("system.queue_structure", "PER_BANK");
  ini.expect("system.refresh_policy", "RANK_LEVEL_STAGGERED");
  ini.expect("system.row_buf_policy", "OPEN_PAGE");
  dram::ControllerSpec controller;
  controller.queues = dram::QueueStructure::kPerBank;
  controller.window = ini.queue("trans_queue_size");
  controller.commands_per_bank = ini.queue("cmd_queue_size");
  controller.row_hit_limit = 4;  // src/command_queue.cc, rowhit_limit_reached
  return controller;
}

/// As many as channel_size holds, and at least one.
int read_ranks(const IniFile& ini, const dram::Organisation& organisation) {
  const std::int64_t rank_mebibytes =
      std::max<std::int64_t>(1, organisation.bytes_per_rank() >> 20);
  const Clock mebibytes = ini.count("system.channel_size", 1, 1 << 30);
  const Clock ranks = std::max<Clock>(1, mebibytes / rank_mebibytes);
  const Clock most = dram::kMaxBanks / organisation.banks();
  if (ranks > most || (ranks & (ranks - 1)) != 0) {
    ini.fail("system.channel_size",
             fmt::format("ranks of {} MiB, a power of two of them and at most {}", rank_mebibytes,
                         most));
  }
  return static_cast<int>(ranks);
}

/// The rules themselves keep bursts apart on the data bus.
void check_refresh(const IniFile& ini, const dram::DramPart& part) {
  const std::vector<std::string> misfits = dram::refresh_misfits(part);
  if (!misfits.empty()) ini.fail("timing.tREFI", fmt::format("{}", fmt::join(misfits, "; ")));
}

}  // namespace

Dramsim3Setup read_dramsim3_ini(const fs::path& file) {
  const IniFile ini(file);
  Dramsim3Setup setup;
  dram::DramPart& part = setup.part;
  part.name = file.stem().string();
  part.source = "DRAMsim3, " + file.filename().string();
  part.organisation = read_organisation(ini);
  part.clock_period_ps = std::llround(ini.real("timing.tCK", 0.01, 100) * 1000);
  const Clock additive = ini.timing("AL", 0);
  part.read_latency = additive + ini.timing("CL");
  part.write_latency = additive + ini.timing("CWL");
  part.burst_clocks = part.organisation.burst_length / part.organisation.beats_per_clock;
  part.refresh_interval = ini.timing("tREFI");
  part.constraints = read_constraints(ini, part.burst_clocks);
  part.activate_windows = {{4, ini.timing("tFAW")}};
  check_refresh(ini, part);
  setup.controller = read_controller(ini);
  setup.address_mapping = read_mapping(ini);
  setup.ranks = read_ranks(ini, part.organisation);
  return setup;
}

Dramsim3Counts read_dramsim3_counts(const fs::path& file) {
  try {
    std::ifstream stream(file);
    const nlohmann::json channel = nlohmann::json::parse(stream).at("0");
    Dramsim3Counts counts{channel.at("num_cycles"),
                          channel.at("num_read_cmds"),
                          channel.at("num_write_cmds"),
                          channel.at("num_act_cmds"),
                          channel.at("num_pre_cmds"),
                          channel.at("num_ref_cmds"),
                          0};
    for (const auto& rank : channel.at("all_bank_idle_cycles")) {
      counts.idle_cycles += rank.get<std::int64_t>();
    }
    return counts;
  } catch (const nlohmann::json::exception& fault) {
    throw ConfigError(file.string(), fmt::format("no statistics of DRAMsim3: {}", fault.what()));
  }
}

}  // namespace deltasim
