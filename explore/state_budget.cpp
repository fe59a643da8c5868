#include "explore/state_budget.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"
#include "energy/area.h"
#include "sim/pipeline/priced_machine.h"

namespace deltasim {
namespace {

/// Beyond this no network keeps state.
constexpr Bytes kMostState(std::int64_t{1} << 36);

/// The buffer with another share for state.
GlbSpec with_state(GlbSpec glb, Bytes state) {
  const std::int64_t row = std::int64_t{glb.banks} * glb.width.value() / 8;
  const std::int64_t wanted = (glb.capacity - glb.partition.state + state).value();
  glb.capacity = Bytes((wanted + row - 1) / row * row);
  glb.partition.state = state;
  return glb;
}

class BufferArea {
 public:
  BufferArea(AcceleratorSpec spec, const EnergyTable& table)
      : spec_(std::move(spec)), table_(table), without_(of(Bytes(0))) {}

  /// Beyond what the buffer takes without state.
  SquareMillimetres of_state(Bytes state) const { return of(state) - without_; }

  /// The largest share that takes no more, to a word of all banks.
  Bytes largest_within(SquareMillimetres area) const {
    const std::int64_t row = std::int64_t{spec_.glb.banks} * spec_.glb.width.value() / 8;
    std::int64_t fits = 0;
    std::int64_t too_much = kMostState.value() / row;
    while (too_much - fits > 1) {
      const std::int64_t rows = fits + (too_much - fits) / 2;
      (of_state(Bytes(rows * row)) <= area ? fits : too_much) = rows;
    }
    return Bytes(fits * row);
  }

 private:
  SquareMillimetres of(Bytes state) const {
    AcceleratorSpec spec = spec_;
    spec.glb = with_state(spec.glb, state);
    return estimate_area(spec, table_).of("glb");
  }

  AcceleratorSpec spec_;
  const EnergyTable& table_;
  SquareMillimetres without_;
};

Bytes bought(const AcceleratorSpec& spec, const RunSpec& run, SquareMillimetres area,
             std::string& how) {
  if (const MemorySpec* memory = spec.state_memory()) {
    throw ConfigError(
        Fault{.key_path = "--area-budget",
              .found = fmt::format("an accelerator whose state lives in {}", memory->name),
              .expected = fmt::format("one whose state lives in dram or glb: {} states no area",
                                      memory->technology)});
  }
  const PricedMachine machine = price(load_machines(run).machine, pricing_of(run));
  const EnergyTable& table = machine.prices.table();
  if (!scales_area(area_node(table))) {
    throw ConfigError(
        Fault{.key_path = "--area-budget",
              .found = fmt::format("the energy table {}", table.name),
              .expected = "one of a node from 7 to 130 nm, so that areas scale to it"});
  }
  const BufferArea buffer(spec, table);
  const Bytes state = buffer.largest_within(area);
  how = fmt::format("{} hold {} of state in the buffer at {:g} nm ({} taken)", print(area),
                    print(state), area_node(table), print(buffer.of_state(state)));
  return state;
}

}  // namespace

Overrides keys_of_budget(const RunSpec& spec, const StateBudget& budget, std::string& how) {
  if (!budget.glb && !budget.area) return {};
  const AcceleratorSpec accelerator = load_machines(spec).machine.spec;
  Bytes state(0);
  if (budget.glb) {
    state = *budget.glb;
    how = fmt::format("{} of state in the buffer", print(state));
  } else {
    state = bought(accelerator, spec, *budget.area, how);
  }
  const GlbSpec glb = with_state(accelerator.glb, state);
  Overrides keys{{"glb.capacity", fmt::format("{} B", glb.capacity.value())},
                 {"glb.partition.state", fmt::format("{} B", state.value())}};
  how += fmt::format("; the buffer then has {}", print(glb.capacity));
  if (state == Bytes(0) && accelerator.state.place == StatePlace::kGlb) {
    keys.emplace_back("state.place", "dram");
  }
  return keys;
}

}  // namespace deltasim
