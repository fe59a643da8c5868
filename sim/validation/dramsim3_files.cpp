#include "sim/validation/dramsim3_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

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

/// The values of an .ini file by "section.key".
class IniFile {
 public:
  explicit IniFile(const fs::path& file) : file_(file.string()) {
    std::ifstream stream(file);
    if (!stream) throw ConfigError(file_, "cannot be read");
    std::string section;
    for (std::string line; std::getline(stream, line);) {
      line = trimmed(line.substr(0, line.find(';')));
      if (line.size() > 2 && line.front() == '[' && line.back() == ']') {
        section = line.substr(1, line.size() - 2);
      } else if (const std::size_t equals = line.find('='); equals != std::string::npos) {
        values_[section + "." + trimmed(line.substr(0, equals))] = trimmed(line.substr(equals + 1));
      }
    }
  }

  std::string text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) fail(key, "nothing", "a value");
    return found->second;
  }
  double real(const std::string& key) const {
    const std::string value = text(key);
    double number = 0;
    const auto end = std::from_chars(value.data(), value.data() + value.size(), number);
    if (end.ec != std::errc() || end.ptr != value.data() + value.size() || !(number >= 0)) {
      fail(key, deltasim::quoted(value), "a number >= 0");
    }
    return number;
  }
  Clock count(const std::string& key) const {
    const double value = real(key);
    if (value != std::floor(value) || value > 1e9) {
      fail(key, deltasim::quoted(text(key)), "a whole number");
    }
    return static_cast<Clock>(value);
  }
  int small(const std::string& key) const { return static_cast<int>(count(key)); }
  Clock timing(const std::string& name) const { return count("timing." + name); }
  bool has(const std::string& key) const { return values_.count(key) != 0; }
  void expect(const std::string& key, const std::string& value) const {
    if (text(key) != value) fail(key, deltasim::quoted(text(key)), value + ", which is modelled");
  }
  [[noreturn]] void fail(const std::string& key, std::string found, std::string expected) const {
    throw ConfigError(Fault{file_, 0, key, std::move(found), std::move(expected), ""});
  }

 private:
  std::string file_;
  std::map<std::string, std::string> values_;
};

dram::Organisation read_organisation(const IniFile& ini) {
  dram::Organisation o;
  o.bank_groups = ini.small("dram_structure.bankgroups");
  o.banks_per_group = ini.small("dram_structure.banks_per_group");
  o.rows = ini.count("dram_structure.rows");
  o.columns = ini.count("dram_structure.columns");
  o.device_width_bits = ini.small("dram_structure.device_width");
  o.burst_length = ini.small("dram_structure.BL");
  o.bus_width_bits = ini.small("system.bus_width");
  if (o.device_width_bits == 0 || o.bus_width_bits % o.device_width_bits != 0) {
    ini.fail("system.bus_width", std::to_string(o.bus_width_bits),
             fmt::format("a multiple of the device's {} bits", o.device_width_bits));
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
  const Clock read_latency = t("AL") + t("CL");
  const Clock write_latency = t("AL") + t("CWL");
  const Clock read_to_precharge = t("AL") + t("tRTP");
  const Clock write_to_precharge = write_latency + burst + t("tWR");
  const Clock turn = read_latency + burst + t("tRTRS") - write_latency;
  const Clock row_access = t("tRCD") - t("AL");
  using C = Command;
  Rules rules;
  for (const C column : {C::kRead, C::kWrite}) {
    rules.add(column, column, std::max(burst, t("tCCD_L")), std::max(burst, t("tCCD_S")),
              column == C::kRead ? burst + t("tRTRS") : burst);
    rules.add(C::kActivate, column, Scope::kSameBank, row_access);
  }
  rules.add(C::kRead, C::kWrite, turn, turn, turn);
  rules.add(C::kWrite, C::kRead, write_latency + burst + t("tWTR_L"),
            write_latency + burst + t("tWTR_S"), write_latency + burst + t("tRTRS") - read_latency);
  rules.add(C::kRead, C::kPrecharge, Scope::kSameBank, read_to_precharge);
  rules.add(C::kWrite, C::kPrecharge, Scope::kSameBank, write_to_precharge);
  rules.add(C::kActivate, C::kActivate, Scope::kSameBank, t("tRAS") + t("tRP"));
  rules.add(C::kActivate, C::kActivate, Scope::kSameBankGroup, t("tRRD_L"));
  rules.add(C::kActivate, C::kActivate, Scope::kSameRank, t("tRRD_S"));
  rules.add(C::kActivate, C::kPrecharge, Scope::kSameBank, t("tRAS"));
  rules.add(C::kPrecharge, C::kActivate, Scope::kSameBank, t("tRP"));
  rules.add(C::kPrecharge, C::kRefresh, Scope::kSameBank, t("tRP"));
  if (ini.has("timing.tPPD")) {
    rules.add(C::kPrecharge, C::kPrecharge, Scope::kSameRank, t("tPPD"));
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
      ini.fail("system.address_mapping", deltasim::quoted(theirs),
               "ch, ra, bg, ba, ro and co in some order");
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
  controller.window = ini.small("system.trans_queue_size");
  controller.commands_per_bank = ini.small("system.cmd_queue_size");
  controller.row_hit_limit = 4;  // src/command_queue.cc, rowhit_limit_reached
  return controller;
}

}  // namespace

Dramsim3Setup read_dramsim3_ini(const fs::path& file) {
  const IniFile ini(file);
  Dramsim3Setup setup;
  dram::DramPart& part = setup.part;
  part.name = file.stem().string();
  part.source = "DRAMsim3, " + file.filename().string();
  part.organisation = read_organisation(ini);
  part.clock_period_ps = std::llround(ini.real("timing.tCK") * 1000);
  part.read_latency = ini.timing("AL") + ini.timing("CL");
  part.write_latency = ini.timing("AL") + ini.timing("CWL");
  part.burst_clocks = part.organisation.burst_length / 2;  // two beats a clock
  part.refresh_interval = ini.timing("tREFI");
  part.constraints = read_constraints(ini, part.burst_clocks);
  part.activate_windows = {{4, ini.timing("tFAW")}};
  setup.controller = read_controller(ini);
  setup.address_mapping = read_mapping(ini);
  const std::int64_t rank_mebibytes = part.organisation.bytes_per_rank() >> 20;
  setup.ranks = static_cast<int>(std::max<std::int64_t>(
      1, ini.count("system.channel_size") / std::max<std::int64_t>(1, rank_mebibytes)));
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
