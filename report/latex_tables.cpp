#include "report/latex_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "report/gnuplot_style.h"
#include "report/latex_text.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;   ///< of a pJ
constexpr double kLeastShare = 0.005;  ///< of the energy, for a technology node to be named
constexpr std::size_t kNameLength = 26, kStreamLength = 12, kLayerLength = 22, kValueLength = 90,
                      kNoteLength = 160;
constexpr std::size_t kMostLayers = 8, kMostNotes = 3, kMostRuns = 20, kMostStreams = 3;

std::string name(std::string_view text) { return latex_breakable(text, kNameLength); }

std::string ratio(double value) { return fmt::format("{:.2f}$\\times$", value); }

/// With three digits, but no exponent.
std::string figure(double value) {
  if (value == 0) return "0";
  if (value >= 100) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}f}", value, value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/// Nodes of the energy table's entries, the one with most of the energy first.
std::string nodes(const RunView& run) {
  if (!run.root.has("energy_table")) return "not stated";
  std::map<double, double> shares;
  for (const ResultNode& entry : run.root.at("energy_table").list("entries")) {
    shares[entry.number("node_nm")] += entry.number("share");
  }
  std::vector<std::pair<double, double>> order(shares.begin(), shares.end());
  std::ranges::stable_sort(order, std::greater<>(), &std::pair<double, double>::second);
  if (order.empty()) return "not stated";
  if (order.size() == 1) return fmt::format("{:g} nm", order.front().first);
  std::vector<std::string> texts;
  for (const auto& [node, share] : order) {
    if (share >= kLeastShare)
      texts.push_back(fmt::format("{:g} nm ({:.0f} \\%)", node, 100 * share));
  }
  return fmt::format("{} of the energy", fmt::join(texts, ", "));
}

/// Values of the keys of `provenance` with a prefix, with the rest of the key.
std::vector<std::pair<std::string, std::string>> by_stream(const RunView& run,
                                                           std::string_view prefix) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [key, value] : run.root.entries("provenance")) {
    if (!key.starts_with(prefix) || !value.json().is_string()) continue;
    found.emplace_back(key.substr(prefix.size()), value.json().get<std::string>());
  }
  return found;
}

std::string listed(const std::vector<std::pair<std::string, std::string>>& streams) {
  std::vector<std::string> texts;
  for (const auto& [stream, value] : streams) {
    if (texts.size() == kMostStreams) {
      texts.push_back(fmt::format("and {} more", streams.size() - kMostStreams));
      break;
    }
    texts.push_back(fmt::format("{} {}", latex_breakable(stream, kStreamLength), name(value)));
  }
  return texts.empty() ? "not stated" : fmt::format("{}", fmt::join(texts, ", "));
}

/// One name where all streams have the same.
std::string networks(const RunView& run) {
  const auto streams = by_stream(run, "network_");
  if (streams.empty()) return "not stated";
  const auto alike = [&](const auto& stream) { return stream.second == streams.front().second; };
  if (!std::ranges::all_of(streams, alike)) return listed(streams);
  return fmt::format("{}{}", name(streams.front().second),
                     streams.size() > 1 ? fmt::format(" ({} streams)", streams.size()) : "");
}

std::string video(const RunView& run) {
  const std::string file = run.provenance("video");
  return file.empty() || file == "not stated" ? run.provenance("trace") : file;
}

/// Rows of one key of energy_pJ: parts that some mode spends energy on.
void add_parts(LatexTable& table, const RunView& run, std::string_view key) {
  for (const auto& [part, ignored] : run.modes.front().node.at("energy_pJ").entries(key)) {
    std::vector<std::string> row{fill_of(part).name == part ? std::string(fill_of(part).text)
                                                            : name(part)};
    double sum = 0;
    for (const ModeView& mode : run.all) {
      const ResultNode parts = mode.node.at("energy_pJ").at(key);
      const double energy = parts.has(part) ? parts.number(part) * kMillijoule / mode.frames() : 0;
      row.push_back(figure(energy));
      sum += energy;
    }
    if (sum > 0) table.rows.push_back(std::move(row));
  }
}

struct LayerEnergy {
  std::string stream;
  ResultNode node;
  double energy_pJ;
};

std::vector<LayerEnergy> costliest_layers(const ModeView& mode) {
  std::vector<LayerEnergy> layers;
  for (const auto& [stream, node] : mode.node.entries("streams")) {
    for (const ResultNode& layer : node.list("layers")) {
      layers.push_back({stream, layer, layer.at("energy_pJ").number("total")});
    }
  }
  std::ranges::stable_sort(layers, std::greater<>(), &LayerEnergy::energy_pJ);
  if (layers.size() > kMostLayers) layers.erase(layers.begin() + kMostLayers, layers.end());
  return layers;
}

}  // namespace

