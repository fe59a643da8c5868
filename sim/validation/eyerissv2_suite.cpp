#include "sim/validation/eyerissv2_suite.h"

#include <fmt/format.h>

#include "arch/errors.h"
#include "sim/validation/csv_table.h"
#include "traces/counts.h"
#include "traces/pair_macs.h"
#include "workloads/npy.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

Bitmap read_mask(const fs::path& file, const std::vector<std::int64_t>& shape) {
  const NpyArray array = read_npy(file);
  if (array.header.shape != shape) {
    throw ConfigError(Fault{file.string(), 0, "shape", shape_text(array.header.shape),
                            shape_text(shape) + ", as layers.csv says", ""});
  }
  const Tensor mask = to_tensor(array);
  Bitmap bits(mask.elements());
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (mask.values[i] != 0) bits.set(i);
  }
  return bits;
}

/// A line of layers.csv.
struct PeLayer {
  std::string name;
  Layer layer;
  std::int64_t dense_macs = 0;
  std::int64_t cycles = 0;
};

/// Extents are bounded so that no product overflows.
std::vector<int> extents(const CsvTable& table, const std::string& column) {
  constexpr std::int64_t kLargest = 1 << 15;
  std::vector<int> values;
  const std::vector<std::int64_t> counts = table.counts(column);
  for (std::size_t row = 0; row < counts.size(); ++row) {
    if (counts[row] < 1 || counts[row] > kLargest) {
      throw ConfigError(Fault{table.file(), table.line(row), column, std::to_string(counts[row]),
                              fmt::format("1 to {}", kLargest), ""});
    }
    values.push_back(static_cast<int>(counts[row]));
  }
  return values;
}

std::vector<PeLayer> read_layers(const fs::path& file) {
  const CsvTable table(file);
  const auto names = table.texts("layer");
  const auto k = extents(table, "K"), c = extents(table, "C");
  const auto h = extents(table, "H"), w = extents(table, "W");
  const auto dense = table.counts("dense_macs");
  const auto cycles = table.counts("measured_cycles_equal_effectual_macs");
  std::vector<PeLayer> layers(table.rows());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].name = layers[i].layer.name = names[i];
    layers[i].layer.input = {h[i], w[i], c[i]};
    layers[i].layer.output = {h[i], w[i], k[i]};
    layers[i].dense_macs = dense[i];
    layers[i].cycles = cycles[i];
  }
  return layers;
}

std::int64_t effectual_macs(const PeLayer& pe_layer, const fs::path& folder) {
  const Layer& layer = pe_layer.layer;
  const Shape& in = layer.input;
  const Bitmap input = read_mask(folder / (pe_layer.name + "_activation_mask.npy"),
                                 {in.height, in.width, in.channels});
  const Bitmap weights = read_mask(folder / (pe_layer.name + "_weight_mask.npy"),
                                   {layer.output.channels, in.channels});
  return count_pair_macs(layer, input, weights);
}

}  // namespace

DataNeed EyerissV2Suite::need() const {
  return {"eyerissv2_pe",
          "layers.csv, LAYER_activation_mask.npy [H][W][C], LAYER_weight_mask.npy [K][C]",
          {"layers.csv", "_mask.npy"}};
}

SuiteResult EyerissV2Suite::run(const SuiteContext& context) const {
  SuiteResult result;
  for (const PeLayer& layer : read_layers(context.data / "layers.csv")) {
    result.rows.push_back(
        equal_row(layer.name, "dense MACs", dense_macs(layer.layer), layer.dense_macs));
    result.rows.push_back(
        equal_row(layer.name, "effectual MACs", effectual_macs(layer, context.data), layer.cycles));
  }
  return result;
}

}  // namespace deltasim
