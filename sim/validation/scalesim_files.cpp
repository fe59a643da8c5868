#include "sim/validation/scalesim_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <string_view>
#include <utility>

#include "arch/errors.h"
#include "sim/validation/csv_table.h"
#include "workloads/topology_import.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kComputeReport = "COMPUTE_REPORT.csv";
constexpr std::string_view kAccessReport = "DETAILED_ACCESS_REPORT.csv";
constexpr std::string_view kTopology = "topology.csv";

std::vector<fs::path> files_ending(const fs::path& folder, std::string_view suffix) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().ends_with(suffix)) files.push_back(entry.path());
  }
  if (error) throw IoError(folder.string(), "list the folder", error.value());
  std::sort(files.begin(), files.end());
  return files;
}

std::string without_suffix(const fs::path& file, std::string_view suffix) {
  const std::string name = file.filename().string();
  return name.substr(0, name.size() - suffix.size());
}

/// Letters and digits only, in lower case: "resnet50_unique_" and "resnet50unique" are the same.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) text += static_cast<char>(std::tolower(byte));
  }
  return text;
}

Dataflow dataflow_of(std::string_view letters) {
  const std::string name = plain(letters);
  if (name == "ws") return Dataflow::kWeightStationary;
  return name == "os" ? Dataflow::kOutputStationary : Dataflow::kInputStationary;
}

/// The topology named as the report's network; else the only one in the folder.
fs::path topology_of(const fs::path& report, std::string_view network) {
  const std::vector<fs::path> topologies = files_ending(report.parent_path(), kTopology);
  for (const fs::path& topology : topologies) {
    if (plain(without_suffix(topology, kTopology)) == plain(network)) return topology;
  }
  if (topologies.size() == 1) return topologies.front();
  throw ConfigError(Fault{
      report.string(), 0, "", fmt::format("no topology beside it ({} others)", topologies.size()),
      (report.parent_path() / fmt::format("{}_{}", network, kTopology)).string(), ""});
}

/// For each layer of the topology, its row in the table.
std::vector<std::size_t> rows_by_layer(const CsvTable& table, std::size_t layers,
                                       const fs::path& topology) {
  const std::vector<std::int64_t> ids = table.counts("LayerID");
  std::vector<std::size_t> rows(layers, ids.size());
  std::vector<Fault> faults;
  for (std::size_t row = 0; row < ids.size(); ++row) {
    const auto id = static_cast<std::size_t>(ids[row]);
    if (id < layers && rows[id] == ids.size()) {
      rows[id] = row;
      continue;
    }
    faults.push_back({table.file(), table.line(row), "LayerID",
                      id < layers ? fmt::format("{} again", id) : std::to_string(id),
                      fmt::format("0 to {}, each once: the layers of {}", layers - 1,
                                  topology.filename().string()),
                      ""});
  }
  const auto missing = std::find(rows.begin(), rows.end(), ids.size());
  if (missing != rows.end()) {
    faults.push_back(
        {table.file(), 0, "LayerID", fmt::format("no line of layer {}", missing - rows.begin()),
         fmt::format("one for each of the {} layers of {}", layers, topology.filename().string()),
         ""});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return rows;
}

/// Products of a layer's extents stay far from the largest integer.
void check_size(const Layer& layer, const fs::path& topology) {
  constexpr double kMostMacs = 1e15;
  const double window =
      static_cast<double>(layer.window.kernel_h) * layer.window.kernel_w * layer.input.channels;
  const double outputs =
      static_cast<double>(layer.output.height) * layer.output.width * layer.output.channels;
  if (window * outputs <= kMostMacs) return;
  throw ConfigError(Fault{topology.string(), 0, layer.name,
                          fmt::format("{:.2g} MACs", window * outputs), "fewer than 1e15", ""});
}

void read_cycles(const CsvTable& table, const std::vector<std::size_t>& rows,
                 std::vector<ScaleSimLayer>& layers) {
  const std::vector<std::int64_t> total = table.counts("Total Cycles");
  std::vector<std::int64_t> stalls(total.size(), 0);
  if (table.has_column("Stall Cycles")) stalls = table.counts("Stall Cycles");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].cycles = total[rows[i]] - stalls[rows[i]];
  }
}

void read_accesses(const CsvTable& table, const std::vector<std::size_t>& rows,
                   std::vector<ScaleSimLayer>& layers) {
  const std::vector<std::int64_t> inputs = table.counts("SRAM IFMAP Reads");
  const std::vector<std::int64_t> filters = table.counts("SRAM Filter Reads");
  const std::vector<std::int64_t> outputs = table.counts("SRAM OFMAP Writes");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].accesses = ScaleSimAccesses{inputs[rows[i]], filters[rows[i]], outputs[rows[i]]};
  }
}

/// The array's size in a file's name; sizes are bounded so that no product overflows.
std::smatch parse_name(const std::string& name, const fs::path& report) {
  static const std::regex kPattern(R"((.*)_([1-9]\d{0,4})[xX]([1-9]\d{0,4})_(ws|os|is))",
                                   std::regex::icase);
  std::smatch match;
  if (!std::regex_match(name, match, kPattern)) {
    throw ConfigError(Fault{report.string(), 0, "", "a name that does not tell the array",
                            "NETWORK_ROWSxCOLUMNS_DATAFLOW_COMPUTE_REPORT.csv with dataflow ws, "
                            "os or is, such as resnet50_32x32_ws_COMPUTE_REPORT.csv",
                            ""});
  }
  return match;
}

}  // namespace

std::vector<fs::path> scalesim_reports(const fs::path& folder) {
  std::vector<fs::path> reports = files_ending(folder, kComputeReport);
  if (reports.empty()) {
    throw ConfigError(folder.string(), fmt::format("holds no *_{}", kComputeReport));
  }
  return reports;
}

ScaleSimRun read_scalesim_run(const fs::path& compute_report) {
  ScaleSimRun run;
  run.name = without_suffix(compute_report, kComputeReport);
  while (run.name.ends_with('_')) run.name.pop_back();
  const std::smatch parts = parse_name(run.name, compute_report);
  run.rows = std::stoi(parts.str(2));
  run.columns = std::stoi(parts.str(3));
  run.dataflow = dataflow_of(parts.str(4));
  const fs::path topology = topology_of(compute_report, parts.str(1));
  for (Layer& layer : read_topology(topology)) {
    check_size(layer, topology);
    run.layers.push_back({std::move(layer), 0, {}});
  }

  const CsvTable compute(compute_report);
  read_cycles(compute, rows_by_layer(compute, run.layers.size(), topology), run.layers);
  const fs::path access_report =
      compute_report.parent_path() / fmt::format("{}_{}", run.name, kAccessReport);
  if (fs::exists(access_report)) {
    const CsvTable access(access_report);
    read_accesses(access, rows_by_layer(access, run.layers.size(), topology), run.layers);
  }
  return run;
}

}  // namespace deltasim
