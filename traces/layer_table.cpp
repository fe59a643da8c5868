#include "traces/layer_table.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>

#include "arch/errors.h"

namespace deltasim {
namespace {

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = line.find(',', begin);
    cells.push_back(trimmed(line.substr(begin, comma - begin)));
    if (comma == std::string::npos) return cells;
    begin = comma + 1;
  }
}

class TableReader {
 public:
  explicit TableReader(const std::filesystem::path& file) : file_(file.string()), in_(file) {
    if (!in_) throw ConfigError(file_, "cannot be read: " + std::string(std::strerror(errno)));
  }

  std::vector<TableLayer> read() {
    read_heading();
    std::vector<TableLayer> layers;
    while (next_line()) {
      if (trimmed(text_).empty()) continue;
      cells_ = cells_of(text_);
      layers.push_back(layer());
      check_name(layers);
    }
    if (layers.empty()) fault("", "no layer", "a line for each layer");
    if (!faults_.empty()) throw ConfigError(faults_);
    return layers;
  }

 private:
  bool next_line() {
    ++line_;
    return static_cast<bool>(std::getline(in_, text_));
  }

  void fault(const std::string& column, std::string found, std::string expected,
             std::string nearest = "") {
    faults_.push_back(
        {file_, line_, column, std::move(found), std::move(expected), std::move(nearest)});
  }

  void read_heading() {
    next_line();
    heading_ = cells_of(text_);
    for (const char* needed : {"layer", "K", "C", "H", "W"}) {
      if (std::find(heading_.begin(), heading_.end(), needed) != heading_.end()) continue;
      fault(needed, "no such column", "columns layer, K, C, H and W",
            nearest_name(needed, heading_));
    }
    if (!faults_.empty()) throw ConfigError(faults_);
  }

  std::optional<std::string> cell(const std::string& column) const {
    const auto at = std::find(heading_.begin(), heading_.end(), column);
    const auto index = static_cast<std::size_t>(at - heading_.begin());
    if (at == heading_.end() || index >= cells_.size()) return std::nullopt;
    return cells_[index];
  }

  std::int64_t number(const std::string& column, std::int64_t least, std::int64_t absent) {
    const std::optional<std::string> text = cell(column);
    const auto known = std::find(heading_.begin(), heading_.end(), column) != heading_.end();
    if (!known) return absent;
    std::int64_t value = 0;
    const std::string digits = text.value_or("");
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < least ||
        value > (std::int64_t{1} << 40)) {
      fault(column, digits.empty() ? "nothing" : digits,
            "an integer of at least " + std::to_string(least));
      return std::max<std::int64_t>(least, 1);
    }
    return value;
  }

  int extent(const std::string& column, int least, int absent) {
    constexpr std::int64_t kMost = 1 << 24;
    const std::int64_t value = number(column, least, absent);
    if (value <= kMost) return static_cast<int>(value);
    fault(column, std::to_string(value), "at most " + std::to_string(kMost));
    return 1;
  }

  TableLayer layer() {
    TableLayer layer;
    layer.line = line_;
    layer.name = cell("layer").value_or("");
    layer.input = {extent("H", 1, 1), extent("W", 1, 1), extent("C", 1, 1)};
    ConvolutionOp& convolution = layer.convolution;
    convolution.out_channels = extent("K", 1, 1);
    convolution.groups = extent("groups", 1, 1);
    Window& window = convolution.window;
    window.kernel_h = extent("R", 1, 1);
    window.kernel_w = extent("S", 1, 1);
    window.stride_h = window.stride_w = extent("stride", 1, 1);
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = extent("pad", 0, 0);
    layer.dense_macs = number("dense_macs", 0, -1);
    return layer;
  }

  void check_name(const std::vector<TableLayer>& layers) {
    const std::string& name = layers.back().name;
    if (name.empty() || name.find('/') != std::string::npos) {
      fault("layer", name.empty() ? "nothing" : name,
            "a name that is part of the mask's file name");
    }
    const auto same = [&](const TableLayer& other) { return other.name == name; };
    if (std::any_of(layers.begin(), layers.end() - 1, same)) {
      fault("layer", name, "a name that no line above has");
    }
  }

  std::string file_;
  std::ifstream in_;
  int line_ = 0;
  std::string text_;
  std::vector<std::string> heading_;
  std::vector<std::string> cells_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<TableLayer> read_layer_table(const std::filesystem::path& file) {
  return TableReader(file).read();
}

}  // namespace deltasim
