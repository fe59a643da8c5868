#include "energy/sram_prices.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/on_chip_memories.h"
#include "energy/price_finder.h"

namespace deltasim {
namespace {

std::string size_text(const OnChipMemory& memory) {
  const SramMemory& sizes = memory.memory;
  const std::string banks =
      sizes.banks > 1 ? fmt::format(" in {} banks", sizes.banks) : std::string();
  return fmt::format("{} of {}{}, {}", memory.name, print(sizes.capacity), banks,
                     print(sizes.width));
}

class SramEntries {
 public:
  SramEntries(EnergyTable& table, const AcceleratorSpec& spec)
      : table_(table),
        choice_(choice_of(table)),
        model_(read_sram_model(find_resource("sram", choice_.model))),
        clock_(spec.clock) {}

  void add_for(const std::vector<OnChipMemory>& memories, int glb_ports) {
    const std::vector<EnergyEntry> own = table_.entries;
    for (const OnChipMemory& memory : memories) {
      const bool in_pe = memory.component == Component::kRegisterFile;
      if (has_entries(own, memory)) continue;
      if (in_pe && memory.memory.capacity < model_.smallest()) {
        small_.push_back(size_text(memory));
      } else if (!in_pe && glb_ports != 1) {
        fault(memory, "glb.ports: 1, for the swept memories have one read/write port");
      } else {
        add(own, memory);
      }
    }
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    if (small_.empty()) return;
    note(
        fmt::format("below {}, where {} begins, memories are priced by the table's entries and do "
                    "not leak: {}",
                    print(model_.smallest()), model_.name(), fmt::join(small_, "; ")));
  }

 private:
  /// The model scales by itself, from what was swept, to where the table was scaled to.
  static SramChoice choice_of(const EnergyTable& table) {
    SramChoice choice = *table.sram;
    if (!table.scaled_to) return choice;
    choice.technology.node_nm = table.scaled_to->node_nm;
    choice.technology.voltage = table.scaled_to->voltage;
    return choice;
  }

  static bool has_entries(const std::vector<EnergyEntry>& own, const OnChipMemory& memory) {
    return std::ranges::any_of(own, [&](const EnergyEntry& entry) {
      if (entry.component != priced(memory.component)) return false;
      if (entry.action == PricedAction::kLeak) return false;
      return entry.data.empty() || memory.data.empty() || entry.names(memory.data.front());
    });
  }

  /// A leakage of the whole chip has the memories in it.
  static bool leaks(const std::vector<EnergyEntry>& own, const OnChipMemory& memory) {
    return std::ranges::any_of(own, [&](const EnergyEntry& entry) {
      const bool of_it = entry.component == priced(memory.component) ||
                         (entry.component == PricedComponent::kChip && entry.power > Watts(0));
      return of_it && entry.action == PricedAction::kLeak;
    });
  }

  void fault(const OnChipMemory& memory, std::string expected) {
    faults_.push_back(Fault{.file = table_.file,
                            .key_path = "models.sram",
                            .found = size_text(memory),
                            .expected = std::move(expected)});
  }

  void add(const std::vector<EnergyEntry>& own, const OnChipMemory& memory) {
    const std::string expected =
        model_.expectation(memory.memory, choice_.technology, choice_.extrapolation);
    if (!expected.empty()) return fault(memory, expected);
    const SramEstimate estimate =
        model_.at(memory.memory, choice_.technology, choice_.extrapolation);
    EnergyEntry& read = append(memory, estimate, PricedAction::kRead);
    read.energy = estimate.read;
    EnergyEntry& write = append(memory, estimate, PricedAction::kWrite);
    write.energy = estimate.write;
    if (!leaks(own, memory)) {
      append(memory, estimate, PricedAction::kLeak).power = estimate.leakage * memory.instances;
    }
    if (estimate.extrapolated || estimate.scaled) {
      note(fmt::format("{}: {}", size_text(memory), estimate.how));
    }
    const Seconds period = Cycles(1) / clock_;
    if (estimate.cycle_time > period && !estimate.scaled) {
      note(fmt::format("{}: {} gives it a cycle of {:.3g} ns, longer than the clock's {:.3g} ns",
                       size_text(memory), model_.name(), 1e9 * estimate.cycle_time.value(),
                       1e9 * period.value()));
    }
  }

  EnergyEntry& append(const OnChipMemory& memory, const SramEstimate& estimate,
                      PricedAction action) {
    EnergyEntry& entry = table_.entries.emplace_back();
    entry.component = priced(memory.component);
    entry.action = action;
    entry.data = memory.data;
    entry.capacity = memory.memory.capacity;
    entry.width = memory.memory.width;
    entry.per_bits = action != PricedAction::kLeak;
    entry.node_nm = choice_.technology.node_nm;
    entry.voltage = estimate.voltage;
    entry.source = model_.source();
    entry.note = fmt::format("{} by {}: {}", memory.name, model_.name(), estimate.how);
    entry.verified = !estimate.extrapolated;
    return entry;
  }

  void note(std::string text) { table_.notes.push_back(std::move(text)); }

  EnergyTable& table_;
  const SramChoice choice_;
  const SramModel model_;
  const Hertz clock_;
  std::vector<std::string> small_;
  std::vector<Fault> faults_;
};

}  // namespace

EnergyTable with_sram_entries(EnergyTable table, const AcceleratorSpec& spec) {
  if (table.sram) SramEntries(table, spec).add_for(on_chip_memories(spec), spec.glb.ports);
  return table;
}

}  // namespace deltasim
