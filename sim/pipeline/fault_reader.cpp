#include "sim/pipeline/fault_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "arch/resources.h"
#include "energy/retention.h"
#include "sim/pipeline/file_keys.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// What one value of a key does to a point.
using Change = std::function<void(FaultPoint&)>;
using SetRate = std::function<void(FaultSpec&, double)>;

/// The values of one key, a change each.
struct Series {
  ConfigNode node;
  std::vector<Change> changes;
};

/// Noise beyond these drowns every weight and leaves the range of a float after some layers.
constexpr double kMostRelative = 10, kMostAbsolute = 1000;

/// A number, or a list of numbers.
std::vector<double> read_numbers(const ConfigNode& node, std::string_view key,
                                 const Bounds<double>& bounds) {
  const ConfigNode value = node.any(key);
  if (!value.is(ConfigTree::Kind::kList)) return {value.as<double>(bounds)};
  std::vector<double> numbers;
  for (const ConfigNode& item : value.items()) numbers.push_back(item.as<double>(bounds));
  if (numbers.empty()) value.reject_this("a number, or a list of at least one");
  return numbers;
}

class Reader {
 public:
  Reader(const ConfigNode& node, fs::path folder) : node_(node), folder_(std::move(folder)) {}

  std::vector<FaultPoint> read() {
    FaultPoint start;
    start.faults.seed = node_.optional<std::uint64_t>("seed", start.faults.seed);
    if (const auto weights = node_.maybe_child("weights")) {
      read_rate(*weights, [](FaultSpec& s, double rate) { s.weight_bit_error_rate = rate; });
    }
    if (const auto state = node_.maybe_child("state")) read_state(*state, start.faults.state);
    if (node_.has("noise")) read_noise(start.faults.noise);
    if (!node_.has("weights") && !node_.has("state") && !node_.has("noise")) {
      node_.reject_this("at least one of `weights`, `state` and `noise`");
    }
    return points(start);
  }

 private:
  void read_state(const ConfigNode& node, StateFaultSpec& state) {
    read_rate(node, [](FaultSpec& s, double rate) { s.state.bit_error_rate = rate; });
    state.sum_bits =
        node.optional<int>("sum_bits", state.sum_bits,
                           between(StateFaultSpec::kMinSumBits, StateFaultSpec::kMaxSumBits));
    if (!node.has("kinds")) return;
    const std::vector<std::string> names{"sums", "activations"};
    const std::string expected = "a list of sums, activations or both";
    state.sums = state.activations = false;
    const std::vector<ConfigNode> items = node.list("kinds");
    if (items.empty()) node.reject("kinds", expected);
    for (const ConfigNode& item : items) {
      const std::string name = item.as<std::string>();
      if (name == "sums") {
        state.sums = true;
      } else if (name == "activations") {
        state.activations = true;
      } else {
        item.reject_this(expected, nearest_name(name, names));
      }
    }
  }

  void read_noise(std::vector<WeightNoiseSpec>& noise) {
    const ConfigNode value = node_.any("noise");
    std::vector<ConfigNode> nodes{value};
    if (value.is(ConfigTree::Kind::kList)) nodes = value.items();
    if (nodes.empty()) value.reject_this("a map of noise, or a list of at least one");
    for (const ConfigNode& node : nodes) read_one_noise(node, noise);
  }

  void read_one_noise(const ConfigNode& node, std::vector<WeightNoiseSpec>& noise) {
    const bool relative = node.has("relative_sigma");
    if (relative == node.has("absolute_sigma")) {
      node.reject_this("either `relative_sigma` or `absolute_sigma`");
    }
    WeightNoiseSpec& spec = noise.emplace_back();
    spec.relative = relative;
    for (const ConfigNode& item : node.optional_list("layers")) {
      spec.layers.push_back(item.as<std::string>());
    }
    if (node.has("layers") && node.any("layers").is(ConfigTree::Kind::kList) &&
        spec.layers.empty()) {
      node.reject("layers", "at least one pattern of layer names; without the key, all layers");
    }
    for (const auto& [key, most] :
         {std::pair{"relative_sigma", kMostRelative}, {"absolute_sigma", kMostAbsolute}}) {
      if (!node.has(key)) continue;
      Series series{node.any(key), {}};
      for (const double sigma : read_numbers(node, key, between(0.0, most))) {
        series.changes.push_back(
            [sigma, i = noise.size() - 1](FaultPoint& p) { p.faults.noise[i].sigma = sigma; });
      }
      series_.push_back(std::move(series));
    }
  }

