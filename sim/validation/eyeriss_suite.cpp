#include "sim/validation/eyeriss_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/energy_table.h"
#include "sim/validation/eyeriss_chip.h"
#include "sim/validation/eyeriss_table.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMeasurements = "eyeriss_alexnet_tableV.csv";
constexpr double kLayerLatency = 0.10;
constexpr double kTotalLatency = 0.05;
constexpr double kGlb = 0.15;
constexpr double kDram = 0.10;
constexpr double kPower = 0.15;
constexpr double kMacs = 0.05;  // tables round to two digits

fs::path shipped_measurements(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().ends_with(kMeasurements)) return entry.path();
  }
  throw ConfigError(folder.string(), fmt::format("holds no file *{}", kMeasurements));
}

int batch_of(const ChipTable& table, const ChipChoice& choice) {
  if (choice.batch) {
    if (*choice.batch >= 1) return *choice.batch;
    throw ConfigError(Fault{.key_path = "--batch",
                            .found = std::to_string(*choice.batch),
                            .expected = "the number of images that were measured, at least 1"});
  }
  if (table.batch) return *table.batch;
  throw ConfigError(table.file, "does not tell the batch (column batch_N); give --batch N");
}

/// Index of the convolution of each line: by name where every line names one, else by order.
std::vector<std::size_t> match(const ChipTable& table, const std::vector<ChipLayer>& layers,
                               const std::string& network) {
  std::vector<std::size_t> named;
  for (const ChipMeasurement& line : table.layers) {
    const auto found = std::find_if(layers.begin(), layers.end(), [&](const ChipLayer& layer) {
      return layer.layer.name == line.layer;
    });
    if (found != layers.end()) named.push_back(static_cast<std::size_t>(found - layers.begin()));
  }
  if (named.size() == table.layers.size()) return named;
  if (table.layers.size() != layers.size()) {
    throw ConfigError(
        Fault{.file = table.file,
              .key_path = "layer",
              .found = fmt::format("{} layers", table.layers.size()),
              .expected = fmt::format("the {} convolutions of {}, in their order or "
                                      "by name ({}, ...)",
                                      layers.size(), network, layers.front().layer.name)});
  }
  std::vector<std::size_t> in_order(layers.size());
  for (std::size_t i = 0; i < in_order.size(); ++i) in_order[i] = i;
  return in_order;
}

/// Compares layer by layer and sums up.
class Comparison {
 public:
  Comparison(const ChipTable& table, const std::vector<ChipLayer>& layers, int batch,
             std::vector<std::size_t> matched)
      : table_(table),
        layers_(layers),
        batch_(batch),
        matched_(std::move(matched)),
        chip_(read_accelerator(find_resource("accelerators", "eyeriss_168"))),
        prices_(read_energy_table(find_resource("energy", "eyeriss_65nm")), chip_) {}

  SuiteResult run() {
    for (std::size_t i = 0; i < table_.layers.size(); ++i) compare_layer(i);
    compare_total();
    return std::move(result_);
  }

 private:
  /// Of the line that measures this convolution; nothing where there is none.
  const ChipMeasurement* line_of(int convolution) const {
    for (std::size_t i = 0; i < matched_.size(); ++i) {
      if (static_cast<int>(matched_[i]) == convolution) return &table_.layers[i];
    }
    return nullptr;
  }

  /// From what the next convolution reads. Where nobody says, as many as this one reads.
  double output_zeros(std::size_t line) const {
    const ChipLayer& layer = layers_[matched_[line]];
    const ChipMeasurement* next = line_of(layer.next);
    if (next == nullptr) return table_.layers[line].zeros;
    return zeros_before_pool(next->zeros, layer.pooled_over);
  }

  void compare_layer(std::size_t i) {
    const ChipMeasurement& chip = table_.layers[i];
    const ChipEstimate ours =
        estimate(chip_, prices_, {layers_[matched_[i]].layer, batch_, chip.zeros, output_zeros(i)});
    add_rows(chip.layer, ours, chip, kLayerLatency);
    result_.rows[result_.rows.size() - kRows].note =
        fmt::format("{}; {} passes", to_string(ours.mapping), ours.work.passes);
    bounded("active PEs", chip.layer, ours.work.active_pes, chip.active_pes, 0);
    told_power(chip.layer, ours.power_mW, chip.power_mW);
    add(sum_, ours);
    measured_.latency_ms += chip.latency_ms;
    measured_.gmac += chip.gmac;
    measured_.glb_MB += chip.glb_MB;
    measured_.dram_MB += chip.dram_MB;
    measured_.power_mW += chip.power_mW * chip.latency_ms;
  }

  void compare_total() {
    sum_.power_mW /= sum_.latency_ms;
    measured_.power_mW /= measured_.latency_ms;
    const ChipMeasurement& theirs = table_.total ? *table_.total : measured_;
    add_rows("total", sum_, theirs, kTotalLatency);
    bounded("power, mW", "total", sum_.power_mW, theirs.power_mW, kPower);
  }

  void add_rows(const std::string& group, const ChipEstimate& ours, const ChipMeasurement& theirs,
                double latency_bound) {
    bounded("processing latency, ms", group, ours.latency_ms, theirs.latency_ms, latency_bound);
    bounded("GMAC", group, ours.gmac, theirs.gmac, kMacs);
    bounded("global buffer, MB", group, ours.glb_MB, theirs.glb_MB, kGlb);
    bounded("DRAM, MB", group, ours.dram_MB, theirs.dram_MB, kDram);
  }
  static constexpr std::size_t kRows = 4;

  void bounded(const char* what, const std::string& group, double ours, double theirs,
               double bound) {
    result_.rows.push_back(bounded_row(group, what, ours, theirs, bound));
  }

  void told_power(const std::string& group, double ours, double theirs) {
    ValidationRow row = bounded_row(group, "power, mW", ours, theirs, 0);
    row.bound.reset();
    row.holds = true;
    result_.rows.push_back(std::move(row));
  }

  static void add(ChipEstimate& sum, const ChipEstimate& layer) {
    sum.latency_ms += layer.latency_ms;
    sum.gmac += layer.gmac;
    sum.glb_MB += layer.glb_MB;
    sum.dram_MB += layer.dram_MB;
    sum.power_mW += layer.power_mW * layer.latency_ms;
  }

  const ChipTable& table_;
  const std::vector<ChipLayer>& layers_;
  int batch_;
  std::vector<std::size_t> matched_;
  AcceleratorSpec chip_;
  EnergyPrices prices_;
  ChipEstimate sum_;
  ChipMeasurement measured_;
  SuiteResult result_;
};

}  // namespace

DataNeed EyerissSuite::need() const {
  return {"tables", std::string("*") + kMeasurements, {kMeasurements}};
}

SuiteResult EyerissSuite::run(const SuiteContext& context) const {
  const ChipChoice& choice = context.chip;
  const std::string network = choice.network.value_or("alexnet");
  const std::vector<ChipLayer> layers = convolutions_of(chip_network(network));
  if (!choice.table && network != "alexnet") {
    throw ConfigError("--network " + network,
                      "needs the measurements of that network: --table FILE.csv");
  }
  const ChipTable table =
      read_chip_table(choice.table ? *choice.table : shipped_measurements(context.data));
  const int batch = batch_of(table, choice);
  SuiteResult result = Comparison(table, layers, batch, match(table, layers, network)).run();
  result.notes.push_back(
      fmt::format("{}, batch {}, {}; latency without waiting for DRAM, power without the DRAM's",
                  network, batch, std::filesystem::path(table.file).filename().string()));
  return result;
}

}  // namespace deltasim