std::string context(const RunView& run) {
  return fmt::format(
      "Workload: {} on {}, {} frames, quantizer {}; weights: {}; technology node: {}; energy "
      "table: "
      "{}.",
      networks(run), name(video(run)), fmt::format("{:.0f}", run.modes.front().frames()),
      name(run.provenance("quantizer")), listed(by_stream(run, "weights_")), nodes(run),
      name(run.provenance("energy_table")));
}

std::string claims_sentence(const RunView& run) {
  const ResultNode claims = run.root.at("claims");
  const auto keys = {"mac_reduction", "cycle_reduction", "dram_access_reduction",
                     "energy_reduction"};
  if (!std::ranges::all_of(keys, [&](const char* key) { return claims.has(key); })) {
    return "{\\small Dense or delta execution was not run: no claim is checked.\\par}\n";
  }
  return fmt::format(
      "{{\\small Of the ideal reduction of {} (1 / density of the delta maps), delta execution on "
      "{} "
      "keeps {} in MACs, {} in cycles, {} in DRAM accesses and {} in energy against dense "
      "execution.\\par}}\n",
      claims.has("ideal_reduction") ? ratio(claims.number("ideal_reduction")) : "$\\infty$",
      name(run.provenance("accelerator")), ratio(claims.number("mac_reduction")),
      ratio(claims.number("cycle_reduction")), ratio(claims.number("dram_access_reduction")),
      ratio(claims.number("energy_reduction")));
}

std::string reductions_table(const RunView& run) {
  LatexTable table{.caption = "How many times less one mode needs than another. \\deltasimcontext",
                   .columns = "llrrrr",
                   .heading = {"mode", "against", "MACs", "cycles", "DRAM", "energy"},
                   .rows = {}};
  const ResultNode claims = run.root.at("claims");
  if (!claims.has("by_mode")) return {};
  constexpr std::string_view kAgainst = "against_";
  for (const auto& [mode, others] : claims.entries("by_mode")) {
    for (const auto& [other, figures] : claims.at("by_mode").entries(mode)) {
      table.rows.push_back(
          {name(mode),
           name(std::string_view(other).substr(std::min(kAgainst.size(), other.size()))),
           ratio(figures.number("mac_reduction")), ratio(figures.number("cycle_reduction")),
           ratio(figures.number("dram_access_reduction")),
           ratio(figures.number("energy_reduction"))});
    }
  }
  return latex_table(table);
}

std::string modes_table(const RunView& run) {
  LatexTable table{.caption = fmt::format(
                       "A frame of all streams on {}; state kept in {}; moved: state read and "
                       "written; used: executed MACs by MAC lanes and cycles. \\deltasimcontext",
                       name(run.provenance("accelerator")), name(run.root.text("state_place"))),
                   .columns = "lrrrrrrr",
                   .heading = {"", "work", "time", "energy", "DRAM", "state", "moved", "used"},
                   .units = {"", "GMAC", "ms", "mJ", "MB", "MB", "MB", "\\%"},
                   .rows = {}};
  for (const ModeView& mode : run.all) {
    const ResultNode state = mode.node.at("state");
    table.rows.push_back({name(mode.name), figure(mode.macs() / 1e9), figure(mode.time_ms()),
                          figure(mode.energy_mJ()), figure(mode.dram_MB()),
                          figure(state.number("footprint_bytes") / 1e6),
                          figure(state.number("bytes_per_frame") / 1e6),
                          figure(100 * mode.node.number("utilization"))});
  }
  return latex_table(table);
}

std::string energy_table(const RunView& run) {
  LatexTable table{
      .caption = "Energy a frame (mJ) by component, and again by kind of data. \\deltasimcontext",
      .columns = "l" + std::string(run.all.size(), 'r'),
      .heading = {""},
      .rows = {},
      .size = "scriptsize"};
  for (const ModeView& mode : run.all) table.heading.push_back(name(mode.name));
  add_parts(table, run, "by_component");
  table.rows.emplace_back();
  add_parts(table, run, "by_data");
  return latex_table(table);
}

