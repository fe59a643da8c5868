#pragma once
// A network made ready to run: its maps in memory and the steps of a frame.

#include <memory>
#include <string>
#include <vector>

#include "workloads/execution/backend.h"
#include "workloads/execution/fusion.h"
#include "workloads/execution/integer_plan.h"
#include "workloads/execution/joined_sums.h"
#include "workloads/execution/operator_steps.h"
#include "workloads/execution/value.h"
#include "workloads/execution/workers.h"
#include "workloads/quantizers/site_quantizers.h"

namespace deltasim {

enum class Precision : std::uint8_t {
  kFloat32,
  kInteger8  ///< layers that read codes in bytes run in integers, the others in float32
};

enum class Execution : std::uint8_t {
  kDense,  ///< Y = W*X + B
  kDelta   ///< Y += W*dX
};

struct ExecutionOptions {
  Precision precision = Precision::kFloat32;
  Execution execution = Execution::kDense;
  bool keep_sums = false;  ///< keep Y of every linear operation, to compare executions
};

/// What the steps of one fused operation are, for whoever looks at a frame operation by operation.
struct ProgramOperation {
  FusedOperation fused;
  std::string name;
  std::size_t first_step = 0;
  std::size_t end_step = 0;
  Value* value = nullptr;
  JoinedSums<float>* float_sums = nullptr;           ///< linear and in float32
  JoinedSums<std::int32_t>* integer_sums = nullptr;  ///< linear and in integers
};

struct Program {
  std::vector<std::unique_ptr<Value>> values;
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<ProgramOperation> operations;
  std::vector<Finisher*> finishers;
  InputStep* input = nullptr;
  const Value* logits = nullptr;
  std::vector<Value*> map_values;  ///< parallel to the recorded maps
};

/// @param quantizers outlive the program
Program build_program(const Graph& graph, const Weights& weights, std::span<const RecordedMap> maps,
                      const SiteQuantizers& quantizers, const Backend& backend, int threads,
                      const ExecutionOptions& options);

}  // namespace deltasim
