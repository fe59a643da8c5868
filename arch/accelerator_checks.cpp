#include "arch/accelerator_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace deltasim {
namespace {

bool is_systolic(Dataflow dataflow) {
  return dataflow == Dataflow::kWeightStationary || dataflow == Dataflow::kOutputStationary ||
         dataflow == Dataflow::kInputStationary;
}

class Checker {
 public:
  explicit Checker(const AcceleratorSpec& spec) : spec_(spec) {}

  std::vector<Misfit> run() {
    check_glb();
    check_glb_holds_a_tile();
    check_topology();
    check_links();
    check_zero_handling();
    check_lanes();
    check_pe_memories();
    check_widths();
    check_memories();
    check_state();
    check_clock();
    return std::move(misfits_);
  }

 private:
  /// @param section the first part of `key_path`, then whatever else the check has looked at
  void expect(bool holds, std::string key_path, std::string expected,
              std::vector<std::string> others = {}) {
    if (holds) return;
    others.push_back(key_path.substr(0, key_path.find_first_of(".[")));
    misfits_.push_back({std::move(key_path), std::move(expected), std::move(others)});
  }

  void check_glb() {
    const GlbSpec& glb = spec_.glb;
    const GlbPartition& part = glb.partition;
    const Bytes sum = part.weights + part.activations + part.partial_sums + part.state;
    expect(sum <= glb.capacity, "glb.capacity",
           fmt::format("at least the sum of the partition, {}", print(sum)));
    const bool whole_bytes = glb.width.value() % 8 == 0;
    expect(whole_bytes, "glb.width", "a whole number of bytes");
    const bool equal_banks = glb.capacity.value() % glb.banks == 0;
    expect(equal_banks, "glb.banks",
           fmt::format("a number of banks that divides {}", print(glb.capacity)));
    if (!whole_bytes || !equal_banks) return;
    const std::int64_t bank_bits = to_bits(glb.capacity).value() / glb.banks;
    expect(bank_bits % glb.width.value() == 0, "glb.width",
           fmt::format("a width that divides a bank's {} bits", bank_bits));
  }

  /// One weight, input and partial sum a PE is the least that keeps the array busy.
  void check_glb_holds_a_tile() {
    const PeArraySpec& array = spec_.pe_array;
    const auto expect_share = [&](Bytes share, Bits bits, const char* key) {
      const Bytes least = to_bytes_rounded_up(bits * array.pes());
      expect(share >= least, fmt::format("glb.partition.{}", key),
             fmt::format("at least {}, one for each of {} PEs", print(least), array.pes()),
             {"pe_array"});
    };
    expect_share(spec_.glb.partition.weights, array.weight_bits, "weights");
    expect_share(spec_.glb.partition.activations, array.activation_bits, "activations");
    expect_share(spec_.glb.partition.partial_sums, array.partial_sum_bits, "partial_sums");
  }

  void check_topology() {
    const bool systolic_array = is_systolic(spec_.pe_array.dataflow);
    const bool systolic_noc = spec_.noc.topology == NocTopology::kSystolic;
    if (systolic_array) {
      expect(systolic_noc, "noc.topology",
             fmt::format("systolic, for the dataflow is {}", to_string(spec_.pe_array.dataflow)),
             {"pe_array"});
    } else if (spec_.pe_array.dataflow == Dataflow::kRowStationary) {
      expect(spec_.noc.topology == NocTopology::kBus || spec_.noc.topology == NocTopology::kMesh,
             "noc.topology", "bus or mesh, for the dataflow is row_stationary", {"pe_array"});
    } else {
      expect(!systolic_noc, "noc.topology",
             "bus, mesh or crossbar: neighbour links do not bring an event to every PE",
             {"pe_array"});
    }
    expect(!(systolic_noc && spec_.noc.multicast), "noc.multicast",
           "false: neighbour links have one receiver");
  }

  void check_links() {
    if (spec_.noc.topology != NocTopology::kSystolic) return;
    const PeArraySpec& array = spec_.pe_array;
    const Bits widest =
        std::max({array.weight_bits, array.activation_bits, array.partial_sum_bits});
    expect(spec_.noc.link_width >= widest, "noc.link_width",
           fmt::format("at least {}: a systolic link moves a whole operand a cycle", print(widest)),
           {"pe_array"});
  }

