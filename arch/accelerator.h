#pragma once
// The checked, immutable description of an accelerator. Read from YAML by accelerator_reader.h.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/dram_controller.h"
#include "arch/dvfs_spec.h"
#include "arch/quantities.h"

namespace deltasim {

/// How outputs and operands are shared out among the PEs.
enum class Dataflow : std::uint8_t {
  kWeightStationary,
  kOutputStationary,
  kInputStationary,
  kRowStationary,
  kEventDriven,
};
std::string_view to_string(Dataflow dataflow);

/// Event-driven only: which dimension is spread over the PEs first. What is left of the array
/// when that dimension is smaller than the PE count is filled along the spatial dimension.
enum class Partition : std::uint8_t { kOutputChannel, kSpatial, kInputChannel };
std::string_view to_string(Partition partition);

enum class ZeroHandling : std::uint8_t { kNone, kGate, kSkip };
std::string_view to_string(ZeroHandling handling);

enum class NocTopology : std::uint8_t { kBus, kMesh, kCrossbar, kSystolic };
std::string_view to_string(NocTopology topology);

enum class ActivationFormat : std::uint8_t { kDense, kBitmask, kRunLength, kCoordinate };
std::string_view to_string(ActivationFormat format);

enum class StatePlace : std::uint8_t { kGlb, kDram, kMemory };
/// "glb", "dram", "memory"
std::string_view to_string(StatePlace place);
/// The unit in which state is fetched when an event touches a part of it.
enum class StateGranularity : std::uint8_t { kElement, kPixel, kTile };
std::string_view to_string(StateGranularity granularity);

struct DramSpec {
  std::string part;  ///< name of a file in configs/dram, such as "ddr4_2400_8gb_x8"
  int channels = 1;
  int ranks = 1;
  std::string address_mapping;  ///< such as "row_bank_column_bankgroup"
  dram::ControllerSpec controller;
};

/// Shares of the global buffer, bytes; their sum is at most the capacity.
struct GlbPartition {
  Bytes weights, activations, partial_sums, state;
};

struct GlbSpec {
  Bytes capacity;
  int banks = 1;
  Bits width;     ///< of one bank's port, per access
  int ports = 1;  ///< accesses a bank serves in one cycle
  GlbPartition partition;
};

/// A memory on chip of its own, beside the global buffer. Only state can live there.
struct MemorySpec {
  std::string name;        ///< by which `state.place` calls it
  std::string technology;  ///< name of a file in configs/memories, or its path
  Bytes capacity;
  int banks = 1;
  Bits width;     ///< of one bank's port, per access
  int ports = 1;  ///< accesses that a bank serves at a time

  Bytes bank_capacity() const { return capacity / banks; }
};

struct NocSpec {
  NocTopology topology = NocTopology::kBus;
  Bits link_width;
  Cycles hop_latency;
  bool multicast = true;
};

struct PeArraySpec {
  int rows = 1;
  int columns = 1;
  Dataflow dataflow = Dataflow::kEventDriven;
  Partition partition = Partition::kOutputChannel;
  ZeroHandling zero_handling = ZeroHandling::kSkip;
  int mac_lanes = 1;  ///< multiply-accumulates a PE does in one cycle
  Bits weight_bits, activation_bits, partial_sum_bits;
  Bytes weight_memory;       ///< of one PE
  Bytes partial_sum_memory;  ///< of one PE
  int fifo_depth = 8;        ///< events a PE can hold
  Cycles pipeline_depth;     ///< from an event's issue to its last accumulation

  int pes() const { return rows * columns; }
};

struct DeltaUnitSpec {
  int lanes = 16;  ///< outputs a cycle
  Cycles pipeline_depth;
};

struct StatePolicy {
  StatePlace place = StatePlace::kDram;
  std::string memory;  ///< name of the memory, where the place is one
  Bits bits;           ///< of one neuron's pre-activation sum
  StateGranularity granularity = StateGranularity::kPixel;
};

struct AcceleratorSpec {
  std::string name;
  std::string description;
  Hertz clock;
  std::optional<DvfsSpec> dvfs;  ///< none: one voltage, that of the energy table
  DramSpec dram;
  GlbSpec glb;
  NocSpec noc;
  PeArraySpec pe_array;
  DeltaUnitSpec delta_unit;
  ActivationFormat activation_format = ActivationFormat::kBitmask;
  std::vector<MemorySpec> memories;
  StatePolicy state;

  /// The memory where the state lives; nullptr where it lives in DRAM or in the global buffer.
  const MemorySpec* state_memory() const;
};

/// What the description calls the place of the state: "glb", "dram" or the memory's name.
std::string place_name(const StatePolicy& state);

}  // namespace deltasim
