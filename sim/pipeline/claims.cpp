#include "sim/pipeline/claims.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace deltasim {
namespace {

/// Infinite where nothing is left of something; 0 where there was nothing before either.
double ratio(double a, double b) {
  if (b > 0) return a / b;
  return a > 0 ? std::numeric_limits<double>::infinity() : 0;
}

std::int64_t sum_of_first(const std::vector<std::int64_t>& counts, std::int64_t frames) {
  std::int64_t sum = 0;
  const auto end =
      std::min(counts.size(), static_cast<std::size_t>(std::max<std::int64_t>(frames, 0)));
  for (std::size_t i = 0; i < end; ++i) sum += counts[i];
  return sum;
}

/// Cycles in which the array had work, over the frames after the first.
double array_cycles(const ModeResults& results) {
  double cycles = 0;
  for (const auto& frames : results) {
    for (const FrameResult& frame : std::span(frames).subspan(1)) {
      for (const LayerResult& layer : frame.layers) {
        cycles += static_cast<double>(layer.array_cycles);
      }
    }
  }
  return cycles;
}

double energy_of(const EnergyFigures& energy, std::string_view data) {
  for (const auto& [name, picojoules] : energy.by_data) {
    if (name == data) return picojoules;
  }
  return 0;
}

SiteFigures site_figures(const std::string& stream, const MapSummary& map, std::int64_t frames) {
  const auto elements = static_cast<double>(map.shape.elements());
  const auto deltas = static_cast<double>(frames - 1);
  SiteFigures site{.stream = stream, .name = map.name, .elements = map.shape.elements()};
  site.activation_sparsity = 1 - static_cast<double>(sum_of_first(map.active, frames)) /
                                     (elements * static_cast<double>(frames));
  if (frames < 2) return site;
  site.temporal_sparsity =
      1 - static_cast<double>(sum_of_first(map.changed, frames - 1)) / (elements * deltas);
  const auto pixels = static_cast<double>(map.shape.pixels());
  site.unchanged_pixels =
      static_cast<double>(sum_of_first(map.unchanged_pixels, frames - 1)) / (pixels * deltas);
  return site;
}

double without_state(const EnergyFigures& energy) {
  return energy.total - energy_of(energy, "state") - energy_of(energy, "index");
}

/// Where nothing changed at all, what counts changes has no height to fall from.
void leave_out_unbounded(std::vector<WaterfallStep>& steps) {
  std::erase_if(steps, [](const WaterfallStep& step) { return std::isinf(step.reduction); });
}

/// What hardware makes of fewer MACs: time, then energy.
void add_hardware_steps(std::vector<WaterfallStep>& steps, const ModeFigures& other,
                        const ModeFigures& delta, const ModeResults& other_results,
                        const ModeResults& delta_results) {
  steps.push_back({"imbalance", "with imbalance (array cycles)",
                   ratio(array_cycles(other_results), array_cycles(delta_results))});
  steps.push_back(
      {"memory_bound", "memory-bound (cycles)", ratio(other.steady.time_s, delta.steady.time_s)});
  steps.push_back({"energy_without_state", "energy without state and indices",
                   ratio(without_state(other.steady.energy), without_state(delta.steady.energy))});
  steps.push_back({"energy", "energy with state and indices",
                   ratio(other.steady.energy.total, delta.steady.energy.total)});
  steps.push_back({"with_first_frame", "averaged with the first frame",
                   ratio(other.figures.energy.total, delta.figures.energy.total)});
}

}  // namespace

std::vector<SiteFigures> site_figures(const TraceSummary& summary, std::int64_t frames) {
  std::vector<SiteFigures> sites;
  for (const StreamSummary& stream : summary.streams) {
    for (const MapSummary& map : stream.maps) {
      if (map.kind == RecordedMap::Kind::kSite) {
        sites.push_back(site_figures(stream.name, map, frames));
      }
    }
  }
  return sites;
}