  void check_zero_handling() {
    const PeArraySpec& array = spec_.pe_array;
    if (array.dataflow == Dataflow::kEventDriven) {
      expect(array.zero_handling == ZeroHandling::kSkip, "pe_array.zero_handling",
             "skip: an event-driven array is sent no zeros");
    } else {
      expect(array.zero_handling != ZeroHandling::kSkip, "pe_array.zero_handling",
             fmt::format("none or gate: {} computes in lockstep and cannot skip",
                         to_string(array.dataflow)));
    }
  }

  void check_lanes() {
    const PeArraySpec& array = spec_.pe_array;
    if (array.dataflow == Dataflow::kEventDriven) return;
    expect(array.mac_lanes == 1, "pe_array.mac_lanes",
           fmt::format("1: a PE of a {} array has one", to_string(array.dataflow)));
  }

  /// Every lane needs a weight and a partial sum of its own in a cycle.
  void check_pe_memories() {
    const PeArraySpec& array = spec_.pe_array;
    const auto expect_memory = [&](Bytes memory, Bits bits, const char* key) {
      const Bytes least = to_bytes_rounded_up(bits * array.mac_lanes);
      expect(memory >= least, fmt::format("pe_array.{}", key),
             fmt::format("at least {}, one for each of {} lanes", print(least), array.mac_lanes));
    };
    expect_memory(array.weight_memory, array.weight_bits, "weight_memory");
    expect_memory(array.partial_sum_memory, array.partial_sum_bits, "partial_sum_memory");
  }

  void check_widths() {
    const PeArraySpec& array = spec_.pe_array;
    const Bits widest = std::max(array.weight_bits, array.activation_bits);
    expect(array.partial_sum_bits >= widest, "pe_array.partial_sum_bits",
           fmt::format("at least {}, as its operands", print(widest)));
    expect(spec_.activation_format != ActivationFormat::kRunLength ||
               array.activation_bits <= Bits(16),
           "activation_format", "another one: run_length stores values of at most 16 bits",
           {"pe_array"});
    expect(array.pes() <= kMaxPes, "pe_array.columns",
           fmt::format("at most {} PEs in all", kMaxPes));
  }

  void check_memories() {
    for (std::size_t i = 0; i < spec_.memories.size(); ++i) {
      const MemorySpec& memory = spec_.memories[i];
      const auto key = [&](const char* name) { return fmt::format("memories[{}].{}", i, name); };
      expect(spec_.state_memory() == &memory, key("name"),
             "a memory that state.place names: nothing else can live in it", {"state"});
      const bool whole_bytes = memory.width.value() % 8 == 0;
      expect(whole_bytes, key("width"), "a whole number of bytes");
      const bool equal_banks = memory.capacity.value() % memory.banks == 0;
      expect(equal_banks, key("banks"),
             fmt::format("a number of banks that divides {}", print(memory.capacity)));
      if (!whole_bytes || !equal_banks) continue;
      const std::int64_t bank_bits = to_bits(memory.bank_capacity()).value();
      expect(bank_bits % memory.width.value() == 0, key("width"),
             fmt::format("a width that divides a bank's {} bits", bank_bits));
    }
  }

  void check_state() {
    expect(spec_.state.place != StatePlace::kGlb || spec_.glb.partition.state > Bytes(0),
           "glb.partition.state", "a share of the buffer, for state.place is glb", {"state"});
    expect(spec_.state.bits >= spec_.pe_array.activation_bits, "state.bits",
           fmt::format("at least {}, as the activation that is made of it",
                       print(spec_.pe_array.activation_bits)),
           {"pe_array"});
  }

  void check_clock() {
    if (!spec_.dvfs) return;
    const ClockRange range = clock_range(spec_.dvfs->relation);
    expect(spec_.clock >= range.lowest && spec_.clock <= range.highest, "clock",
           fmt::format("a clock from {} to {}, which dvfs has voltages for", print(range.lowest),
                       print(range.highest)),
           {"dvfs"});
  }

  static constexpr int kMaxPes = 65536;

  const AcceleratorSpec& spec_;
  std::vector<Misfit> misfits_;
};

}  // namespace

std::vector<Misfit> find_misfits(const AcceleratorSpec& spec) { return Checker(spec).run(); }

}  // namespace deltasim
