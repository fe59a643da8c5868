#include <algorithm>
#include <nlohmann/json.hpp>

#include "traces/summary.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

/// [C, H, W], or [C] of a vector.
Json channels_first(const Shape& shape) {
  if (shape.pixels() == 1) return Json::array({shape.channels});
  return Json::array({shape.channels, shape.height, shape.width});
}

/// 1 - part / whole of each.
Json sparsities(const std::vector<std::int64_t>& parts, std::int64_t whole) {
  Json shares = Json::array();
  for (const std::int64_t part : parts) {
    shares.push_back(static_cast<double>(whole - part) / static_cast<double>(whole));
  }
  return shares;
}

Json shares(const std::vector<std::int64_t>& parts, std::int64_t whole) {
  Json result = Json::array();
  for (const std::int64_t part : parts) {
    result.push_back(static_cast<double>(part) / static_cast<double>(whole));
  }
  return result;
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json map_json(const MapSummary& map) {
  return {{"name", map.name},
          {"shape", channels_first(map.shape)},
          {"activation_sparsity", sparsities(map.active, map.shape.elements())},
          {"temporal_sparsity", sparsities(map.changed, map.shape.elements())},
          {"unchanged_pixels", shares(map.unchanged_pixels, map.shape.pixels())}};
}

Json layer_json(const LayerSummary& layer) {
  return {{"name", layer.name},
          {"out_shape", channels_first(layer.output)},
          {"in_shape", channels_first(layer.input)},
          {"dense_macs", layer.dense_macs},
          {"valid_macs", layer.valid_macs},
          {"spatial_macs", layer.spatial_macs},
          {"delta_macs", layer.delta_macs},
          {"events", layer.events},
          {"touched_outputs", layer.touched_outputs}};
}

Json fidelity_json(const std::vector<Fidelity>& frames) {
  if (frames.empty()) return nullptr;
  const auto count = static_cast<double>(frames.size());
  double top1 = 0, top5 = 0, cosine = 0, lowest = 1, difference = 0;
  for (const Fidelity& frame : frames) {
    top1 += frame.top1_agrees ? 1 : 0;
    top5 += frame.top5_agrees ? 1 : 0;
    cosine += frame.logit_cosine;
    lowest = std::min(lowest, frame.logit_cosine);
    difference = std::max(difference, frame.logit_max_difference);
  }
  Json cosines = Json::array();
  for (const Fidelity& frame : frames) cosines.push_back(frame.logit_cosine);
  return {{"frames", frames.size()},        {"top1_agreement", top1 / count},
          {"top5_agreement", top5 / count}, {"logit_cosine_mean", cosine / count},
          {"logit_cosine_lowest", lowest},  {"logit_max_difference", difference},
          {"logit_cosine", cosines}};
}

Json total_json(const StreamSummary& stream) {
  const StreamTotals total = totals(stream);
  return {{"frames", stream.frames},
          {"dense_macs_per_frame", total.dense_macs_per_frame},
          {"valid_macs_per_frame", total.valid_macs_per_frame},
          {"activation_sparsity", or_null(total.activation_sparsity)},
          {"temporal_sparsity", or_null(total.temporal_sparsity)},
          {"mac_reduction_spatial", or_null(total.mac_reduction_spatial)},
          {"mac_reduction_delta", or_null(total.mac_reduction_delta)},
          {"touched_outputs", or_null(total.touched_outputs)},
          {"repeated_frames", stream.repeated_frames},
          {"top1", stream.top1}};
}

Json stream_json(const StreamSummary& stream, const StreamInfo& info) {
  Json sites = Json::array();
  Json other = Json::array();
  for (const MapSummary& map : stream.maps) {
    (map.kind == RecordedMap::Kind::kSite ? sites : other).push_back(map_json(map));
  }
  Json layers = Json::array();
  for (const LayerSummary& layer : stream.layers) layers.push_back(layer_json(layer));
  return {{"network", stream.network},
          {"weights", to_string(stream.weights_kind)},
          {"weights_sha256", info.weights_sha256},
          {"total", total_json(stream)},
          {"fidelity", fidelity_json(stream.fidelity)},
          {"sites", sites},
          {"other_maps", other},
          {"layers", layers}};
}

Json video_json(const VideoInfo& video) {
  return {{"file", video.file},     {"sha256", video.sha256},
          {"codec", video.codec},   {"width", video.width},
          {"height", video.height}, {"frames_per_second", video.frames_per_second},
          {"start", video.start},   {"count", video.count},
          {"stride", video.stride}};
}

}  // namespace

std::string summary_json(const TraceSummary& summary) {
  Json streams = Json::object();
  for (std::size_t i = 0; i < summary.streams.size(); ++i) {
    streams[summary.streams[i].name] = stream_json(summary.streams[i], summary.header.streams[i]);
  }
  const Json json{{"schema", "deltasim.trace_info/1"},
                  {"tool_version", summary.header.tool_version},
                  {"quantizer", summary.header.quantizer},
                  {"backend", summary.header.backend},
                  {"has_values", summary.header.has_values},
                  {"faults", summary.header.faults},
                  {"video", video_json(summary.header.video)},
                  {"damage", summary.damage},
                  {"streams", streams}};
  // Names come from files: whatever bytes they hold, the output is valid JSON.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace deltasim
