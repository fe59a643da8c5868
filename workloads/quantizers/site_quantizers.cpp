#include "workloads/quantizers/site_quantizers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arch/errors.h"
#include "workloads/graph_walk.h"

namespace deltasim {
namespace {

/// Makes the quantizer of one node after another and collects what is wrong on the way.
class Binder {
 public:
  Binder(const QuantizerSpec& spec, const Graph& graph, const Calibration& calibration)
      : spec_(spec), graph_(graph), calibration_(calibration) {
    if (const auto* step = spec.as<StepSpec>(); step && !step->file.empty())
      file_steps_ = read_step_file(step->file);
  }

  std::unique_ptr<SiteQuantizer> make(const Node& node) {
    names_.push_back(node.name);
    return std::visit([&](const auto& kind) { return make(node, kind); }, spec_.kind);
  }

  void finish() {
    check_unknown_sites();
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
  }

 private:
  using Pointer = std::unique_ptr<SiteQuantizer>;

  Pointer make(const Node&, const NoQuantizer&) { return nullptr; }
  Pointer make(const Node& node, const FixedPointSpec& spec) {
    const auto max_abs = calibrated(node, calibration_.max_abs);
    return max_abs ? make_fixed_point(spec.bits, *max_abs) : nullptr;
  }
  Pointer make(const Node& node, const SigmaDeltaSpec& spec) {
    const auto max_abs = calibrated(node, calibration_.max_abs);
    return max_abs ? make_sigma_delta(spec.bits, *max_abs, elements(node)) : nullptr;
  }
  Pointer make(const Node& node, const ThresholdSpec& spec) {
    return make_threshold(static_cast<float>(spec.theta), elements(node));
  }
  Pointer make(const Node& node, const StepSpec& spec) {
    if (!spec.file.empty()) return make_from_file(node, spec.file);
    if (!spec.sparsity) return make_by_stage(node, spec.stages);
    const auto step = calibrated(node, calibration_.steps);
    return step ? make_step(*step) : nullptr;
  }

  static std::size_t elements(const Node& node) {
    return static_cast<std::size_t>(node.shape.elements());
  }

  std::optional<float> calibrated(const Node& node, const std::map<std::string, float>& figures) {
    if (const auto found = figures.find(node.name); found != figures.end()) return found->second;
    faults_.push_back({.key_path = "calibration." + node.name,
                       .found = "no figure",
                       .expected = "a figure from calibration frames of this network"});
    return std::nullopt;
  }

  Pointer make_by_stage(const Node& node, const std::vector<double>& stages) {
    if (stages.size() == 1) return make_step(static_cast<float>(stages.front()));
    if (static_cast<std::size_t>(node.stage) < stages.size())
      return make_step(static_cast<float>(stages[static_cast<std::size_t>(node.stage)]));
    if (!std::exchange(short_list_, true)) faults_.push_back(too_few_steps(stages.size()));
    return nullptr;
  }

  Fault too_few_steps(std::size_t given) const {
    int last = 0;
    for (const Node& node : graph_.nodes()) last = std::max(last, node.stage);
    return {.key_path = "quantizer",
            .found = fmt::format("{} step sizes", given),
            .expected = fmt::format("one for all, or {}: network {} has the stages 0 to {}",
                                    last + 1, graph_.name, last)};
  }

  Pointer make_from_file(const Node& node, const std::string& file) {
    const auto found = file_steps_.find(node.name);
    if (found == file_steps_.end()) {
      faults_.push_back({.file = file,
                         .key_path = node.name,
                         .found = "nothing",
                         .expected = "a step size for this site"});
      return nullptr;
    }
    const std::vector<float>& steps = found->second;
    if (steps.size() == 1) return make_step(steps.front());
    if (steps.size() == static_cast<std::size_t>(node.shape.channels))
      return make_step_per_channel(steps);
    faults_.push_back({.file = file,
                       .key_path = node.name,
                       .found = fmt::format("{} step sizes", steps.size()),
                       .expected = fmt::format("1 or {}, one a channel", node.shape.channels)});
    return nullptr;
  }

  void check_unknown_sites() {
    for (const auto& [name, steps] : file_steps_) {
      if (std::ranges::find(names_, name) != names_.end()) continue;
      faults_.push_back({.file = spec_.as<StepSpec>()->file,
                         .key_path = name,
                         .found = fmt::format("a step size for \"{}\"", name),
                         .expected = "a quantized site of network " + graph_.name,
                         .nearest = nearest_name(name, names_)});
    }
  }

  const QuantizerSpec& spec_;
  const Graph& graph_;
  const Calibration& calibration_;
  std::map<std::string, std::vector<float>> file_steps_;
  std::vector<std::string> names_;
  std::vector<Fault> faults_;
  bool short_list_ = false;
};

}  // namespace

SiteQuantizers make_site_quantizers(const QuantizerSpec& spec, const Graph& graph,
                                    std::span<const RecordedMap> maps,
                                    const Calibration& calibration) {
  Binder binder(spec, graph, calibration);
  SiteQuantizers result;
  for (const RecordedMap& map : maps) {
    const bool wanted = map.kind == RecordedMap::Kind::kSite ||
                        (map.kind == RecordedMap::Kind::kInput && spec.quantize_input);
    result.maps.push_back(wanted ? binder.make(graph.node(map.node)) : nullptr);
  }
  if (spec.quantize_output) result.output = binder.make(graph.node(logits_node(graph)));
  binder.finish();
  return result;
}

}  // namespace deltasim
