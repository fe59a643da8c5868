#include "report/result_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

constexpr std::size_t kExpensiveLayers = 3;
constexpr int kBarColumns = 40;

std::string times(double reduction) {
  return std::isinf(reduction) ? "unbounded" : fmt::format("{:.2f}x", reduction);
}

/// How far the quantized network still is the unquantized one.
std::string fidelity_text(const std::vector<FidelityFigures>& streams) {
  std::string text;
  for (const FidelityFigures& stream : streams) {
    text += fmt::format("{}{}: top-1 agrees in {:.0f} % of {} frames (logits' cosine {:.2f})",
                        text.empty() ? "against the unquantized network, " : "; ", stream.stream,
                        100 * stream.top1_agreement, stream.frames, stream.logit_cosine_mean);
  }
  return text.empty() ? text : text + "\n";
}

std::string claims_text(const RunResult& result) {
  std::string text =
      fmt::format("activation sparsity {:.1f} %, temporal sparsity {:.1f} %: ideal reduction {}\n",
                  100 * result.activation_sparsity, 100 * result.temporal_sparsity,
                  times(result.ideal_reduction)) +
      fidelity_text(result.fidelity);
  if (result.reductions.empty()) return text;
  text += fmt::format("\n{:<24}{:>10}{:>10}{:>16}{:>10}\n", "reduction", "MACs", "cycles",
                      "DRAM accesses", "energy");
  for (const ModeReductions& mode : result.reductions) {
    for (const Reductions& r : mode.against) {
      text += fmt::format("{:<24} {:>9} {:>9} {:>15} {:>9}\n", mode.mode + " against " + r.against,
                          times(r.macs), times(r.cycles), times(r.dram_accesses), times(r.energy));
    }
  }
  return text;
}

std::string mode_row(const std::string& name, const Figures& f) {
  const double frames = static_cast<double>(std::max<std::int64_t>(f.frames, 1));
  return fmt::format(
      "{:<11} {:>10.3f} {:>9.3f} {:>11.2f} {:>9.2f} {:>12.2f} {:>12.2f} {:>10.1f}\n", name,
      static_cast<double>(f.macs.executed) / frames * 1e-9, f.time_s / frames * 1e3,
      static_cast<double>(dram_bits(f.activity)) / 8 / frames * 1e-6,
      f.energy.total / frames * 1e-9, static_cast<double>(f.state.footprint_bytes) * 1e-6,
      static_cast<double>(f.state.bytes_per_frame) * 1e-6, 100 * f.utilization);
}

std::string modes_text(const RunResult& result) {
  std::string text =
      fmt::format("{:<11}{:>11}{:>10}{:>12}{:>10}{:>13}{:>13}{:>11}\n", "per frame", "GMAC", "ms",
                  "DRAM MB", "mJ", "state MB", "state MB/fr", "used %");
  for (const ModeFigures& mode : result.modes) {
    text += mode_row(mode.name, mode.figures);
    if (mode.name == "delta") {
      text += mode_row("  first", mode.first);
      if (mode.steady.frames > 0) text += mode_row("  steady", mode.steady);
    }
  }
  if (result.baseline) text += mode_row("baseline", result.baseline->figures);
  return text;
}

std::string real_time_row(const std::string& name, const RealTimeFigures& figures) {
  return fmt::format("{:<11} {:>10.3f} {:>9.3f} {:>11.3f} {:>9} {:>12.3f} {:>12.3f} {:>10.3f}\n",
                     name, figures.busy_s * 1e3, figures.idle_s * 1e3, figures.worst_frame_s * 1e3,
                     figures.missed_frames, figures.energy_per_frame_pJ * 1e-9,
                     figures.idle_energy_per_frame_pJ() * 1e-9, figures.average_power_W);
}

/// Nothing where the experiment has no frame rate.
std::string real_time_text(const RunResult& result) {
  std::string rows;
  double rate = 0;
  const auto add = [&](const ModeFigures& mode) {
    if (!mode.real_time) return;
    rows += real_time_row(mode.name, *mode.real_time);
    rate = mode.real_time->frame_rate_hz;
  };
  for (const ModeFigures& mode : result.modes) add(mode);
  if (result.baseline) add(*result.baseline);
  if (rows.empty()) return {};
  return fmt::format("{:<11}{:>11}{:>10}{:>12}{:>10}{:>13}{:>13}{:>11}\n",
                     fmt::format("at {:g} Hz", rate), "busy ms", "idle ms", "longest ms", "missed",
                     "mJ a frame", "idle mJ", "W") +
         rows + "\n";
}

std::string waterfall_text(const RunResult& result) {
  if (result.waterfall.empty()) return {};
  std::string text = "what is left of the ideal reduction\n";
  double largest = 1;
  for (const WaterfallStep& step : result.waterfall) largest = std::max(largest, step.reduction);
  for (const WaterfallStep& step : result.waterfall) {
    const auto bar = static_cast<std::size_t>(
        std::clamp(std::lround(step.reduction / largest * kBarColumns), 0L, long{kBarColumns}));
    text += fmt::format("  {:<42} {:>7}  {}\n", step.text, times(step.reduction),
                        std::string(bar, '#'));
  }
  return text;
}

struct CostlyLayer {
  const StreamFigures* stream = nullptr;
  const LayerFigures* layer = nullptr;
};