std::string layers_table(const RunView& run) {
  const ModeView& mode = run.shown();
  LatexTable table{
      .caption = fmt::format(
          "The layers of {} execution that take most energy, a frame. \\deltasimcontext",
          name(mode.name)),
      .columns = "llrrrl",
      .heading = {"layer", "stream", "mJ", "share", "ms", "bound by"},
      .rows = {},
      .size = "scriptsize"};
  const double total = mode.node.at("energy_pJ").number("total");
  for (const LayerEnergy& layer : costliest_layers(mode)) {
    table.rows.push_back(
        {latex_breakable(layer.node.text("name"), kLayerLength),
         latex_breakable(layer.stream, kStreamLength),
         figure(layer.energy_pJ * kMillijoule / mode.frames()),
         fmt::format("{:.1f} \\%", total > 0 ? 100 * layer.energy_pJ / total : 0),
         figure(layer.node.number("time_s") * 1e3 / mode.frames()),
         layer.node.has("bound_by") ? name(layer.node.text("bound_by")) : "not recorded"});
  }
  return latex_table(table);
}

std::string provenance_table(const RunView& run) {
  LatexTable table{
      .caption = "What the result rests on; all of it is in result.json. \\deltasimcontext",
      .columns =
          ">{\\raggedright\\arraybackslash}p{0.9in}>{\\raggedright\\arraybackslash}p{2.45in}",
      .heading = {"what", "value"},
      .rows = {},
      .size = "scriptsize"};
  const auto add = [&](const std::string& key, const std::string& value, std::size_t length) {
    table.rows.push_back({latex_breakable(key, kNameLength), latex_breakable(value, length)});
  };
  for (const char* key : {"deltasim", "trace", "trace_sha256", "video_sha256", "accelerator",
                          "operating_point", "baseline"}) {
    const std::string value = run.provenance(key);
    if (value != "not stated" && !value.empty()) add(key, value, kValueLength);
  }
  if (run.root.has("energy_table")) {
    const double share = run.root.at("energy_table").number("unverified_share");
    add("energy_table",
        fmt::format("{}; {:.1f} % of the energy rests on entries that nobody verified",
                    run.provenance("energy_table"), 100 * share),
        kNoteLength);
  }
  add("command", run.command(), kNoteLength);
  return latex_table(table);
}

std::string notes(const RunView& run) {
  const ResultNode provenance = run.root.at("provenance");
  const Json all = provenance.has("notes") ? provenance.at("notes").json() : Json::array();
  std::string source;
  std::size_t count = 0;
  for (const Json& note : all) {
    if (!note.is_string() || ++count > kMostNotes) continue;
    source += fmt::format("{{\\footnotesize Note: {}\\par}}\n",
                          latex_breakable(note.get<std::string>(), kNoteLength));
  }
  if (count > kMostNotes) {
    source += fmt::format("{{\\footnotesize {} more notes are in result.json.\\par}}\n",
                          count - kMostNotes);
  }
  return source;
}

std::string comparison_table(std::span<const RunView> runs) {
  LatexTable table{.caption = {},
                   .columns =
                       ">{\\raggedright\\arraybackslash}p{1.6in}l>{\\raggedright\\arraybackslash}p{"
                       "1.3in}rrrrrrrr",
                   .heading = {"run", "mode", "accelerator", "mJ", "ms", "DRAM MB", "GMAC",
                               "energy", "time", "DRAM", "MACs"},
                   .rows = {}};
  const auto figures = [](const RunView& run) {
    const ModeView& mode = run.shown();
    return std::array<double, 4>{mode.energy_mJ(), mode.time_ms(), mode.dram_MB(),
                                 mode.macs() / 1e9};
  };
  const std::array<double, 4> first = figures(runs.front());
  for (const RunView& run : runs.first(std::min(runs.size(), kMostRuns))) {
    std::vector<std::string> row{name(run.name), name(run.shown().name),
                                 name(run.provenance("accelerator"))};
    const std::array<double, 4> own = figures(run);
    for (const double value : own) row.push_back(figure(value));
    for (std::size_t i = 0; i < own.size(); ++i)
      row.push_back(own[i] > 0 ? ratio(first[i] / own[i]) : "none");
    table.rows.push_back(std::move(row));
  }
  const std::string left_out =
      runs.size() > kMostRuns
          ? fmt::format(" {} more runs are left out here.", runs.size() - kMostRuns)
          : "";
  return fmt::format(
      "\\footnotesize\n\\captionof{{table}}{{A frame of each run, and how many times less than the "
      "first run it needs.{} \\deltasimcontext}}\n{}",
      left_out, latex_tabular(table));
}

}  // namespace deltasim
