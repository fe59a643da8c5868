#include "report/result_json.h"

#include <nlohmann/json.hpp>

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

Json bits_by_kind(const Activity& activity, Component memory, Action action) {
  Json json;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    const auto kind = static_cast<DataKind>(k);
    json[std::string(to_string(kind))] = activity.at(memory, action, kind);
  }
  return json;
}

Json traffic(const Activity& activity) {
  Json json;
  for (const Component memory :
       {Component::kDram, Component::kGlb, Component::kRegisterFile, Component::kStateMemory}) {
    json[std::string(to_string(memory))] = {
        {"read", bits_by_kind(activity, memory, Action::kRead)},
        {"write", bits_by_kind(activity, memory, Action::kWrite)}};
  }
  return json;
}

std::int64_t bit_hops(const Activity& activity) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    sum += activity.at(Component::kNoc, Action::kTransfer, static_cast<DataKind>(k));
  }
  return sum;
}

Json parts(const EnergyParts& energy) {
  Json json = Json::object();
  for (const auto& [name, picojoules] : energy) json[name] = picojoules;
  return json;
}

Json stalls(const std::vector<std::int64_t>& lane_cycles) {
  Json json = Json::object();
  for (std::size_t i = 0; i < lane_cycles.size(); ++i) {
    json[std::string(to_string(static_cast<Stall>(i)))] = lane_cycles[i];
  }
  return json;
}

Json state(const StateFigures& figures) {
  Json json{{"footprint_bytes", figures.footprint_bytes},
            {"bytes_per_frame", figures.bytes_per_frame}};
  if (figures.hours_to_wear_out) json["hours_to_wear_out"] = *figures.hours_to_wear_out;
  if (figures.hours_to_wear_out_unlevelled) {
    json["hours_to_wear_out_unlevelled"] = *figures.hours_to_wear_out_unlevelled;
  }
  return json;
}

/// Adds the keys that modes, streams, frames and layers share.
void add_figures(Json& json, const Figures& figures) {
  json["frames"] = figures.frames;
  json["cycles"] = figures.cycles;
  json["time_s"] = figures.time_s;
  json["macs"] = {{"dense", figures.macs.dense},
                  {"executed", figures.macs.executed},
                  {"skipped", figures.macs.skipped()}};
  json["traffic_bits"] = traffic(figures.activity);
  json["noc_bit_hops"] = bit_hops(figures.activity);
  json["energy_pJ"] = {{"total", figures.energy.total},
                       {"by_component", parts(figures.energy.by_component)},
                       {"by_data", parts(figures.energy.by_data)}};
  json["state"] = state(figures.state);
  json["utilization"] = figures.utilization;
  json["stall_lane_cycles"] = stalls(figures.stalls);
  json["busy_cycles"] = {{"array", figures.busy.array},
                         {"noc", figures.busy.noc},
                         {"dram", figures.busy.dram},
                         {"delta_unit", figures.busy.delta_unit}};
  json["bound_by"] = figures.busy.largest();
}

Json real_time_json(const RealTimeFigures& figures) {
  return {{"frame_rate_hz", figures.frame_rate_hz},
          {"frame_time_s", figures.frame_time_s},
          {"busy_s", figures.busy_s},
          {"idle_s", figures.idle_s},
          {"met", figures.met()},
          {"worst_frame_s", figures.worst_frame_s},
          {"missed_frames", figures.missed_frames},
          {"idle_energy_pJ", parts(figures.idle_energy_pJ)},
          {"energy_per_frame_pJ", figures.energy_per_frame_pJ},
          {"average_power_W", figures.average_power_W}};
}

Json layer_json(const LayerFigures& layer) {
  Json json{{"name", layer.name},
            {"execution", layer.execution},
            {"mapping", layer.mapping},
            {"mapping_candidates", layer.candidates}};
  if (!layer.state_place.empty()) json["state_place"] = layer.state_place;
  add_figures(json, layer.figures);
  return json;
}

Json stream_json(const StreamFigures& stream) {
  Json json{{"weights", stream.weights}};
  add_figures(json, stream.figures);
  json["layers"] = Json::array();
  for (const LayerFigures& layer : stream.layers) json["layers"].push_back(layer_json(layer));
  return json;
}