  void read_rate(const ConfigNode& node, const SetRate& set) {
    if (node.has("bit_error_rate") == node.has("retention")) {
      node.reject_this("either `bit_error_rate` or `retention`");
    }
    if (node.has("bit_error_rate")) {
      Series series{node.any("bit_error_rate"), {}};
      for (const double rate : read_numbers(node, "bit_error_rate", between(0.0, 1.0))) {
        series.changes.push_back([rate, set](FaultPoint& point) { set(point.faults, rate); });
      }
      series_.push_back(std::move(series));
    }
    if (const auto retention = node.maybe_child("retention")) read_retention(*retention, set);
  }

  std::optional<RetentionModel> read_model(const ConfigNode& node) const {
    const std::string name = node.required<std::string>("model");
    if (name.empty()) return std::nullopt;
    const fs::path given = path_at("faults.weights.retention.model", name, folder_);
    fs::path file;
    try {
      file = find_resource("retention", given.lexically_normal().string());
    } catch (const ConfigError& error) {
      const Fault& fault = error.faults().front();
      const std::string tried =
          names_a_file(name) ? "; tried " + fs::absolute(given).lexically_normal().string() : "";
      node.reject("model", fault.expected + tried, fault.nearest);
      return std::nullopt;
    }
    return RetentionModel::load(file);
  }

  void read_retention(const ConfigNode& node, const SetRate& set) {
    const std::optional<RetentionModel> model = read_model(node);
    const bool extrapolate = node.optional<bool>("extrapolate", false);
    const ConfigNode value = node.any("refresh_interval_multiple");
    const std::vector<double> multiples =
        read_numbers(node, "refresh_interval_multiple", between(1e-3, 1e6));
    if (!model) return;
    Series series{value, {}};
    const std::vector<ConfigNode> nodes =
        value.is(ConfigTree::Kind::kList) ? value.items() : std::vector<ConfigNode>{value};
    for (std::size_t i = 0; i < multiples.size(); ++i) {
      const double multiple = multiples[i];
      const Seconds interval = model->standard_interval() * multiple;
      const std::optional<double> rate = model->bit_failure(interval, extrapolate);
      if (!rate) {
        nodes[i].reject_this(
            fmt::format("an interval that {} covers ({}; {} times the standard one "
                        "is {}), or extrapolate: true",
                        model->name(), model->range(), multiple, print(interval)));
      }
      series.changes.push_back([=, notes = notes_on(*model, interval)](FaultPoint& point) {
        set(point.faults, rate.value_or(0));
        point.refresh_multiple = std::min(point.refresh_multiple.value_or(multiple), multiple);
        for (const std::string& note : notes) {
          if (std::ranges::find(point.notes, note) == point.notes.end())
            point.notes.push_back(note);
        }
      });
    }
    series_.push_back(std::move(series));
  }

  static std::vector<std::string> notes_on(const RetentionModel& model, Seconds interval) {
    std::vector<std::string> notes;
    if (interval <= model.standard_interval()) return notes;
    if (!model.covers(interval)) {
      notes.push_back(fmt::format("{}: {} is beyond its points and extrapolated", model.name(),
                                  print(interval)));
    }
    for (const RetentionPoint& point : model.points()) {
      if (point.verified) continue;
      notes.push_back(
          fmt::format("{}: its point at {} is not verified", model.name(), print(point.interval)));
    }
    return notes;
  }

  std::vector<FaultPoint> points(const FaultPoint& start) const {
    std::size_t count = 1;
    for (const Series& series : series_) count = std::max(count, series.changes.size());
    std::vector<FaultPoint> points(count, start);
    for (const Series& series : series_) {
      const std::size_t n = series.changes.size();
      if (n != 1 && n != count) {
        series.node.reject_this(fmt::format("one value, or {} as another list has", count));
        continue;
      }
      for (std::size_t i = 0; i < count; ++i) series.changes[n == 1 ? 0 : i](points[i]);
    }
    return points;
  }

  const ConfigNode& node_;
  fs::path folder_;
  std::vector<Series> series_;
};

}  // namespace

std::vector<FaultPoint> read_fault_points(const ConfigNode& root, const fs::path& folder) {
  const auto node = root.maybe_child("faults");
  if (!node) return {FaultPoint{}};
  return Reader(*node, folder).read();
}

}  // namespace deltasim
