#include "report/clip_details.h"

#include <algorithm>

#include "arch/errors.h"
#include "report/table.h"

namespace deltasim {
namespace {

ClipStream stream_of(const std::vector<ClipSite>& sites, const std::string& name) {
  double elements = 0, activation = 0, temporal_elements = 0, temporal = 0;
  for (const ClipSite& site : sites) {
    if (site.stream != name) continue;
    const auto weight = static_cast<double>(site.elements);
    elements += weight;
    activation += weight * site.activation_sparsity;
    if (!site.temporal_sparsity) continue;
    temporal_elements += weight;
    temporal += weight * *site.temporal_sparsity;
  }
  ClipStream stream{.name = name, .activation_sparsity = activation / elements};
  if (temporal_elements > 0) stream.temporal_sparsity = temporal / temporal_elements;
  return stream;
}

double quotient(double a, double b) { return b > 0 ? a / b : 0; }

Json optional_number(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

std::optional<double> number_or_none(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

ClipFigures read_figures(const Json& json) {
  ClipFigures figures;
  for (const Json& s : json.at("streams")) {
    figures.streams.push_back({s.at(0), s.at(1), number_or_none(s.at(2))});
  }
  for (const Json& s : json.at("sites")) {
    figures.sites.push_back({s.at(0), s.at(1), s.at(2), s.at(3), number_or_none(s.at(4))});
  }
  for (const Json& m : json.at("modes")) {
    figures.modes.push_back({m.at("name"), m.at("frames"), m.at("cycles"), m.at("time_s"),
                             m.at("energy_pJ"), m.at("mac_reduction"),
                             number_or_none(m.at("cycle_reduction")),
                             number_or_none(m.at("energy_reduction"))});
  }
  return figures;
}

}  // namespace

ClipFigures clip_figures(const RunResult& result) {
  ClipFigures figures;
  for (const SiteFigures& site : result.sites) {
    figures.sites.push_back(
        {site.stream, site.name, site.elements, site.activation_sparsity, site.temporal_sparsity});
    if (std::ranges::find(figures.streams, site.stream, &ClipStream::name) ==
        figures.streams.end()) {
      figures.streams.push_back({.name = site.stream});
    }
  }
  for (ClipStream& stream : figures.streams) stream = stream_of(figures.sites, stream.name);
  const ModeFigures* dense = result.mode("dense");
  for (const ModeFigures& mode : result.modes) {
    const Figures& f = mode.figures;
    ClipMode& clip = figures.modes.emplace_back(ClipMode{
        .name = mode.name,
        .frames = f.frames,
        .cycles = f.cycles,
        .time_s = f.time_s,
        .energy_pJ = f.energy.total,
        .mac_reduction =
            quotient(static_cast<double>(f.macs.dense), static_cast<double>(f.macs.executed))});
    if (dense == nullptr || dense == &mode) continue;
    clip.cycle_reduction = quotient(dense->figures.time_s, f.time_s);
    clip.energy_reduction = quotient(dense->figures.energy.total, f.energy.total);
  }
  return figures;
}

std::string clip_details(const ClipFigures& figures) {
  Json json{{"streams", Json::array()}, {"sites", Json::array()}, {"modes", Json::array()}};
  for (const ClipStream& s : figures.streams) {
    json["streams"].push_back(
        {s.name, s.activation_sparsity, optional_number(s.temporal_sparsity)});
  }
  for (const ClipSite& s : figures.sites) {
    json["sites"].push_back({s.stream, s.name, s.elements, s.activation_sparsity,
                             optional_number(s.temporal_sparsity)});
  }
  for (const ClipMode& m : figures.modes) {
    json["modes"].push_back({{"name", m.name},
                             {"frames", m.frames},
                             {"cycles", m.cycles},
                             {"time_s", m.time_s},
                             {"energy_pJ", m.energy_pJ},
                             {"mac_reduction", m.mac_reduction},
                             {"cycle_reduction", optional_number(m.cycle_reduction)},
                             {"energy_reduction", optional_number(m.energy_reduction)}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ClipFigures clip_figures_from(const std::string& details, const std::string& point) {
  try {
    return read_figures(Json::parse(details));
  } catch (const Json::exception&) {
    throw ConfigError(point, "what the sweep keeps of this clip is damaged");
  }
}

}  // namespace deltasim