Json dram_json(const DramFigures& dram) {
  return {{"energy_model", dram.model},
          {"part", dram.part},
          {"interface_model", dram.interface},
          {"energy_pJ", parts(dram.terms)},
          {"refresh_energy_share", dram.refresh_energy_share},
          {"refresh_time_share", dram.refresh_time_share}};
}

/// One of the mode's frames, in short: frames.csv has all of it.
Json frame_json(const FrameFigures& frame) {
  const Figures& figures = frame.figures;
  Json json{{"stream", frame.stream},
            {"frame", frame.frame},
            {"cycles", figures.cycles},
            {"time_s", figures.time_s},
            {"macs_executed", figures.macs.executed},
            {"dram_bits", dram_bits(figures.activity)},
            {"energy_pJ", figures.energy.total},
            {"state_bytes", figures.state.bytes_per_frame}};
  if (!frame.batch.empty()) json["batch_frames"] = frame.batch;
  return json;
}

Json reductions_json(const Reductions& reductions) {
  return {{"mac_reduction", reductions.macs},
          {"cycle_reduction", reductions.cycles},
          {"dram_access_reduction", reductions.dram_accesses},
          {"energy_reduction", reductions.energy}};
}

Json machine_json(const MachineFigures& machine) {
  return {{"name", machine.name},
          {"clock_hz", machine.clock_hz},
          {"pes", machine.pes},
          {"peak_macs_per_s", machine.peak_macs_per_s},
          {"dram_bytes_per_s", machine.dram_bytes_per_s},
          {"glb_bytes", machine.glb_bytes}};
}

/// The reductions of delta execution against dense stand on top, null where not both were run; all
/// others below by mode.
Json claims_json(const RunResult& result) {
  Json json{{"activation_sparsity", result.activation_sparsity},
            {"temporal_sparsity", result.temporal_sparsity},
            {"ideal_reduction", result.ideal_reduction}};
  const Json unknown = reductions_json({});
  for (const auto& [key, value] : unknown.items()) json[key] = nullptr;
  for (const ModeReductions& mode : result.reductions) {
    for (const Reductions& reductions : mode.against) {
      const Json figures = reductions_json(reductions);
      if (mode.mode == "delta" && reductions.against == "dense") json.update(figures);
      json["by_mode"][mode.mode]["against_" + reductions.against] = figures;
    }
  }
  return json;
}

Json waterfall_json(const std::vector<WaterfallStep>& steps) {
  Json json = Json::array();
  for (const WaterfallStep& step : steps) {
    json.push_back({{"step", step.key}, {"text", step.text}, {"reduction", step.reduction}});
  }
  return json;
}

Json area_json(const AreaFigures& area) {
  return {{"node_nm", area.node_nm},
          {"total_mm2", area.total_mm2},
          {"by_component_mm2", parts(area.by_component)},
          {"unverified_share", area.unverified_share}};
}

Json sites_json(const std::vector<SiteFigures>& sites) {
  const auto share = [](const std::optional<double>& value) {
    return value ? Json(*value) : Json();
  };
  Json json = Json::array();
  for (const SiteFigures& site : sites) {
    json.push_back({{"stream", site.stream},
                    {"site", site.name},
                    {"elements", site.elements},
                    {"activation_sparsity", site.activation_sparsity},
                    {"temporal_sparsity", share(site.temporal_sparsity)},
                    {"unchanged_pixels", share(site.unchanged_pixels)}});
  }
  return json;
}

Json choices_json(const std::vector<LayerChoice>& choices) {
  Json json = Json::array();
  for (const LayerChoice& choice : choices) {
    json.push_back({{"stream", choice.stream},
                    {"layer", choice.layer},
                    {"chosen", choice.chosen},
                    {"energy_pJ",
                     {{"dense", choice.dense_pJ},
                      {"spatial", choice.spatial_pJ},
                      {"delta", choice.delta_pJ}}}});
  }
  return json;
}

