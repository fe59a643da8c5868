#include "workloads/execution/recursion.h"

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

template <typename Sum>
void compare_sums(std::span<const Sum> dense, std::span<const Sum> delta, RecursionEntry& entry) {
  for (std::size_t i = 0; i < dense.size(); ++i) {
    const auto expected = static_cast<double>(dense[i]);
    const double error = std::abs(static_cast<double>(delta[i]) - expected);
    // Written so that a NaN is an error too.
    if (!(error <= entry.max_error)) entry.max_error = error;
    entry.max_magnitude = std::max(entry.max_magnitude, std::abs(expected));
  }
}

std::int64_t count_flips(const Value& dense, const Value& delta) {
  std::int64_t flips = 0;
  for (std::size_t i = 0; i < dense.elements(); ++i) flips += dense.value(i) != delta.value(i);
  return flips;
}

RecursionEntry compare_operation(const ProgramOperation& dense, const ProgramOperation& delta) {
  RecursionEntry entry;
  entry.name = dense.name;
  entry.integer = dense.integer_sums != nullptr;
  if (entry.integer) {
    compare_sums(dense.integer_sums->sums(), delta.integer_sums->sums(), entry);
  } else {
    compare_sums(dense.float_sums->sums(), delta.float_sums->sums(), entry);
  }
  entry.flipped_codes = dense.fused.map < 0 ? 0 : count_flips(*dense.value, *delta.value);
  entry.holds = entry.integer ? entry.max_error == 0 && entry.flipped_codes == 0
                              : entry.max_error <= kRecursionTolerance * entry.max_magnitude;
  return entry;
}

bool keeps_state(const ProgramOperation& operation) {
  return (operation.float_sums || operation.integer_sums) && !operation.fused.only_joined;
}

void run_steps(Program& program, const ProgramOperation& operation) {
  for (std::size_t i = operation.first_step; i < operation.end_step; ++i)
    for (std::size_t block = 0; block < program.steps[i]->blocks(); ++block)
      program.steps[i]->run(block);
}

}  // namespace

bool RecursionReport::holds() const { return std::ranges::all_of(entries, &RecursionEntry::holds); }

const RecursionEntry* RecursionReport::worst() const {
  const auto relative = [](const RecursionEntry& entry) {
    return entry.max_error / std::max(entry.max_magnitude, 1e-30);
  };
  const auto found = std::ranges::max_element(entries, {}, relative);
  return found == entries.end() ? nullptr : &*found;
}

RecursionVerifier::RecursionVerifier(const Graph& graph, const Weights& weights,
                                     std::span<const RecordedMap> maps,
                                     const std::function<SiteQuantizers()>& make_quantizers,
                                     const Backend& backend, std::shared_ptr<Workers> workers,
                                     Precision precision)
    : dense_(graph, weights, maps, make_quantizers(), backend, workers,
             {.precision = precision, .execution = Execution::kDense, .keep_sums = true}),
      delta_(graph, weights, maps, make_quantizers(), backend, workers,
             {.precision = precision, .execution = Execution::kDelta, .keep_sums = false}) {}

void RecursionVerifier::step(std::span<const float> input) {
  dense_.step(input);
  delta_.begin_frame(input);
  Program& dense = dense_.program();
  Program& delta = delta_.program();
  for (std::size_t i = 0; i < dense.operations.size(); ++i) {
    run_steps(delta, delta.operations[i]);
    if (delta.operations[i].fused.only_joined) continue;  // it passes on a change
    if (keeps_state(dense.operations[i])) {
      report_.entries.push_back(compare_operation(dense.operations[i], delta.operations[i]));
      report_.entries.back().frame = frame_;
    }
    const bool forced = !dense.operations[i].integer_sums;
    if (forced) delta.operations[i].value->adopt(*dense.operations[i].value);
  }
  ++frame_;
}

RecursionReport verify_recursion(const Graph& graph, const Weights& weights,
                                 std::span<const RecordedMap> maps,
                                 const std::function<SiteQuantizers()>& make_quantizers,
                                 const Backend& backend, std::shared_ptr<Workers> workers,
                                 Precision precision, std::span<const std::vector<float>> frames) {
  RecursionVerifier verifier(graph, weights, maps, make_quantizers, backend, std::move(workers),
                             precision);
  for (const std::vector<float>& frame : frames) verifier.step(frame);
  return verifier.report();
}

}  // namespace deltasim
