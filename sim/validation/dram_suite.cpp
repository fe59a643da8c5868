#include "sim/validation/dram_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "arch/errors.h"
#include "arch/resources.h"
#include "sim/components/dram/dram_channel.h"
#include "sim/components/dram/queued_channel.h"
#include "sim/validation/csv_table.h"
#include "sim/validation/dram_patterns.h"
#include "sim/validation/drampower_rows.h"
#include "sim/validation/dramsim3_files.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using dram::Clock;

constexpr double kBound = 0.02;

struct Replay {
  Clock cycles = 0;
  dram::Counters counters;
};

template <typename Channel>
void offer(Channel& channel, const std::vector<DramRequest>& requests, std::int64_t burst_bytes) {
  for (const DramRequest& request : requests) {
    channel.offer(request.address / burst_bytes, 1, request.write, 0);
  }
}

/// Until all reads are done and all writes accepted, as DRAMsim3's driver runs.
Replay replay_dramsim3(const Dramsim3Setup& setup, const std::vector<DramRequest>& requests) {
  dram::ChannelOptions options;
  static_cast<dram::ControllerSpec&>(options) = setup.controller;
  dram::QueuedChannel channel(std::make_shared<const dram::ChannelSetup>(
      setup.part,
      dram::AddressMapping(setup.address_mapping, setup.part.organisation, 1, setup.ranks),
      options));
  offer(channel, requests, setup.part.organisation.burst_bytes());
  channel.run_until_taken();
  if (requests.back().write) {
    channel.run_until(channel.last_taken() + 1);
    return {channel.now(), channel.counters()};
  }
  const std::int64_t reads = std::count_if(requests.begin(), requests.end(),
                                           [](const DramRequest& r) { return !r.write; });
  while (channel.counters().reads < reads) channel.run_until(channel.now() + 1);
  return {channel.data_end(), channel.counters()};
}

/// As Ramulator and DRAMSys count: until the last request is accepted.
Replay replay_window(const std::string& part_name, const std::string& mapping,
                     const std::vector<DramRequest>& requests) {
  const dram::DramPart part = dram::load_dram_part(configs_folder() / "dram", part_name);
  dram::DramChannel channel(std::make_shared<const dram::ChannelSetup>(
      part, dram::AddressMapping(mapping, part.organisation, 1, 1), dram::ChannelOptions{}));
  offer(channel, requests, part.organisation.burst_bytes());
  channel.run_until_taken();
  return {channel.last_taken(), channel.counters()};
}

ValidationRow row(const std::string& group, std::string what, Clock ours, Clock theirs) {
  return bounded_row(group, std::move(what), static_cast<double>(ours), static_cast<double>(theirs),
                     kBound);
}

