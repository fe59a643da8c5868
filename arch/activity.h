#pragma once
// What a simulation counts: an integer per component, action and kind of data. Energy is these
// counts times a table, after the fact.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace deltasim {

enum class Component : std::uint8_t {
  kDram,
  kGlb,
  kNoc,
  kPe,
  kRegisterFile,
  kDeltaUnit,
  kStateMemory,  ///< the memory that the state policy names, where it is neither DRAM nor GLB
};
inline constexpr std::size_t kComponents = 7;
/// The keys of result.json: "dram", "glb", "noc", "pe", "rf", "delta_unit", "state_memory".
std::string_view to_string(Component component);

/// What a unit of work is depends on the component: memories count bits, the NoC counts bits
/// times hops, datapaths count operations, background states of the DRAM count rank clocks.
enum class Action : std::uint8_t {
  kRead,           ///< memories: bits read
  kWrite,          ///< memories: bits written
  kActivate,       ///< DRAM: rows opened
  kRefresh,        ///< DRAM: refresh commands (all banks of a rank)
  kTransfer,       ///< NoC: bits x hops
  kMac,            ///< PE: multiply-accumulates executed
  kGatedMac,       ///< PE: multiply-accumulates whose operand was zero and whose datapath was held
  kAccumulate,     ///< delta unit: state additions
  kQuantize,       ///< delta unit: activation, quantization and comparison of one output
  kEncode,         ///< delta unit: elements passed through the activation encoder
  kDecode,         ///< delta unit: elements passed through the activation decoder
  kRefreshBank,    ///< DRAM: refresh commands of one bank
  kActiveStandby,  ///< DRAM: clocks with a row open, of all ranks
  kPrechargedStandby,    ///< DRAM: clocks with all rows closed, of all ranks
  kActivePowerDown,      ///< DRAM: clocks in power-down with a row open, of all ranks
  kPrechargedPowerDown,  ///< DRAM: clocks in power-down with all rows closed, of all ranks
  kSelfRefresh,          ///< DRAM: clocks in self-refresh, of all ranks
};
inline constexpr std::size_t kActions = 17;
std::string_view to_string(Action action);

enum class DataKind : std::uint8_t { kWeight, kActivation, kPartialSum, kState, kIndex };
inline constexpr std::size_t kDataKinds = 5;
/// "weight", "activation", "partial_sum", "state", "index"
std::string_view to_string(DataKind kind);

/// Counts of one layer in one frame, or any sum of such.
class Activity {
 public:
  std::int64_t& at(Component c, Action a, DataKind k) { return counts_[index(c, a, k)]; }
  std::int64_t at(Component c, Action a, DataKind k) const { return counts_[index(c, a, k)]; }
  Activity& operator+=(const Activity& other);
  bool operator==(const Activity&) const = default;

 private:
  static std::size_t index(Component c, Action a, DataKind k) {
    return (static_cast<std::size_t>(c) * kActions + static_cast<std::size_t>(a)) * kDataKinds +
           static_cast<std::size_t>(k);
  }
  std::array<std::int64_t, kComponents * kActions * kDataKinds> counts_{};
};

/// Why PE lanes did no useful work, in lane cycles (PEs x lanes x cycles).
enum class Stall : std::uint8_t {
  kNoEvent,     ///< the queue was empty: nothing arrived in time
  kFifoFull,    ///< another PE's full queue held the shared dispatch back
  kWeights,     ///< the tile's weights or inputs had not arrived yet
  kPartialSum,  ///< the partial-sum port or a drain of partial sums was busy
  kDrain,       ///< the delta unit or the output buffer held the next tile back
  kUnmapped,    ///< the layer has too little parallelism for this PE
};
inline constexpr std::size_t kStalls = 6;
std::string_view to_string(Stall stall);

}  // namespace deltasim
