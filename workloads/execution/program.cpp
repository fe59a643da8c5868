#include "workloads/execution/program.h"

#include <algorithm>
#include <map>
#include <utility>

#include "arch/errors.h"
#include "workloads/execution/layer_step.h"
#include "workloads/graph_walk.h"

namespace deltasim {
namespace {

constexpr int kLargestByteGrid = 256;  // fixed point with 8 bits reaches 128, with 9 bits 256

class Builder {
 public:
  Builder(const Graph& graph, const Weights& weights, std::span<const RecordedMap> maps,
          const SiteQuantizers& quantizers, const Backend& backend, int threads,
          const ExecutionOptions& options)
      : graph_(graph),
        quantizers_(quantizers),
        backend_(backend),
        threads_(threads),
        options_(options),
        operations_(fuse(graph, maps)),
        code_steps_(graph.nodes().size()),
        value_of_(graph.nodes().size(), nullptr),
        parameters_([&, layers = layers_of(graph, maps)](NodeId node) {
          return layer_parameters(graph, weights, *std::ranges::find(layers, node, &Layer::node));
        }) {
    program_.map_values.resize(maps.size(), nullptr);
  }

  Program build() {
    for (const FusedOperation& operation : operations_)
      code_steps_[index(operation.output)] = code_step(operation);
    integers_.resize(operations_.size());
    if (options_.precision == Precision::kInteger8)
      integers_ = plan_integer_layers(operations_, code_steps_, parameters_, graph_);
    for (std::size_t i = 0; i < operations_.size(); ++i) add(i);
    program_.logits = &floats_of(logits_node(graph_));
    return std::move(program_);
  }

 private:
  static std::size_t index(NodeId node) { return static_cast<std::size_t>(node); }
  /// Codes are also the smallest form of a map that goes on in float32. Comparing executions is
  /// easier in floats.
  bool keeps_codes() const {
    return options_.precision == Precision::kInteger8 || reads_codes_as_floats();
  }
  bool reads_codes_as_floats() const { return !recursive() && !options_.keep_sums; }
  bool recursive() const { return options_.execution == Execution::kDelta; }

  SiteQuantizer* quantizer_of(const FusedOperation& operation) const {
    if (operation.map >= 0) return quantizers_.maps[index(operation.map)].get();
    if (operation.output == logits_node(graph_)) return quantizers_.output.get();
    return nullptr;
  }

  /// The grid step of a map that is kept as codes.
  std::optional<float> code_step(const FusedOperation& operation) const {
    if (!keeps_codes()) return std::nullopt;
    const SiteQuantizer* quantizer = quantizer_of(operation);
    if (!quantizer) return passed_on_step(operation);
    const auto grid = quantizer->grid();
    const bool codes_are_bytes = grid && grid->max_code <= kLargestByteGrid && operation.low >= 0;
    return codes_are_bytes ? std::optional(grid->step) : std::nullopt;
  }

  /// Pools and concatenations of codes are codes.
  std::optional<float> passed_on_step(const FusedOperation& operation) const {
    const Node& node = graph_.node(operation.node);
    const bool moves_only = node.as<MaxPoolOp>() || node.as<ConcatOp>();
    if (!moves_only || operation.output != operation.node) return std::nullopt;
    const std::optional<float> step = code_steps_[index(operation.inputs.front())];
    const bool shared = std::ranges::all_of(
        operation.inputs, [&](NodeId input) { return code_steps_[index(input)] == step; });
    return shared ? step : std::nullopt;
  }

  void add(std::size_t i) {
    const FusedOperation& fused = operations_[i];
    ProgramOperation& operation = program_.operations.emplace_back();
    operation.fused = fused;
    operation.name = graph_.node(fused.node).name;
    operation.first_step = program_.steps.size();
    operation.value = value_of_[index(fused.output)] = &new_value(i);
    if (fused.map >= 0) program_.map_values[index(fused.map)] = operation.value;
    std::visit([&](const auto& op) { add_step(i, operation, op); },
               graph_.node(fused.node).operation);
    operation.end_step = program_.steps.size();
  }

  Value& new_value(std::size_t i) {
    const FusedOperation& fused = operations_[i];
    const std::optional<float> step = code_steps_[index(fused.output)];
    const Storage storage = step                                ? Storage::kCodes
                            : fused.only_joined && integers_[i] ? Storage::kSums
                                                                : Storage::kFloats;
    const bool with_previous = fused.map >= 0 || (recursive() && !fused.only_joined);
    return keep_value(graph_.node(fused.output).shape, storage, step.value_or(1), with_previous);
  }

  Value& keep_value(const Shape& shape, Storage storage, float step, bool with_previous) {
    return *program_.values.emplace_back(
        std::make_unique<Value>(shape, storage, step, with_previous));
  }

  template <typename NewStep, typename... Arguments>
  NewStep& add_to_steps(Arguments&&... arguments) {
    auto step = std::make_unique<NewStep>(std::forward<Arguments>(arguments)...);
    NewStep& result = *step;
    program_.steps.push_back(std::move(step));
    return result;
  }

