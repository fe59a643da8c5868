#include "sim/validation/drampower_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "arch/errors.h"
#include "arch/resources.h"
#include "sim/validation/csv_table.h"
#include "sim/validation/drampower_sequence.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using dram::Command;
using dram::Current;
using dram::PowerTerm;
using Json = nlohmann::json;

constexpr double kBound = 0.01;

/// @throws ConfigError with what `read` finds missing or of another kind
template <typename Read>
auto read_json(const fs::path& file, Read read) {
  std::ifstream stream(file);
  if (!stream) throw ConfigError(file.string(), "cannot be read");
  try {
    return read(Json::parse(stream));
  } catch (const Json::exception& error) {
    throw ConfigError(file.string(), error.what());
  } catch (const ConfigError& error) {
    std::vector<Fault> faults = error.faults();
    for (Fault& fault : faults) fault.file = file.string();
    throw ConfigError(std::move(faults));
  }
}

/// @throws ConfigError, without the file's name, where it does not lie in these bounds
double read_number(const Json& map, const std::string& key, double least, double most) {
  const double number = map.at(key).get<double>();
  if (number >= least && number <= most) return number;
  throw ConfigError(Fault{.key_path = key,
                          .found = fmt::format("{}", number),
                          .expected = fmt::format("a number from {} to {}", least, most)});
}

/// At least 1.
std::int64_t read_count(const Json& map, const std::string& key, double most) {
  const double number = read_number(map, key, 1, most);
  if (number == std::floor(number)) return static_cast<std::int64_t>(number);
  throw ConfigError(
      Fault{.key_path = key, .found = fmt::format("{}", number), .expected = "a whole number"});
}

Volts read_voltage(const Json& power, const std::string& key) {
  return Volts(read_number(power, key, 0.1, 10));
}

dram::Rail read_rail(const Json& power, const std::string& name) {
  const std::string prefix = name == "vdd" ? "idd" : "ipp";
  // The test device draws nothing from VPP.
  const double least = name == "vdd" ? 1e-9 : 0;
  dram::Rail rail{name, read_voltage(power, name), {}};
  const std::pair<Current, const char*> keys[] = {
      {Current::kIdd0, "0"},   {Current::kIdd2n, "2n"}, {Current::kIdd2p, "2p"},
      {Current::kIdd3n, "3n"}, {Current::kIdd3p, "3p"}, {Current::kIdd4r, "4r"},
      {Current::kIdd4w, "4w"}, {Current::kIdd5b, "5B"}, {Current::kIdd6, "6n"}};
  for (const auto& [current, key] : keys) {
    rail.currents[static_cast<std::size_t>(current)] =
        Amperes(read_number(power, prefix + key, least, 100));
  }
  return rail;
}

dram::BusLines read_lines(const Json& impedance, Volts voltage) {
  const auto line = [&](const std::string& name) {
    return dram::BusLine{Farads(read_number(impedance, "C_total_" + name, 0, 1e-9)),
                         Ohms(read_number(impedance, "R_eq_" + name, 1, 1e9))};
  };
  return {voltage, line("ck"), line("cb"), line("dqs"), line("rb"), line("wb"), 27};
}

/// DRAMPower's memory specification as a part. Its timings are those of a test device.
dram::DramPart read_device(const Json& json) {
  const Json& spec = json.at("memspec");
  const Json& shape = spec.at("memarchitecturespec");
  const Json& timing = spec.at("memtimingspec");
  const Json& power = spec.at("mempowerspec");
  const auto count = [](const Json& map, const char* key, int most) {
    return static_cast<int>(read_count(map, key, most));
  };
  dram::DramPart part;
  part.name = spec.at("memoryId").get<std::string>();
  part.organisation.bank_groups = 1;
  part.organisation.banks_per_group = count(shape, "nbrOfBanks", dram::kMaxBanks);
  part.organisation.device_width_bits = count(shape, "width", 1024);
  part.organisation.bus_width_bits =
      part.organisation.device_width_bits * count(shape, "nbrOfDevices", 64);
  part.organisation.burst_length = count(shape, "burstLength", 64);
  part.clock_period_ps = std::llround(read_number(timing, "tCK", 10e-12, 100e-9) * 1e12);
  part.organisation.beats_per_clock = count(shape, "dataRate", part.organisation.burst_length);
  part.burst_clocks = part.organisation.burst_length / part.organisation.beats_per_clock;
  part.power.emplace();
  part.power->timings = {read_count(timing, "RAS", 1e6), read_count(timing, "RP", 1e6),
                         read_count(timing, "RFC1", 1e6), 0};
  part.power->rails = {read_rail(power, "vdd"), read_rail(power, "vpp")};
  part.power->rho = read_number(spec.at("bankwisespec"), "factRho", 0, 1);
  part.power->interface.model = dram::InterfaceModel::kLines;
  part.power->interface.lines =
      read_lines(spec.at("memimpedancespec"), read_voltage(power, "vddq"));
  return part;
}

DramPowerSequence shipped_trace() {
  const std::vector<std::uint8_t> data{1, 2, 3, 4, 5, 6, 7, 8};
  return {{{0, Command::kActivate},
           {15, Command::kWrite, 0, data},
           {20, Command::kRead, 0, data},
           {40, Command::kPrecharge}},
          45};
}