/// Refreshes come at fixed times: runs whose ends lie within the bound differ by the last one.
ValidationRow refresh_row(const std::string& group, Clock ours, Clock theirs) {
  ValidationRow result = row(group, "refreshes", ours, theirs);
  result.holds = result.holds || std::abs(ours - theirs) <= 1;
  if (ours != theirs) result.note = "or one: the last may fall on either side of the end";
  return result;
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The last word of "..._mix.json".
std::string pattern_of(const fs::path& file) {
  const std::string stem = file.stem().string();
  return stem.substr(stem.rfind('_') + 1);
}

std::vector<DramRequest> requests_of(const fs::path& file) {
  std::vector<DramRequest> requests = dram_pattern(pattern_of(file));
  if (requests.empty()) {
    throw ConfigError(Fault{file.string(), 0, "pattern", deltasim::quoted(pattern_of(file)),
                            "seqr, seqw, mix, rndr or rndw as the file name's last word", ""});
  }
  return requests;
}

/// Reports every file that is not there: a part of a group would look like the whole.
void require_files(const fs::path& folder, const std::vector<std::string>& names) {
  std::vector<Fault> faults;
  for (const std::string& name : names) {
    if (fs::exists(folder / name)) continue;
    Fault& fault = faults.emplace_back();
    fault.file = (folder / name).string();
    fault.found = "no such file";
    fault.expected = fmt::format("all of {}", fmt::join(names, ", "));
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

constexpr const char* kPatterns[] = {"mix", "rndr", "rndw", "seqr", "seqw"};

/// The runs of every part there is. A run of no part is told.
void require_dramsim3_runs(const fs::path& folder, SuiteResult& result) {
  const std::vector<fs::path> inis = files_in(folder, ".ini");
  if (inis.empty()) throw ConfigError(folder.string(), "holds no PART.ini");
  std::vector<std::string> runs;
  for (const fs::path& ini : inis) {
    for (const char* pattern : kPatterns) {
      runs.push_back(fmt::format("{}_{}.json", ini.stem().string(), pattern));
    }
  }
  require_files(folder, runs);
  for (const fs::path& file : files_in(folder, ".json")) {
    const std::string name = file.filename().string();
    if (std::ranges::find(runs, name) != runs.end()) continue;
    result.notes.push_back(fmt::format("DRAMsim3: {} is not known here and not compared", name));
  }
}

void compare_dramsim3(const fs::path& folder, SuiteResult& result) {
  require_dramsim3_runs(folder, result);
  for (const fs::path& ini : files_in(folder, ".ini")) {
    const Dramsim3Setup setup = read_dramsim3_ini(ini);
    for (const char* pattern : kPatterns) {
      const fs::path file = folder / fmt::format("{}_{}.json", ini.stem().string(), pattern);
      const Dramsim3Counts theirs = read_dramsim3_counts(file);
      const Replay ours = replay_dramsim3(setup, requests_of(file));
      const std::string group = "DRAMsim3 " + file.stem().string();
      const dram::Counters& counters = ours.counters;
      result.rows.push_back(row(group, "cycles", ours.cycles, theirs.cycles));
      result.rows.push_back(row(group, "reads", counters.reads, theirs.reads));
      result.rows.push_back(row(group, "writes", counters.writes, theirs.writes));
      result.rows.push_back(row(group, "activates", counters.activates(), theirs.activates));
      result.rows.push_back(row(group, "precharges", counters.precharges, theirs.precharges));
      result.rows.push_back(refresh_row(group, counters.refreshes, theirs.refreshes));
    }
  }
}

double read_number(const CsvTable& table, std::size_t row, const std::string& text) {
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || !(number > 0)) {
    throw ConfigError(Fault{table.file(), table.line(row), "cycles_per_64B_request",
                            deltasim::quoted(text), "a number > 0", ""});
  }
  return number;
}

void compare_dramsys(const fs::path& folder, SuiteResult& result) {
  struct Run {
    const char* pattern;
    const char* mapping;
  };
  // Its patterns and mappings by the words of summary.csv.
  static const std::map<std::pair<std::string, std::string>, Run> kRuns{
      {{"seq_read", "bank-row-column (all in one bank)"}, {"seqr", "bankgroup_bank_row_column"}},
      {{"seq_read", "bank-group interleaved"}, {"seqr", "row_bank_column_bankgroup"}},
      {{"random_read_1GiB", "bank-group interleaved"}, {"rndr", "row_bank_column_bankgroup"}}};
  const CsvTable table(folder / "summary.csv");
  const auto patterns = table.texts("pattern");
  const auto mappings = table.texts("mapping");
  const auto cycles = table.texts("cycles_per_64B_request");
  std::vector<Fault> faults;
  for (const auto& [words, run] : kRuns) {
    bool there = false;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      there = there || words == std::pair(patterns[i], mappings[i]);
    }
    if (there) continue;
    faults.push_back({.file = table.file(),
                      .key_path = "pattern, mapping",
                      .found = "no such row",
                      .expected = words.first + ", " + words.second});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto run = kRuns.find({patterns[i], mappings[i]});
    if (run == kRuns.end()) {
      result.notes.push_back(fmt::format("DRAMSys: {}, {} is not known here and not compared",
                                         patterns[i], mappings[i]));
      continue;
    }
    const std::vector<DramRequest> requests = dram_pattern(run->second.pattern);
    const Replay ours = replay_window("ddr4_2400_4gb_x8", run->second.mapping, requests);
    result.rows.push_back(
        bounded_row("DRAMSys", fmt::format("{}, {}: cycles a request", patterns[i], mappings[i]),
                    static_cast<double>(ours.cycles) / static_cast<double>(requests.size()),
                    read_number(table, i, cycles[i]), kBound));
  }
}

struct RamulatorCounts {
  std::string mapper;
  Clock cycles, reads, writes, refreshes;
  Clock opened;  ///< requests that met another row, or none
};

RamulatorCounts read_ramulator(const fs::path& file) {
  try {
    std::ifstream stream(file);
    const nlohmann::json controller =
        nlohmann::json::parse(stream).at("memory_system").at("controller");
    return {controller.at("addr_mapper").at("impl"),
            controller.at("cycles"),
            controller.at("num_read_reqs_served"),
            controller.at("num_write_reqs_served"),
            controller.at("num_maintenance_reqs"),
            controller.at("row_conflicts").get<Clock>() + controller.at("row_misses").get<Clock>()};
  } catch (const nlohmann::json::exception& fault) {
    throw ConfigError(file.string(), fmt::format("no statistics of Ramulator 2: {}", fault.what()));
  }
}

void compare_ramulator(const fs::path& folder, SuiteResult& result) {
  // Its mappers in our words, from the most significant field.
  static const std::map<std::string, std::string> kMappings{
      {"ChRaBaRoCo", "bankgroup_bank_row_column"},
      {"RoBaRaCoCh", "row_bank_bankgroup_column"},
      {"MOP4CLXOR", "row_column_bank_bankgroup_column2_xor"}};
  require_files(folder,
                {"DDR4_8Gb_x8_2400R_ChRaBaRoCo_rndr.json", "DDR4_8Gb_x8_2400R_ChRaBaRoCo_seqr.json",
                 "DDR4_8Gb_x8_2400R_MOP4CLXOR_rndr.json", "DDR4_8Gb_x8_2400R_MOP4CLXOR_seqr.json",
                 "DDR4_8Gb_x8_2400R_RoBaRaCoCh_mix.json", "DDR4_8Gb_x8_2400R_RoBaRaCoCh_rndr.json",
                 "DDR4_8Gb_x8_2400R_RoBaRaCoCh_rndw.json", "DDR4_8Gb_x8_2400R_RoBaRaCoCh_seqr.json",
                 "DDR4_8Gb_x8_2400R_RoBaRaCoCh_seqw.json"});
  for (const fs::path& file : files_in(folder, ".json")) {
    const RamulatorCounts theirs = read_ramulator(file);
    const auto mapping = kMappings.find(theirs.mapper);
    if (mapping == kMappings.end()) {
      result.notes.push_back(
          fmt::format("Ramulator 2: the mapper {} is not known here", theirs.mapper));
      continue;
    }
    const Replay ours = replay_window("ddr4_2400_8gb_x8", mapping->second, requests_of(file));
    const std::string group = "Ramulator 2 " + file.stem().string();
    const dram::Counters& counters = ours.counters;
    result.rows.push_back(row(group, "cycles", ours.cycles, theirs.cycles));
    result.rows.push_back(row(group, "reads", counters.reads, theirs.reads));
    result.rows.push_back(row(group, "writes", counters.writes, theirs.writes));
    result.rows.push_back(refresh_row(group, counters.refreshes, theirs.refreshes));
    const Clock opened = counters.row_misses + counters.row_conflicts;
    if (theirs.mapper == "MOP4CLXOR" && pattern_of(file) == "seqr") {
      result.rows.push_back(told_row(group, "bursts that met no open row", opened,
                                     fmt::format("theirs {}: it closes rows that its queue still "
                                                 "has bursts for",
                                                 theirs.opened)));
    } else {
      result.rows.push_back(row(group, "bursts that met no open row", opened, theirs.opened));
    }
  }
}

void append(std::vector<ValidationRow> rows, SuiteResult& result) {
  std::move(rows.begin(), rows.end(), std::back_inserter(result.rows));
}

void compare_dramsim3_energy(const fs::path& folder, SuiteResult& result) {
  constexpr const char* kRun = "DDR4_8Gb_x8_2400_mix.json";
  if (fs::exists(folder / kRun)) {
    append(dramsim3_energy_rows(folder), result);
  } else {
    result.missing.push_back(fmt::format("the energies of dramsim3/{}", kRun));
  }
}

void compare_drampower(const fs::path& folder, SuiteResult& result) {
  append(drampower_rows(folder), result);
}

/// One simulator's rows, made of the files in its folder.
struct RowGroup {
  const char* folder;
  void (*compare)(const fs::path& folder, SuiteResult& result);
};
constexpr RowGroup kRowGroups[] = {
    {"dramsim3", compare_dramsim3},    {"dramsys", compare_dramsys},
    {"ramulator2", compare_ramulator}, {"dramsim3", compare_dramsim3_energy},
    {"drampower", compare_drampower},
};

}  // namespace

DataNeed DramSuite::need() const {
  return {"dramsim3",
          "PART.ini, PART_PATTERN.json; beside it dramsys/summary.csv, "
          "ramulator2/PART_MAPPER_PATTERN.json, drampower/summary.csv and ddr4.json",
          {".ini"}};
}

SuiteResult DramSuite::run(const SuiteContext& context) const {
  SuiteResult result;
  const fs::path beside = fs::weakly_canonical(context.data).parent_path();
  for (const RowGroup& group : kRowGroups) {
    const bool own = group.folder == need().folder;
    const fs::path folder = own ? context.data : beside / group.folder;
    if (fs::is_directory(folder)) {
      group.compare(folder, result);
    } else {
      result.missing.push_back(fmt::format("{}/", group.folder));
      result.notes.push_back(
          fmt::format("NOT COMPARED with {0}: there is no folder {0}/ beside {1}/", group.folder,
                      need().folder));
    }
  }
  return result;
}

}  // namespace deltasim