std::string layers_text(const ModeFigures& mode) {
  std::vector<CostlyLayer> layers;
  for (const StreamFigures& stream : mode.streams) {
    for (const LayerFigures& layer : stream.layers) layers.push_back({&stream, &layer});
  }
  std::stable_sort(layers.begin(), layers.end(), [](const CostlyLayer& a, const CostlyLayer& b) {
    return a.layer->figures.energy.total > b.layer->figures.energy.total;
  });
  std::string text = fmt::format("most expensive layers, {} execution\n", mode.name);
  for (std::size_t i = 0; i < std::min(layers.size(), kExpensiveLayers); ++i) {
    const Figures& f = layers[i].layer->figures;
    text +=
        fmt::format("  {:<34} {:>6.2f} % of the energy, {:>6.2f} % of the cycles\n",
                    layers[i].stream->name + " " + layers[i].layer->name,
                    100 * f.energy.total / mode.figures.energy.total,
                    100 * static_cast<double>(f.cycles) / static_cast<double>(mode.figures.cycles));
  }
  return text;
}

std::string state_text(const RunResult& result) {
  const ModeFigures* delta = result.mode("delta");
  if (delta == nullptr) return {};
  const Figures& f = delta->figures;
  double energy = 0;
  for (const auto& [kind, picojoules] : f.energy.by_data) {
    if (kind == "state") energy = picojoules;
  }
  return fmt::format(
      "state: {:.2f} MB kept in {}, {:.2f} MB moved a frame, {:.1f} % of delta's energy\n",
      static_cast<double>(f.state.footprint_bytes) * 1e-6, result.state_place,
      static_cast<double>(f.state.bytes_per_frame) * 1e-6,
      f.energy.total > 0 ? 100 * energy / f.energy.total : 0.0);
}

std::string area_text(const AreaFigures& area) {
  std::string text = fmt::format("area: {:.4g} mm2 at {:g} nm", area.total_mm2, area.node_nm);
  const char* separator = ": ";
  for (const auto& [component, mm2] : area.by_component) {
    text += fmt::format("{}{} {:.0f} %", separator, component, 100 * mm2 / area.total_mm2);
    separator = ", ";
  }
  if (area.unverified_share > 0) {
    text += fmt::format("; {:.0f} % not verified", 100 * area.unverified_share);
  }
  return text + "\n";
}

/// The terms that are not zero, in lines of a terminal's width.
std::string terms_text(const EnergyParts& terms) {
  constexpr std::size_t kColumns = 90;
  std::string text;
  std::string line = " ";
  for (const auto& [name, picojoules] : terms) {
    if (!(picojoules > 0)) continue;
    if (line.size() > 1) line += ",";
    const std::string term = fmt::format(" {} {:.3g} mJ", name, picojoules * 1e-9);
    if (line.size() + term.size() > kColumns) {
      text += line + "\n";
      line = " ";
    }
    line += term;
  }
  return text + line + "\n";
}

std::string dram_text(const ModeFigures& mode) {
  const DramFigures& dram = mode.dram;
  if (dram.model.empty()) return {};
  std::string from = "flat prices of the energy table";
  if (dram.model == "currents") {
    from = fmt::format("currents of {}{}", dram.part,
                       dram.interface == "not_stated" ? " (I/O not stated)" : "");
  }
  return fmt::format("DRAM, {} execution: {}\n", mode.name, from) + terms_text(dram.terms) +
         fmt::format("  refresh takes {:.1f} % of this energy and {:.1f} % of the time\n",
                     100 * dram.refresh_energy_share, 100 * dram.refresh_time_share);
}

/// What the energy rests on that nobody has checked, the largest first.
std::string unverified_text(const EnergyTableFigures& table) {
  std::vector<const EntryFigures*> unsure;
  for (const EntryFigures& entry : table.entries) {
    if (!entry.verified) unsure.push_back(&entry);
  }
  if (unsure.empty()) return {};
  std::stable_sort(unsure.begin(), unsure.end(), [](const EntryFigures* a, const EntryFigures* b) {
    return a->share > b->share;
  });
  std::string text =
      fmt::format("energy: {:.1f} % of {}'s rests on entries of {} that are not verified\n",
                  100 * table.unverified_share, table.mode, table.name);
  for (const EntryFigures* entry : unsure) {
    text += fmt::format("  {:<46} {:>6.2f} %\n", entry->title, 100 * entry->share);
  }
  return text;
}

/// What is needed and costs nothing in the energy table, a line for each reason.
std::string as_zero_text(const EnergyTableFigures& table) {
  std::string text;
  std::vector<std::string> told;
  for (const auto& [first, because] : table.as_zero) {
    if (std::ranges::find(told, because) != told.end()) continue;
    told.push_back(because);
    std::string titles;
    for (const auto& [title, reason] : table.as_zero) {
      if (reason == because) titles += (titles.empty() ? "" : "; ") + title;
    }
    text += fmt::format("counted as zero: {} ({})\n", titles, because);
  }
  return text;
}

}  // namespace

std::string result_text(const RunResult& result) {
  std::string text = claims_text(result) + "\n" + modes_text(result) + "\n";
  text += real_time_text(result);
  text += waterfall_text(result);
  const ModeFigures* shown = result.mode("delta");
  if (shown == nullptr && !result.modes.empty()) shown = &result.modes.back();
  if (!result.waterfall.empty()) text += "\n";
  if (shown != nullptr) text += layers_text(*shown) + dram_text(*shown);
  text += state_text(result);
  for (const auto& [key, value] : result.provenance) {
    if (key.starts_with("weights")) text += key + ": " + value + "\n";
  }
  if (result.area) text += area_text(*result.area);
  text += unverified_text(result.energy_table) + as_zero_text(result.energy_table);
  for (const std::string& note : result.energy_table.notes) text += "note: " + note + "\n";
  for (const std::string& note : result.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace deltasim
