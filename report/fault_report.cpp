#include "report/fault_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "arch/atomic_file.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(double share) { return fmt::format("{:.2f}", 100 * share); }

std::string percent(const std::optional<double>& share) { return share ? percent(*share) : "-"; }

/// The sigmas of a point, or "-".
std::string sigmas(const FaultPointFigures& point, const char* separator) {
  if (point.noise_sigmas.empty()) return "-";
  return fmt::format("{}", fmt::join(point.noise_sigmas, separator));
}

std::string row(const std::vector<std::string>& cells, const std::string& first) {
  std::string text = fmt::format("{:<10}", first);
  for (const std::string& cell : cells) text += fmt::format("{:>11}", cell);
  return text + "\n";
}

/// What was put in, and what it saves.
std::string points_text(const FaultStudyResult& result) {
  std::string text = row({"refresh x", "saved %", "saved mW", "weights", "state", "noise",
                          "flipped w", "flipped s", "top-1 %", "lost %"},
                         "point");
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FaultPointFigures& point = result.points[i];
    std::int64_t weights = 0, state = 0;
    for (const FaultStreamFigures& stream : point.streams) {
      weights += stream.weights.flipped_bits;
      state += stream.state.flipped_bits;
    }
    const auto& refresh = point.refresh;
    text += row({refresh ? fmt::format("{:g}", refresh->interval_multiple) : "-",
                 refresh ? percent(refresh->saved_share) : "-",
                 refresh && refresh->saved_power
                     ? fmt::format("{:.2f}", refresh->saved_power->value() * 1e3)
                     : "-",
                 fmt::format("{:.2e}", point.weight_bit_error_rate),
                 fmt::format("{:.2e}", point.state_bit_error_rate), sigmas(point, "/"),
                 std::to_string(weights), std::to_string(state), percent(point.top1_agreement),
                 percent(1 - point.top1_agreement)},
                std::to_string(i + 1));
  }
  return text;
}

std::string stream_row(const std::string& name, const FaultStreamFigures& stream) {
  const LogitChange& logits = stream.logits;
  return row({percent(stream.top1_agreement), fmt::format("{:.4g}", logits.mean),
              fmt::format("{:.4g}", logits.max), percent(logits.mean_relative),
              percent(logits.max_relative), percent(stream.sparsity.activation),
              percent(stream.sparsity.temporal)},
             name);
}

std::string streams_text(const FaultStudyResult& result) {
  std::string text;
  for (std::size_t s = 0; s < result.undisturbed.size(); ++s) {
    const UndisturbedStream& undisturbed = result.undisturbed[s];
    text += fmt::format("\n{} stream, {} weights; change of the logits, zeros of the sites\n",
                        undisturbed.name, undisturbed.weights);
    text += row({"top-1 %", "mean", "max", "mean %", "max %", "activ. %", "delta %"}, "point");
    text += row({"", "", "", "", "", percent(undisturbed.sparsity.activation),
                 percent(undisturbed.sparsity.temporal)},
                "no faults");
    for (std::size_t i = 0; i < result.points.size(); ++i) {
      text += stream_row(std::to_string(i + 1), result.points[i].streams[s]);
    }
  }
  return text;
}

Json sparsity_json(const SiteSparsity& sparsity) {
  return {{"activation", sparsity.activation},
          {"temporal", sparsity.temporal ? Json(*sparsity.temporal) : Json(nullptr)}};
}

Json flips_json(const FlipFigures& flips) {
  return {{"stored_bits", flips.stored_bits}, {"flipped_bits", flips.flipped_bits}};
}

Json stream_json(const FaultStreamFigures& stream, const SiteSparsity& undisturbed) {
  Json json{{"top1_agreement", stream.top1_agreement},
            {"logit_change",
             {{"mean", stream.logits.mean},
              {"max", stream.logits.max},
              {"mean_relative", stream.logits.mean_relative},
              {"max_relative", stream.logits.max_relative}}},
            {"sparsity", sparsity_json(stream.sparsity)}};
  Json change{{"activation", stream.sparsity.activation - undisturbed.activation},
              {"temporal", nullptr}};
  if (stream.sparsity.temporal && undisturbed.temporal) {
    change["temporal"] = *stream.sparsity.temporal - *undisturbed.temporal;
  }
  json["sparsity_change"] = change;
  json["weights"] = flips_json(stream.weights);
  json["state"] = flips_json(stream.state);
  json["noisy_weights"] = stream.noisy_weights;
  return json;
}