DramPowerSequence row_cycles() {
  DramPowerSequence sequence;
  for (std::int64_t i = 0; i < 1000; ++i) {
    sequence.commands.push_back({60 * i, Command::kActivate});
    sequence.commands.push_back({60 * i + 45, Command::kPrecharge});
  }
  sequence.end = 60'000;
  return sequence;
}

DramPowerSequence bursts(Command command, std::uint8_t even, std::uint8_t odd) {
  std::vector<std::uint8_t> data(64, even);
  for (std::size_t i = 1; i < data.size(); i += 2) data[i] = odd;
  DramPowerSequence sequence;
  for (std::int64_t row = 0; row < 8; ++row) {
    const std::int64_t start = 840 * row;
    sequence.commands.push_back({start, Command::kActivate});
    for (std::int64_t i = 0; i < 128; ++i) {
      sequence.commands.push_back({start + 16 + 6 * i, command, 0, data});
    }
    sequence.commands.push_back({start + 807, Command::kPrecharge});
  }
  sequence.end = std::int64_t{8} * 840;
  return sequence;
}

constexpr const char* kTraces[] = {"ddr4",        "idle6720",   "act_pre_1000", "rd1024_zero",
                                   "rd1024_ones", "rd1024_alt", "wr1024_zero",  "wr1024_alt"};

std::optional<DramPowerSequence> sequence_of(const std::string& trace) {
  if (trace == "ddr4") return shipped_trace();
  if (trace == "idle6720") return DramPowerSequence{{}, 6740};
  if (trace == "act_pre_1000") return row_cycles();
  if (trace == "rd1024_zero") return bursts(Command::kRead, 0x00, 0x00);
  if (trace == "rd1024_ones") return bursts(Command::kRead, 0xff, 0xff);
  if (trace == "rd1024_alt") return bursts(Command::kRead, 0x00, 0xff);
  if (trace == "wr1024_zero") return bursts(Command::kWrite, 0x00, 0x00);
  if (trace == "wr1024_alt") return bursts(Command::kWrite, 0x00, 0xff);
  return std::nullopt;
}

double joules(Picojoules energy) { return energy.value() * 1e-12; }

/// The traces that sequence_of() knows must all be there.
void require_traces(const CsvTable& summary, const std::vector<std::string>& there) {
  std::vector<Fault> faults;
  for (const char* trace : kTraces) {
    if (std::ranges::find(there, trace) != there.end()) continue;
    faults.push_back(
        {.file = summary.file(), .key_path = "trace", .found = "no such row", .expected = trace});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

struct CommandEnergy {
  const char* what;
  const char* energy;  ///< key of DRAMsim3's statistics, mA V clocks
  const char* count;
  PowerTerm term;
};

}  // namespace

std::vector<ValidationRow> drampower_rows(const fs::path& folder) {
  const dram::DramPower power(read_json(folder / "ddr4.json", read_device));
  const CsvTable summary(folder / "summary.csv");
  const std::vector<std::string> traces = summary.texts("trace");
  const std::vector<double> totals = summary.numbers("total_J");
  const std::string group = "DRAMPower 5.1, its DDR4 test device";
  const std::int64_t burst_bits = 8 * power.part().organisation.burst_bytes();
  std::vector<ValidationRow> rows;
  require_traces(summary, traces);
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const auto sequence = sequence_of(traces[i]);
    if (!sequence) {
      throw ConfigError(Fault{summary.file(), summary.line(i), "trace", traces[i],
                              "a trace whose commands are known", ""});
    }
    const Picojoules energy = sequence_energy(power, replay(*sequence, burst_bits));
    rows.push_back(bounded_row(group, traces[i] + ", J", joules(energy), totals[i], kBound));
  }
  return rows;
}

std::vector<ValidationRow> dramsim3_energy_rows(const fs::path& folder) {
  constexpr double kClockNs = 0.83;
  constexpr CommandEnergy kCommands[] = {
      {"activate and precharge", "act_energy", "num_act_cmds", PowerTerm::kActivate},
      {"read burst", "read_energy", "num_read_cmds", PowerTerm::kRead},
      {"write burst", "write_energy", "num_write_cmds", PowerTerm::kWrite},
      {"refresh", "ref_energy", "num_ref_cmds", PowerTerm::kRefresh}};
  const dram::DramPart part =
      dram::load_dram_part(configs_folder() / "dram", "ddr4_2400_8gb_x8_cl17");
  const dram::DramPower power(part);
  const auto ours = [&](PowerTerm term) {
    const double bits = 8 * static_cast<double>(part.organisation.burst_bytes());
    const Picojoules unit = power.unit(term).energy;
    if (term == PowerTerm::kActivate) {
      return (unit + power.unit(PowerTerm::kPrecharge).energy).value();
    }
    return unit.value() * (term == PowerTerm::kRefresh ? 1 : bits);
  };
  const fs::path file = folder / "DDR4_8Gb_x8_2400_mix.json";
  return read_json(file, [&](const Json& json) {
    std::vector<ValidationRow> rows;
    for (const CommandEnergy& command : kCommands) {
      const Json& channel = json.at("0");
      const double theirs = channel.at(command.energy).get<double>() /
                            channel.at(command.count).get<double>() * kClockNs;
      ValidationRow row = bounded_row("DRAMsim3, DDR4-2400 8Gb x8, pJ a command", command.what,
                                      ours(command.term), theirs, kBound);
      row.bound.reset();
      row.holds = true;
      rows.push_back(std::move(row));
    }
    return rows;
  });
}

}  // namespace deltasim
