#include "energy/memory_technology.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "arch/errors.h"
#include "arch/resources.h"

namespace deltasim {
namespace {

/// An entry of the state memory without its figure.
EnergyEntry entry_of(const MemoryTechnology& technology, PricedAction action,
                     const Evidence& evidence) {
  EnergyEntry entry;
  entry.component = PricedComponent::kStateMemory;
  entry.action = action;
  entry.node_nm = technology.node_nm;
  entry.voltage = technology.voltage;
  entry.source = evidence.source;
  entry.note = evidence.note;
  entry.verified = evidence.verified;
  entry.width = Bits(1);
  return entry;
}

void add_accesses(EnergyTable& table, const MemoryTechnology& technology, PricedAction action,
                  const std::vector<AccessEnergy>& energies, Bits port) {
  std::set<std::int64_t> widths;
  bool suited = false;
  for (const AccessEnergy& access : energies) {
    widths.insert(access.width.value());
    if (!access.suits(port)) continue;
    suited = true;
    EnergyEntry& entry = table.entries.emplace_back(entry_of(technology, action, access.evidence));
    entry.energy = access.energy;
    entry.per_bits = true;
    entry.width = access.width;
    entry.capacity = access.bank;
  }
  if (suited) return;
  throw ConfigError(
      Fault{.file = technology.file,
            .key_path = std::string(to_string(action)),
            .found = fmt::format("figures for ports of {} bits", fmt::join(widths, ", ")),
            .expected = fmt::format("some for the memory's ports of {}", print(port))});
}

void add_power(EnergyTable& table, const MemoryTechnology& technology, PricedAction action,
               const StandingPower& power, Bytes capacity) {
  EnergyEntry& entry = table.entries.emplace_back(entry_of(technology, action, power.evidence));
  entry.zero_because = power.zero_because;
  entry.power = power.of(capacity);
}

/// Lines of figures, each with the number of its citation.
class Listing {
 public:
  void add(const std::string& what, const std::string& figure, const Evidence& evidence) {
    const auto place = std::ranges::find(sources_, evidence.source);
    const auto number = static_cast<std::size_t>(place - sources_.begin()) + 1;
    if (place == sources_.end()) sources_.push_back(evidence.source);
    text_ += fmt::format("{:<28} {:<28} [{}]{}\n", what, figure, number,
                         evidence.verified ? "" : " not verified");
    if (!evidence.note.empty()) text_ += fmt::format("    {}\n", evidence.note);
  }

  void add(const std::string& what, const std::vector<AccessEnergy>& accesses) {
    for (const AccessEnergy& access : accesses) {
      const std::string bank = access.bank ? ", bank of " + print(*access.bank) : "";
      add(fmt::format("{}, {}{}", what, print(access.width), bank), print(access.energy),
          access.evidence);
    }
  }

  void add(const std::string& what, const StandingPower& power) {
    add(what,
        power.zero_because.empty()
            ? fmt::format("{} for {}", print(power.power), print(power.capacity))
            : "counted as zero: " + power.zero_because,
        power.evidence);
  }

  std::string finish() const {
    std::string text = text_ + "\n";
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      text += fmt::format("[{}] {}\n", i + 1, sources_[i]);
    }
    return text;
  }

 private:
  std::string text_;
  std::vector<std::string> sources_;
};

}  // namespace

std::string describe(const MemoryTechnology& technology) {
  Listing listing;
  listing.add("read", technology.read);
  listing.add("write", technology.write);
  const AccessTimes& times = technology.times;
  listing.add("read time, bank held", print(times.read) + ", " + print(times.read_cycle),
              times.evidence);
  listing.add("write time, bank held", print(times.write) + ", " + print(times.write_cycle),
              times.evidence);
  listing.add("leakage", technology.leakage);
  if (technology.refresh) listing.add("refresh", *technology.refresh);
  if (const auto& retention = technology.retention) {
    listing.add("retention", print(retention->time), retention->evidence);
  }
  if (const auto& endurance = technology.endurance) {
    listing.add("endurance", fmt::format("{:g} writes of a cell", endurance->writes),
                endurance->evidence);
  }
  return fmt::format(
      "{}: {}\n{:g} nm, {}\n\n{}", technology.name, technology.description, technology.node_nm,
      technology.voltage ? print(*technology.voltage) : "voltage not stated", listing.finish());
}

EnergyTable with_state_memory(EnergyTable table, const MemoryTechnology& technology,
                              const MemorySpec& memory) {
  std::erase_if(table.entries, [](const EnergyEntry& entry) {
    return entry.component == PricedComponent::kStateMemory;
  });
  add_accesses(table, technology, PricedAction::kRead, technology.read, memory.width);
  add_accesses(table, technology, PricedAction::kWrite, technology.write, memory.width);
  add_power(table, technology, PricedAction::kLeak, technology.leakage, memory.capacity);
  if (technology.refresh) {
    add_power(table, technology, PricedAction::kRefresh, *technology.refresh, memory.capacity);
  }
  return table;
}

EnergyTable with_state_memory(EnergyTable table, const AcceleratorSpec& spec) {
  const auto technology = state_technology(spec);
  if (!technology) return table;
  return with_state_memory(std::move(table), *technology, *spec.state_memory());
}

std::optional<MemoryTechnology> state_technology(const AcceleratorSpec& spec) {
  const MemorySpec* memory = spec.state_memory();
  if (memory == nullptr) return std::nullopt;
  return read_memory_technology(find_resource("memories", memory->technology));
}

}  // namespace deltasim