std::vector<FidelityFigures> fidelity_figures(const TraceSummary& summary, std::int64_t frames) {
  std::vector<FidelityFigures> all;
  for (const StreamSummary& stream : summary.streams) {
    FidelityFigures figures{.stream = stream.name, .logit_cosine_lowest = 1};
    for (std::size_t i = 0; i < stream.fidelity.size(); ++i) {
      if (stream.fidelity_frames[i] >= frames) continue;
      const Fidelity& frame = stream.fidelity[i];
      ++figures.frames;
      figures.top1_agreement += frame.top1_agrees ? 1 : 0;
      figures.top5_agreement += frame.top5_agrees ? 1 : 0;
      figures.logit_cosine_mean += frame.logit_cosine;
      figures.logit_cosine_lowest = std::min(figures.logit_cosine_lowest, frame.logit_cosine);
      figures.logit_max_difference =
          std::max(figures.logit_max_difference, frame.logit_max_difference);
    }
    if (figures.frames == 0) continue;
    const auto count = static_cast<double>(figures.frames);
    figures.top1_agreement /= count;
    figures.top5_agreement /= count;
    figures.logit_cosine_mean /= count;
    all.push_back(std::move(figures));
  }
  return all;
}

TraceSparsity trace_sparsity(const TraceSummary& summary, std::int64_t frames) {
  // Imported masks have no sites: there the maps that layers read stand for them.
  bool sites = false;
  for (const StreamSummary& stream : summary.streams) {
    for (const MapSummary& map : stream.maps) sites |= map.kind == RecordedMap::Kind::kSite;
  }
  double elements = 0, active = 0, changed = 0;
  double dense = 0, weighted = 0, effectual = 0;
  const auto deltas = static_cast<double>(frames - 1);
  for (const StreamSummary& stream : summary.streams) {
    for (const MapSummary& map : stream.maps) {
      if (sites && map.kind != RecordedMap::Kind::kSite) continue;
      elements += static_cast<double>(map.shape.elements());
      active += static_cast<double>(sum_of_first(map.active, frames));
      changed += static_cast<double>(sum_of_first(map.changed, frames - 1));
    }
    for (const LayerSummary& layer : stream.layers) {
      const auto macs = static_cast<double>(layer.dense_macs);
      dense += macs;
      weighted += macs * static_cast<double>(sum_of_first(layer.events, frames - 1)) /
                  static_cast<double>(layer.input.elements());
      effectual += static_cast<double>(sum_of_first(layer.delta_macs, frames - 1));
    }
  }
  return {.activation = 1 - ratio(active, elements * static_cast<double>(frames)),
          .temporal = deltas > 0 ? 1 - ratio(changed, elements * deltas) : 0,
          .mac_weighted_density = ratio(weighted, dense * deltas),
          .effectual_share = ratio(effectual, dense * deltas)};
}

Reductions reductions(const std::string& against, const Figures& other, const Figures& mode) {
  return {.against = against,
          .macs = ratio(static_cast<double>(other.macs.executed),
                        static_cast<double>(mode.macs.executed)),
          .cycles = ratio(other.time_s, mode.time_s),
          .dram_accesses = ratio(static_cast<double>(dram_bits(other.activity)),
                                 static_cast<double>(dram_bits(mode.activity))),
          .energy = ratio(other.energy.total, mode.energy.total)};
}

std::vector<WaterfallStep> waterfall(const TraceSparsity& sparsity, const ModeFigures& dense,
                                     const ModeFigures& delta, const ModeResults& dense_results,
                                     const ModeResults& delta_results) {
  std::vector<WaterfallStep> steps{
      {"ideal", "ideal: 1 / density of the delta maps", ratio(1, 1 - sparsity.temporal)},
      {"mac_weighted", "weighted by each layer's MACs", ratio(1, sparsity.mac_weighted_density)},
      {"borders_strides", "with borders and strides", ratio(1, sparsity.effectual_share)}};
  add_hardware_steps(steps, dense, delta, dense_results, delta_results);
  leave_out_unbounded(steps);
  return steps;
}

std::vector<WaterfallStep> waterfall_against_spatial(const TraceSparsity& sparsity,
                                                     const ModeFigures& spatial,
                                                     const ModeFigures& delta,
                                                     const ModeResults& spatial_results,
                                                     const ModeResults& delta_results) {
  std::vector<WaterfallStep> steps{{"ideal", "ideal: density of activations / of deltas",
                                    ratio(1 - sparsity.activation, 1 - sparsity.temporal)},
                                   {"macs", "executed MACs",
                                    ratio(static_cast<double>(spatial.steady.macs.executed),
                                          static_cast<double>(delta.steady.macs.executed))}};
  add_hardware_steps(steps, spatial, delta, spatial_results, delta_results);
  leave_out_unbounded(steps);
  return steps;
}

}  // namespace deltasim
