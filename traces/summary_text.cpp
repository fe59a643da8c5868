#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "traces/summary.h"

namespace deltasim {
namespace {

constexpr std::size_t kNameWidth = 26;

/// Names longer than their column keep their end, which tells them apart.
std::string column(const std::string& name) {
  return name.size() <= kNameWidth ? name : ".." + name.substr(name.size() - kNameWidth + 2);
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", 100 * *share) : "-";
}

std::string factor(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}x", *value) : "-";
}

/// Mean share of `part` in `whole`, or of what is left where `left`.
std::optional<double> mean_share(const std::vector<std::int64_t>& parts, std::int64_t whole,
                                 bool left) {
  if (parts.empty() || whole == 0) return std::nullopt;
  const double sum =
      static_cast<double>(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}));
  const double share = sum / static_cast<double>(whole) / static_cast<double>(parts.size());
  return left ? 1 - share : share;
}

std::optional<double> mean_reduction(std::int64_t dense, const std::vector<std::int64_t>& macs) {
  const double sum =
      static_cast<double>(std::accumulate(macs.begin(), macs.end(), std::int64_t{0}));
  if (sum == 0) return std::nullopt;
  return static_cast<double>(dense) * static_cast<double>(macs.size()) / sum;
}

std::string gigas(std::int64_t macs) {
  return fmt::format("{:.3f} G", static_cast<double>(macs) / 1e9);
}

std::string header_text(const TraceSummary& summary) {
  const TraceHeader& header = summary.header;
  const VideoInfo& video = header.video;
  std::string text = fmt::format("video      {}", video.file);
  if (video.width > 0) text += fmt::format(", {}x{}", video.width, video.height);
  if (!video.codec.empty()) text += fmt::format(", {}", video.codec);
  if (video.frames_per_second > 0) text += fmt::format(", {:g} frames/s", video.frames_per_second);
  if (video.count > 0) text += fmt::format("\nframes     {} from {}", video.count, video.start);
  if (video.stride > 1) text += fmt::format(", one of {}", video.stride);
  const bool ours = !header.tool_version.empty() && header.tool_version.front() >= '0' &&
                    header.tool_version.front() <= '9';
  text += fmt::format("\nquantizer  {}\nbackend    {}\nmade by    {}{}\n", header.quantizer,
                      header.backend, ours ? "deltasim " : "", header.tool_version);
  if (header.has_values) text += "values     recorded\n";
  if (!header.faults.empty()) text += fmt::format("faults     {}\n", header.faults);
  if (!summary.damage.empty()) text += fmt::format("DAMAGED    {}\n", summary.damage);
  return text;
}

std::string map_table(const StreamSummary& stream) {
  std::string text = fmt::format("  {:<{}} {:>15} {:>15} {:>15} {:>17}\n", "map", kNameWidth,
                                 "shape", "activation zero", "delta zero", "pixels unchanged");
  for (const MapSummary& map : stream.maps) {
    const std::int64_t elements = map.shape.elements();
    text +=
        fmt::format("{} {:<{}} {:>15} {:>15} {:>15} {:>17}\n",
                    map.kind == RecordedMap::Kind::kSite ? " " : "*", column(map.name), kNameWidth,
                    to_string(map.shape), percent(mean_share(map.active, elements, true)),
                    percent(mean_share(map.changed, elements, true)),
                    percent(mean_share(map.unchanged_pixels, map.shape.pixels(), false)));
  }
  return text + "  (* no delta site: recorded because a layer reads it; not in the totals)\n";
}

std::string layer_table(const StreamSummary& stream) {
  std::string text = fmt::format("  {:<{}} {:>15} {:>15} {:>15} {:>17}\n", "layer", kNameWidth,
                                 "dense MACs", "spatial", "delta", "outputs touched");
  for (const LayerSummary& layer : stream.layers) {
    text +=
        fmt::format("  {:<{}} {:>15} {:>15} {:>15} {:>17}\n", column(layer.name), kNameWidth,
                    layer.dense_macs, factor(mean_reduction(layer.dense_macs, layer.spatial_macs)),
                    factor(mean_reduction(layer.dense_macs, layer.delta_macs)),
                    percent(mean_share(layer.touched_outputs, layer.output.elements(), false)));
  }
  return text;
}

std::string fidelity_text(const StreamSummary& stream) {
  if (stream.fidelity.empty()) return "";
  double top1 = 0, top5 = 0, cosine = 0, difference = 0;
  for (const Fidelity& frame : stream.fidelity) {
    top1 += frame.top1_agrees ? 1 : 0;
    top5 += frame.top5_agrees ? 1 : 0;
    cosine += frame.logit_cosine;
    difference = std::max(difference, frame.logit_max_difference);
  }
  const auto count = static_cast<double>(stream.fidelity.size());
  return fmt::format(
      "  against the unquantized network: top-1 agrees {:.0f} %, top-5 {:.0f} %, logits' cosine "
      "{:.4f},\n    largest difference {:.3g}\n",
      100 * top1 / count, 100 * top5 / count, cosine / count, difference);
}

std::string totals_text(const StreamSummary& stream) {
  const StreamTotals total = totals(stream);
  return fmt::format(
      "  zero elements at the sites: activations {}, deltas {}\n"
      "  MACs a frame: {} dense, {} on valid taps; {} fewer if spatial, {} if delta\n"
      "  outputs (state) that a delta frame touches: {}\n",
      percent(total.activation_sparsity), percent(total.temporal_sparsity),
      gigas(total.dense_macs_per_frame), gigas(total.valid_macs_per_frame),
      factor(total.mac_reduction_spatial), factor(total.mac_reduction_delta),
      percent(total.touched_outputs));
}

std::string stream_text(const StreamSummary& stream) {
  std::string text = fmt::format("\nstream {}: {}, {} frames, weights: {}\n", stream.name,
                                 stream.network, stream.frames, to_string(stream.weights_kind));
  text += totals_text(stream) + fidelity_text(stream);
  if (stream.repeated_frames > 0) {
    text += fmt::format("  {} of {} frames repeat the one before: their deltas are false zeros\n",
                        stream.repeated_frames, stream.frames);
  }
  return text + "\n" + map_table(stream) + "\n" + layer_table(stream);
}

}  // namespace

std::string summary_text(const TraceSummary& summary) {
  std::string text = header_text(summary);
  for (const StreamSummary& stream : summary.streams) text += stream_text(stream);
  return text;
}

}  // namespace deltasim
