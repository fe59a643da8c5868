#pragma once
// A DRAM part as data: its organisation and every timing rule between two commands. The classes
// that use it know no rule of their own, so a new part is a new file under configs/dram.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/config_reader.h"
#include "arch/dram_power_spec.h"

namespace deltasim::dram {

/// Periods of the DRAM's command clock (tCK). Plain integers: they fill the innermost loops.
using Clock = std::int64_t;
/// Later than everything; adding to it does not overflow.
inline constexpr Clock kNever = std::int64_t{1} << 60;

enum class Command : std::uint8_t {
  kActivate,
  kPrecharge,     ///< one bank
  kPrechargeAll,  ///< all banks of a rank
  kRead,
  kWrite,
  kReadAuto,     ///< read with auto-precharge
  kWriteAuto,    ///< write with auto-precharge
  kRefresh,      ///< all banks of a rank
  kRefreshBank,  ///< one bank
};
inline constexpr std::size_t kCommands = 9;
/// "activate", "precharge", "precharge_all", "read", "write", "read_auto", "write_auto", "refresh",
/// "refresh_bank"
std::string_view to_string(Command command);
inline Command column_command(bool write) { return write ? Command::kWrite : Command::kRead; }

/// A set of banks of a channel, one bit each.
using BankSet = std::uint64_t;
inline constexpr int kMaxBanks = 64;

/// Which banks a rule holds for, seen from the bank (or rank) of the first command. The scopes
/// nest: a rule for the rank holds within a bank group too, and the longest rule wins.
enum class Scope : std::uint8_t { kSameBank, kSameBankGroup, kSameRank, kOtherRank };

/// `to` may follow `from` after `clocks` at the earliest.
struct Constraint {
  Command from;
  Command to;
  Scope scope;
  Clock clocks;
};

/// At most `count` activates of one rank in any `clocks` clocks (tFAW).
struct ActivateWindow {
  int count = 0;
  Clock clocks = 0;
};

struct Organisation {
  int bank_groups = 1;
  int banks_per_group = 1;
  std::int64_t rows = 0;      ///< of a bank
  std::int64_t columns = 0;   ///< of a row, each as wide as the device
  int device_width_bits = 0;  ///< data pins of one device
  int bus_width_bits = 0;     ///< of the channel: devices of a rank x their width
  int burst_length = 0;       ///< data beats of one column command
  int beats_per_clock = 2;    ///< data beats of the bus in a clock of the commands

  int banks() const { return bank_groups * banks_per_group; }
  int devices() const { return bus_width_bits / device_width_bits; }
  /// Bytes that one column command moves.
  std::int64_t burst_bytes() const { return std::int64_t{bus_width_bits} / 8 * burst_length; }
  std::int64_t bursts_per_row() const { return columns / burst_length; }
  std::int64_t bytes_per_rank() const { return banks() * rows * bursts_per_row() * burst_bytes(); }
};

/// Clock enable low (tCKE, tXP). A rank stays so for `least` clocks and takes commands `exit`
/// clocks after it.
struct PowerDownTiming {
  Clock least = 0;
  Clock exit = 0;
};

struct DramPart {
  std::string name;
  std::string source;
  Organisation organisation;
  std::int64_t clock_period_ps = 0;
  Clock read_latency = 0;      ///< from a read command to its first data beat
  Clock write_latency = 0;     ///< from a write command to its first data beat
  Clock burst_clocks = 0;      ///< for which one burst holds the data bus
  Clock refresh_interval = 0;  ///< tREFI
  std::vector<Constraint> constraints;
  std::vector<ActivateWindow> activate_windows;
  std::optional<PowerSpec> power;  ///< unset: the file says nothing of it

  /// The longest that `to` has to wait for `from` within a rank; 0 where no rule says so. Between
  /// activate and precharge that is tRAS, from a refresh to an activate tRFC.
  Clock wait(Command from, Command to) const;
  std::optional<PowerDownTiming> power_down;  ///< unset: the file does not say
};

/// Reads a part from a document of the form of configs/dram/*.yaml; all faults stay in the
/// document until its finish().
DramPart read_dram_part(const ConfigNode& root);

/// Reads `folder`/`name`.yaml.
/// @throws ConfigError that lists the parts there are where there is none of this name, and for
///         every fault of the file
DramPart load_dram_part(const std::filesystem::path& folder, std::string_view name);

}  // namespace deltasim::dram
