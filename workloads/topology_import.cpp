#include "workloads/topology_import.h"

#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::array<const char*, 8> kColumns{"Layer name",    "IFMAP Height", "IFMAP Width",
                                              "Filter Height", "Filter Width", "Channels",
                                              "Num Filter",    "Strides"};

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  while (!cells.empty() && cells.back().empty()) cells.pop_back();
  return cells;
}

std::optional<int> positive(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc{} || end != text.end() || value < 1) return std::nullopt;
  return value;
}

/// Padding behind the map so that the windows, rounded up, all fit.
int padding_after(int extent, int kernel, int stride) {
  if (extent < kernel) return 0;
  const std::int64_t steps = (std::int64_t{extent} - kernel + stride - 1) / stride;
  return static_cast<int>(steps * stride + kernel - extent);
}

/// Collects layers and faults line by line.
class TopologyReader {
 public:
  explicit TopologyReader(std::string file) : file_(std::move(file)) {}

  void read_line(std::string_view line) {
    ++line_;
    const std::vector<std::string_view> cells = split(line);
    if (cells.empty()) return;
    if (!has_heading_) {
      read_heading(cells);
    } else if (cells.size() != kColumns.size()) {
      fault("", std::to_string(cells.size()) + " columns", std::to_string(kColumns.size()));
    } else {
      read_layer(cells);
    }
  }

  std::vector<Layer> finish() {
    if (faults_.empty() && layers_.empty()) {
      throw ConfigError(file_, "holds no layers; a heading and a line a layer are expected");
    }
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    return std::move(layers_);
  }

 private:
  void fault(std::string key, std::string found, std::string expected) {
    faults_.push_back(
        Fault{file_, line_, std::move(key), std::move(found), std::move(expected), ""});
  }

  /// The heading's words vary between versions; a line of numbers is none.
  void read_heading(const std::vector<std::string_view>& cells) {
    has_heading_ = true;
    if (cells.size() > 1 && positive(cells[1])) {
      fault("", "a layer in the first line", "a heading such as '" + heading() + "'");
    } else if (cells.size() != kColumns.size()) {
      fault("", "a heading of " + std::to_string(cells.size()) + " columns", "'" + heading() + "'");
    }
  }

  static std::string heading() {
    std::string text;
    for (const char* column : kColumns) text += (text.empty() ? "" : ", ") + std::string(column);
    return text;
  }

  void read_layer(const std::vector<std::string_view>& cells) {
    std::array<int, kColumns.size()> values{};
    const std::size_t faults_before = faults_.size();
    if (cells[0].empty()) fault(kColumns[0], "nothing", "a name");
    for (std::size_t column = 1; column < kColumns.size(); ++column) {
      const auto value = positive(cells[column]);
      if (!value) {
        fault(kColumns[column], "'" + std::string(cells[column]) + "'", "a number from 1 up");
      }
      values[column] = value.value_or(1);
    }
    if (faults_.size() == faults_before) add_layer(std::string(cells[0]), values);
  }

  void add_layer(std::string name, const std::array<int, kColumns.size()>& values) {
    const auto [unused, height, width, kernel_h, kernel_w, channels, filters, stride] = values;
    Layer layer;
    layer.node = layer.input_map = static_cast<int>(layers_.size());
    layer.input = {height, width, channels};
    layer.window.kernel_h = kernel_h;
    layer.window.kernel_w = kernel_w;
    layer.window.stride_h = layer.window.stride_w = stride;
    layer.window.pad_bottom = padding_after(height, kernel_h, stride);
    layer.window.pad_right = padding_after(width, kernel_w, stride);
    try {
      layer.output =
          infer_shape(ConvolutionOp{layer.window, filters, 1}, std::span(&layer.input, 1), name);
    } catch (const ConfigError& error) {
      fault(std::move(name), error.faults().front().found, error.faults().front().expected);
      return;
    }
    layer.name = std::move(name);
    layers_.push_back(std::move(layer));
  }

  std::string file_;
  int line_ = 0;
  bool has_heading_ = false;
  std::vector<Layer> layers_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Layer> read_topology(const std::filesystem::path& path) {
  std::error_code error;
  std::ifstream in(path);
  if (!in || !std::filesystem::is_regular_file(path, error)) {
    throw ConfigError(path.string(), "cannot be opened");
  }
  TopologyReader reader(path.string());
  for (std::string line; std::getline(in, line);) reader.read_line(line);
  return reader.finish();
}

}  // namespace deltasim
