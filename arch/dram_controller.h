#pragma once
// The DRAM controller of an accelerator as data: how bursts wait, which goes first, when rows are
// closed, when the DRAM is refreshed and when it is put to sleep.

#include <cstdint>
#include <optional>
#include <string_view>

namespace deltasim {
class ConfigNode;
}

namespace deltasim::dram {

/// Where bursts wait for their commands.
enum class QueueStructure : std::uint8_t {
  kWindow,   ///< FR-FCFS over one window of reads and one of writes
  kPerBank,  ///< transaction queues of reads and writes before a command queue for every bank
};
/// "window", "per_bank"
std::string_view to_string(QueueStructure structure);

enum class RefreshGranularity : std::uint8_t { kAllBank, kPerBank };
/// "all_bank", "per_bank"
std::string_view to_string(RefreshGranularity granularity);

struct ControllerSpec {
  QueueStructure queues = QueueStructure::kWindow;
  int window = 32;            ///< bursts of the window, or transaction queue, of each direction
  int write_high = 26;        ///< window: writes waiting at which draining starts
  int write_low = 6;          ///< window: writes left at which it stops, if a read waits
  int commands_per_bank = 8;  ///< per_bank: bursts in the command queue of a bank
  int row_hit_limit = 4;      ///< per_bank: uses after which a row may be closed before its bursts
  bool open_page = true;      ///< closed: a row's last burst in sight has an auto-precharge
  RefreshGranularity refresh = RefreshGranularity::kAllBank;
  double refresh_stretch = 1;  ///< refreshes come so many times rarer than the part's; 0: never
  /// Clocks without work after which a rank is powered down; unset: it never is.
  std::optional<std::int64_t> power_down_after;
};

/// Reads `page_policy` and the optional maps `controller`, `refresh` and `power_down` of an
/// accelerator's `dram:` section. All faults stay in the document until its finish().
ControllerSpec read_controller(const ConfigNode& dram);

}  // namespace deltasim::dram
