#include "sim/validation/eyeriss_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "arch/errors.h"
#include "sim/validation/csv_table.h"

namespace deltasim {
namespace {

constexpr const char* kLayer = "layer";
constexpr const char* kPower = "power_mW";
constexpr const char* kLatency = "processing_latency_ms";
constexpr const char* kMacs = "MACs_G(batch)";
constexpr const char* kPes = "active_PEs";
constexpr const char* kZeros = "zeros_in_ifmaps";
constexpr const char* kGlb = "GLB_accesses_MB";
constexpr const char* kDram = "DRAM_accesses_MB";
constexpr const char* kBatch = "batch_N";

/// Takes what is wrong with each column, so that all is said at once.
class Faults {
 public:
  template <typename Read>
  auto collect(Read read) -> decltype(read()) {
    try {
      return read();
    } catch (const ConfigError& error) {
      faults_.insert(faults_.end(), error.faults().begin(), error.faults().end());
      return {};
    }
  }
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void throw_if_any() {
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
  }

 private:
  std::vector<Fault> faults_;
};

std::vector<double> shares(const CsvTable& table, Faults& faults) {
  std::vector<double> values;
  bool percent = false;
  const std::vector<std::string> cells = table.texts(kZeros);
  for (std::size_t row = 0; row < cells.size(); ++row) {
    std::string_view text = cells[row];
    if (text.ends_with('%')) {
      percent = true;
      text.remove_suffix(1);
    }
    while (text.ends_with(' ')) text.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool number = error == std::errc{} && end == text.data() + text.size();
    if (!number || !std::isfinite(value) || value < 0 || value > 100) {
      faults.add({table.file(), table.line(row), kZeros, deltasim::quoted(cells[row]),
                  "a share of zeros, 0% to 100%", ""});
    }
    percent = percent || value > 1;
    values.push_back(value);
  }
  for (double& value : values) value = percent ? value / 100 : value;
  return values;
}

bool is_total(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name == "total";
}

std::optional<int> batch_in(const CsvTable& table, Faults& faults) {
  if (!table.has_column(kBatch)) return std::nullopt;
  const auto batches = faults.collect([&] { return table.counts(kBatch); });
  for (std::size_t row = 0; row < batches.size(); ++row) {
    if (batches[row] == batches.front() && batches[row] >= 1 && batches[row] <= 1'000'000) continue;
    faults.add({table.file(), table.line(row), kBatch, std::to_string(batches[row]),
                "the same number of images in every line, at least 1", ""});
  }
  if (batches.empty()) return std::nullopt;
  return static_cast<int>(std::min<std::int64_t>(batches.front(), 1'000'000));
}

/// What an error is taken relative to must not be zero.
void check_positive(const CsvTable& table, const char* column, const std::vector<double>& values,
                    Faults& faults) {
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values[row] > 0) continue;
    faults.add({table.file(), table.line(row), column, "0", "more than 0", ""});
  }
}

}  // namespace

ChipTable read_chip_table(const std::filesystem::path& file) {
  const CsvTable table(file);
  Faults faults;
  const auto names = faults.collect([&] { return table.texts(kLayer); });
  const auto zeros = faults.collect([&] { return shares(table, faults); });
  const auto column = [&](const char* name) {
    const auto values = faults.collect([&] { return table.numbers(name); });
    check_positive(table, name, values, faults);
    return values;
  };
  const auto power = column(kPower), latency = column(kLatency), macs = column(kMacs);
  const auto pes = column(kPes), glb = column(kGlb), dram = column(kDram);
  ChipTable chip;
  chip.file = table.file();
  chip.batch = batch_in(table, faults);
  faults.throw_if_any();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const ChipMeasurement line{names[row], table.line(row), power[row], latency[row], macs[row],
                               pes[row],   zeros[row],      glb[row],   dram[row]};
    if (!is_total(line.layer)) {
      chip.layers.push_back(line);
    } else if (chip.total) {
      throw ConfigError(Fault{chip.file, line.line, kLayer, "a second total", "one at most", ""});
    } else {
      chip.total = line;
    }
  }
  if (chip.layers.empty()) throw ConfigError(chip.file, "has a total and no layer");
  return chip;
}

}  // namespace deltasim