std::string csv_milliwatts(const std::optional<Watts>& power) {
  return power ? fmt::format("{}", power->value() * 1e3) : "";
}

Json milliwatts(const std::optional<Watts>& power) {
  return power ? Json(power->value() * 1e3) : Json(nullptr);
}

Json refresh_json(const std::optional<RefreshFigures>& refresh) {
  if (!refresh) return nullptr;
  return {{"interval_multiple", refresh->interval_multiple},
          {"saved_share", refresh->saved_share},
          {"commands_per_second", refresh->commands_per_second},
          {"power_mW", milliwatts(refresh->power)},
          {"saved_mW", milliwatts(refresh->saved_power)}};
}

Json point_json(const FaultPointFigures& point, const FaultStudyResult& result) {
  Json streams = Json::object();
  for (std::size_t s = 0; s < point.streams.size(); ++s) {
    streams[point.streams[s].name] = stream_json(point.streams[s], result.undisturbed[s].sparsity);
  }
  return {{"faults", point.faults},
          {"weight_bit_error_rate", point.weight_bit_error_rate},
          {"state_bit_error_rate", point.state_bit_error_rate},
          {"noise_sigmas", point.noise_sigmas},
          {"refresh", refresh_json(point.refresh)},
          {"top1_agreement", point.top1_agreement},
          {"streams", streams}};
}

}  // namespace

std::string fault_text(const FaultStudyResult& result) {
  std::string text = fmt::format(
      "{} frames, {} execution; top-1 %: frames with the undisturbed network's top class{}\n\n",
      result.frames, result.execution, result.undisturbed.size() > 1 ? ", streams averaged" : "");
  text += points_text(result) + streams_text(result);
  for (const std::string& note : result.notes) text += "\nnote: " + note;
  return result.notes.empty() ? text : text + "\n";
}

std::string fault_json(const FaultStudyResult& result) {
  Json provenance = Json::object();
  for (const auto& [key, value] : result.provenance) provenance[key] = value;
  Json undisturbed = Json::object();
  for (const UndisturbedStream& stream : result.undisturbed) {
    undisturbed[stream.name] = {{"weights", stream.weights},
                                {"sparsity", sparsity_json(stream.sparsity)}};
  }
  Json points = Json::array();
  for (const FaultPointFigures& point : result.points) points.push_back(point_json(point, result));
  const Json json{{"schema", "deltasim.faults/1"}, {"provenance", provenance},
                  {"frames", result.frames},       {"execution", result.execution},
                  {"undisturbed", undisturbed},    {"points", points},
                  {"notes", result.notes}};
  // Names come from files: whatever bytes they hold, the output is valid JSON.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string fault_csv(const FaultStudyResult& result) {
  std::string text =
      "point,stream,weights,refresh_interval_multiple,refresh_saved_share,"
      "refresh_commands_per_second,refresh_power_mW,refresh_saved_mW,weight_bit_error_rate,"
      "state_bit_error_rate,noise_sigmas,"
      "flipped_weight_bits,flipped_state_bits,top1_agreement,logit_change_mean,logit_change_max,"
      "logit_change_mean_relative,logit_change_max_relative,activation_sparsity,"
      "temporal_sparsity\n";
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const FaultPointFigures& point = result.points[i];
    std::string refresh = ",,,,";
    if (point.refresh) {
      refresh = fmt::format("{},{},{},{},{}", point.refresh->interval_multiple,
                            point.refresh->saved_share, point.refresh->commands_per_second,
                            csv_milliwatts(point.refresh->power),
                            csv_milliwatts(point.refresh->saved_power));
    }
    for (std::size_t s = 0; s < point.streams.size(); ++s) {
      const FaultStreamFigures& stream = point.streams[s];
      const std::string temporal =
          stream.sparsity.temporal ? fmt::format("{}", *stream.sparsity.temporal) : "";
      text +=
          fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", i + 1, stream.name,
                      result.undisturbed[s].weights, refresh, point.weight_bit_error_rate,
                      point.state_bit_error_rate, fmt::join(point.noise_sigmas, " "),
                      stream.weights.flipped_bits, stream.state.flipped_bits, stream.top1_agreement,
                      stream.logits.mean, stream.logits.max, stream.logits.mean_relative,
                      stream.logits.max_relative, stream.sparsity.activation, temporal);
    }
  }
  return text;
}

void write_fault_files(const FaultStudyResult& result, const std::filesystem::path& folder) {
  write_file_atomically(folder / "faults.csv", fault_csv(result));
  write_file_atomically(folder / "faults.json", fault_json(result));
}

}  // namespace deltasim