Json entry_json(const EntryFigures& entry) {
  Json json{{"title", entry.title},         {"source", entry.source}, {"verified", entry.verified},
            {"energy_pJ", entry.energy_pJ}, {"share", entry.share},   {"node_nm", entry.node_nm},
            {"voltage_V", nullptr}};
  if (entry.voltage_V) json["voltage_V"] = *entry.voltage_V;
  if (!entry.scaling.empty()) json["scaling"] = entry.scaling;
  if (!entry.note.empty()) json["note"] = entry.note;
  return json;
}

Json energy_table_json(const EnergyTableFigures& table) {
  Json json{{"name", table.name}, {"mode", table.mode}, {"node_nm", nullptr}};
  if (table.node_nm) json["node_nm"] = *table.node_nm;
  json["entries"] = Json::array();
  for (const EntryFigures& entry : table.entries) json["entries"].push_back(entry_json(entry));
  json["unverified_share"] = table.unverified_share;
  json["as_zero"] = Json::array();
  for (const auto& [title, because] : table.as_zero) {
    json["as_zero"].push_back({{"title", title}, {"because", because}});
  }
  json["notes"] = table.notes;
  return json;
}

Json fidelity_json(const std::vector<FidelityFigures>& fidelity) {
  Json json = Json::object();
  for (const FidelityFigures& stream : fidelity) {
    json[stream.stream] = {{"frames", stream.frames},
                           {"top1_agreement", stream.top1_agreement},
                           {"top5_agreement", stream.top5_agreement},
                           {"logit_cosine_mean", stream.logit_cosine_mean},
                           {"logit_cosine_lowest", stream.logit_cosine_lowest},
                           {"logit_max_difference", stream.logit_max_difference}};
  }
  return json;
}

/// What stands before the modes.
Json result_head(const RunResult& result) {
  Json json{{"schema", "deltasim.result/1"}};
  json["provenance"] = Json::object();
  for (const auto& [key, value] : result.provenance) json["provenance"][key] = value;
  json["provenance"]["unverified_energy_share"] = result.energy_table.unverified_share;
  json["provenance"]["notes"] = result.notes;
  json["claims"] = claims_json(result);
  if (!result.fidelity.empty()) json["fidelity"] = fidelity_json(result.fidelity);
  if (result.area) json["area"] = area_json(*result.area);
  json["waterfall"] = waterfall_json(result.waterfall);
  json["waterfall_against_spatial"] = waterfall_json(result.waterfall_against_spatial);
  json["energy_table"] = energy_table_json(result.energy_table);
  json["state_place"] = result.state_place;
  json["machine"] = machine_json(result.machine);
  if (result.baseline_machine) json["baseline_machine"] = machine_json(*result.baseline_machine);
  return json;
}

/// What stands behind them.
void add_lists(const RunResult& result, Json& json) {
  json["sites"] = sites_json(result.sites);
  if (!result.choices.empty()) json["selective_choices"] = choices_json(result.choices);
}

}  // namespace

Json figures_json(const Figures& figures) {
  Json json = Json::object();
  add_figures(json, figures);
  return json;
}

Json mode_json(const ModeFigures& mode) {
  Json json = Json::object();
  add_figures(json, mode.figures);
  json["dram"] = dram_json(mode.dram);
  add_figures(json["first_frame"], mode.first);
  add_figures(json["steady_state"], mode.steady);
  if (mode.real_time) json["real_time"] = real_time_json(*mode.real_time);
  for (const StreamFigures& stream : mode.streams) {
    json["streams"][stream.name] = stream_json(stream);
  }
  json["frame_figures"] = Json::array();
  for (const FrameFigures& frame : mode.frames) json["frame_figures"].push_back(frame_json(frame));
  return json;
}

Json result_without_modes(const RunResult& result) {
  Json json = result_head(result);
  add_lists(result, json);
  return json;
}

std::string result_json(const RunResult& result) {
  Json json = result_head(result);
  for (const ModeFigures& mode : result.modes) json["modes"][mode.name] = mode_json(mode);
  if (result.baseline) json["baseline"] = mode_json(*result.baseline);
  add_lists(result, json);
  // A file name need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace deltasim