  template <typename NewStep>
  void watch(NewStep& step) {
    program_.finishers.push_back(&step.finisher());
  }

  Finisher finisher(std::size_t i, Value& value) const {
    const FusedOperation& fused = operations_[i];
    return {value, fused, quantizer_of(fused), graph_.node(fused.output).name};
  }

  /// A node's map as floats, decoded where it is codes.
  const Value& floats_of(NodeId node) {
    const Value& value = *value_of_[index(node)];
    if (value.storage() != Storage::kCodes) return value;
    const auto known = decoded_.find(&value);
    if (known != decoded_.end()) return *known->second;
    Value& floats = keep_value(value.shape(), Storage::kFloats, 1, recursive());
    add_to_steps<DecodeStep>(value, floats);
    decoded_[&value] = &floats;
    return floats;
  }

  /// What a float layer reads: codes too, which it decodes in passing.
  const Value& operand_of_floats(NodeId node) {
    return reads_codes_as_floats() ? *value_of_[index(node)] : floats_of(node);
  }

  /// In delta execution, the change of a map; nullptr in dense execution.
  const Difference* change_of(const Value& value) {
    if (!recursive()) return nullptr;
    const auto known = changes_.find(&value);
    if (known != changes_.end()) return known->second;
    return changes_[&value] = &add_to_steps<Difference>(value);
  }

  LinearInput linear_input(NodeId node) {
    const Value& value = floats_of(node);
    return {&value, change_of(value)};
  }

  template <typename Sum>
  typename JoinedSums<Sum>::Parts parts(const FusedOperation& fused, std::vector<Sum> bias) const {
    typename JoinedSums<Sum>::Parts result;
    result.bias = std::move(bias);
    result.only_joined = fused.only_joined;
    result.recursive = recursive();
    result.keep_sums = options_.keep_sums;
    return result;
  }

  /// Sums of a weightless linear operation.
  JoinedSums<float> plain_sums(std::size_t i, Value& value) {
    return {value, parts<float>(operations_[i], {}), finisher(i, value)};
  }

  template <typename NewStep>
  void watch_sums(ProgramOperation& operation, NewStep& step) {
    operation.float_sums = &step.sums();
    program_.finishers.push_back(step.sums().finisher());
  }

  template <typename LayerOp>
  requires std::is_same_v<LayerOp, ConvolutionOp> || std::is_same_v<LayerOp, FullyConnectedOp>
  void add_step(std::size_t i, ProgramOperation& operation, const LayerOp&) {
    if (integers_[i]) {
      add_integer_layer(i, operation);
    } else {
      add_float_layer(i, operation);
    }
  }

  void add_float_layer(std::size_t i, ProgramOperation& operation) {
    const FusedOperation& fused = operations_[i];
    LayerParameters layer = parameters_(fused.node);
    const Value& input = operand_of_floats(fused.inputs.front());
    const Difference* change = change_of(input);
    auto sums = parts<float>(fused, std::move(layer.bias));
    sums.multipliers = std::move(layer.multipliers);
    if (fused.addend) {
      sums.addend = &operand_of_floats(*fused.addend);
      take_over_bias(float_bias_, *fused.addend, sums.bias);
    }
    float_bias_[fused.output] = sums.bias;
    const std::vector<Block> blocks = plan_blocks(layer.geometry, threads_);
    auto& step = add_to_steps<FloatLayerStep>(
        backend_.prepare(layer.geometry, layer.weights, blocks), layer.geometry, blocks,
        FloatLayerStep::Input{&input, change},
        JoinedSums<float>(*operation.value, std::move(sums), layer_finisher(i, *operation.value)),
        0, operation.name);
    operation.float_sums = &step.sums();
    if (step.sums().finisher()) program_.finishers.push_back(step.sums().finisher());
  }

  void add_integer_layer(std::size_t i, ProgramOperation& operation) {
    const FusedOperation& fused = operations_[i];
    IntegerLayer layer = std::move(*integers_[i]);
    const LayerGeometry geometry = parameters_(fused.node).geometry;
    const Value& input = *value_of_[index(fused.inputs.front())];
    const Difference* change = change_of(input);
    auto sums = parts<std::int32_t>(fused, std::move(layer.bias));
    if (fused.addend) {
      sums.addend = value_of_[index(*fused.addend)];
      sums.addend_ratio = shortcut_ratio(layer.scales, sums.addend->step());
      take_over_bias(integer_bias_, *fused.addend, sums.bias);
    }
    integer_bias_[fused.output] = sums.bias;
    sums.scales = std::move(layer.scales);
    const std::vector<Block> blocks = plan_blocks(geometry, threads_);
    auto& step = add_to_steps<IntegerLayerStep>(
        backend_.prepare(geometry, layer.weights, blocks), geometry, blocks,
        IntegerLayerStep::Input{&input, change},
        JoinedSums<std::int32_t>(*operation.value, std::move(sums),
                                 layer_finisher(i, *operation.value)),
        layer.largest_row, operation.name);
    operation.integer_sums = &step.sums();
    if (step.sums().finisher()) program_.finishers.push_back(step.sums().finisher());
  }

