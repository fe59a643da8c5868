#include "sim/validation/drampower_sequence.h"

#include <algorithm>
#include <bit>

namespace deltasim {
namespace {

using dram::Command;
using dram::PowerTerm;

constexpr std::uint8_t kIdle = 0xff;

/// Lines of DDR4's command bus that are low for a command to row 0 of bank 0 (ACT_n to A17;
/// JESD79-4 table 17; DDR4Interface.cpp). The low column bits are low for a read, high for a write.
int low_command_lines(const DramPowerCommand& command) {
  constexpr int kBankLines = 4;
  constexpr int kRowLines = 18;
  const int column_ones = std::popcount(command.column & ~7U);
  switch (command.command) {
    case Command::kActivate:
      return 2 + kBankLines + kRowLines;
    case Command::kRead:
      return 3 + kBankLines + 10 - column_ones;
    case Command::kWrite:
      return 4 + kBankLines + 7 - column_ones;
    default:
      return 4 + kBankLines;  // precharge
  }
}

/// The data lines of one direction, beat by beat.
class DataLines {
 public:
  void load(std::int64_t clock, const std::vector<std::uint8_t>& data) {
    drive_until(2 * clock);
    start_ = 2 * clock;
    data_ = data;
  }
  LineUse finish(std::int64_t end) {
    drive_until(2 * end);
    return use_;
  }

 private:
  void drive_until(std::int64_t beat) {
    const auto beats =
        std::min<std::int64_t>(beat - start_, static_cast<std::int64_t>(data_.size()));
    for (std::int64_t b = 0; b < beats; ++b) drive(data_[static_cast<std::size_t>(b)]);
    if (start_ + beats < beat) drive(kIdle);
    data_.clear();
  }
  void drive(std::uint8_t lines) {
    use_.rises += std::popcount(static_cast<unsigned>(lines & ~last_));
    use_.low_clocks += 0.5 * (8 - std::popcount(lines));
    last_ = lines;
  }

  std::int64_t start_ = 0;
  std::vector<std::uint8_t> data_;
  std::uint8_t last_ = kIdle;
  LineUse use_;
};

std::int64_t& count(DramPowerReplay& replay, PowerTerm term) {
  return replay.counts[static_cast<std::size_t>(term)];
}

/// A pair of lines toggles every clock, each low for half of it.
void toggle(LineUse& pair, std::int64_t clocks) {
  pair.rises += 2 * static_cast<double>(clocks);
  pair.low_clocks += static_cast<double>(clocks);
}

}  // namespace

DramPowerReplay replay(const DramPowerSequence& sequence, std::int64_t burst_bits) {
  DramPowerReplay replay;
  DataLines read, write;
  std::int64_t active = 0;
  std::int64_t opened = -1;
  for (const DramPowerCommand& command : sequence.commands) {
    const int low = low_command_lines(command);
    replay.command.rises += low;
    replay.command.low_clocks += low;
    switch (command.command) {
      case Command::kActivate:
        ++count(replay, PowerTerm::kActivate);
        opened = command.clock;
        break;
      case Command::kRead:
      case Command::kWrite: {
        const bool reads = command.command == Command::kRead;
        count(replay, reads ? PowerTerm::kRead : PowerTerm::kWrite) += burst_bits;
        (reads ? read : write).load(command.clock, command.data);
        toggle(replay.strobe, static_cast<std::int64_t>(command.data.size()) / 2);
        break;
      }
      default:
        ++count(replay, PowerTerm::kPrecharge);
        active += command.clock - opened;
        opened = -1;
    }
  }
  if (opened >= 0) active += sequence.end - opened;
  count(replay, PowerTerm::kActiveStandby) = active;
  count(replay, PowerTerm::kActiveBanks) = active;  // one bank
  count(replay, PowerTerm::kPrechargedStandby) = sequence.end - active;
  replay.read = read.finish(sequence.end);
  replay.write = write.finish(sequence.end);
  toggle(replay.clock, sequence.end);
  return replay;
}

Picojoules sequence_energy(const dram::DramPower& power, const DramPowerReplay& replay) {
  const dram::BusLines& lines = power.part().power->interface.lines;
  const Seconds clock(static_cast<double>(power.part().clock_period_ps) * 1e-12);
  Picojoules energy = power.energy(replay.counts).total();
  const auto add = [&](const dram::BusLine& line, const LineUse& use) {
    energy += dram::line_energy(line, lines.voltage, use.rises, use.low_clocks, clock);
  };
  add(lines.clock, replay.clock);
  add(lines.command, replay.command);
  add(lines.strobe, replay.strobe);
  add(lines.read, replay.read);
  add(lines.write, replay.write);
  return energy;
}

}  // namespace deltasim
