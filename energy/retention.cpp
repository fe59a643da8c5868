#include "energy/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arch/config_reader.h"

namespace deltasim {
namespace {

constexpr Seconds kShortest(1e-6), kLongest(1e9);

RetentionPoint read_point(const ConfigNode& node) {
  RetentionPoint point;
  point.interval = node.required<Seconds>("interval", between(kShortest, kLongest));
  point.failure = node.required<double>("failure");
  point.block = node.required<Bits>("block", at_least(Bits(1)));
  point.source = node.required<std::string>("source");
  point.verified = node.required<bool>("verified");
  if (point.failure <= 0 || point.failure >= 1) {
    node.reject("failure", "a probability between 0 and 1, both excluded");
    point.failure = 0.5;
  }
  return point;
}

void check_order(const std::vector<ConfigNode>& nodes, const std::vector<RetentionPoint>& points,
                 Seconds standard) {
  Seconds before = standard;
  double hazard = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].interval <= before) {
      nodes[i].reject("interval", "longer than the interval before it, " + print(before));
    }
    if (points[i].bit_hazard() <= hazard) {
      nodes[i].reject("failure",
                      "more failures for a bit than at the shorter interval before it; a bit's "
                      "hazard is -ln(1 - failure) over the bits of the block");
    }
    before = points[i].interval;
    hazard = points[i].bit_hazard();
  }
}

}  // namespace

double RetentionPoint::bit_hazard() const {
  return -std::log1p(-failure) / static_cast<double>(block.value());
}

RetentionModel RetentionModel::load(const std::filesystem::path& file) {
  ConfigDocument document = ConfigDocument::load(file);
  const ConfigNode root = document.root();
  RetentionModel model;
  model.name_ = root.required<std::string>("name");
  root.required<std::string>("description");
  model.standard_ = root.required<Seconds>("standard_interval", between(kShortest, kLongest));
  const std::vector<ConfigNode> nodes = root.list("points");
  for (const ConfigNode& node : nodes) model.points_.push_back(read_point(node));
  if (nodes.size() < 2) root.reject("points", "at least two points");
  check_order(nodes, model.points_, model.standard_);
  document.finish();
  return model;
}

bool RetentionModel::covers(Seconds interval) const {
  return interval <= standard_ ||
         (interval >= points_.front().interval && interval <= points_.back().interval);
}

std::string RetentionModel::range() const {
  return fmt::format("up to {}, or from {} to {}", print(standard_),
                     print(points_.front().interval), print(points_.back().interval));
}

std::optional<double> RetentionModel::bit_failure(Seconds interval, bool extrapolate) const {
  if (interval <= standard_) return 0.0;
  if (!covers(interval) && !extrapolate) return std::nullopt;
  const auto beyond = std::upper_bound(
      points_.begin() + 1, points_.end() - 1, interval,
      [](Seconds time, const RetentionPoint& point) { return time < point.interval; });
  const RetentionPoint& a = *(beyond - 1);
  const RetentionPoint& b = *beyond;
  const double shape =
      std::log(b.bit_hazard() / a.bit_hazard()) / std::log(b.interval / a.interval);
  const double hazard = a.bit_hazard() * std::pow(interval / a.interval, shape);
  return -std::expm1(-hazard);
}

}  // namespace deltasim