  std::optional<Finisher> layer_finisher(std::size_t i, Value& value) const {
    if (operations_[i].only_joined) return std::nullopt;
    return finisher(i, value);
  }

  /// In delta execution a join's state starts with the biases of both its operands.
  template <typename Sum>
  void take_over_bias(const std::map<NodeId, std::vector<Sum>>& known, NodeId operand,
                      std::vector<Sum>& bias) const {
    const auto* other = find_operation(operand);
    if (!recursive() || !other || !other->only_joined) return;
    const std::vector<Sum>& more = known.at(operand);
    for (std::size_t c = 0; c < bias.size(); ++c) bias[c] += more[c];
  }

  const FusedOperation* find_operation(NodeId output) const {
    const auto found = std::ranges::find(operations_, output, &FusedOperation::output);
    return found == operations_.end() ? nullptr : &*found;
  }

  void add_step(std::size_t i, ProgramOperation& operation, const InputOp&) {
    auto& step = add_to_steps<InputStep>(*operation.value, finisher(i, *operation.value));
    program_.input = &step;
    watch(step);
  }

  template <typename ActivationOp>
  requires std::is_same_v<ActivationOp, ReluOp> || std::is_same_v<ActivationOp, Relu6Op>
  void add_step(std::size_t i, ProgramOperation& operation, const ActivationOp&) {
    const Value& input = floats_of(operations_[i].inputs.front());
    watch(add_to_steps<ActivationStep>(input, finisher(i, *operation.value)));
  }

  void add_step(std::size_t i, ProgramOperation& operation, const AddOp&) {
    std::vector<LinearInput> inputs;
    for (const NodeId input : operations_[i].inputs) inputs.push_back(linear_input(input));
    watch_sums(operation, add_to_steps<AddStep>(inputs, plain_sums(i, *operation.value)));
  }

  void add_step(std::size_t i, ProgramOperation& operation, const ConcatOp&) {
    const bool codes = operation.value->storage() == Storage::kCodes;
    std::vector<const Value*> inputs;
    for (const NodeId input : operations_[i].inputs)
      inputs.push_back(codes ? value_of_[index(input)] : &floats_of(input));
    watch(add_to_steps<ConcatStep>(inputs, *operation.value, finisher(i, *operation.value)));
  }

  void add_step(std::size_t i, ProgramOperation& operation, const MaxPoolOp& op) {
    const NodeId input = operations_[i].inputs.front();
    const bool codes = operation.value->storage() == Storage::kCodes;
    watch(add_to_steps<MaxPoolStep>(codes ? *value_of_[index(input)] : floats_of(input),
                                    *operation.value, op.window, finisher(i, *operation.value),
                                    threads_));
  }

  void add_average(std::size_t i, ProgramOperation& operation, const Window& window,
                   bool count_padding) {
    const LinearInput input = linear_input(operations_[i].inputs.front());
    watch_sums(operation,
               add_to_steps<AveragePoolStep>(input, operation.value->shape(), window, count_padding,
                                             plain_sums(i, *operation.value)));
  }

  void add_step(std::size_t i, ProgramOperation& operation, const AveragePoolOp& op) {
    add_average(i, operation, op.window, op.count_include_pad);
  }

  void add_step(std::size_t i, ProgramOperation& operation, const GlobalAveragePoolOp&) {
    const Shape& input = value_of_[index(operations_[i].inputs.front())]->shape();
    add_average(i, operation, Window{.kernel_h = input.height, .kernel_w = input.width}, false);
  }

  void add_step(std::size_t i, ProgramOperation& operation, const SoftmaxOp&) {
    add_to_steps<SoftmaxStep>(floats_of(operations_[i].inputs.front()), *operation.value);
  }

  void add_step(std::size_t i, ProgramOperation& operation, const FlattenOp&) {
    DELTASIM_INVARIANT(i > operations_.size(), operation.name + " is looked through");
  }

  void add_step(std::size_t, ProgramOperation& operation, const BatchNormOp&) {
    DELTASIM_INVARIANT(false, operation.name + " should have been folded");
  }

  const Graph& graph_;
  const SiteQuantizers& quantizers_;
  const Backend& backend_;
  int threads_;
  ExecutionOptions options_;
  std::vector<FusedOperation> operations_;
  CodeSteps code_steps_;  ///< by node
  std::vector<std::optional<IntegerLayer>> integers_;
  std::vector<Value*> value_of_;  ///< by node
  std::map<const Value*, Value*> decoded_;
  std::map<const Value*, const Difference*> changes_;
  std::map<NodeId, std::vector<float>> float_bias_;
  std::map<NodeId, std::vector<std::int32_t>> integer_bias_;
  std::function<LayerParameters(NodeId)> parameters_;
  Program program_;
};

}  // namespace

Program build_program(const Graph& graph, const Weights& weights, std::span<const RecordedMap> maps,
                      const SiteQuantizers& quantizers, const Backend& backend, int threads,
                      const ExecutionOptions& options) {
  return Builder(graph, weights, maps, quantizers, backend, threads, options).build();
}

}  // namespace deltasim
