#include "report/result_tables.h"

#include "arch/atomic_file.h"
#include "report/result_csv.h"

namespace deltasim {
namespace {

using Row = std::vector<Json>;

/// The value at a key, null where an older result has none.
Json value(const ResultNode& node, const char* key) {
  return node.has(key) ? node.at(key).json() : Json();
}

/// The value at a key of an object that an older result may lack.
Json value(const ResultNode& node, const char* object, const char* key) {
  return node.has(object) ? value(node.at(object), key) : Json();
}

/// Bits of all kinds of data; null where the result does not know the memory.
Json bits(const ResultNode& figures, const char* memory, const char* direction) {
  const ResultNode traffic = figures.at("traffic_bits");
  if (!traffic.has(memory)) return {};
  std::int64_t sum = 0;
  for (const auto& [kind, count] : traffic.at(memory).entries(direction)) {
    if (count.json().is_number_integer()) sum += count.json().get<std::int64_t>();
  }
  return sum;
}

Json dram_bits(const ResultNode& figures, const char* kind) {
  const ResultNode dram = figures.at("traffic_bits").at("dram");
  std::int64_t sum = 0;
  for (const char* direction : {"read", "write"}) {
    if (const Json count = value(dram, direction, kind); count.is_number_integer()) {
      sum += count.get<std::int64_t>();
    }
  }
  return sum;
}

/// Energy of a part; one that the result does not name has none.
Json energy(const ResultNode& figures, const char* key, const char* part) {
  const Json picojoules = value(figures.at("energy_pJ"), key, part);
  return picojoules.is_null() ? Json(0.0) : picojoules;
}

/// In the order of figure_columns().
void add_figures(Row& row, const ResultNode& figures) {
  for (const char* key : {"frames", "cycles", "time_s"}) row.push_back(figures.at(key).json());
  const ResultNode macs = figures.at("macs");
  for (const char* key : {"dense", "executed", "skipped"}) row.push_back(macs.at(key).json());
  for (const char* direction : {"read", "write"}) row.push_back(bits(figures, "dram", direction));
  for (const char* kind : {"weight", "activation", "partial_sum", "state", "index"}) {
    row.push_back(dram_bits(figures, kind));
  }
  row.push_back(figures.at("energy_pJ").at("total").json());
  for (const char* part : {"dram", "glb", "noc", "pe", "rf", "delta_unit", "leakage"}) {
    row.push_back(energy(figures, "by_component", part));
  }
  row.push_back(figures.at("state").at("footprint_bytes").json());
  row.push_back(figures.at("state").at("bytes_per_frame").json());
  row.push_back(figures.at("utilization").json());
  for (const char* direction : {"read", "write"}) {
    row.push_back(bits(figures, "state_memory", direction));
  }
  row.push_back(energy(figures, "by_component", "state_memory"));
  for (const char* resource : {"array", "noc", "dram", "delta_unit"}) {
    row.push_back(value(figures, "busy_cycles", resource));
  }
  row.push_back(value(figures, "bound_by"));
  row.push_back(energy(figures, "by_component", "clock"));
  for (const char* kind : {"weight", "activation", "partial_sum", "state", "index", "compute",
                           "refresh", "background"}) {
    row.push_back(energy(figures, "by_data", kind));
  }
}

std::vector<std::string> with_figures(std::vector<std::string> columns) {
  const std::vector<std::string> figures = figure_columns();
  columns.insert(columns.end(), figures.begin(), figures.end());
  return columns;
}

Table modes(const RunView& run) {
  Table table{.columns = with_figures({"mode"}), .rows = {}};
  for (const ModeView& mode : run.all) {
    Row row{mode.name};
    add_figures(row, mode.node);
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The same rows as in layers.csv of the run.
Table layers(const RunView& run) {
  Table table{.columns = with_figures({"mode", "stream", "layer", "execution", "mapping"}),
              .rows = {}};
  for (const ModeView& mode : run.all) {
    for (const auto& [stream, node] : mode.node.entries("streams")) {
      for (const ResultNode& layer : node.list("layers")) {
        Row row{mode.name, stream, layer.text("name"), layer.text("execution"),
                layer.text("mapping")};
        add_figures(row, layer);
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

std::string joined(const std::vector<ResultNode>& numbers) {
  std::string text;
  for (const ResultNode& number : numbers) {
    text += (text.empty() ? "" : " ") + number.json().dump();
  }
  return text;
}

Table frames(const RunView& run) {
  Table table{.columns = {"mode", "stream", "frame", "cycles", "time_s", "macs_executed",
                          "dram_bits", "energy_pJ", "state_bytes"},
              .rows = {}};
  const std::vector<std::string> keys(table.columns.begin() + 1, table.columns.end());
  bool batch = false;
  for (const ModeView& mode : run.all) {
    if (!mode.node.has("frame_figures")) continue;
    for (const ResultNode& frame : mode.node.list("frame_figures")) {
      Row row{mode.name};
      for (const std::string& key : keys) row.push_back(frame.at(key).json());
      if (frame.has("batch_frames")) {
        batch = true;
        row.push_back(joined(frame.list("batch_frames")));
      }
      table.rows.push_back(std::move(row));
    }
  }
  if (batch) table.columns.emplace_back("batch_frames");
  return table;
}

Table sites(const RunView& run) {
  Table table{.columns = {"stream", "site", "elements", "activation_sparsity", "temporal_sparsity",
                          "unchanged_pixels"},
              .rows = {}};
  if (!run.root.has("sites")) return table;
  for (const ResultNode& site : run.root.list("sites")) {
    Row row;
    for (const std::string& key : table.columns) row.push_back(value(site, key.c_str()));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table waterfall(const RunView& run) {
  Table table{.columns = {"against", "step", "text", "reduction"}, .rows = {}};
  for (const auto& [key, against] :
       {std::pair("waterfall", "dense"), std::pair("waterfall_against_spatial", "spatial")}) {
    if (!run.root.has(key)) continue;
    for (const ResultNode& step : run.root.list(key)) {
      table.rows.push_back(
          {against, step.text("step"), step.text("text"), step.number("reduction")});
    }
  }
  return table;
}

Table reductions(const RunView& run) {
  Table table{.columns = {"mode", "against", "mac_reduction", "cycle_reduction",
                          "dram_access_reduction", "energy_reduction"},
              .rows = {}};
  const ResultNode claims = run.root.at("claims");
  if (!claims.has("by_mode")) return table;
  constexpr std::string_view kAgainst = "against_";
  for (const auto& [mode, others] : claims.entries("by_mode")) {
    for (const auto& [other, figures] : claims.at("by_mode").entries(mode)) {
      Row row{mode, other.starts_with(kAgainst) ? other.substr(kAgainst.size()) : other};
      for (const std::string& key : std::span(table.columns).subspan(2)) {
        row.push_back(figures.at(key).json());
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table choices(const RunView& run) {
  Table table{.columns = {"stream", "layer", "chosen", "energy_dense_pJ", "energy_spatial_pJ",
                          "energy_delta_pJ"},
              .rows = {}};
  if (!run.root.has("selective_choices")) return table;
  for (const ResultNode& choice : run.root.list("selective_choices")) {
    const ResultNode energies = choice.at("energy_pJ");
    table.rows.push_back({choice.text("stream"), choice.text("layer"), choice.text("chosen"),
                          energies.at("dense").json(), energies.at("spatial").json(),
                          energies.at("delta").json()});
  }
  return table;
}

/// The runs' tables of one kind below each other.
Table joined(std::span<const RunView> runs, Table (*make)(const RunView&)) {
  if (runs.size() == 1) return make(runs.front());
  Table all;
  for (const RunView& run : runs) {
    Table own = make(run);
    if (all.columns.empty()) {
      all.columns = {"run"};
      all.columns.insert(all.columns.end(), own.columns.begin(), own.columns.end());
    }
    for (Row& row : own.rows) {
      row.insert(row.begin(), run.name);
      all.rows.push_back(std::move(row));
    }
  }
  return all;
}

}  // namespace

std::vector<std::pair<std::string, Table>> result_tables(std::span<const RunView> runs) {
  std::vector<std::pair<std::string, Table>> tables;
  const auto add = [&](const char* name, Table (*make)(const RunView&)) {
    Table table = joined(runs, make);
    if (!table.empty()) tables.emplace_back(name, std::move(table));
  };
  add("modes", modes);
  add("layers", layers);
  add("frames", frames);
  add("sites", sites);
  add("waterfall", waterfall);
  add("reductions", reductions);
  add("choices", choices);
  return tables;
}

void write_csv_tables(std::span<const RunView> runs, const std::filesystem::path& folder) {
  make_folder(folder);
  for (const auto& [name, table] : result_tables(runs)) {
    write_file_atomically(folder / (name + ".csv"), csv(table));
  }
}

void write_json_tables(std::span<const RunView> runs, const std::filesystem::path& folder) {
  make_folder(folder);
  for (const auto& [name, table] : result_tables(runs)) {
    write_file_atomically(folder / (name + ".json"), json_records(table));
  }
}

}  // namespace deltasim
