#pragma once
// What one operation, one bit or one second costs, and who says so.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/accelerator.h"
#include "arch/accelerator_reader.h"
#include "arch/activity.h"
#include "arch/quantities.h"
#include "energy/sram_model.h"
#include "energy/technology_scaling.h"

namespace deltasim {

/// What an entry prices: a counted component, or one of four stand-ins: the event queues of an
/// event-driven array ("fifo", before "rf"), any memory on chip ("sram", where neither "glb" nor
/// "rf" has entries), arithmetic from which datapath actions are composed ("alu"), and everything
/// at once ("chip", clock and leakage only).
enum class PricedComponent : std::uint8_t {
  kDram,
  kGlb,
  kNoc,
  kPe,
  kRegisterFile,
  kDeltaUnit,
  kStateMemory,
  kFifo,
  kSram,
  kAlu,
  kChip,
};
std::string_view to_string(PricedComponent component);

/// The counted actions, "access" for read and write alike, arithmetic, the clock network (one
/// core clock; of a PE, of one PE), and leakage.
enum class PricedAction : std::uint8_t {
  kRead,
  kWrite,
  kAccess,
  kActivate,
  kRefresh,
  kTransfer,
  kMac,
  kGatedMac,
  kAccumulate,
  kQuantize,
  kEncode,
  kDecode,
  kRefreshBank,
  kActiveStandby,
  kPrechargedStandby,
  kActivePowerDown,
  kPrechargedPowerDown,
  kSelfRefresh,
  kMultiply,
  kAdd,
  kCompare,
  kClock,
  kLeak,
};
std::string_view to_string(PricedAction action);

/// One line of a table.
struct EnergyEntry {
  PricedComponent component = PricedComponent::kChip;
  PricedAction action = PricedAction::kLeak;
  Picojoules energy;                    ///< of `width` bits, or of one operation of that width
  Watts power;                          ///< leakage, and refresh of a state memory
  bool per_bits = false;                ///< energy is linear in the bits
  Bits width;                           ///< that the source's figure is for
  bool any_width = false;               ///< an operation's energy is taken for every width
  std::optional<Bytes> capacity;        ///< memories: of this size; without it, of any
  std::optional<NocTopology> topology;  ///< NoC: of this kind; without it, of any
  std::vector<DataKind> data;           ///< what is moved: these kinds only; empty: any
  double node_nm = 0;
  std::optional<Volts> voltage;  ///< unset where the source does not state it
  std::string source;            ///< the citation
  std::string note;
  std::string zero_because;  ///< not empty: counted as zero, and why
  std::string scaling;       ///< not empty: from where to here, and by what
  bool verified = false;     ///< the figure was read in its source or a public copy of it
  int line = 0;

  /// "sram read, 2 KiB, 16 bit"
  std::string title() const;
  /// An entry for this very kind of data goes before one for any.
  bool names(DataKind kind) const;
  /// Whether it costs by the time and not by the use.
  bool is_power() const {
    return action == PricedAction::kLeak ||
           (component == PricedComponent::kStateMemory && action == PricedAction::kRefresh);
  }
  /// What the figure costs a bit or an operation, in pJ.
  double energy_per_unit() const {
    return per_bits ? energy.value() / static_cast<double>(width.value()) : energy.value();
  }
};

/// The model that prices the memories on the chip, where a table asks for one.
struct SramChoice {
  std::string model;  ///< a name in configs/sram, or a file
  SramTechnology technology;
  bool extrapolation = false;  ///< beyond what was swept
};

/// Where the DRAM's prices come from.
enum class DramEnergyModel : std::uint8_t {
  kTable,     ///< the table's entries: a flat energy per bit
  kCurrents,  ///< the currents of the accelerator's DRAM part (energy/dram_prices.h)
};
/// "table", "currents"
std::string_view to_string(DramEnergyModel model);

struct EnergyTable {
  std::string file;
  std::string name;
  std::string description;
  bool extrapolation = false;  ///< beyond the smallest and the largest entry of a series
  std::optional<SramChoice> sram;
  DramEnergyModel dram = DramEnergyModel::kTable;  ///< what the table asks for
  std::optional<TechnologyPoint> scaled_to;        ///< what on the chip switches, is of this node
  std::vector<EnergyEntry> entries;
  /// What the DRAM part does not state, of each action that has no entry for it; kCurrents.
  std::vector<std::pair<PricedAction, std::string>> dram_gaps;
  std::vector<std::string> notes;  ///< what a report must tell of its models
};

/// Reads a table (configs/energy/*.yaml; docs in horowitz_45nm.yaml).
/// @param scale_to goes before the table's own `scale_to`
/// @param overrides of its keys (table_overrides.h)
/// @throws ConfigError with every fault: unknown keys and names, negative or missing figures, an
///         action that its component does not have, an entry that stands twice, a source that is
///         not listed, a node that cannot be scaled, an Accelergy table that lacks a component.
EnergyTable read_energy_table(const std::filesystem::path& file,
                              const std::optional<TechnologyPoint>& scale_to = {},
                              const ConfigOverrides& overrides = {});
/// The same from text; `file` is used in messages only.
EnergyTable parse_energy_table(std::string_view text, const std::string& file,
                               const ConfigOverrides& overrides = {});

/// The table as text for `deltasim show energy`: entries, then sources by number.
std::string describe(const EnergyTable& table);

}  // namespace deltasim
